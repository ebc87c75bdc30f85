"""Copies: the second copy of what is finished, killed while it is written.

What the laptop had said it copied comes back from the stick, at whichever moment it died.
"""
import shutil

from app.models.identity import new_id
from app.models.ledger import Write
from app.sync import second_copy
from app.sync.from_copy import restore_copy
from app.sync.workspace import Workspace
from tests.command_line import PASSPHRASE
from tests.kills.acts import NUMBERS, Act
from tests.kills.moments import Tell, Watch
from tests.kills.processes import Process

RECORDS = 6  # written one by one, each copied by itself; every fourth time all small files become one
FEW = 4


class SecondCopy(Act):
    """Records written and copied one by one."""

    phase = "second copy"
    households = 0

    def ready(self) -> None:
        self.usb = self.folder.with_name(f"{self.folder.name}-usb")
        self.usb.mkdir()

    def work(self, ws: Workspace, watch: Watch, tell: Tell) -> None:
        second_copy.FEW = FEW
        second_copy.choose(ws, self.usb)
        for n in range(RECORDS):
            rec = new_id()
            ws.ledger.write([Write("household", {"household_code": f"H-{n}"}, rec=rec, place=ws.ledger.me.area)], source="screen")
            with watch.within(self.phase):
                second_copy.keep_up(ws)
            tell("copied", rec)

    def judge(self, ws: Workspace, died: Process) -> str:
        copied = ws.ledger.settings.get("copied", {}).get(ws.ledger.me.log, 0)
        claimed = {row[0] for row in ws.ledger.db.conn.execute("SELECT rec FROM change WHERE seq <= ? AND type = 'household'", (copied,))}
        assert claimed >= {said[0] for said in died.heard("copied")}
        if claimed:
            back = self.room / f"back-{next(NUMBERS)}"
            restore_copy(back, self.usb, PASSPHRASE)
            with Workspace.open(back, PASSPHRASE) as found:
                missing = [rec for rec in claimed if found.ledger.get(rec) is None]
                assert not missing, f"copied and gone: {len(missing)}"
                assert found.ledger.verify().ok
            shutil.rmtree(back)
        second_copy.keep_up(ws)
        assert not list(self.usb.rglob("*.part"))
        shutil.rmtree(self.usb)
        return "copied, and there" if claimed else "nothing copied yet"
