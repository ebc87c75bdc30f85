"""fold: a record is a pure function of the set of its changes; order, repeats and routes cannot matter.

Per field: dead = union of `seen`; heads = writes not dead; value = that of the greatest id among the heads; conflict =
more than one different value among the heads (sync.md 3.2). Per merge group: one author's whole report is shown, never
a mixture, and differing reports are one conflict (sync-scopes.md 6).
"""
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from app.models.change import PLACE, VOID, WHY, Change, Value, canonical

Groups = Mapping[str, tuple[str, ...]]
Heads = dict[str, tuple[str, ...]]


@dataclass(slots=True)
class Folded:
    """What the changes of one record say.

    Attributes: values (field -> shown value), heads (field -> change ids nobody knowingly overwrote, sorted), shown
    (field -> those heads whose value is the one shown), conflicts (unit -> change ids, one for each different value
    or report, greatest first), place, void (the reason, when the record is deleted), whole (any payload is here), awaited (ids
    that somebody had seen and that have not arrived: they will be dead on arrival).
    """

    values: dict[str, Value] = field(default_factory=dict)
    heads: Heads = field(default_factory=dict)
    shown: Heads = field(default_factory=dict)
    conflicts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    place: str | None = None
    void: str | None = None
    whole: bool = False
    awaited: frozenset[str] = frozenset()


def fold(changes: Iterable[Change], groups: Groups, only: Collection[str] | None = None) -> Folded:
    """Return the state of ONE record from its changes, in any order, repeated or not.

    only: of these fields and the place; with each field all that share its merge group.
    """
    by_id = {c.cid: c for c in changes if c.kind == "write"}
    if len(by_id) == 1:
        return _fold_one(next(iter(by_id.values())))
    writes, dead = _writes_and_dead(by_id, only)
    out = Folded(whole=any(c.payload is not None for c in by_id.values()),
                 awaited=frozenset(cid for c in by_id.values() for cid in c.seen if cid not in by_id))
    for name, cids in sorted(writes.items()):  # so that the very order in which fields stand says nothing of arrival
        gone = dead.get(name)
        if gone is not None:
            cids = [c for c in cids if c not in gone]
        out.heads[name] = (cids[0],) if len(cids) == 1 else tuple(sorted(cids))
    grouped = _grouped(groups, out.heads)
    for name, heads in out.heads.items():
        if name not in grouped and name != VOID:
            if len(heads) == 1:
                _show(out, by_id[heads[0]], name, heads)
            else:
                _settle_field(out, by_id, name, heads)
    for group in dict.fromkeys(grouped.values()):
        _settle_group(out, by_id, group, groups[group])
    if VOID in out.heads:
        _settle_void(out, by_id)
    out.place = out.values.pop(PLACE, None)
    return out


def advance(folded: Folded, change: Change, groups: Groups) -> Folded | None:
    """Return the state with one more change, where its author had seen all that stands in what it wrote; else None.

    This is the short way for nearly every edit: nothing else of the record has to be read. It equals `fold`.
    """
    names = change.fields if change.place is None else (*change.fields, PLACE)
    if (change.payload is None or folded.conflicts or folded.awaited or VOID in names or VOID in folded.heads
            or change.kind != "write" or not folded.whole):
        return None
    seen: dict[str, set[str]] = {}
    for cid, fields in change.seen.items():
        for name in fields:
            seen.setdefault(name, set()).add(cid)
    written = set(names)
    if not written.issuperset(seen) or any(set(folded.heads.get(n, ())) != seen.get(n, set()) for n in names):
        return None
    for members in groups.values():
        if not written.isdisjoint(members) and any(n in folded.heads and n not in written for n in members):
            return None
    mine = dict.fromkeys(names, (change.cid,))
    values = {**folded.values, **change.payload}
    values.pop(WHY, None)
    return Folded(values=values, heads={**folded.heads, **mine}, whole=True,
                  shown={**folded.shown, **mine}, place=folded.place if change.place is None else change.place)


def _fold_one(change: Change) -> Folded:
    """Return the same as `fold` where there is one change, as on most records: nothing can disagree."""
    names = change.fields if change.place is None else (*change.fields, PLACE)
    heads: Heads = dict.fromkeys(names, (change.cid,))
    values = dict(change.payload or {})
    void = values.pop(VOID, None)
    values.pop(WHY, None)
    return Folded(values=values, heads=heads, shown=dict(heads), place=change.place, whole=change.payload is not None,
                  void=void, awaited=frozenset(change.seen))


def versions(changes: Iterable[Change], groups: Groups, unit: str) -> list[tuple[str, dict[str, Value]]]:
    """Return the different values of a unit, greatest first: (change id, {field: value}); for a group whole reports."""
    by_id = {c.cid: c for c in changes if c.kind == "write"}
    folded = fold(by_id.values(), groups)
    if unit in groups:
        reports = _reports(by_id, groups[unit], folded.heads)
        return [(top, {f: v[0] for f, v in report.items() if v}) for top, report in _distinct(reports)]
    heads = folded.heads.get(unit, ())
    found: dict[bytes, tuple[str, dict[str, Value]]] = {}
    for cid in sorted(heads, reverse=True):
        if by_id[cid].has(unit):
            found.setdefault(canonical(by_id[cid].value(unit)), (cid, {unit: by_id[cid].value(unit)}))
    return list(found.values())


def _grouped(groups: Groups, writes: Iterable[str]) -> dict[str, str]:
    """Return field -> its merge group, of those fields that were written."""
    group_of = {name: group for group, fields in groups.items() for name in fields}
    return {name: group_of[name] for name in writes if name in group_of}


def _show(out: Folded, change: Change, name: str, heads: tuple[str, ...]) -> None:
    """A field with one head shows what that said."""
    out.shown[name] = heads
    if name == PLACE:
        out.values[name] = change.place
    elif change.payload is not None:
        out.values[name] = change.payload[name]


def _writes_and_dead(by_id: Mapping[str, Change], only: Iterable[str] | None = None
                     ) -> tuple[dict[str, list[str]], dict[str, set[str]]]:
    """Return field -> who wrote it, and field -> what somebody had seen there; `only`: of these fields."""
    writes: dict[str, list[str]] = {}
    dead: dict[str, set[str]] = {}
    wanted = None if only is None else frozenset(only)
    for cid, change in by_id.items():
        for name in change.fields if wanted is None else wanted.intersection(change.fields):
            if name in writes:
                writes[name].append(cid)
            else:
                writes[name] = [cid]
        if change.place is not None:
            writes.setdefault(PLACE, []).append(cid)
        for seen, names in change.seen.items():
            for name in names:
                if name in dead:
                    dead[name].add(seen)
                else:
                    dead[name] = {seen}
    return writes, dead


def _settle_field(out: Folded, by_id: Mapping[str, Change], name: str, heads: tuple[str, ...]) -> None:
    if len(heads) == 1:
        _show(out, by_id[heads[0]], name, heads)
        return
    found = {cid: canonical(by_id[cid].value(name)) for cid in heads if by_id[cid].has(name)}
    if not found:
        out.shown[name] = heads
        return
    top = max(found)
    out.values[name] = by_id[top].value(name)
    out.shown[name] = tuple(cid for cid in heads if found.get(cid) == found[top])
    if len(set(found.values())) > 1:
        first: dict[bytes, str] = {}
        for cid in sorted(found, reverse=True):
            first.setdefault(found[cid], cid)
        out.conflicts[name] = tuple(first.values())


Report = dict[str, list[Value]]  # field -> the different values among its heads; more than one is a conflict inside


def _settle_group(out: Folded, by_id: Mapping[str, Change], group: str, fields: tuple[str, ...]) -> None:
    heads = {name: out.heads[name] for name in fields if name in out.heads}
    alive = {cid for cids in heads.values() for cid in cids}
    if len(alive) == 1 and all(len(cids) == 1 for cids in heads.values()):
        for name, cids in heads.items():
            _show(out, by_id[cids[0]], name, cids)
        return
    reports = _reports(by_id, fields, out.heads)
    if not reports:
        return
    top = max(reports)
    said = _known(reports[top])
    members = {cid for t, report in reports.items() if _known(report) == said for cid in (t, *_ancestors(by_id, fields, t))}
    for name, cids in heads.items():
        values = reports[top].get(name)
        if values:
            out.values[name] = values[0]
        out.shown[name] = tuple(cid for cid in cids if cid in members)
    distinct = _distinct(reports)
    if len(distinct) > 1 or any(len(v) > 1 for v in reports[top].values()):
        out.conflicts[group] = tuple(cid for cid, _ in distinct)


def _distinct(reports: Mapping[str, Report]) -> list[tuple[str, Report]]:
    found: dict[bytes, tuple[str, Report]] = {}
    for top in sorted(reports, reverse=True):
        found.setdefault(_known(reports[top]), (top, reports[top]))
    return list(found.values())


def _known(report: Report) -> bytes:
    """Return what tells reports apart: those that say the same were all shown to whoever saw one of them."""
    return canonical({name: values for name, values in report.items() if values and values != [None]})


def _reports(by_id: Mapping[str, Change], fields: tuple[str, ...], heads: Heads) -> dict[str, Report]:
    """Return top -> what its author had on the screen: the field fold over the top and its ancestors."""
    alive = {cid for name in fields for cid in heads.get(name, ()) if by_id[cid].payload is not None}
    ancestors = {cid: _ancestors(by_id, fields, cid) for cid in alive}
    tops = [cid for cid in alive if not any(cid in ancestors[other] for other in alive if other != cid)]
    return {top: _report(by_id, fields, ancestors[top] | {top}) for top in tops}


def _report(by_id: Mapping[str, Change], fields: tuple[str, ...], members: set[str]) -> Report:
    writes, dead = _writes_and_dead({cid: by_id[cid] for cid in members}, fields)
    out: Report = {}
    for name in fields:
        cids = sorted((c for c in writes.get(name, ()) if c not in dead.get(name, ())), reverse=True)
        different: dict[bytes, Value] = {}
        for cid in cids:
            if by_id[cid].payload is not None:
                different.setdefault(canonical(by_id[cid].value(name)), by_id[cid].value(name))
        if different:
            out[name] = list(different.values())
    return out


def _ancestors(by_id: Mapping[str, Change], fields: tuple[str, ...], cid: str) -> set[str]:
    """Return the changes that this one saw in any field of the group, and those they saw."""
    wanted, found, todo = set(fields), set[str](), [cid]
    while todo:
        for seen, names in by_id[todo.pop()].seen.items():
            if seen in by_id and seen not in found and not wanted.isdisjoint(names):
                found.add(seen)
                todo.append(seen)
    return found


def _settle_void(out: Folded, by_id: Mapping[str, Change]) -> None:
    """A deletion holds only if its author had seen every other head; else the record lives and is flagged."""
    _settle_field(out, by_id, VOID, out.heads[VOID])
    reason = out.values.pop(VOID, None)
    if reason is None:
        return
    others = {cid for name, cids in out.heads.items() if name != VOID for cid in cids if by_id[cid].has(name)}
    saw = {cid: {seen for seen, names in by_id[cid].seen.items() if VOID in names} | {cid}
           for cid in sorted(out.shown[VOID]) if by_id[cid].has(VOID)}
    whole = [cid for cid in saw if others <= saw[cid]]  # of two who deleted it, one who had seen everything is enough
    void = by_id[max(whole or saw)]
    unseen = others - saw[void.cid]
    if unseen:
        out.conflicts[VOID] = (max(unseen), void.cid)
    elif VOID not in out.conflicts:
        out.void = reason
