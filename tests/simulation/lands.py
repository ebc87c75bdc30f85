"""Lands: who is paired with whom in a world, made once a process and copied for each seed.

`small`: an office and the laptops below it. `tiers`: a county above two townships above their laptops; the townships are
laptops of the county and hubs of their villages, and each laptop may also go to the county.
"""
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from app.models import erasure
from app.sync import pairing
from app.sync.desk import Desk
from app.sync.spelled import unspell
from app.sync.workspace import Workspace
from tests.simulation.seams import room, seams

START = datetime(2026, 11, 24, tzinfo=UTC)
COUNTY = "529999000000"
TOWN, OTHER_TOWN = "529999001000", "529999002000"
VILLAGES = ("529999001201", "529999001202", "529999002201")
TOP = "hub"


@dataclass(frozen=True, slots=True)
class Seat:
    """One computer of a land: its area, what it is, the offices it is paired with (the last is the one it goes to)."""

    area: str
    role: str = "surveyor"
    above: tuple[str, ...] = (TOP,)


SMALL = {TOP: Seat(COUNTY, "county", ()), "lap0": Seat(VILLAGES[0]), "lap1": Seat(VILLAGES[0]), "lap2": Seat(VILLAGES[1]),
         "lap3": Seat(TOWN), "lap4": Seat(TOWN), "lap5": Seat(COUNTY)}
TIERS = {TOP: Seat(COUNTY, "county", ()), "town": Seat(TOWN, "township"), "other": Seat(OTHER_TOWN, "township"),
         "one": Seat(VILLAGES[0], above=(TOP, "town")), "two": Seat(VILLAGES[1], above=(TOP, "town")),
         "wide": Seat(TOWN, above=(TOP, "town")), "far": Seat(VILLAGES[2], above=(TOP, "other"))}
LANDS = {"small": SMALL, "tiers": TIERS}


class Templates:
    """Paired workspaces of one land. `folders`: name -> folder; `keys`: name -> store key."""

    def __init__(self, seats: dict[str, Seat]) -> None:
        self._home = tempfile.TemporaryDirectory(prefix="leye-sim-", dir=room())
        self.seats = seats
        self.folders: dict[str, Path] = {}
        self.keys: dict[str, bytes] = {}
        made: dict[str, Workspace] = {}
        name = ""
        with seams(Random(0), lambda: START, lambda: name, lambda: Path(self._home.name) / "homes" / name):
            for name, seat in seats.items():  # the machine is the one that is being made
                made[name] = self._make(name, seat)
                for office in seat.above:
                    pair(made[name], made[office], seat.area)
            offices = [ws for name, ws in made.items() if seats[name].role != "surveyor"]
            for ws in offices:
                for other in offices:
                    erasure.grant(ws.ledger, other.ledger.me.device)
            for name in made:
                made[name].close()

    def _make(self, name: str, seat: Seat) -> Workspace:
        folder = Path(self._home.name) / name
        ws, _ = Workspace.create(folder, "practice", seat.area, name, f"{name}-user", seat.role)
        self.folders[name], self.keys[name] = folder, ws._key
        return ws


def pair(below: Workspace, office: Workspace, area: str) -> None:
    """Do what pairing.pair does, with the desk beside it instead of beyond a network."""
    told: Any = unspell(pairing.invite(office, area), pairing.TOKEN + pairing.seal.PIN)
    said = Desk(yes=True).pair(office, pairing.ask_of(below, told[:pairing.TOKEN]))
    root = office.hub_keys().root
    url = f"https://{office.ledger.me.area}"
    pairing.check_card(said.signed, root, url)
    pairing.keep_hub(below.ledger, said.signed.card, url, root, said.prefix)


@cache
def templates(land: str = "small") -> Templates:
    """Return the templates of this process."""
    return Templates(LANDS[land])
