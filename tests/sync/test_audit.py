"""Verify sees a seal, a receipt or a change that was altered, and a device that exists twice."""
from typing import Any

from app.models.change import FIRST, Change, hash_of, header_bytes, payload_hash
from app.models.writing import Write
from app.sync.audit import check_seals
from app.sync.hub import Hub
from app.sync.pairing import invite, pair
from app.sync.peers import devices
from tests.sync.conftest import Make, household, sync


def test_what_was_signed_must_still_fit(make: Make) -> None:
    office, one = make("hub", role="township"), make("one")
    with Hub(office, "127.0.0.1", 0, yes=True) as hub:
        pair(one, hub.url, invite(office))
        household(one, "练习甲")
        sync(one)
    assert check_seals(office) == check_seals(one) == []
    assert [(d["name"], d["state"]) for d in devices(office)] == [("one", "granted")]
    conn, log = office.ledger.db.conn, one.ledger.me.log
    kept = conn.execute("SELECT hash FROM seal WHERE log = ?", (log,)).fetchone()[0]
    for statement, undo in (
            (f"UPDATE seal SET hash = '{'0' * 64}' WHERE log = '{log}'", f"UPDATE seal SET hash = '{kept}' WHERE log = '{log}'"),
            (f"UPDATE change SET h = 'x' || h WHERE log = '{log}'", f"UPDATE change SET h = substr(h, 2) WHERE log = '{log}'"),
            (f"INSERT INTO change SELECT 'x', 99, 99, rec, root, kind, type, place, log, seq, h, '', header, '', '' FROM change"
             f" WHERE log = '{log}' AND seq = 2", "DELETE FROM change WHERE cid = 'x'")):
        conn.execute(statement)
        found = check_seals(office)
        assert len(found) == (2 if "SET h =" in statement else 1), found  # a hash that is not the one sealed, and not the one followed
        conn.execute(undo)
    assert check_seals(office) == []
    one.ledger.db.conn.execute("UPDATE receipt SET seq = seq + 1")
    assert len(check_seals(one)) == 1


def _altered(conn: Any, cid: str) -> None:
    """Write another payload hash into a change's header, and note the header's new hash beside it."""
    header = conn.execute("SELECT header FROM change WHERE cid = ?", (cid,)).fetchone()[0]
    other = header.replace(b'"screen"', b'"forged"').replace(b'"test"', b'"forged"')
    assert other != header
    conn.execute("UPDATE change SET header = ?, h = ? WHERE cid = ?", (other, hash_of(other), cid))


def test_a_change_that_was_altered_together_with_its_hash_is_seen_by_what_follows_it(make: Make) -> None:
    office, one = make("hub", role="township"), make("one")
    with Hub(office, "127.0.0.1", 0, yes=True) as hub:
        pair(one, hub.url, invite(office))
        cids = [one.ledger.write([Write("person", {"full_name": "练习甲", "phone": str(n)})], source="test").cids[0] for n in range(3)]
        sync(one)
    assert check_seals(office) == [] and one.ledger.verify().ok and office.ledger.verify().ok
    for ws in (office, one):
        _altered(ws.ledger.db.conn, cids[1])
    assert any("does not follow" in p for p in one.ledger.verify().problems), "what was written here"
    assert any(cids[2][:8] in p for p in check_seals(office)), "what a laptop handed up itself"


def test_half_of_a_copied_disk_s_log_is_no_alarm(make: Make) -> None:
    """Two computers go on from one place; what one wrote next lies beyond our scope, what the other wrote after that does not."""
    one = make("one")
    log, made = "b" * 32, list[Change]()
    for n, prev in ((1, FIRST), (2, None), (3, "0" * 64)):
        prev = hash_of(header_bytes(made[-1])) if prev is None else prev  # the third follows a second that is not here
        payload = {"phone": str(n)}
        made.append(Change(cid=f"0000000000{n:02d}7" + "0" * 19, type="person", rec=f"{n:032x}", root=f"{n:032x}", area=one.ledger.me.area,
                           fields=("phone",), author="a" * 32, source="test", log=log, seq=n, prev=prev,
                           phash=payload_hash("00", payload), payload=payload, salt="00"))
    one.ledger.merge(made, came_from="an office")
    assert one.ledger.verify().problems == [] and check_seals(one) == []
