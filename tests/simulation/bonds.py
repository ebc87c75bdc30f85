"""Bonds and law: what was said of pairs of records, and what must be forgotten; kept apart from the app, like the oracle.

Written from the requirements: a link holds while every word on the pair that nobody who saw it replaced says yes; a payload
may not be anywhere once it was named by a redaction, or once its dossier was erased and its author had not heard of that.
"""
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

Pair = frozenset[str]


@dataclass(frozen=True, slots=True)
class Word:
    """One word on a pair of records: yes, no, or None where one is taken back; and the words its author was shown."""

    yes: bool | None
    saw: frozenset[str]


@dataclass
class Bonds:
    """Every word on every pair: pair -> change id -> word."""

    words: dict[Pair, dict[str, Word]] = field(default_factory=dict)

    def note(self, cid: str, pair: Pair, yes: bool | None, here: Collection[str]) -> None:
        """Keep a word; what stood of the pair among the words that were there was on the screen."""
        self.words.setdefault(pair, {})[cid] = Word(yes, frozenset(self._standing(pair, here)))

    def took_back(self, cid: str, pair: Pair, yes: bool | None, saw: Iterable[str]) -> None:
        """Keep the word of an undo: it answers the word it takes back, and nothing that came since."""
        self.words.setdefault(pair, {})[cid] = Word(yes, frozenset(saw))

    def _standing(self, pair: Pair, here: Collection[str]) -> dict[str, Word]:
        said = {cid: w for cid, w in self.words.get(pair, {}).items() if cid in here}
        replaced = {cid for w in said.values() for cid in w.saw}
        return {cid: w for cid, w in said.items() if cid not in replaced}

    def holding(self, here: Collection[str]) -> list[Pair]:
        """Return the pairs that hold, out of the words that are there."""
        return [pair for pair in self.words if {w.yes for w in self._standing(pair, here).values()} == {True}]

    def members(self, rec: str, here: Collection[str]) -> list[str]:
        """Return everything linked with a record, the representative first: issued ids before random ones, then the smallest."""
        found, pairs = {rec}, self.holding(here)
        while more := {end for pair in pairs if pair & found for end in pair} - found:
            found |= more
        return sorted(found, key=lambda r: (r[12] != "5", r))

    def all(self) -> set[str]:
        """Return every record that was ever linked."""
        return {rec for pair in self.words for rec in pair}


@dataclass
class Law:
    """What was declared: the ids that each redaction names, the erasures of each dossier, and which each author had heard of."""

    redacted: dict[str, frozenset[str]] = field(default_factory=dict)
    erased: dict[str, set[str]] = field(default_factory=dict)
    heard: dict[str, frozenset[str]] = field(default_factory=dict)
    roots: dict[str, str] = field(default_factory=dict)

    def wrote(self, cid: str, root: str, heard: Iterable[str]) -> None:
        """Keep which erasures of the dossier the author of a write had heard of."""
        self.roots[cid], self.heard[cid] = root, frozenset(heard)

    def illegal(self, lost: Collection[str] = ()) -> set[str]:
        """Return the ids of the changes whose payload may be nowhere; `lost`: declarations that nobody has any more."""
        named = {cid for said, cids in self.redacted.items() if said not in lost for cid in cids}
        return named | {cid for cid, root in self.roots.items() if self.erased.get(root, set()) - set(lost) - self.heard[cid]}
