"""The short ways give the rows of the plain one, for every order, batching and form in which changes can arrive."""
import itertools
from collections.abc import Callable
from random import Random
from typing import Any
from unittest.mock import patch

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.models import deriving, links
from app.models.change import PLACE, VOID, Change, payload_hash
from app.models.dictionary import dictionary
from app.models.ledger import Ledger
from app.models.record import COLUMNS, load, row_of
from app.models.search import find
from app.models.writing import Write
from tests.models.conftest import KEY, MakeLedger

FIELDS = {"person": ("phone", "full_name", "id_number", "sex", "birth_date", "household_id", "skills", "years_away", "of_later"),
          "household": ("household_code", "dwelling_no", "household_phone"), "visit": ("on", "subject", "remark"),
          "of_a_later_program": ("phone", "what")}
VALUES = (None, "A", "B", "13800000001", ["01"], [], 3, True, 2**70, {"a": 1})
KINDS = tuple(FIELDS)
SAW = ("all",) * 12 + ("one", "none", "some", "other", "late", "empty", "more")
TWISTS = ("",) * 14 + ("void", "unvoid", "move", "move", "why", "moved_root", "retyped", "forged")
Step = tuple[str, set[int], int, str, str]  # type, which fields, which value, what its author had seen, what is odd about it


def steps_of(random: Random) -> list[Step]:
    """Return what happens to a few records: mostly edits by people who had seen everything, as in life."""
    kinds = random.choices(KINDS, (8, 2, 2, 1), k=2)
    return [(random.choice(kinds), set(random.sample(range(9), random.randrange(1, 5))), random.randrange(10), random.choice(SAW),
             random.choice(TWISTS)) for _ in range(random.randrange(2, 9))]


_numbers = itertools.count(1)
_logs = itertools.count(1)


class Story:
    """Changes of a few records, written by people who had seen this much of what was there, on clocks that are off."""

    def __init__(self, steps: list[Step], random: Random) -> None:
        self.n, self.random = next(_numbers), random
        self.changes: list[Change] = []
        for step in steps:
            self.write(*step)

    def rec(self, kind: str) -> str:
        return f"{self.n:08x}{KINDS.index(kind):024x}"

    def write(self, kind: str, which: set[int], value: int, saw: str, twist: str) -> None:
        rec = self.rec(kind)
        names = sorted({FIELDS[kind][i] for i in which if i < len(FIELDS[kind])})
        payload: dict[str, Any] = {name: self._value(name, value) for name in names}
        if twist in ("void", "unvoid"):
            payload = {VOID: "gone" if twist == "void" else None}
        if twist == "forged":  # a field that has the name of where the record lives
            payload[PLACE] = "nowhere"
        place = f"52999900100{value % 3}" if twist == "move" or (kind == "household" and not self._of(rec)) else None
        seen = self._seen(rec, [*payload, *([PLACE] if place else [])], saw)
        if twist == "why":
            payload["_why"] = {"V19": "x"}
        root = self.rec("person") if kind == "visit" else rec
        root = self.rec("household") if twist == "moved_root" else root
        kind = "household" if twist == "retyped" else kind
        salt, log = "00", f"{next(_logs):032x}"
        cid = f"{self.random.randrange(2**40):012x}7{self.n:08x}{len(self.changes):011x}"
        self.changes.append(Change(
            cid=cid, type=kind, rec=rec, root=root, area="529999001000", place=place, fields=tuple(sorted(payload.keys() - {"_why"})),
            seen=seen, author="a" * 32, source="t", log=log, seq=1, prev="", phash=payload_hash(salt, payload), payload=payload, salt=salt))

    def _value(self, name: str, value: int) -> Any:
        return self.rec("household") if name == "household_id" else VALUES[value]

    def _of(self, rec: str) -> list[Change]:
        return [c for c in self.changes if c.rec == rec]

    def _seen(self, rec: str, names: list[str], saw: str) -> dict[str, list[str]]:
        others, seen = self._of(rec), dict[str, list[str]]()
        if saw == "late" and others:  # what had been seen arrives after: its words are dead on arrival
            return {f"{self.random.getrandbits(128):032x}": names, others[-1].cid: names}
        if saw == "empty" and others:
            return {others[-1].cid: []}
        if saw == "more" and others:  # and, as nobody should, names what he does not write
            names = sorted({*names, *others[0].fields})
            others = others[:1]
        known = {"all": others, "one": others[-1:], "none": [], "other": others[:1], "some": others[::2]}.get(saw, others)
        dead = {(cid, name) for c in known for cid, fields in c.seen.items() for name in fields}
        for c in known:
            for name in names:
                wrote = name in c.fields or (name == PLACE and c.place is not None)
                if (wrote or (saw == "other" and name == "phone")) and (c.cid, name) not in dead:
                    seen.setdefault(c.cid, []).append(name)
        if VOID in names:
            seen = {c.cid: [VOID] for c in known}
        return seen


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("deriving")
    some = [Ledger.create(folder / f"{name}.db", KEY, area="529999001000", device_name="d", user_name="u", role="township",
                          practice=True) for name in ("quick", "plain")]
    yield some
    for one in some:
        assert one.verify().problems == []
        one.close()


class Rising(Random):
    """Clocks that are right: every later id is greater."""

    _last = itertools.count(1)

    def randrange(self, *_: Any) -> int:
        return next(self._last)


def rows(ledger: Ledger, story: Story) -> dict[str, Any]:
    """Everything that is derived of these records, without the places in which rows happen to lie."""
    conn, low, high = ledger.db.conn, f"{story.n:08x}", f"{story.n:08x}g"
    ask: Callable[[str], list[Any]] = lambda sql: [tuple(row) for row in conn.execute(sql, (low, high))]  # noqa: E731
    out = {kind.name: ask(f'SELECT * FROM "{kind.name}" WHERE id >= ? AND id < ? ORDER BY id') for kind in dictionary().types.values()}
    out["record"] = ask(f"SELECT {', '.join(COLUMNS)} FROM record WHERE rec >= ? AND rec < ? ORDER BY rec")
    out["conflict"] = ask("SELECT * FROM conflict WHERE rec >= ? AND rec < ? ORDER BY rec, unit")
    out["search"] = ask("SELECT id, place, last, phone FROM search_person WHERE id >= ? AND id < ? ORDER BY id")
    out["homes"] = ask("SELECT * FROM search_household WHERE id >= ? AND id < ? ORDER BY id")
    out["found"] = [(h.person, h.household) for text in "AB" for h in find(ledger, text, limit=10**6)
                    if (h.person or h.household or "").startswith(low)]
    recs = [row[0] for row in out["record"]]
    out["state"] = sorted((rec, kind, root, repr(sorted(folded.values.items())), folded.heads, folded.shown, folded.place)
                          for rec, (kind, root, folded) in load(conn, recs, ledger.groups).items())
    return out


def plainly() -> Any:
    """Every record is folded from all its changes."""
    return patch.multiple(deriving, follow=lambda *a: None, disputed=lambda *a: None, _plain_first=lambda c: False)


@given(st.integers(0, 2**32))
@settings(max_examples=400, deadline=None)
def test_the_short_ways_give_the_rows_of_the_fold(pair: list[Ledger], seed: int) -> None:
    quick, plain = pair
    random = Random(seed)
    story, sizes = Story(steps_of(random), random), [random.randrange(1, 4) for _ in range(3)]
    parcel = list(story.changes)
    if random.random() < 0.5:
        parcel = [msgspec.structs.replace(c, payload=None, salt=None) if random.random() < 0.15 else c for c in parcel]
        parcel += random.sample(story.changes, len(parcel) // 2)
        if random.random() < 0.7:
            random.shuffle(parcel)
        parcel += story.changes
    for ledger in pair:
        mine, turn = list(parcel), itertools.cycle(sizes)
        while mine:
            size = next(turn)
            some, mine = mine[:size], mine[size:]
            if ledger is plain:
                with plainly():
                    ledger.merge(some)
            else:
                ledger.merge(some)
    assert rows(quick, story) == rows(plain, story)


def test_the_short_ways_are_taken(pair: list[Ledger]) -> None:
    """The property above would hold of a short way that is never taken."""
    taken: list[Any] = []
    batch = deriving._Batch
    first, moved, dispute, write = batch.first, batch.edit, batch.dispute, batch.write

    def told(steps: list[Step]) -> list[str]:
        """Return by which way each change was taken in."""
        taken.clear()
        with patch.multiple(batch, first=lambda *a: taken.append("first") or first(*a),
                            edit=lambda *a: taken.append("edit") or moved(*a),
                            dispute=lambda *a: taken.append("dispute") or dispute(*a),
                            write=lambda *a: taken.extend(["fold"] * len(a[3])) or write(*a)):
            for change in Story(steps, Rising(len(taken))).changes:
                pair[0].merge([change])
        return list(taken)

    edit: Step = ("person", {0, 6}, 1, "all", "")
    assert told([edit, edit, edit]) == ["first", "edit", "edit"]  # over the first write, and over an edit of it
    assert told([edit, ("person", {7}, 6, "all", "")]) == ["first", "edit"]  # a field that was free: the first write is read
    assert told([edit, ("person", {0}, 3, "none", "")]) == ["first", "dispute"]
    assert told([edit, edit, ("person", {0, 7}, 3, "other", "")]) == ["first", "edit", "dispute"]
    assert told([edit, ("person", {0}, 1, "none", ""), edit]) == ["first", "fold", "fold"]  # the same once more is no dispute
    assert told([edit, ("person", {0}, 3, "none", ""), edit]) == ["first", "dispute", "fold"]


def test_rebuilding_gives_the_same_rows(make_ledger: MakeLedger) -> None:
    ledger = make_ledger()
    stories = []
    for seed in range(25):
        random = Random(seed)
        steps = steps_of(random)
        stories.append(Story(steps, random))
        ledger.merge(stories[-1].changes)
    before = [rows(ledger, story) for story in stories]
    ledger.rebuild()
    assert [rows(ledger, story) for story in stories] == before and ledger.verify().problems == []


def test_a_thin_row_holds_no_second_copy_of_the_values(ledger: Ledger) -> None:
    rec = ledger.write([Write("person", {"full_name": "杨甲", "phone": "1"})], source="test").ids[0]
    first = ledger.changes_of_root(rec)[0].cid
    later = ledger.write([Write("person", {"phone": "2"}, rec=rec)], source="test").cids[0]
    cid, state = ledger.db.conn.execute("SELECT cid, state FROM record WHERE rec = ?", (rec,)).fetchone()
    assert cid == first and bytes(state) == f'{{"{later}":["phone"]}}'.encode()
    assert ledger.seen(rec) == {"full_name": [first], PLACE: [first], "phone": [later]}
    assert ledger.get(rec).values == {"full_name": "杨甲", "phone": "2"}  # type: ignore[union-attr]


def test_a_record_is_of_the_type_its_oldest_change_says(make_ledger: MakeLedger) -> None:
    """Two changes that claim different types of one record: the same everywhere, whichever came first."""
    rec, rows_of = "7" * 32, []
    young, old = (Change(cid=n * 32, type=kind, rec=rec, root=rec, area="529999001000", fields=("phone",), author="a" * 32,
                         source="t", log=n * 32, seq=1, prev="", phash=payload_hash("00", {"phone": n}), payload={"phone": n},
                         salt="00") for n, kind in (("2", "household"), ("1", "person")))
    for name, order in (("one", (young, old)), ("two", (old, young))):
        ledger = make_ledger(name)
        for change in order:
            ledger.merge([change])
        assert ledger.verify().problems == [] and ledger.rows("household") == []
        rows_of.append((ledger.rows("person"), ledger.digest(), row_of([young, old], ledger.folded(rec))))  # type: ignore[arg-type]
    assert rows_of[0] == rows_of[1]


def test_what_is_linked_still_shows_the_heads_of_thin_rows(ledger: Ledger) -> None:
    one, two = (ledger.write([Write("person", {"full_name": "杨甲", "phone": p})], source="test").ids[0] for p in "12")
    ledger.write([Write("person", {"phone": "3"}, rec=one)], source="test")
    links.link(ledger, "person", one, two)
    assert "phone" in links.together(ledger, one).record.conflicts  # type: ignore[union-attr]


def test_the_number_that_no_column_holds_stands_as_text(ledger: Ledger) -> None:
    rec = ledger.write([Write("person", {"years_away": 2**70})], source="test").ids[0]
    assert ledger.db.conn.execute("SELECT years_away FROM person WHERE id = ?", (rec,)).fetchone() == (str(2**70),)
