"""Pairs: a laptop, its office and the county above, paired, with something to tell each other."""
import shutil
from pathlib import Path

from app.sync import pairing, peers, seal
from app.sync.spelled import unspell
from app.sync.workspace import Workspace
from tests.command_line import PASSPHRASE
from tests.disks import elsewhere
from tests.kills.acts import NUMBERS, TOWN, made, written

NOWHERE = "https://127.0.0.1:1"


def join(below: Workspace, office: Workspace, area: str = TOWN) -> None:
    """Pair two open workspaces, as the invitation and its answer would."""
    told = unspell(pairing.invite(office, area), pairing.TOKEN + seal.PIN)
    assert told is not None
    said = pairing.answer(office, pairing.ask_of(below, told[:pairing.TOKEN]), yes=True)
    pairing.keep_hub(below.ledger, said.signed.card, NOWHERE, office.hub_keys().root, said.prefix)


def paired(room: Path) -> tuple[Path, Path]:
    """Return the folders of an office and of a laptop below it, closed, each with a few households of its own."""
    number = next(NUMBERS)
    town, laptop = made(room, f"town-{number}", 2, seed=1), made(room, f"laptop-{number}", 2, 2, "surveyor")
    with Workspace.open(town, PASSPHRASE) as office, Workspace.open(laptop, PASSPHRASE) as ws:
        join(ws, office)
        written(ws, lambda *_: None, 0)
    return town, laptop


def copies(room: Path, *folders: Path) -> list[Path]:
    """Return copies of these folders, each of its own name."""
    elsewhere()
    return [Path(shutil.copytree(folder, room / f"{folder.name}-{next(NUMBERS)}")) for folder in folders]


def the_hub_of(ws: Workspace) -> peers.Peer:
    """Return the peer above."""
    return peers.the_hub(ws.ledger)
