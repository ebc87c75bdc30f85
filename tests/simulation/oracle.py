"""Oracle: what each author saw and wrote, kept apart from the app, and what must therefore stand.

Written from the requirements, not from `fold`: a write replaces what its author was shown, nothing else. What nobody who
saw it replaced still stands; where what stands differs, somebody has to be asked. The only thing taken from the app is
what was on the author's screen, and that is judged first. A merge group is one report.
"""
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.models.change import PLACE, VOID, Change, canonical
from app.models.dictionary import dictionary
from app.models.record import Record
from tests.simulation.bonds import Bonds, Law

HEADER = "header:"  # before the id of a change of which only the header is here: it moves and replaces, but says nothing else


@dataclass(frozen=True, slots=True)
class Said:
    """One author's word on one unit of a record: what was written, and which earlier words were on the screen."""

    cid: str
    value: Any
    saw: frozenset[str]


@dataclass(frozen=True, slots=True)
class View:
    """What was on a screen: unit -> value, unit -> the words behind it, and every word that stood on the record."""

    shown: Mapping[str, Any]
    behind: Mapping[str, frozenset[str]]
    all: frozenset[str]
    standing: Mapping[str, frozenset[str]]


@dataclass
class Oracle:
    """Every acknowledged word. `said`: record -> unit -> cid -> word; `kinds` and `roots` of the records; `declared`: ids of
    links, redactions and erasures.
    """

    said: dict[str, dict[str, dict[str, Said]]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    roots: dict[str, str] = field(default_factory=dict)
    cids: set[str] = field(default_factory=set)
    declared: set[str] = field(default_factory=set)
    bonds: Bonds = field(default_factory=Bonds)
    law: Law = field(default_factory=Law)

    def note(self, change: Change, view: View, heard: Iterable[str] = ()) -> None:
        """Keep a change somebody made looking at this view; `heard`: the erasures that had arrived there."""
        self.kinds[change.rec], self.roots[change.rec] = change.type, change.root
        self.cids.add(change.cid)
        self.law.wrote(change.cid, change.root, heard)
        for unit in units_of(change):
            value = value_in(change, unit)
            saw = view.behind.get(unit, frozenset())
            if unit == VOID and change.source == "undo":  # what an undo puts back of deletions is judged by what stands then
                saw = frozenset(cid for cid, names in change.seen.items() if VOID in names)
            elif unit == VOID:
                saw = view.all if value is not None else view.standing.get(VOID, frozenset())
            self.said.setdefault(change.rec, {}).setdefault(unit, {})[change.cid] = Said(change.cid, value, saw)

    def stands(self, rec: str, unit: str, here: Collection[str]) -> dict[str, Any]:
        """Return cid -> value of what stands of a unit, out of the changes that are here."""
        words = [w for cid, w in self.said.get(rec, {}).get(unit, {}).items() if cid in here or HEADER + cid in here]
        replaced = {cid for w in words for cid in w.saw}
        return {w.cid: w.value for w in words if w.cid not in replaced and (unit == PLACE or w.cid in here)}

    def open(self, rec: str, here: Collection[str]) -> dict[str, set[bytes]]:
        """Return unit -> the different values somebody has to choose from, where there is more than one."""
        units = self.said.get(rec, {})
        standing = {unit: self.stands(rec, unit, here) for unit in units}
        found = {unit: {canonical(v) for v in words.values()} for unit, words in standing.items()}
        out = {unit: values for unit, values in found.items() if len(values) > 1}
        deleting = any(v is not None for v in standing.get(VOID, {}).values())
        if VOID not in out and deleting and not self.deleted(rec, here):
            out[VOID] = found[VOID]
        return out

    def deleted(self, rec: str, here: Collection[str]) -> bool:
        """A deletion holds where somebody who deleted it had seen all else that stands."""
        words = self.stands(rec, VOID, here)
        others = {cid for unit in self.said.get(rec, {}) if unit != VOID for cid in self.stands(rec, unit, here)}
        saws = [self.said[rec][VOID][cid] for cid in words]
        return len({canonical(v) for v in words.values()}) == 1 and any(
            w.value is not None and others <= w.saw | {w.cid} for w in saws)

    def view(self, record: Record | None, rec: str, here: Collection[str]) -> View:
        """Return what an author is shown of a record, out of the changes that are there."""
        shown, behind, standing = {}, {}, {}
        for unit in self.said.get(rec, {}):
            words = self.stands(rec, unit, here)
            shown[unit] = None if record is None else shown_in(record, unit)
            standing[unit] = frozenset(words)
            behind[unit] = frozenset(cid for cid, v in words.items() if canonical(v) == canonical(shown[unit]))
        seen = frozenset(c for some in standing.values() for c in some if c in here or self._only_moves(rec, c))
        return View(shown, behind, seen, standing)

    def together(self, heres: Mapping[str, Collection[str]]) -> dict[str, dict[str, Any]]:
        """Return unit -> cid -> value of what stands of one person's records, each out of the changes that are there."""
        live = [rec for rec in heres if not self.deleted(rec, heres[rec])]
        words: dict[str, list[tuple[Said, bool]]] = {}
        for rec in live:
            for unit, said in self.said.get(rec, {}).items():
                if unit not in (PLACE, VOID):
                    words.setdefault(unit, []).extend(
                        (w, cid in heres[rec]) for cid, w in said.items() if cid in heres[rec] or HEADER + cid in heres[rec])
        out: dict[str, dict[str, Any]] = {}
        for unit, some in words.items():
            replaced = {cid for w, _ in some for cid in w.saw}
            out[unit] = {w.cid: w.value for w, whole in some if whole and w.cid not in replaced}
        return out

    def seeing_together(self, view: View, heres: Mapping[str, Collection[str]], settling: str = "") -> View:
        """Return the view of somebody at one of a person's records: what the others say alike was seen with it, and all of
        them where it is settled."""
        behind = dict(view.behind)
        for unit, words in self.together(heres).items():
            if unit == settling or (unit in view.shown and view.shown[unit] not in (None, {})):
                alike = {cid for cid, v in words.items() if unit == settling or canonical(v) == canonical(view.shown[unit])}
                behind[unit] = behind.get(unit, frozenset()) | alike
        return View(view.shown, behind, view.all, view.standing)

    def _only_moves(self, rec: str, cid: str) -> bool:
        return not any(cid in words for unit, words in self.said[rec].items() if unit != PLACE)

    def wrong(self, record: Record, here: Collection[str]) -> Iterable[str]:
        """Return what a screen shows that must not be, and what it hides."""
        expected = self.open(record.id, here)
        for unit in sorted(expected.keys() - record.conflicts.keys()):
            yield f"missed conflict: {record.type} {record.id[-6:]} {unit}"
        for unit in sorted(record.conflicts.keys() - expected.keys()):
            yield f"false conflict: {record.type} {record.id[-6:]} {unit}"
        for unit in self.said.get(record.id, {}):
            words = {canonical(v) for v in self.stands(record.id, unit, here).values()}
            value = canonical(shown_in(record, unit))
            if unit == VOID:
                if (record.void is not None) != self.deleted(record.id, here):
                    yield f"deletion: {record.type} {record.id[-6:]} shown {record.void!r}"
            elif words and value not in words:
                yield f"mixture: {record.type} {record.id[-6:]} {unit} shows {value!r}, none of {sorted(words)}"
            if unit != VOID and unit in expected and unit in record.conflicts:
                offered = {canonical(_bare(v.value)) for v in record.conflicts[unit]}
                if offered != expected[unit]:
                    yield f"versions: {record.type} {record.id[-6:]} {unit} offers {sorted(offered)}, not {sorted(expected[unit])}"


def units_of(change: Change) -> list[str]:
    """Return the units a change writes."""
    units = {name if name == VOID else dictionary().unit_of(change.type, name) for name in change.fields}
    return sorted(units | ({PLACE} if change.place is not None else set()))


def value_in(change: Change, unit: str) -> Any:
    """Return what a change says of a unit; a group without its empty fields."""
    if unit == PLACE:
        return change.place
    payload = change.payload or {}
    if unit in dictionary().groups(change.type):
        return _bare({f: payload[f] for f in dictionary().fields_of_unit(change.type, unit) if f in payload})
    return payload[unit]


def shown_in(record: Record, unit: str) -> Any:
    """Return what a record shows of a unit."""
    if unit == PLACE:
        return record.place
    if unit == VOID:
        return record.void
    if unit in dictionary().groups(record.type):
        return _bare({f: record.values.get(f) for f in dictionary().fields_of_unit(record.type, unit)})
    return record.values.get(unit)


def _bare(value: Any) -> Any:
    return {k: v for k, v in value.items() if v is not None} if isinstance(value, dict) else value
