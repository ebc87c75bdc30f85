"""Files: acts that make or read one file, killed: a book, a backup, a stick, the keys."""
import shutil
from pathlib import Path

from app.models.problem import Problem
from app.sync import outgoing, parcel
from app.sync.backup import backup, restore
from app.sync.stick import export_stick
from app.sync.unload import import_stick
from app.sync.workspace import Workspace
from tests.command_line import PASSPHRASE
from tests.kills.acts import NUMBERS, Act, all_there, whole, written
from tests.kills.moments import Tell, Watch
from tests.kills.pairs import copies, paired
from tests.kills.processes import Process


class Book(Act):
    """A book: under its name lies nothing, the old book, or a whole one that opens."""

    phase = "book export"
    households = 10

    def prepare(self, ws: Workspace) -> None:
        from app.books.export import export

        self.rows = export(ws.ledger, "labour", self.room / "old.xlsx").rows
        self.old = (self.room / "old.xlsx").read_bytes()

    def ready(self) -> None:
        self.path = self.folder.with_suffix(".xlsx")
        if self.dice.random() < 0.5:
            self.path.write_bytes(self.old)

    def work(self, ws: Workspace, watch: Watch, tell: Tell) -> None:
        from app.books.export import export

        with watch.within(self.phase):
            export(ws.ledger, "labour", self.path)

    def judge(self, ws: Workspace, died: Process) -> str:
        from app.books.export import export

        found = "no book" if not self.path.exists() else "the old book" if self.path.read_bytes() == self.old else "a whole book"
        if found == "a whole book":
            assert people_in(self.path) == self.rows
        assert export(ws.ledger, "labour", self.path).rows == self.rows
        assert not list(self.room.glob("*.part"))
        self.path.unlink()
        return found


def people_in(book: Path) -> int:
    """Return how many people a book lists; it must open."""
    from openpyxl import load_workbook

    workbook = load_workbook(book, read_only=True)
    cells = list(workbook[workbook.sheetnames[0]].iter_rows(values_only=True))
    heads = next(n for n, row in enumerate(cells) if "证件号码" in row)
    at = cells[heads].index("证件号码")
    workbook.close()
    return sum(1 for row in cells[heads + 1:] if row[at])


class Backup(Act):
    """A backup: under its name lies nothing, the old one, or a whole one that can be restored."""

    phase = "backup"

    def ready(self) -> None:
        self.path = self.folder.with_suffix(".bak")
        self.old = b"the older backup" if self.dice.random() < 0.5 else b""
        if self.old:
            self.path.write_bytes(self.old)

    def work(self, ws: Workspace, watch: Watch, tell: Tell) -> None:
        with watch.within(self.phase):
            backup(ws, self.path)

    def judge(self, ws: Workspace, died: Process) -> str:
        there = self.path.read_bytes() if self.path.exists() else b""
        if there != self.old:
            self._restorable(ws)
        backup(ws, self.path)
        self._restorable(ws)
        left = [p.name for p in (*self.room.glob("*.part"), *ws.folder.glob("*.new*"))]
        assert not left, left
        self.path.unlink()
        return "a whole backup" if there != self.old else "the old backup" if self.old else "no backup"

    def _restorable(self, ws: Workspace) -> None:
        other = self.room / f"back-{next(NUMBERS)}"
        restore(other, self.path, PASSPHRASE)
        with Workspace.open(other, PASSPHRASE) as back:
            assert back.ledger.digest() == ws.ledger.digest()
        shutil.rmtree(other)


class Restore(Act):
    """Putting a backup back: the folder opens as it was, or as the backup; what was there before is never lost."""

    phase = "restore"

    def prepare(self, ws: Workspace) -> None:
        self.backup = self.room / f"{self.base.name}.bak"
        backup(ws, self.backup)
        self.then = ws.ledger.digest()
        written(ws, lambda *_: None, 1)
        self.now = ws.ledger.digest()

    def child(self, watch: Watch, tell: Tell) -> None:
        with watch.within(self.phase):
            restore(self.folder, self.backup, PASSPHRASE)
        tell("restored")

    def look(self, died: Process) -> str:
        found, kept = self._digest(self.folder), {self._digest(p) for p in self.folder.glob("aside-*")}
        assert found in (self.now, self.then), f"what opens is neither the store nor the backup: {found}"
        assert found == self.then or not died.heard("restored")
        assert found == self.now or self.now in kept, "what was there before the restore is gone"
        restore(self.folder, self.backup, PASSPHRASE)
        assert self._digest(self.folder) == self.then
        assert self.now in {self._digest(p) for p in self.folder.glob("aside-*")}
        shutil.rmtree(self.folder)
        return "restored" if found == self.then else "as it was"

    @staticmethod
    def _digest(folder: Path) -> str:
        try:
            with Workspace.open(folder, PASSPHRASE) as ws:
                whole(ws)
                return ws.ledger.digest()
        except Problem as problem:
            return problem.key


class Succession(Act):
    """Opening a copy that is behind its anchor: it goes on as the device it was or as a new one, and no number is used twice."""

    phase = "succession"

    def ready(self) -> None:
        with Workspace.open(self.folder, PASSPHRASE) as ws:
            self.log = ws.ledger.me.log
            shutil.copy(self.folder / "ledger.db", self.room / "older.db")
            written(ws, lambda *_: None, 1)
            self.taken = {row[0] for row in ws.ledger.db.conn.execute("SELECT seq FROM change WHERE log = ?", (self.log,))}
        shutil.copy(self.room / "older.db", self.folder / "ledger.db")

    def child(self, watch: Watch, tell: Tell) -> None:
        with watch.within(self.phase):
            ws = Workspace.open(self.folder, PASSPHRASE)
        with ws:
            written(ws, tell, 2)

    def judge(self, ws: Workspace, died: Process) -> str:
        assert ws.ledger.me.log != self.log
        written(ws, lambda *_: None, 3)
        kept = len(ws.ledger.settings.get("earlier_logs"))
        assert ws.ledger.log_end()[0] > 0
        assert not ws.ledger.db.conn.execute("SELECT 1 FROM change WHERE log = ? AND seq > ? AND cid IN (SELECT cid FROM change"
                                             " WHERE log = ?)", (self.log, max(self.taken), ws.ledger.me.log)).fetchone()
        assert ws.ledger.db.conn.execute("SELECT max(seq) FROM change WHERE log = ?", (self.log,)).fetchone()[0] < max(self.taken)
        return f"after {kept} succession{'s' if kept > 1 else ''}"


class Passphrase(Act):
    """Another passphrase: the workspace opens with the old or with the new one."""

    phase = "change of passphrase"

    def work(self, ws: Workspace, watch: Watch, tell: Tell) -> None:
        with watch.within(self.phase):
            ws.change_passphrase("另一个口令")
        tell("changed")

    def look(self, died: Process) -> str:
        found = ""
        for passphrase in (PASSPHRASE, "另一个口令"):
            try:
                with Workspace.open(self.folder, passphrase) as ws:
                    whole(ws)
                found = passphrase
            except Problem as problem:
                assert problem.key == "workspace.passphrase"
        assert found
        assert found != PASSPHRASE or not died.heard("changed")
        shutil.rmtree(self.folder)
        return "the old one" if found == PASSPHRASE else "the new one"


class StickWrite(Act):
    """A stick: under its name lies nothing, the old one, or a whole one that the office can read."""

    phase = "stick write"

    def __init__(self, *given: object) -> None:
        super().__init__(*given)  # type: ignore[arg-type]
        self.town, self.base = paired(self.room)

    def ready(self) -> None:
        self.path = self.folder.with_suffix(".leye")
        self.old = b"an older stick" if self.dice.random() < 0.5 else b""
        if self.old:
            self.path.write_bytes(self.old)

    def work(self, ws: Workspace, watch: Watch, tell: Tell) -> None:
        written(ws, tell, 1)
        watch.name("stick read-back", parcel, "_sum_on_disk")
        with watch.within("stick write"):
            export_stick(ws, self.path)
        tell("written")

    def judge(self, ws: Workspace, died: Process) -> str:
        there = self.path.read_bytes() if self.path.exists() else b""
        assert there != self.old or not died.heard("written")
        if there != self.old:
            self._read(died)
        export_stick(ws, self.path)
        self._read(died)
        assert not list(self.room.glob("*.part"))
        self.path.unlink()
        return "a whole stick" if there != self.old else "the old stick" if self.old else "no stick"

    def _read(self, died: Process) -> None:
        (office,) = copies(self.room, self.town)
        with Workspace.open(office, PASSPHRASE) as ws:
            import_stick(ws, self.path)
            all_there(ws, died)
            whole(ws)
        shutil.rmtree(office)


class StickReadBack(StickWrite):
    """What was written is read back before it gets its name."""

    phase = "stick read-back"


class StickImport(Act):
    """Reading a stick at the office: each of its segments is in or not, with its cursor; again brings the rest, a third time nothing."""

    phase = "stick import"

    def __init__(self, *given: object) -> None:
        super().__init__(*given)  # type: ignore[arg-type]
        self.base, laptop = paired(self.room)
        self.stick = self.room / f"{laptop.name}.leye"
        with Workspace.open(laptop, PASSPHRASE) as ws:
            for number in range(5):
                written(ws, lambda *_: None, number)
            rows, outgoing.ROWS = outgoing.ROWS, 6  # several segments
            self.carried = export_stick(ws, self.stick).changes
            outgoing.ROWS = rows
            self.mine = [row[0] for row in ws.ledger.db.conn.execute("SELECT cid FROM change WHERE log = ?", (ws.ledger.me.log,))]

    def work(self, ws: Workspace, watch: Watch, tell: Tell) -> None:
        with watch.within(self.phase):
            import_stick(ws, self.stick)
        tell("read")

    def judge(self, ws: Workspace, died: Process) -> str:
        here = {row[0] for row in ws.ledger.db.conn.execute("SELECT cid FROM change")}
        came = sum(cid in here for cid in self.mine)
        assert came == len(self.mine) or not died.heard("read")
        assert import_stick(ws, self.stick).changes == len(self.mine) - came
        assert import_stick(ws, self.stick).changes == 0
        return "nothing" if not came else "the whole stick" if came == len(self.mine) else "some segments"


class ReceiptStick(Act):
    """Reading the receipts at the laptop: green for all of it or for none."""

    phase = "receipt stick"

    def __init__(self, *given: object) -> None:
        super().__init__(*given)  # type: ignore[arg-type]
        town, self.base = paired(self.room)
        there, self.stick = self.room / f"{town.name}-up.leye", self.room / f"{town.name}-down.leye"
        with Workspace.open(self.base, PASSPHRASE) as ws, Workspace.open(town, PASSPHRASE) as office:
            for number in range(4):
                written(ws, lambda *_: None, number)
            export_stick(ws, there)
            import_stick(office, there)
            export_stick(office, self.stick)
            self.waiting = ws.ledger.only_here()
            assert self.waiting

    def work(self, ws: Workspace, watch: Watch, tell: Tell) -> None:
        with watch.within(self.phase):
            import_stick(ws, self.stick)

    def judge(self, ws: Workspace, died: Process) -> str:
        still = ws.ledger.only_here()
        assert still in (0, self.waiting)
        import_stick(ws, self.stick)
        assert ws.ledger.only_here() == 0
        return "waiting" if still else "green"
