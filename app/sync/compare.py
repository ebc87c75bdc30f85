"""Comparing what two ends hold for a prefix: counts and fingerprints by ranges of ids, so that only the difference moves.

Promises that equal fingerprints mean equal sets of (id, form); an exchange calls itself level on nothing less.
"""
import hashlib
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from app.models.ledger import HEADER, WHOLE, Ledger
from app.models.record import chunks, marks

Range = tuple[str, str]  # ids low <= id < high
ALL: Range = ("", "g")  # "g" sorts after every hex digit
FEW = 256  # a range with no more than this is listed instead of split
WAYS = 16
_MODULUS = 1 << 128


class Sums:
    """What one end holds, ready to be summed over any range."""

    def __init__(self, forms: Mapping[str, int]) -> None:
        self.forms = forms
        self.ids = sorted(forms)
        self._sums = [0]
        for cid in self.ids:
            self._sums.append((self._sums[-1] + _print(cid, forms[cid])) % _MODULUS)

    def over(self, ids: Range) -> tuple[int, str]:
        """Return (count, fingerprint) of a range."""
        low, high = bisect_left(self.ids, ids[0]), bisect_left(self.ids, ids[1])
        return high - low, f"{(self._sums[high] - self._sums[low]) % _MODULUS:032x}"

    def listed(self, ids: Range) -> list[tuple[str, int]]:
        """Return (id, form) of a range, in order."""
        low, high = bisect_left(self.ids, ids[0]), bisect_left(self.ids, ids[1])
        return [(cid, self.forms[cid]) for cid in self.ids[low:high]]

    def split(self, ids: Range) -> list[Range]:
        """Return the range in parts that hold about equally many here."""
        low, high = bisect_left(self.ids, ids[0]), bisect_left(self.ids, ids[1])
        at = sorted({low + (high - low) * i // WAYS for i in range(1, WAYS)} - {low}) if high > low else []
        cuts = [_between(self.ids[i - 1], self.ids[i]) for i in at]  # as short as tells the two apart: each travels twice
        edges = [ids[0], *cuts, ids[1]]
        return list(pairwise(edges))


Ask = Callable[[Sequence[Range]], Sequence[tuple[int, str]]]
List = Callable[[Sequence[Range]], Sequence[tuple[str, int]]]


def difference(mine: Sums, sums_there: Ask, ids_there: List) -> tuple[dict[str, int], dict[str, int]]:
    """Return (what they lack of mine, what I lack of theirs), each id -> form, by asking about ever smaller ranges."""
    they_lack: dict[str, int] = {}
    i_lack: dict[str, int] = {}
    open_ranges: list[Range] = [ALL]
    while open_ranges:
        theirs = sums_there(open_ranges)
        unequal = [(r, s) for r, s in zip(open_ranges, theirs, strict=True) if mine.over(r) != tuple(s)]
        small = [r for r, s in unequal if s[0] <= FEW or mine.over(r)[0] <= WAYS]
        if small:
            _settle(mine, small, dict(ids_there(small)), they_lack, i_lack)
        listed = set(small)
        open_ranges = [part for r, _ in unequal if r not in listed for part in mine.split(r)]
    return they_lack, i_lack


def _settle(mine: Sums, ranges: Sequence[Range], there: Mapping[str, int], they_lack: dict[str, int],
            i_lack: dict[str, int]) -> None:
    here = {cid: form for r in ranges for cid, form in mine.listed(r)}
    for cid in here.keys() | there.keys():
        ours, theirs = here.get(cid, 0), there.get(cid, 0)
        if ours > theirs:
            they_lack[cid] = ours
        elif theirs > ours:
            i_lack[cid] = theirs


def _between(before: str, after: str) -> str:
    """Return the shortest text that is greater than the one and no greater than the other."""
    return next(after[:length] for length in range(1, len(after) + 1) if after[:length] > before)


def _print(cid: str, form: int) -> int:
    return int.from_bytes(hashlib.blake2b(f"{cid}{form}".encode(), digest_size=16).digest(), "big")


def lacking(ledger: Ledger, wanted: Sequence[tuple[str, int]]) -> list[str]:
    """Return the ids of those changes (id, form) that are not here in that form."""
    here: dict[str, int] = {}
    for part in chunks([cid for cid, _ in wanted]):
        for cid, n in ledger.db.conn.execute(f"SELECT cid, n FROM change WHERE cid IN ({marks(part)})", part):
            here[cid] = WHOLE if n is not None else HEADER
    return [cid for cid, form in wanted if here.get(cid, 0) < form]
