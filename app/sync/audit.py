"""Audit: whether what devices and hubs have signed still fits what is held. Part of verify; promises one sentence a finding."""
from app.models.integrity import parted
from app.models.language import say
from app.models.ledger import Ledger
from app.sync.peers import HUB, LAPTOP, peers
from app.sync.segment import Seal
from app.sync.voucher import Receipt
from app.sync.workspace import Workspace


def check_seals(ws: Workspace) -> list[str]:
    """Return what does not fit between seals, receipts, keys and changes; an empty list where all does."""
    return [*_seals(ws.ledger), *_parted(ws.ledger), *_receipts(ws.ledger), *_forks(ws.ledger)]


def _seals(ledger: Ledger) -> list[str]:
    conn = ledger.db.conn
    keys = dict(conn.execute("SELECT log, key FROM log_key"))
    held: dict[tuple[str, int], set[str]] = {}
    for log, seq, h in conn.execute("SELECT c.log, c.seq, c.h FROM change c JOIN seal s ON s.log = c.log AND s.seq = c.seq"):
        held.setdefault((log, seq), set()).add(h)
    out = []
    for row in conn.execute("SELECT log, seq, hash, at, key, signature FROM seal ORDER BY log, seq"):
        seal = Seal(*row)
        if not seal.holds() or keys.get(seal.log, seal.key) != seal.key:
            out.append(say(f"设备 {seal.log[:8]} 第 {seal.seq} 条的封印签名不符。",
                           f"The seal of device {seal.log[:8]} at {seal.seq} is not signed by its key."))
        elif (found := held.get((seal.log, seal.seq))) and seal.hash not in found:
            out.append(say(f"设备 {seal.log[:8]} 第 {seal.seq} 条的修改与它的封印不符，可能被改动过。",
                           f"Change {seal.seq} of device {seal.log[:8]} does not fit its seal; it may have been altered."))
    return out


def _parted(ledger: Ledger) -> list[str]:
    """A computer hands up the whole of its own log: there each change follows one that is here.

    What an office serves to our scope has gaps, and of a copied disk it may hold half: that proves nothing.
    """
    theirs, first = {p.device: p.instance for p in peers(ledger, LAPTOP)}, dict[str, str]()
    for cid, log, came_from in parted(ledger):
        if came_from is not None and theirs.get(log) == came_from:
            first.setdefault(log, cid)
    return [say(f"设备 {log[:8]} 的修改 {cid[:8]} 与它前面的一条不相连，可能被改动过。",
                f"Change {cid[:8]} of device {log[:8]} does not follow the one before it; it may have been altered.")
            for log, cid in first.items()]


def _receipts(ledger: Ledger) -> list[str]:
    keys = {p.device: p.sign_key for p in peers(ledger, HUB)}
    out = []
    for row in ledger.db.conn.execute("SELECT hub, log, seq, hash, at, signature FROM receipt"):
        given = Receipt(*row)
        if given.hub not in keys:
            continue
        if not given.holds(keys[given.hub]):
            out.append(say(f"乡镇回执（第 {given.seq} 条）的签名不符。", f"The hub's receipt for {given.seq} is not signed by its key."))
    return out


def _forks(ledger: Ledger) -> list[str]:
    rows = ledger.db.conn.execute("SELECT log, min(seq) FROM (SELECT log, seq FROM change GROUP BY log, seq HAVING count(*) > 1) GROUP BY log")
    return [say(f"设备 {log[:8]} 的编号从第 {seq} 条起出现在两台电脑上（复制的磁盘或恢复的备份）；两边的数据都保留了，请给其中一台重新建立工作区。",
                f"Device {log[:8]} exists on two computers since change {seq} (a copied disk or a restored backup); all data is kept. "
                "Make a new workspace on one of them.") for log, seq in rows]
