"""Dropping: a laptop that lets go of what left its scope, once two offices hold it, killed while it does.

Promises that whatever it was doing, the dossier is whole at both offices, and at the laptop whole or a stub; the next
exchange ends level and brings no payload back.
"""
from pathlib import Path
from random import Random

from app.models.ledger import Write
from app.sync import exchange
from app.sync.exchange import HubCarrier
from app.sync.hub import Hub
from app.sync.workspace import Workspace
from tests.command_line import PASSPHRASE
from tests.kills.acts import NUMBERS, made, whole, written
from tests.kills.exchanges import NOBODY, Exchange
from tests.kills.moments import Tell
from tests.kills.pairs import join
from tests.kills.processes import start

STONE, CLOUD = "529999001201", "529999001202"


class Dropping(Exchange):
    """Exchanges of a village laptop whose people have moved away. The third folder is the county."""

    phase = "drop after two hubs"

    def __init__(self, room: Path, dice: Random) -> None:
        super().__init__(self.phase, room, dice)

    def prepare(self) -> tuple[Path, ...]:
        number = next(NUMBERS)
        town = made(self.room, f"town-{number}")
        laptop = made(self.room, f"village-{number}", role="surveyor", area=STONE)
        county = made(self.room, f"county-{number}", role="county", area="529999000000")
        with (Workspace.open(town, PASSPHRASE) as office, Workspace.open(laptop, PASSPHRASE) as ws,
              Workspace.open(county, PASSPHRASE) as above):
            join(office, above)
            join(ws, office, STONE)
        self.folders = [town, laptop, county]
        return town, laptop, county

    def write(self) -> dict[Path, list[str]]:
        """Let people come to the village and move on, so that the coming exchange drops them."""
        town, laptop, county = self.folders
        told: list[str] = []
        with Workspace.open(laptop, PASSPHRASE) as ws:
            self.moved = [written(ws, lambda *words: told.append(words[1]), n) for n in range(2)]
        self._level(laptop, town)
        with Workspace.open(town, PASSPHRASE) as office:
            for rec in self.moved:
                office.ledger.write([Write("person", {}, rec=rec, place=CLOUD)], source="screen")
        self._level(laptop, town)
        self._level(town, county)
        return {town: told, laptop: []}

    def _level(self, below: Path, above: Path) -> None:
        hub = start(lambda watch, tell: self._at(above, tell), NOBODY, self.dice)
        (url,) = hub.until("serving")
        with Workspace.open(below, PASSPHRASE) as ws:
            assert exchange.exchange(ws, HubCarrier.of(ws, url)).level
        hub.kill()

    def _at(self, folder: Path, tell: Tell) -> None:
        with Workspace.open(folder, PASSPHRASE) as ws, Hub(ws, "127.0.0.1", 0, yes=True) as hub:
            tell("serving", hub.url)
            while hub._thread is not None:
                hub._thread.join(60)

    def _found(self, office: Workspace, laptop: Workspace) -> str:
        kept = [laptop.ledger.db.conn.execute("SELECT count(*) FROM change WHERE root = ? AND n IS NOT NULL", (rec,)).fetchone()[0]
                for rec in self.moved]
        for rec in self.moved:
            assert office.ledger.get(rec).values["full_name"]  # type: ignore[union-attr]
        assert len(set(map(bool, kept))) == 1, "one of the two dossiers was dropped, the other not"
        return "still here" if kept[0] else "dropped"

    def equal(self, office: Workspace, digest: str) -> None:
        with Workspace.open(self.folders[1], PASSPHRASE) as laptop, Workspace.open(self.folders[2], PASSPHRASE) as county:
            for rec in self.moved:
                assert not laptop.ledger.db.conn.execute("SELECT 1 FROM change WHERE root = ? AND n IS NOT NULL", (rec,)).fetchone()
                held = [ws.ledger.get(rec).values for ws in (office, county)]  # type: ignore[union-attr]
                assert held[0] == held[1] and held[0]["full_name"]
            whole(county)
