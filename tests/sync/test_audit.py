"""Verify sees a seal, a receipt or a change that was altered, and a device that exists twice."""
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
        assert len(check_seals(office)) == 1
        conn.execute(undo)
    assert check_seals(office) == []
    one.ledger.db.conn.execute("UPDATE receipt SET seq = seq + 1")
    assert len(check_seals(one)) == 1
