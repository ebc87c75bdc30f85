"""Entries: who is counted in which figure, and where. Promises each record once in a figure, and sums that are those of the lists."""
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from app.models.places import within
from app.oversight.cells import CELLS

Entry = tuple[str, str, str, int]  # place, type, id, how much it counts


@dataclass(frozen=True, slots=True)
class Period:
    """From a day to a day, both counted. Attributes: since ("": from ever on), on."""

    since: str
    on: str

    def holds(self, when: str) -> bool:
        """Return whether a day lies in it; "" does not."""
        return bool(when) and self.since <= when <= self.on


class Entries:
    """The lists of all figures."""

    def __init__(self) -> None:
        self._of: dict[str, dict[str, Entry]] = {code: {} for code in CELLS}

    def add(self, code: str, place: str, type: str, rec: str, n: int = 1) -> None:
        """Count a record in a figure; a second time changes nothing."""
        self._of[code].setdefault(rec, (place, type, rec, n))

    def sums(self, prefix: str) -> dict[str, int]:
        """Return code -> the figure of everything under a prefix."""
        return {code: sum(n for place, _, _, n in some.values() if within(place, prefix)) for code, some in self._of.items()}

    def by_place(self) -> dict[str, dict[str, int]]:
        """Return place -> code -> figure, of the places of which anything is counted."""
        out: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(CELLS, 0))
        for code, some in self._of.items():
            for place, _, _, n in some.values():
                out[place][code] += n
        return dict(out)

    def listed(self, code: str, prefix: str) -> list[tuple[str, str]]:
        """Return (type, id) of what is counted in a figure under a prefix, by id."""
        return sorted((type, rec) for place, type, rec, _ in self._of[code].values() if within(place, prefix))

    def all(self, prefix: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        """Yield (code, list) of each figure."""
        return ((code, self.listed(code, prefix)) for code in self._of)
