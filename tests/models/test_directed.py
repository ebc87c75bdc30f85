"""The named cases of links, redactions and groups (sync-scopes.md 8), each over real ledgers."""
from itertools import pairwise

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from app.models import clock, entry, erasure, links
from app.models.change import Change, hash_of, header_bytes, new_salt, payload_hash
from app.models.clock import Clock
from app.models.identity import record_id, spell_id
from app.models.ledger import Ledger
from app.models.problem import Problem
from app.models.schema import bring_forward
from app.models.store import transaction
from app.models.writing import Write
from tests import clocks
from tests.models.conftest import KEY, MakeLedger
from tests.models.test_ledger import all_changes, household, person

GROUP = {"id_type": "01", "id_number": "529999199001010015", "sex": "1", "birth_date": "1990-01-01"}


@pytest.fixture(autouse=True)
def _ticking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock.source, "read", clocks.ticking())


@pytest.fixture
def office(make_ledger: MakeLedger) -> Ledger:
    one = make_ledger("office", area="529999001000", role="township")
    erasure.grant(one, one.me.device)
    return one


def level(*all_of_them: Ledger) -> None:
    """Bring everything everywhere; all must then say the same, and hold."""
    for _ in range(2):
        for a, b in pairwise([*all_of_them, all_of_them[0]]):
            a.merge(all_changes(b))
            b.merge(all_changes(a))
    assert len({one.digest() for one in all_of_them}) == 1
    assert len({one.digest(strict=True) for one in all_of_them}) == 1
    for one in all_of_them:
        assert one.verify().problems == []


def edit(ledger: Ledger, rec: str, **values: object) -> str:
    return ledger.write([Write("person", values, rec=rec)], source="test").cids[0]


def whole(ledger: Ledger, cid: str) -> bool:
    [change] = ledger.changes([cid])
    return change.payload is not None


def said(ledger: Ledger, rec: str) -> dict[str, object]:
    record = ledger.get(rec)
    assert record is not None
    return record.values


def met(ledger: Ledger, rec: str) -> links.Together:
    found = links.together(ledger, rec)
    assert found is not None
    return found


# -- redaction and erasure

def test_redaction_before_the_change(office: Ledger, make_ledger: MakeLedger) -> None:
    one, late = make_ledger("one"), make_ledger("late")
    rec = person(one, household(one), phone="1")
    cid = edit(one, rec, phone="5")
    stick = all_changes(one)
    office.merge(stick)
    redactions = erasure.redact(office, [cid])
    late.merge(office.changes(redactions))
    late.merge(stick)
    assert not whole(late, cid) and not whole(office, cid) and said(late, rec).get("phone") is None
    level(office, one, late)


def test_erased_person_is_not_rebuilt_by_a_stale_laptop(office: Ledger, make_ledger: MakeLedger) -> None:
    one = make_ledger("one")
    rec = person(one, home := household(one), phone="1")
    office.merge(all_changes(one))
    erasure.erase(office, rec)
    stale = edit(one, rec, phone="3")
    work = one.write([Write("placement", {"person_id": rec, "employer_name": "练习厂"}, rec=spell_id(rec, 1))], source="screen").cids[0]
    level(office, one)
    for ledger in (office, one):
        assert not whole(ledger, stale) and not whole(ledger, work)
        assert [r for r, _ in ledger.rows("person")] == [] and ledger.rows("placement") == [] and ledger.get(home) is not None
    again = edit(one, rec, full_name="杨甲", household_id=home)
    level(office, one)
    assert whole(office, again) and said(office, rec)["full_name"] == "杨甲" and "phone" not in said(office, rec)


def test_redaction_does_not_unhome(office: Ledger, make_ledger: MakeLedger) -> None:
    one = make_ledger("one")
    rec = person(one, household(one))
    office.merge(all_changes(one))
    erasure.redact(office, [c.cid for c in office.changes_of_root(rec)])
    level(office, one)
    assert [c.place for c in one.changes_of_root(rec) if c.place] == [one.me.area] and one.folded(rec).place == one.me.area  # type: ignore[union-attr]


@pytest.mark.parametrize("values", [{"phone": "6"}, {**GROUP, "sex": "2"}], ids=["field", "group"])
def test_redacted_successor_does_not_wake_the_old_value(office: Ledger, values: dict[str, object]) -> None:
    rec = person(office, household(office), phone="5", **GROUP)
    cid = edit(office, rec, **values)
    erasure.redact(office, [cid])
    assert not set(said(office, rec)) & set(values) and office.get(rec).conflicts == {}  # type: ignore[union-attr]
    edit(office, rec, **values)
    assert said(office, rec).items() >= values.items() and office.verify().ok


def test_redacted_and_never_had_agree(office: Ledger, make_ledger: MakeLedger) -> None:
    one, late = make_ledger("one"), make_ledger("late")
    rec = person(one, household(one), phone="1")
    cid = edit(one, rec, phone="2")
    office.merge(all_changes(one))
    erasure.redact(office, [cid])
    late.merge(all_changes(office))
    one.merge(all_changes(office))
    assert not whole(late, cid) and late.folded(rec) == one.folded(rec) == office.folded(rec)
    level(one, office, late)


def test_chain_verifies_without_payload(office: Ledger) -> None:
    rec = person(office, household(office), phone="1")
    edit(office, rec, phone="2")
    erasure.erase(office, rec)
    log = sorted((c for c in all_changes(office) if c.log == office.me.log), key=lambda c: c.seq)
    assert all(b.prev == hash_of(header_bytes(a)) for a, b in pairwise(log)) and any(c.payload is None and c.phash for c in log)
    assert office.verify().ok


def test_payload_hash_is_salted(ledger: Ledger) -> None:
    home = household(ledger)
    a, b = (ledger.changes_of_root(person(ledger, home, phone="1"))[0] for _ in "ab")
    assert a.payload == b.payload and a.phash != b.phash and a.salt is not None and payload_hash(a.salt, a.payload or {}) == a.phash


def test_erasing_is_granted_and_the_rest_is_refused(ledger: Ledger, make_ledger: MakeLedger) -> None:
    office, rec = make_ledger("office", role="township"), person(ledger, household(ledger))
    before = ledger.digest(strict=True)
    erasure.grant(ledger, ledger.me.device)  # a laptop of a village has no such right, whatever it grants itself
    for one in (ledger, office):
        with pytest.raises(Problem) as refused:
            erasure.erase(one, rec)
        assert refused.value.key == "erase.grant"
    assert ledger.digest(strict=True) == before


def test_verify_sees_a_payload_that_should_be_gone(office: Ledger) -> None:
    rec = person(office, household(office))
    [made] = office.changes_of_root(rec)
    erasure.redact(office, [made.cid])
    with transaction(office.db) as conn:
        conn.execute("DELETE FROM redacted")
        conn.execute("UPDATE change SET salt = ?, payload = ? WHERE cid = ?", (made.salt, b'{"full_name":"x"}', made.cid))
        conn.execute("INSERT INTO redacted VALUES (?)", (made.cid,))
    assert any("should have been erased" in p for p in office.verify().problems)


def test_what_is_erased_is_nowhere_in_the_file(office: Ledger, make_ledger: MakeLedger) -> None:
    one = make_ledger("one")
    rec = person(one, household(one), phone="13987654321", remark="住在老槐树边" * 900)
    response = one.write([Write("survey_response", {"subject_id": rec, "answers": {"/data/x": "秘密的回答"}})], source="screen").ids[0]
    words = [w.encode() for w in ("13987654321", "12345678931", "老槐树", "秘密的回答", "杨甲")]
    office.merge(all_changes(one))
    assert all(w in plain(office) for w in words)
    erasure.erase(office, rec)
    one.merge(all_changes(office))
    for ledger in (office, one):
        left = plain(ledger)
        assert [w.decode() for w in words if w in left] == [] and ledger.get(response) is not None
        assert ledger.db.conn.execute("SELECT count(*) FROM search_person").fetchone()[0] == 0
        assert "u6768" not in plain(ledger).decode(errors="ignore")  # the name's tokens in the index


def plain(ledger: Ledger) -> bytes:
    """Return every page of the store's file, deciphered, also the freed ones; its write-ahead log must hold nothing more."""
    ledger.db.conn.execute("PRAGMA wal_checkpoint(FULL)").fetchall()
    data, out = ledger.path.read_bytes(), b""
    for at in range(0, len(data), 4096):
        page = data[at:at + 4096]
        start, iv = (16 if at == 0 else 0), page[4096 - 80:4096 - 64]
        reader = Cipher(algorithms.AES(KEY), modes.CBC(iv)).decryptor()
        out += reader.update(page[start:4096 - 80]) + reader.finalize()
    return out


def test_an_erasure_leaves_the_write_ahead_log_empty(office: Ledger) -> None:
    rec = person(office, household(office))
    erasure.erase(office, rec)
    assert office.path.with_name(office.path.name + "-wal").stat().st_size == 0


def test_drafts_and_household_interviews_that_wrote_to_the_erased_go_too(office: Ledger) -> None:
    from app.forms import journal

    journal.tables(office.db)
    home = household(office)
    answers = office.write([Write("survey_response", {"subject_id": home, "answers": {"/data/member[1]/name": "杨甲"}})], source="screen")
    rec = office.write([Write("person", {"household_id": home, "full_name": "杨甲"})], source=f"form:household@1/{answers.ids[0]}").ids[0]
    kept = person(office, home)
    with transaction(office.db) as conn:
        for draft, subject in (("d1", f"person:{rec}"), ("d2", f"person:{kept}")):
            conn.execute("INSERT INTO interview VALUES (?,'f','f','1','t',?,NULL,'draft','','{}','','',0,0)", (draft, subject))
            conn.execute("INSERT INTO interview_event VALUES (?,1,'answer','/data/a','x','')", (draft,))
    erasure.erase(office, rec)
    assert [row[0] for row in office.db.conn.execute("SELECT interview FROM interview_event")] == ["d2"]
    assert [row[0] for row in office.db.conn.execute("SELECT id FROM interview")] == ["d2"]
    assert not whole(office, answers.cids[0]) and said(office, kept)["full_name"] == "杨甲" and office.verify().ok


def test_a_store_of_the_first_version_comes_forward(office: Ledger, make_ledger: MakeLedger) -> None:
    one = make_ledger("one")
    a, b, c = (person(one, household(one, code)) for code in ("H1", "H2", "H3"))
    office.merge(all_changes(one))
    erasure.erase(office, a)
    links.link(office, "person", b, c)
    declared = [x for x in all_changes(office) if x.kind != "write"]
    with transaction(one.db):  # as a program of the first version has left it: what it did not know it has relayed
        one._append(one.db.conn, declared, None)
        for table in ("same_as", "redacted", "erased"):
            one.db.conn.execute(f"DROP TABLE {table}")
        one.db.conn.execute("DROP INDEX change_declared")
        one.db.conn.execute("DELETE FROM _sqlite_migrations WHERE name = 'm002_declared'")
        one.db.conn.execute("PRAGMA user_version = 1")
    one.settings.set("dictionary", "of the first version")
    one.close()
    forward = Ledger.open(one.path, KEY)
    bring_forward(forward.db)
    assert forward.verify().problems == [] and forward.get(a).values == {} and met(forward, b).members == met(forward, c).members  # type: ignore[union-attr]
    level(forward, office)
    forward.close()


# -- links

def test_link_across_scopes_chain(make_ledger: MakeLedger) -> None:
    county, one, two, three = make_ledger("county", role="county"), make_ledger("one"), make_ledger("two"), make_ledger("three")
    issued = record_id("person", "529999", "P1")
    r1, r2 = person(one, household(one)), person(two, household(two, "H2"))
    three.write([Write("person", {"household_id": household(three, "H3"), "full_name": "杨甲"}, rec=issued)], source="test")
    for held in (one, two, three):
        county.merge(all_changes(held))
    links.link(county, "person", r1, r2)
    links.link(county, "person", issued, r2)
    declared = [c for c in all_changes(county) if c.kind == "link"]
    for held in (one, two, three):  # each holds one of the three, and all the links
        held.merge(declared)
    for ledger, rec in ((one, r1), (two, r2), (three, issued), (county, r1), (county, r2)):
        assert links.members(ledger.db.conn, rec) == (issued, *sorted((r1, r2))) and links.representative(ledger.db.conn, rec) == issued
    assert met(one, r1).held == (r1,) and met(county, r1).held == (issued, *sorted((r1, r2)))
    links.link(two, "person", r2, issued, yes=False)
    for ledger in (county, one, three):
        ledger.merge([c for c in all_changes(two) if c.kind == "link"])
        assert links.members(ledger.db.conn, r1) == tuple(sorted((r1, r2))) and links.together(ledger, issued) is None
        assert ledger.verify().ok


def test_link_both_ways_and_undone(make_ledger: MakeLedger) -> None:
    one, two = make_ledger("one"), make_ledger("two")
    home = household(one)
    a, b = person(one, home), person(one, home)
    links.link(one, "person", a, b)
    two.merge(all_changes(one))
    assert links.link(two, "person", b, a) is None  # it stands already
    links.link(two, "person", b, a, yes=False)
    links.link(one, "person", a, b, yes=False)
    links.link(one, "person", a, b)
    level(one, two)
    assert links.together(one, a) is None and one.db.conn.execute("SELECT holds, disputed FROM same_as").fetchall() == [(0, 1)]
    links.link(two, "person", a, b)  # two has now seen both words
    level(one, two)
    assert met(one, a).members == met(two, b).members == tuple(sorted((a, b)))


def test_unmerge_restores(make_ledger: MakeLedger) -> None:
    one, two = make_ledger("one"), make_ledger("two")
    home = household(one)
    a, b = person(one, home, phone="1", remark="左", **GROUP), person(one, home, phone="2", remark="左", **{**GROUP, "sex": "2"})
    two.merge(all_changes(one))
    before = said(two, a), said(two, b)
    links.link(one, "person", a, b)
    assert set(met(one, a).record.conflicts) == {"phone", "identity"} == set(met(one, b).record.conflicts)
    entry.change(one, a, {"remark": "右"})
    assert met(one, b).record.values["remark"] == "右" and "remark" not in met(one, b).record.conflicts
    other = next(v for v in met(one, a).record.conflicts["phone"] if v.value == "1")
    one.resolve(a, "phone", other.value)  # a says so already: it settles what b says
    one.resolve(b, "identity", GROUP)
    assert met(one, a).record.conflicts == {} and met(one, a).record.values.items() >= {"phone": "1", "sex": "1"}.items()
    links.link(one, "person", b, a, yes=False)
    assert said(one, a) == {**before[0], "remark": "右"} and said(one, b) == {**before[1], **GROUP}
    assert one.get(a).conflicts == {} == one.get(b).conflicts  # type: ignore[union-attr]
    level(one, two)


def test_a_deleted_double_no_longer_speaks_for_the_person(ledger: Ledger) -> None:
    home = household(ledger)
    a, b = person(ledger, home, phone="1"), person(ledger, home, phone="2")
    links.link(ledger, "person", a, b)
    entry.remove(ledger, b, "重复登记")
    assert met(ledger, a).record.conflicts == {} and met(ledger, b).record.values["phone"] == "1" and met(ledger, a).record.void is None


def test_what_cannot_be_linked_is_refused_in_words(ledger: Ledger) -> None:
    home = household(ledger)
    a = person(ledger, home)
    for kind, one, other, key in (("person", a, a, "link.self"), ("person", a, home, "link.kinds"), ("placement", a, home, "link.type")):
        with pytest.raises(Problem) as refused:
            links.link(ledger, kind, one, other)
        assert refused.value.key == key


def test_links_that_say_nothing_and_targets_that_are_none_are_kept_and_do_nothing(office: Ledger) -> None:
    rec = person(office, household(office))
    from app.models.declaring import declare

    for extra in ({"ends": [rec]}, {"ends": "ab"}, {"ends": [rec, "x" * 32], "yes": True}, {}):
        declare(office, "link", "person", "f" * 32, extra)
    declare(office, "redact", "person", rec, {"targets": [1, None, "nobody"]})
    assert links.members(office.db.conn, rec) == (rec,) and office.verify().ok
    office.rebuild()
    assert office.verify().ok


# -- groups, and programs that do not know them

def old_write(ledger: Ledger, rec: str, **values: object) -> str:
    """Write as a program would that knows no groups: the fields changed, naming one head of each."""
    heads, me, salt, own = ledger.folded(rec).heads, ledger.me, new_salt(), Clock(ledger.settings.get("clock"))  # type: ignore[union-attr]
    seen: dict[str, list[str]] = {}
    for name in values:
        seen.setdefault(heads[name][-1], []).append(name)
    seq, prev = ledger.log_end()
    change = Change(cid=own.stamp(), type="person", rec=rec, root=rec, area=me.area, fields=tuple(sorted(values)), seen=seen,
                    author=me.user, source="old", log=me.log, seq=seq + 1, prev=prev, phash=payload_hash(salt, values),
                    payload=values, salt=salt)
    ledger.merge([change])
    return change.cid


def test_group_is_never_mixed(make_ledger: MakeLedger) -> None:
    one, two = make_ledger("one"), make_ledger("two")
    rec = person(one, household(one), **GROUP)
    two.merge(all_changes(one))
    old_write(one, rec, sex="2")
    old_write(two, rec, birth_date="1991-02-02")
    level(one, two)
    assert list(one.get(rec).conflicts) == ["identity"]  # type: ignore[union-attr]
    assert said(one, rec).items() >= {**GROUP, "birth_date": "1991-02-02"}.items()


def test_old_program_settles_one_field_only(make_ledger: MakeLedger) -> None:
    one, two = make_ledger("one"), make_ledger("two")
    rec = person(one, household(one), **GROUP)
    two.merge(all_changes(one))
    edit(one, rec, id_number="529999199001010023", sex="2")
    edit(two, rec, id_number="529999199001010031", sex="1", birth_date="1990-01-02")
    level(one, two)
    old_write(one, rec, sex="2")
    assert list(one.get(rec).conflicts) == ["identity"]  # type: ignore[union-attr]
    one.resolve(rec, "identity", GROUP)
    level(one, two)
    assert one.get(rec).conflicts == {} and said(two, rec).items() >= GROUP.items()  # type: ignore[union-attr]


def test_old_program_continues_a_whole_report(ledger: Ledger) -> None:
    rec = person(ledger, household(ledger), **GROUP)
    old_write(ledger, rec, sex="2")
    assert ledger.get(rec).conflicts == {} and said(ledger, rec).items() >= {**GROUP, "sex": "2"}.items()  # type: ignore[union-attr]
