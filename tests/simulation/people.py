"""People: what somebody at a computer can do with what the screen shows; each word is told to the oracle with what was seen."""
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.models import links
from app.models.change import PLACE, VOID, canonical
from app.models.dictionary import dictionary
from app.models.identity import new_id
from app.models.ledger import Touched, Write
from tests.simulation.lands import VILLAGES
from tests.simulation.oracle import HEADER, View, shown_in, units_of, value_in

if TYPE_CHECKING:
    from tests.simulation.replica import Replica
    from tests.simulation.world import World

FIELDS: Mapping[str, Sequence[tuple[str, Sequence[Any]]]] = {
    "person": (("phone", ("1", "2", "3", None)), ("full_name", ("甲", "乙", "丙")), ("marital_status", ("1", "2", None)),
               ("member_since", ("2024-01-01", "2025-01-01")), ("move_reason", ("1", "2", None)),
               ("training_done", (True, False)), ("wants_training", (True, False, None)), ("skills", (["1"], ["1", "2"]))),
    "household": (("dwelling_no", ("1-1", "1-2", None)), ("persons", (1, 2, 3))),
    "visit": (("result", ("1", "2")), ("remark", ("x", "y", None))),
}
WHY = "登记有误"
ROSTER = tuple(f"00000000000050008000{n:012x}" for n in range(0x5A0, 0x5A4))  # people whose ids come from an issued code: two may enter them


@dataclass(frozen=True, slots=True)
class Form:
    """A form left open on a screen: what it showed, and which changes stand behind that."""

    kind: str
    rec: str
    view: View
    seen: Mapping[str, Sequence[str]]


class People:
    """Everybody who types in a world."""

    def __init__(self, world: "World") -> None:
        self.world, self.oracle, self.rnd = world, world.oracle, world.rnd
        self.forms: dict[str, list[Form]] = {}
        self._before: tuple[Replica, dict[str, View], dict[tuple[str, str], Any]] | None = None

    def act(self, one: "Replica") -> None:
        """Let somebody at a computer do one thing."""
        x, known = self.rnd.random(), self.known(one)
        if x < .16 or not known:
            self.create(one)
            return
        kind, rec = self.rnd.choice(known)
        can, officials = self.world.can, self.world.officials
        if can.links and self.rnd.random() < .15:
            officials.link(one, kind, rec)
            return
        if can.erasing and one.office and self.rnd.random() < .25:
            officials.forget(one, rec)
            return
        for share, do in ((.44, self.edit), (.52, self.open_form), (.62, self.finish_form), (.70, self.move),
                          (.76, self.visit), (.83, self.delete), (.94, self.settle)):
            if x < share:
                do(one, kind, rec)
                return
        self.undo(one)

    def known(self, one: "Replica") -> list[tuple[str, str]]:
        """Return (type, id) of the records a screen can show."""
        return [(kind, rec) for rec, kind in one.ledger.db.conn.execute(
            "SELECT rec, type FROM record WHERE whole AND type IN ('person', 'household', 'visit') ORDER BY rec")
            if rec in self.oracle.kinds]

    def view(self, one: "Replica", rec: str) -> View:
        """Return what a screen shows of a record, having judged whether it may."""
        record, here = one.ledger.get(rec), held(one, rec)
        if record is not None and record.values:
            wrong = list(self.oracle.wrong(record, here))
            if wrong:
                from tests.simulation.world import Broken
                raise Broken(f"{one.name} shows: " + "; ".join(wrong))
        found = members(self.world, one, rec)
        if len(found) > 1 and record is not None and (wrong := list(wrong_together(self.world, one, rec, found))):
            self._broken(f"{one.name} shows together: " + "; ".join(wrong))
        return self.oracle.view(record, rec, here)

    # -- what they do

    def create(self, one: "Replica") -> None:
        """A household with a person, or a person of the roster, whom somebody else may be entering too."""
        place = self.place(one)
        if self.rnd.random() < .4:
            home = new_id()
            writes = [Write("household", {"household_code": f"H{home[-6:]}", "persons": 1}, rec=home, place=place),
                      Write("person", {"full_name": "甲", "household_id": home, "phone": "1"}, rec=new_id(), place=place)]
        else:
            rec = self.rnd.choice(ROSTER)
            if self._is_stub(one, rec):
                return
            known = one.ledger.get(rec) is not None
            writes = [Write("person", {"full_name": self.rnd.choice("甲乙"), "phone": self.rnd.choice("123")}, rec=rec,
                            place=None if known else place)]
        self.write(one, writes, {}, "roster:1")

    def edit(self, one: "Replica", kind: str, rec: str) -> None:
        """Change one or two fields of what is on the screen."""
        why = {"V3": "x"} if self.rnd.random() < .2 else None  # the reason given for a doubt travels with the values
        seen, views = links.seen(one.ledger, rec), {}
        if seen is not None:  # what the person's other records say alike was on the screen too
            heres = {m: held(one, m) for m in members(self.world, one, rec)}
            views[rec] = self.oracle.seeing_together(self.view(one, rec), heres)
        self.write(one, [Write(kind, self.values(kind, one), rec=rec, why=why, seen=seen)], views, "screen")

    def open_form(self, one: "Replica", kind: str, rec: str) -> None:
        """Begin an interview: what is shown now is what will have been seen when it ends."""
        self.forms.setdefault(one.name, []).append(Form(kind, rec, self.view(one, rec), one.ledger.seen(rec)))

    def finish_form(self, one: "Replica", kind: str, rec: str) -> None:
        """End one that was begun, hours or exchanges ago."""
        forms = [f for f in self.forms.get(one.name, []) if one.ledger.get(f.rec) is not None and not self._is_stub(one, f.rec)]
        if not forms:
            return
        form = self.rnd.choice(forms)
        self.forms[one.name].remove(form)
        self.world.stat["old forms ended"] += 1
        self.write(one, [Write(form.kind, self.values(form.kind, one), rec=form.rec, seen=form.seen)], {form.rec: form.view}, "form:x")

    def move(self, one: "Replica", kind: str, rec: str) -> None:
        """Move a dossier to another village."""
        if kind != "visit":
            self.write(one, [Write(kind, {}, rec=rec, place=self.rnd.choice(VILLAGES))], {}, "screen")
            self.world.stat["moves"] += 1

    def visit(self, one: "Replica", kind: str, rec: str) -> None:
        """Write a row that belongs to a person."""
        if kind == "person":
            photo = {"remark": self.world.photos.take(one)} if self.world.can.photos and self.rnd.random() < .5 else {}
            self.write(one, [Write("visit", {"subject": rec, "result": "1"} | photo, rec=new_id())], {}, "screen")

    def delete(self, one: "Replica", kind: str, rec: str) -> None:
        """Delete, or take a deletion back."""
        record = one.ledger.get(rec)
        gone = record is not None and (record.void is not None or VOID in record.conflicts)
        self.write(one, [Write(kind, {VOID: None if gone else WHY}, rec=rec)], {}, "screen")
        self.world.stat["deletions"] += 1

    def settle(self, one: "Replica", kind: str, rec: str) -> None:
        """Decide an open question in Review, by one of the sides or by a word of one's own."""
        waiting = [c for c in one.ledger.conflicts() if c.rec in self.oracle.kinds and not self._is_stub(one, c.rec)]
        if not waiting:
            return
        case = self.rnd.choice(waiting)
        version = self.rnd.choice(case.versions)
        heres = {m: held(one, m) for m in members(self.world, one, case.rec)}
        view = self.seeing_all(self.view(one, case.rec), case.unit)
        alone = len(heres) == 1 or self.oracle.deleted(case.rec, heres[case.rec])  # who was deleted is asked about alone
        views = {case.rec: view if alone else self.oracle.seeing_together(view, heres, case.unit)}
        self._ready(one, views, {(case.rec, case.unit): version.value})
        touched = one.ledger.resolve(case.rec, case.unit, version.value)
        self._said(touched)
        self.world.stat["settled"] += 1
        if not touched.cids or (case.unit != VOID and case.unit in one.ledger.get(case.rec).conflicts):
            self._broken(f"{one.name} settled {case.unit} of {case.type} and it is still open")

    def undo(self, one: "Replica") -> None:
        """Take back the last act."""
        views = {rec: self.view(one, rec) for _, rec in self.known(one)}
        self._ready(one, views, {})
        act = self._last_act(one)
        bonds = one.declared("link")
        touched = one.ledger.undo()
        if self.world.officials.undone(one, bonds):
            self.world.stat["links undone by undo"] += 1
        elif touched is not None:
            self._said(touched)
            for rec, view in views.items():
                if self.oracle.stands(rec, VOID, held(one, rec)).keys() & set(touched.cids):
                    continue  # what was made is taken back by deleting it
                if any(cid.startswith(HEADER) for cid in held(one, rec)):
                    continue  # it has left this computer's scope since, and is no longer edited here
                for unit, behind in view.behind.items():
                    after = self.oracle.stands(rec, unit, held(one, rec))
                    others = {canonical(v) for cid, v in after.items() if cid not in act}
                    if unit not in (VOID, PLACE) and behind & act and {canonical(after[cid]) for cid in act & after.keys()} - others:
                        self._broken(f"{one.name} took back {unit} of {rec[-6:]} and it still stands")
            self.world.stat["undone"] += 1
            self.world.tell(one.name, "undid", len(touched.cids))

    # -- how it is written

    def write(self, one: "Replica", writes: Sequence[Write], views: Mapping[str, View], source: str) -> None:
        """Write, and tell the oracle what was on the screen."""
        now = {w.rec: self.view(one, w.rec) for w in writes if w.rec}
        views = {**now, **views}
        expected: dict[tuple[str, str], Any] = {}
        for w in writes:
            self._expect(expected, w, views[w.rec or ""])
        self._ready(one, views, expected)
        touched = one.ledger.write(writes, source=source)
        made = self._said(touched)
        self.world.tell(one.name, source, [(w.type, (w.rec or "")[-6:], dict(w.values), w.place) for w in writes])
        for (rec, unit), value in expected.items():
            if (rec, unit) not in made and canonical(now[rec].shown.get(unit)) != canonical(value) and not self._asked_is_so(one, writes, rec, unit):
                self._broken(f"{one.name} wrote {unit} and it was dropped")

    def found(self, one: "Replica") -> None:
        """After a crash in a write: tell the oracle what is on disk of it."""
        if self._before is None or self._before[0] is not one:
            return
        log = one.ledger.me.log
        new = [row[0] for row in one.ledger.db.conn.execute("SELECT cid FROM change WHERE log = ? ORDER BY seq", (log,))]
        touched = [c for c in one.ledger.changes(new) if c.rec in self._before[1] and c.cid not in self.oracle.cids]
        for change in touched:
            self.oracle.note(change, self._before[1][change.rec], self._heard(one, change.root))
        self.world.officials.undone(one, self.oracle.declared)  # an undo that was on disk took links back too

    def _ready(self, one: "Replica", views: Mapping[str, View], expected: Mapping[tuple[str, str], Any]) -> None:
        self._before = (one, dict(views), dict(expected))

    def _said(self, touched: Touched) -> set[tuple[str, str]]:
        assert self._before is not None
        one, views, expected = self._before
        made = set()
        empty = View({}, {}, frozenset(), {})
        for change in one.ledger.changes(touched.cids):
            self.oracle.note(change, views.get(change.rec, empty), self._heard(one, change.root))
            for unit in units_of(change):
                made.add((change.rec, unit))
                wanted = expected.get((change.rec, unit))
                if wanted is not None and canonical(_bare(wanted)) != canonical(value_in(change, unit)):
                    self._broken(f"{one.name}: {unit} says {value_in(change, unit)}, the author said {wanted}")
        self.world.stat["writes"] += len(touched.cids)
        return made

    @staticmethod
    def _heard(one: "Replica", root: str) -> set[str]:
        return {row[0] for row in one.ledger.db.conn.execute("SELECT cid FROM change WHERE kind = 'erase' AND root = ?", (root,))}

    def _expect(self, expected: dict[tuple[str, str], Any], write: Write, view: View) -> None:
        groups = dictionary().groups(write.type)
        for name, value in write.values.items():
            unit = VOID if name == VOID else dictionary().unit_of(write.type, name)
            if unit in groups:
                expected.setdefault((write.rec or "", unit), dict(view.shown.get(unit) or {}))[name] = value
            elif value is not None:
                expected[write.rec or "", unit] = value
        if write.place is not None:
            expected[write.rec or "", PLACE] = write.place

    @staticmethod
    def _last_act(one: "Replica") -> set[str]:
        row = one.ledger.db.conn.execute("SELECT log, first, last FROM act WHERE undone = 0 AND log = ? AND source NOT IN"
                                         " ('setup', 'undo', '') ORDER BY id DESC LIMIT 1", (one.ledger.me.log,)).fetchone()
        return {r[0] for r in one.ledger.db.conn.execute(
            "SELECT cid FROM change WHERE log = ? AND seq BETWEEN ? AND ? AND came_from IS NULL", row)} if row else set()

    @staticmethod
    def _asked_is_so(one: "Replica", writes: Sequence[Write], rec: str, unit: str) -> bool:
        """Return whether the fields that were typed already said so."""
        record = one.ledger.get(rec)
        asked = {n: v for w in writes if w.rec == rec for n, v in w.values.items()}
        return record is not None and (unit == VOID or all(
            canonical(record.values.get(n)) == canonical(v) for n, v in asked.items()) and shown_in(record, PLACE) is not None)

    @staticmethod
    def seeing_all(view: View, unit: str) -> View:
        """Return the view of somebody who was shown every side of a unit."""
        return View(view.shown, {**view.behind, unit: view.standing.get(unit, frozenset())}, view.all, view.standing)

    def values(self, kind: str, one: "Replica") -> dict[str, Any]:
        """Return one or two new answers, or a photo."""
        if self.world.can.photos and self.rnd.random() < .35:
            return {"remark": self.world.photos.take(one)}
        picked = self.rnd.sample(FIELDS[kind], self.rnd.choice((1, 1, 2)))
        return {name: self.rnd.choice(values) for name, values in picked}

    def place(self, one: "Replica") -> str:
        """Return a village the author works in."""
        area = one.ledger.me.area
        within = [v for v in VILLAGES if v.startswith(area.rstrip("0"))]
        return self.rnd.choice(within or VILLAGES[:1])

    @staticmethod
    def _is_stub(one: "Replica", rec: str) -> bool:
        row = one.ledger.db.conn.execute("SELECT whole FROM record WHERE rec = ?", (rec,)).fetchone()
        return row is not None and not row[0]

    @staticmethod
    def _broken(words: str) -> None:
        from tests.simulation.world import Broken
        raise Broken(words)


def held(one: "Replica", rec: str) -> set[str]:
    """Return the ids of the changes of a record that are there; those without what they said are marked."""
    return {cid if n is not None else HEADER + cid
            for cid, n in one.ledger.db.conn.execute("SELECT cid, n FROM change WHERE rec = ? AND kind = 'write'", (rec,))}


def members(world: "World", one: "Replica", rec: str) -> list[str]:
    """Return the records of a person that are at a computer, by the words on links that are there."""
    found = world.oracle.bonds.members(rec, one.declared("link"))
    return [m for m in found if m == rec or held(one, m)]


def wrong_together(world: "World", one: "Replica", rec: str, found: Sequence[str]) -> Iterable[str]:
    """Return what the combined view of linked records shows that must not be, and what it hides."""
    shown = links.together(one.ledger, rec)
    if shown is None:
        yield f"{rec[-6:]} is not shown with the others"
        return
    heres = {m: held(one, m) for m in found}
    if all(world.oracle.deleted(m, heres[m]) for m in found):
        return
    words = world.oracle.together(heres)
    asked = {unit for unit, said in words.items() if len({canonical(v) for v in said.values()}) > 1}
    if asked != shown.record.conflicts.keys() - {VOID, PLACE}:
        yield f"of {rec[-6:]} and {len(found) - 1} more it asks {sorted(shown.record.conflicts)}, not {sorted(asked)}"
    for unit, said in words.items():
        if said and canonical(shown_in(shown.record, unit)) not in {canonical(v) for v in said.values()}:
            yield f"{unit} of {rec[-6:]} is what nobody said"


def _bare(value: Any) -> Any:
    return {k: v for k, v in value.items() if v is not None} if isinstance(value, dict) else value
