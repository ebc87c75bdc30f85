"""Offices and laptops without sockets: the real exchange over the real link, its bytes handed straight to the real desk."""
import shutil
from collections.abc import Callable
from pathlib import Path

from app.models.identity import new_id
from app.models.ledger import Write
from app.sync import pairing, peers, seal
from app.sync.audit import check_seals
from app.sync.desk import Desk
from app.sync.exchange import Exchanged, HubCarrier, Progress, exchange
from app.sync.hub import Hub
from app.sync.spelled import unspell
from app.sync.workspace import Workspace
from tests.disks import elsewhere

COUNTY, TOWN, OTHER_TOWN = "529999000000", "529999001000", "529999002000"
STONE, CLOUD, AWAY = "529999001201", "529999001202", "529999002201"  # two villages of a township, one of another

Make = Callable[..., Workspace]  # make(name, area, role), as the fixture gives it


class Direct:
    """The way to an office's desk beside us."""

    def __init__(self, office: Workspace, desk: Desk) -> None:
        self.hub = Hub(office).beside()
        self.hub.desk = desk

    def close(self) -> None:
        """Nothing is open."""

    def reach(self, method: str, path: str, content: bytes, token: str) -> tuple[int, bytes]:
        """Return the desk's answer."""
        return self.hub.answer(path, token, content)


class Land:
    """A county with two townships and their laptops, all real workspaces."""

    def __init__(self, make: Make, folder: Path) -> None:
        self.make, self.folder = make, folder
        self.desks: dict[str, Desk] = {}
        self.above: dict[int, Workspace] = {}
        self.all: list[Workspace] = []
        self.county = self.office("county", COUNTY, "county")
        self.town = self.office("town", TOWN)
        self.join(self.town, self.county, TOWN)

    def office(self, name: str, area: str, role: str = "township") -> Workspace:
        """Return a new office."""
        made = self.make(name, area, role)
        self.all.append(made)
        return made

    def other_town(self) -> Workspace:
        """Return the second township, below the same county."""
        made = self.office("other-town", OTHER_TOWN)
        self.join(made, self.county, OTHER_TOWN)
        return made

    def laptop(self, name: str, area: str = STONE, office: Workspace | None = None) -> Workspace:
        """Return a new laptop that is paired with its office."""
        made = self.make(name, area)
        self.all.append(made)
        self.join(made, office or self.town, area)
        return made

    def join(self, below: Workspace, office: Workspace, area: str | None = None) -> None:
        """Pair, or pair again, for an area."""
        told = unspell(pairing.invite(office, area), pairing.TOKEN + seal.PIN)
        assert told is not None
        said = pairing.answer(office, pairing.ask_of(below, told[:pairing.TOKEN]), yes=True)
        pairing.keep_grant(below.ledger, said.grant)
        pairing.keep_hub(below.ledger, said.signed.card, "https://desk.test:8443", office.hub_keys().root, said.prefix)
        self.above.setdefault(id(below), office)

    def go(self, below: Workspace, office: Workspace | None = None, progress: Progress | None = None) -> Exchanged:
        """Exchange with the office above."""
        office = office or self.above[id(below)]
        root = office.hub_keys().root
        hub = next(p for p in peers.peers(below.ledger, peers.HUB) if p.root == root)
        desk = self.desks.setdefault(office.ledger.me.device, Desk(yes=True))
        return exchange(below, HubCarrier(hub, way=Direct(office, desk)), progress)

    def rest(self, *but: Workspace) -> None:
        """Let everybody exchange until nothing moves any more; all must be level then."""
        idle = 0
        while idle < 2:  # what left a scope is noted in one round and goes in the next
            done = [self.go(ws) for ws in reversed(self.all) if id(ws) in self.above and ws not in but]
            idle = 0 if sum(one.sent + one.received for one in done) else idle + 1
        assert all(one.level for one in done), done

    def copy(self, ws: Workspace, name: str) -> Workspace:
        """Return a copy of a workspace in a folder of its own: another disk with the same image."""
        ws.ledger.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copytree(ws.folder, self.folder / name)
        elsewhere()
        other = Workspace.open(self.folder / name, "practice")
        self.all.append(other)
        self.above[id(other)] = self.above.get(id(ws), self.county)
        return other

    def check(self) -> None:
        """Everything holds everywhere, and nothing waits."""
        for ws in self.all:
            report = ws.ledger.verify()
            assert report.ok, report.problems
            assert check_seals(ws) == []
            assert not ws.ledger.db.conn.execute("SELECT count(*) FROM quarantine").fetchone()[0]


def person(ws: Workspace, place: str, rec: str | None = None, name: str = "练习甲") -> str:
    """Write a person who is a dossier at a place; returns the id."""
    return ws.ledger.write([Write("person", {"full_name": name, "phone": "13900001234"}, rec=rec or new_id(), place=place)], source="screen").ids[0]


def edit(ws: Workspace, rec: str, phone: str) -> str:
    """Write another phone; returns the change's id."""
    return ws.ledger.write([Write("person", {"phone": phone}, rec=rec)], source="screen").cids[0]


def move(ws: Workspace, rec: str, place: str) -> str:
    """Move a dossier; returns the change's id."""
    return ws.ledger.write([Write("person", {}, rec=rec, place=place)], source="screen").cids[0]


def phone(ws: Workspace, rec: str) -> object:
    """Return the phone that is shown, None where the record is not here."""
    found = ws.ledger.get(rec)
    return found.values.get("phone") if found else None


def payloads(ws: Workspace, rec: str) -> int:
    """Return how many changes of a dossier are here with their payload."""
    return int(ws.ledger.db.conn.execute("SELECT count(*) FROM change WHERE root = ? AND n IS NOT NULL", (rec,)).fetchone()[0])


def headers(ws: Workspace, rec: str) -> int:
    """Return how many changes of a dossier are here at all."""
    return int(ws.ledger.db.conn.execute("SELECT count(*) FROM change WHERE root = ?", (rec,)).fetchone()[0])
