"""Functions about numbers and places on earth: sums, rounding, trigonometry, area, distance, geofence."""
import math
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from app.forms.xpath.compile import Context
from app.forms.xpath.functions import MANY, function, nodes_of, texts_of
from app.forms.xpath.values import Value, to_number, to_text

EARTH_M = 6_378_100.0


@function("sum", 1)
def _sum(_c: Context, nodes: Value) -> float:
    return math.fsum(to_number(n.text()) for n in nodes_of(nodes, "sum")) if nodes else 0.0


def _extreme(values: tuple[Value, ...], pick: Callable[[list[float]], float]) -> float:
    numbers = [to_number(t) for t in texts_of(values)]
    return math.nan if not numbers or any(n != n for n in numbers) else pick(numbers)


@function("max", 1, MANY)
def _max(_c: Context, *values: Value) -> float:
    return _extreme(values, max)


@function("min", 1, MANY)
def _min(_c: Context, *values: Value) -> float:
    return _extreme(values, min)


@function("floor", 1)
def _floor(_c: Context, value: Value) -> float:
    number = to_number(value)
    return float(math.floor(number)) if math.isfinite(number) else number


@function("ceiling", 1)
def _ceiling(_c: Context, value: Value) -> float:
    number = to_number(value)
    return float(math.ceil(number)) if math.isfinite(number) else number


@function("int", 1)
def _int(_c: Context, value: Value) -> float:
    number = to_number(value)
    return float(math.trunc(number)) if math.isfinite(number) else number


@function("round", 1, 2)
def _round(_c: Context, value: Value, *digits: Value) -> float:
    number, places = to_number(value), to_number(digits[0]) if digits else 0.0
    if not math.isfinite(number) or not math.isfinite(places):
        return number
    exact = Decimal(repr(number)).quantize(Decimal(1).scaleb(-int(places)), rounding=ROUND_HALF_UP)
    return float(exact)


def _single(name: str, act: Callable[[float], float]) -> None:
    def run(_c: Context, value: Value) -> float:
        try:
            return act(to_number(value))
        except ValueError:
            return math.nan
        except OverflowError:
            return math.inf

    function(name, 1)(run)


def _log(value: float) -> float:
    return -math.inf if value == 0 else math.log(value)


_SINGLE: dict[str, Callable[[float], float]] = {
    "abs": abs, "sin": math.sin, "cos": math.cos, "tan": math.tan, "asin": math.asin, "acos": math.acos,
    "atan": math.atan, "sqrt": math.sqrt, "exp": math.exp, "exp10": lambda v: 10.0**v, "log": _log,
    "log10": lambda v: -math.inf if v == 0 else math.log10(v),
}
for _name, _act in _SINGLE.items():
    _single(_name, _act)


@function("atan2", 2)
def _atan2(_c: Context, y: Value, x: Value) -> float:
    return math.atan2(to_number(y), to_number(x))


@function("pi", 0)
def _pi(_c: Context) -> float:
    return math.pi


@function("pow", 2)
def _pow(_c: Context, base: Value, power: Value) -> float:
    try:
        return math.pow(to_number(base), to_number(power))
    except ValueError:
        return math.nan
    except OverflowError:
        return math.inf


Spot = tuple[float, float]


def _spot(text: str) -> Spot | None:
    parts = text.split()
    if not 2 <= len(parts) <= 4:
        return None
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        return None
    return (numbers[0], numbers[1]) if abs(numbers[0]) <= 90 and abs(numbers[1]) <= 180 else None


def _spots(values: tuple[Value, ...]) -> list[Spot] | None:
    parts = [p for text in texts_of(values) for p in text.split(";") if p.strip()]
    found = [_spot(part) for part in parts]
    return None if not found or None in found else [s for s in found if s is not None]


@function("distance", 1, MANY)
def _distance(_c: Context, *values: Value) -> float:
    spots = _spots(values)
    if spots is None:
        return math.nan
    return round(math.fsum(_arc(a, b) for a, b in zip(spots, spots[1:], strict=False)), 2)


def _arc(one: Spot, two: Spot) -> float:
    lat1, lon1, lat2, lon2 = (math.radians(v) for v in (*one, *two))
    cosine = math.sin(lat1) * math.sin(lat2) + math.cos(lat1) * math.cos(lat2) * math.cos(lon1 - lon2)
    return EARTH_M * math.acos(max(-1.0, min(1.0, cosine)))


@function("area", 1)
def _area(_c: Context, value: Value) -> float:
    spots = _spots((value,))
    if spots is None:
        return 0.0
    ring = [*spots, spots[0]]
    total = math.fsum(
        math.radians(b[1] - a[1]) * (2 + math.sin(math.radians(a[0])) + math.sin(math.radians(b[0])))
        for a, b in zip(ring, ring[1:], strict=False)
    )
    return round(abs(total * EARTH_M * EARTH_M / 2), 2)


@function("geofence", 2)
def _geofence(_c: Context, point: Value, fence: Value) -> bool:
    spot, ring = _spot(to_text(point)), _spots((fence,))
    if spot is None or ring is None or len(ring) < 4 or ring[0] != ring[-1]:
        return False
    inside = False
    lat, lon = spot
    for (lat1, lon1), (lat2, lon2) in zip(ring, ring[1:], strict=False):
        if (lon1 > lon) != (lon2 > lon) and lat < (lat2 - lat1) * (lon - lon1) / (lon2 - lon1) + lat1:
            inside = not inside
    return inside
