"""Functions about choices, lists and look-ups: selected, checklist, randomize, pulldata, uuid, hashes."""
import base64
import hashlib
import math
import random as chance
import uuid as uuids

from app.forms.xpath import lookup
from app.forms.xpath.compile import Context
from app.forms.xpath.functions import MANY, function, nodes_of
from app.forms.xpath.lexer import XPathError
from app.forms.xpath.tree import Node
from app.forms.xpath.values import Value, to_boolean, to_number, to_text


@function("selected", 2)
def _selected(_c: Context, chosen: Value, name: Value) -> bool:
    return to_text(name).strip() in (to_text(chosen).split() or [""])


@function("selected-at", 2)
def _selected_at(_c: Context, chosen: Value, index: Value) -> str:
    names, at = to_text(chosen).split(), to_number(index)
    return names[int(at)] if at == at and 0 <= at < len(names) else ""


@function("count-selected", 1)
def _count_selected(_c: Context, chosen: Value) -> float:
    return float(len(to_text(chosen).split()))


def _truths(values: tuple[Value, ...]) -> list[bool]:
    found: list[bool] = []
    for value in values:
        found += [n.text() != "" for n in value] if isinstance(value, list) else [to_boolean(value)]
    return found


def _between(count: float, least: Value, most: Value) -> bool:
    low, high = to_number(least), to_number(most)
    return (low < 0 or count >= low) and (high < 0 or count <= high)


@function("checklist", 3, MANY)
def _checklist(_c: Context, least: Value, most: Value, *answers: Value) -> bool:
    return _between(sum(_truths(answers)), least, most)


@function("weighted-checklist", 4, MANY)
def _weighted_checklist(_c: Context, least: Value, most: Value, *pairs: Value) -> bool:
    total = 0.0
    for truth, weight in zip(pairs[::2], pairs[1::2], strict=True):
        weights = [to_number(n.text()) for n in weight] if isinstance(weight, list) else [to_number(weight)]
        total += sum(w for t, w in zip(_truths((truth,)), weights, strict=False) if t)
    return _between(total, least, most)


@function("uuid", 0, 1, volatile=True)
def _uuid(_c: Context, *length: Value) -> str:
    if not length:
        return str(uuids.uuid4())
    signs = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    size = to_number(length[0])
    return "".join(chance.SystemRandom().choice(signs) for _ in range(int(size) if size == size else 0))


@function("random", 0, volatile=True)
def _random(_c: Context) -> float:
    return chance.SystemRandom().uniform(0.1, 1.0 - 1e-12)


def _seeded(seed: float) -> "chance.Random | ParkMiller":
    return ParkMiller(seed) if seed == seed else chance.SystemRandom()


class ParkMiller:
    """The minimal standard generator that XForms names for randomize(): x * 48271 mod (2^31 - 1)."""

    def __init__(self, seed: float) -> None:
        self.state = int(seed) % 2147483647
        if self.state <= 0:
            self.state += 2147483646

    def random(self) -> float:
        """Return the next number in [0, 1)."""
        self.state = self.state * 48271 % 2147483647
        return (self.state - 1) / 2147483646


@function("randomize", 1, 2)
def _randomize(_c: Context, nodes: Value, *seed: Value) -> list[Node]:
    found = list(nodes_of(nodes, "randomize"))
    source = _seeded(to_number(seed[0]) if seed else math.nan)
    for at in range(len(found) - 1, 0, -1):
        other = int(source.random() * (at + 1))
        found[at], found[other] = found[other], found[at]
    return found


@function("pulldata", 4)
def _pulldata(ctx: Context, name: Value, wanted: Value, key: Value, value: Value) -> str:
    top = ctx.world.instance(to_text(name))
    column, key_column, text = to_text(wanted), to_text(key), to_text(value)
    if top is None:
        return ""
    items = [n for root in top.children if root.kind == "element" for n in lookup.find(root, "item", key_column, [text])]
    return next((c.text() for item in items[:1] for c in item.children if c.local == column), "")


@function("base64-decode", 1)
def _base64_decode(_c: Context, text: Value) -> str:
    try:
        return base64.b64decode(to_text(text), validate=True).decode("utf-8")
    except ValueError:
        return ""


_HASHES = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}


@function("digest", 2, 3)
def _digest(_c: Context, text: Value, name: Value, *form: Value) -> str:
    algorithm = _HASHES.get(to_text(name).upper())
    if algorithm is None:
        raise XPathError("digest", to_text(name))
    raw = hashlib.new(algorithm, to_text(text).encode(), usedforsecurity=False).digest()
    return raw.hex() if form and to_text(form[0]) == "hex" else base64.b64encode(raw).decode()
