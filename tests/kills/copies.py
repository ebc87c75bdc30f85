"""Kills while the second copy is written: what the laptop had said it copied comes back from the stick, at whichever moment it died."""
import shutil
from collections.abc import Iterator
from pathlib import Path

from app.sync import second_copy
from app.sync.from_copy import restore_copy
from app.sync.workspace import Workspace
from tests.command_line import PASSPHRASE
from tests.kills.killing import Killed, Killing

RECORDS = 12  # written one by one, each copied by itself; every fourth time all small files become one


def work(ws: Workspace, usb: str) -> Iterator[str]:
    """Choose the stick and copy each record by itself; yields what is copied."""
    from app.models.identity import new_id
    from app.models.ledger import Write

    second_copy.FEW = 4
    second_copy.choose(ws, Path(usb))
    for n in range(RECORDS):
        rec = new_id()
        ws.ledger.write([Write("household", {"household_code": f"H-{n}"}, rec=rec, place=ws.ledger.me.area)], source="screen")
        second_copy.keep_up(ws)
        yield rec


def copies(base: Path, folder: Path, times: int, seed: int | None = None) -> Iterator[str]:
    """Kill laptops that copy; yields how much was there."""
    def usb_of(copy: Path) -> list[str]:
        usb = copy.with_name(f"{copy.name}-usb")
        usb.mkdir()
        return [str(usb)]
    killing = Killing("copy", base, folder, usb_of)
    if seed is not None:
        killing.seed = seed
    whole = killing.whole()
    assert len(whole.heard("copied")) == RECORDS
    for killed in killing.kills(times):
        yield _judge(killed, folder / "back")


def _judge(killed: Killed, back: Path) -> str:
    usb = killed.folder.with_name(f"{killed.folder.name}-usb")
    with killed.opened() as ws:
        assert ws.ledger.verify().ok
        copied = ws.ledger.settings.get("copied", {}).get(ws.ledger.me.log, 0)
        claimed = {row[0] for row in ws.ledger.db.conn.execute("SELECT rec FROM change WHERE seq <= ? AND type = 'household'", (copied,))}
        assert claimed >= {said[0] for said in killed.heard("copied")}
        if claimed:
            restore_copy(back, usb, PASSPHRASE)
            with Workspace.open(back, PASSPHRASE) as found:
                missing = [rec for rec in claimed if found.ledger.get(rec) is None]
                assert not missing, f"copied and gone, killed at {killed.at}: {len(missing)}"
                assert found.ledger.verify().ok
            shutil.rmtree(back)
        second_copy.keep_up(ws)
        assert not list(usb.rglob("*.part"))
    shutil.rmtree(usb)
    return "nothing copied yet" if not claimed else "copied, and there"
