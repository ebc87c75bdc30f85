"""The one door: merging in any order, repetition and batching gives equal records; what is confirmed is on disk."""
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.models import erasure, links
from app.models.change import Change
from app.models.dictionary import dictionary
from app.models.ledger import Ledger
from app.models.problem import Problem
from app.models.schema import _FIRST, _SECOND
from app.models.store import SCHEMA, connect, transaction
from app.models.writing import Write
from tests.models.conftest import KEY, MakeLedger


def all_changes(ledger: Ledger) -> list[Change]:
    return ledger.changes([row[2] for row in ledger.feed(0, 10**6)])


def household(ledger: Ledger, code: str = "H1") -> str:
    return ledger.write([Write("household", {"household_code": code})], source="test").ids[0]


def person(ledger: Ledger, home: str, **values: object) -> str:
    return ledger.write([Write("person", {"household_id": home, "full_name": "杨甲", **values})], source="test").ids[0]


def test_a_write_can_be_read_again_after_reopening(ledger: Ledger) -> None:
    rec = person(ledger, household(ledger), phone="13800005678", skills=["01", "02"], registration_moved=True)
    again = ledger.again()
    record = again.get(rec)
    assert record is not None
    assert record.values["skills"] == ["01", "02"] and record.place == ledger.me.area
    assert again.rows("person")[0][1]["registration_moved"] is True
    again.close()


def test_unchanged_values_make_no_change(ledger: Ledger) -> None:
    rec = person(ledger, household(ledger), phone="13800005678")
    before = ledger.feed_mark()
    assert ledger.write([Write("person", {"phone": "13800005678"}, rec=rec)], source="test").cids == ()
    assert ledger.feed_mark() == before


def test_one_field_of_a_group_is_written_with_the_group_as_shown(ledger: Ledger) -> None:
    rec = person(ledger, household(ledger), id_type="01", id_number="529999199001010015", sex="1", birth_date="1990-01-01")
    touched = ledger.write([Write("person", {"sex": "2"}, rec=rec)], source="test")
    written = ledger.changes(touched.cids)[0]
    assert written.fields == ("birth_date", "id_number", "id_type", "sex")
    assert written.payload is not None and written.payload["id_number"] == "529999199001010015"
    assert ledger.get(rec).values["sex"] == "2"  # type: ignore[union-attr]


def test_later_writes_of_a_batch_see_the_earlier_ones(ledger: Ledger) -> None:
    home = household(ledger)
    rec = "a" * 32
    ledger.write([Write("person", {"household_id": home, "full_name": "杨甲", "phone": "1"}, rec=rec),
                  Write("person", {"phone": "2"}, rec=rec), Write("person", {"phone": "3"}, rec=rec)], source="test")
    record = ledger.get(rec)
    assert record is not None and record.values["phone"] == "3" and not record.conflicts
    assert ledger.verify().ok


def test_a_disagreement_is_kept_listed_settled_and_reopened(make_ledger: MakeLedger) -> None:
    one, two = make_ledger("one"), make_ledger("two")
    rec = person(one, household(one), phone="13800000001")
    two.merge(all_changes(one))
    one.write([Write("person", {"phone": "13800000002"}, rec=rec)], source="test")
    two.write([Write("person", {"phone": "13800000003"}, rec=rec)], source="test")
    assert one.merge(all_changes(two)).conflicts == 1
    two.merge(all_changes(one))
    assert one.digest() == two.digest() and one.digest(strict=True) == two.digest(strict=True)
    [conflict] = one.conflicts()
    assert {(v.value, v.author_name, v.device_name) for v in conflict.versions} == {
        ("13800000002", "调查员 one", "电脑 one"), ("13800000003", "调查员 two", "电脑 two")}
    one.resolve(rec, "phone", "13800000003")
    assert one.conflicts() == [] and one.get(rec).values["phone"] == "13800000003"  # type: ignore[union-attr]
    one.undo()
    [again] = one.conflicts()
    assert {(v.value, v.author_name) for v in again.versions} == {(v.value, v.author_name) for v in conflict.versions}
    two.merge(all_changes(one))
    assert two.digest() == one.digest() and two.verify().ok and one.verify().ok


def test_undo_takes_back_an_edit_and_then_the_creation(ledger: Ledger) -> None:
    home = household(ledger)
    rec = person(ledger, home, phone="1")
    ledger.write([Write("person", {"phone": "2", "remark": "x"}, rec=rec)], source="screen")
    ledger.undo()
    record = ledger.get(rec)
    assert record is not None and record.values["phone"] == "1" and record.values.get("remark") is None
    ledger.undo()
    assert ledger.rows("person") == [] and ledger.get(rec).void  # type: ignore[union-attr]
    assert ledger.verify().ok


def test_what_was_undone_can_be_written_again(make_ledger: MakeLedger) -> None:
    one, two = make_ledger("one"), make_ledger("two")
    home = household(one)
    rec = person(one, home, phone="1")
    one.undo()
    assert one.rows("person") == []
    one.write([Write("person", {"household_id": home, "full_name": "杨甲"}, rec=rec, begins=True)], source="test")
    record = one.get(rec)
    assert record is not None and record.void is None and not record.conflicts
    assert {name: value for name, value in record.values.items() if value is not None} == {"household_id": home, "full_name": "杨甲"}
    two.merge(all_changes(one))
    assert two.digest() == one.digest() and two.verify().ok and one.verify().ok
    one.undo()
    assert one.get(rec).void, "what was begun anew is taken back as what was begun"  # type: ignore[union-attr]


def test_an_edit_from_a_screen_that_is_behind_takes_no_deletion_back(make_ledger: MakeLedger) -> None:
    one = make_ledger("one")
    rec = person(one, household(one), phone="1")
    one.write([Write("person", {"_void": "重复"}, rec=rec)], source="test")
    one.write([Write("person", {"phone": "2"}, rec=rec)], source="test")
    record = one.get(rec)
    assert record is not None and (record.void is not None or "_void" in record.conflicts), "somebody is asked, or it stays deleted"


def test_who_had_not_seen_a_deletion_is_flagged_as_before(make_ledger: MakeLedger) -> None:
    one, two = make_ledger("one"), make_ledger("two")
    rec = person(one, household(one), phone="1")
    two.merge(all_changes(one))
    one.write([Write("person", {"_void": "重复"}, rec=rec)], source="test")
    two.write([Write("person", {"phone": "2"}, rec=rec)], source="test")
    one.merge(all_changes(two))
    record = one.get(rec)
    assert record is not None and record.void is None and "_void" in record.conflicts


def test_undo_leaves_what_somebody_wrote_since(make_ledger: MakeLedger) -> None:
    one, two = make_ledger("one"), make_ledger("two")
    rec = person(one, household(one), phone="1")
    one.write([Write("person", {"phone": "2"}, rec=rec)], source="screen")
    two.merge(all_changes(one))
    two.write([Write("person", {"phone": "3"}, rec=rec)], source="screen")
    one.merge(all_changes(two))
    one.undo()
    assert one.get(rec).values["phone"] == "3"  # type: ignore[union-attr]


def test_only_here_counts_records_until_a_hub_has_them(ledger: Ledger) -> None:
    person(ledger, household(ledger))
    assert ledger.only_here() == 2
    last = ledger.db.conn.execute("SELECT max(seq) FROM change").fetchone()[0]
    ledger.acknowledge(ledger.me.log, last)
    assert ledger.only_here() == 0
    household(ledger, "H2")
    assert ledger.only_here() == 1


def test_what_fails_on_the_way_leaves_nothing(ledger: Ledger) -> None:
    before = ledger.feed_mark(), ledger.digest(strict=True)

    def fail(conn: object) -> None:
        raise RuntimeError("the cursor could not be written")

    with pytest.raises(RuntimeError):
        ledger.merge([a_change("1" * 32)], after=fail)
    assert (ledger.feed_mark(), ledger.digest(strict=True)) == before and ledger.verify().ok


def a_change(rec: str, cid: str = "0" * 32, **values: object) -> Change:
    return Change(cid=cid, type="household", rec=rec, root=rec, area="529999001L01", place="529999001L01",
                  fields=tuple(sorted(values)), author="a" * 32, source="test", log="b" * 32, seq=1, prev="",
                  phash="", payload=dict(values), salt="00")


def test_a_header_first_and_its_payload_later(make_ledger: MakeLedger) -> None:
    one, two, three = make_ledger("one"), make_ledger("two"), make_ledger("three")
    person(one, household(one), phone="1")
    changes = all_changes(one)
    import msgspec
    bare = [msgspec.structs.replace(c, payload=None, salt=None) for c in changes]
    two.merge(bare)
    assert two.rows("person") == []
    assert two.merge(changes).new == len(changes) and two.merge(changes).new == 0
    three.merge(changes)
    assert two.digest(strict=True) != three.digest() and two.digest() == three.digest() == one.digest()
    assert two.verify().ok


def test_verify_sees_a_row_that_was_changed_behind_its_back(ledger: Ledger) -> None:
    rec = person(ledger, household(ledger), phone="1")
    assert ledger.verify().ok
    with transaction(ledger.db) as conn:
        conn.execute("UPDATE person SET phone = '2' WHERE id = ?", (rec,))
    assert not ledger.verify().ok
    ledger.rebuild()
    assert ledger.verify().ok
    with transaction(ledger.db) as conn:
        conn.execute("UPDATE change SET payload = replace(payload, '\"1\"', '\"2\"') WHERE rec = ?", (rec,))
    ledger.rebuild()
    assert not ledger.verify().ok


def test_a_wrong_key_a_missing_file_and_a_newer_store_are_refused_in_words(ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(Problem) as wrong:
        connect(ledger.path, bytes(32))
    assert wrong.value.key == "store.key"
    with pytest.raises(Problem) as missing:
        connect(tmp_path / "none.db", KEY)
    assert missing.value.key == "store.missing"
    ledger.db.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    with pytest.raises(Problem) as newer:
        connect(ledger.path, KEY)
    assert newer.value.key == "store.newer"


def test_a_second_writer_waits_and_is_told(ledger: Ledger) -> None:
    other = ledger.again()
    other.db.execute("PRAGMA busy_timeout = 50")
    with transaction(ledger.db), pytest.raises(Problem) as locked:
        household(other)
    assert locked.value.key == "store.locked"
    other.close()


def test_no_record_type_has_the_name_of_a_table_of_the_ledger() -> None:
    own = {statement.split()[2] for statement in (*_FIRST, *_SECOND) if statement.startswith("CREATE TABLE")}
    assert own and not own & set(dictionary().types)


EDITS = st.lists(st.tuples(st.integers(0, 2), st.sampled_from(
    ["phone", "sex", "id_number", "remark", "_void", "phone", "remark", "link", "unlink", "redact", "erase"]),
                           st.integers(0, 2), st.booleans()), max_size=14)


def act(one: Ledger, what: str, rec: str, other: str, value: int) -> None:
    """Do one thing to the first of two people: an edit, a link, or what has it forgotten."""
    if what in ("link", "unlink"):
        links.link(one, "person", rec, other, yes=what == "link")
    elif what == "redact":
        erasure.redact(one, [c.cid for c in one.changes_of_root(rec)][value:value + 1])
    elif what == "erase":
        erasure.erase(one, rec)
    else:
        one.write([Write("person", {what: str(value)}, rec=rec)], source="test")


@given(EDITS, st.randoms(use_true_random=False), st.lists(st.integers(1, 5), min_size=1, max_size=4))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_order_repetition_and_batching_gives_equal_records(
        tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[int, str, int, bool]], random, sizes: list[int]) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path_factory.mktemp("merge")
    three = [Ledger.create(folder / f"{i}.db", KEY, area="529999001L01", device_name=str(i), user_name=str(i),
                           role="township", practice=True) for i in range(3)]
    for some in three:
        erasure.grant(some, some.me.device)
    other = person(three[0], household(three[0], "H2"), phone="9")
    rec = person(three[0], household(three[0]), phone="0", sex="1")
    for some in three[1:]:
        some.merge(all_changes(three[0]))
    for who, field, value, sync in edits:
        act(three[who], field, rec, other, value)
        if sync:
            three[(who + 1) % 3].merge(all_changes(three[who]))
    everything = [c for some in three for c in all_changes(some)]
    for mine in three:
        parcel = [*everything, *random.sample(everything, len(everything) // 3)]
        random.shuffle(parcel)
        while parcel:
            size = random.choice(sizes)
            mine.merge(parcel[:size])
            del parcel[:size]
    assert len({some.digest() for some in three}) == 1 and len({some.digest(strict=True) for some in three}) == 1
    assert len({(links.members(some.db.conn, rec), repr(links.shown(some, rec))) for some in three}) == 1
    before = three[0].digest()
    assert three[0].verify().problems == []
    three[0].rebuild()
    assert three[0].digest() == before
    for some in three:
        some.close()


def test_listeners_hear_of_a_nested_write_only_when_it_is_on_disk(ledger: Ledger) -> None:
    heard: list[bool] = []
    ledger.listeners.append(lambda _: heard.append(ledger.db.conn.in_transaction))
    with transaction(ledger.db):
        ledger.write([Write("person", {"full_name": "石晓梅"})], source="screen")
        assert heard == []
    assert heard == [False]
    with pytest.raises(ZeroDivisionError), transaction(ledger.db):
        ledger.write([Write("person", {"full_name": "石大山"})], source="screen")
        raise ZeroDivisionError
    ledger.write([Write("person", {"full_name": "吴长林"})], source="screen")
    assert heard == [False, False]


def test_the_reason_for_a_doubt_is_in_the_history_and_in_no_field(make_ledger: MakeLedger) -> None:
    one, two = make_ledger("one"), make_ledger("two")
    rec = person(one, household(one), phone="1")
    one.write([Write("person", {"phone": "2"}, rec=rec, why={"V19": "他没有手机"})], source="test")
    record = one.get(rec)
    assert record is not None and set(record.values) == {"household_id", "full_name", "phone"}
    assert [e.why for e in one.history(rec) if e.field == "phone"] == [None, {"V19": "他没有手机"}]
    two.merge(all_changes(one))
    assert two.digest() == one.digest() and one.verify().ok and two.verify().ok
    one.rebuild()
    assert one.digest() == two.digest()
