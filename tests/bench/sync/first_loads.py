"""python -m tests.bench.sync.first_loads [PEOPLE ...]: the memory a big first load takes, each act in a process of its own.

Promises real workspaces: an office with so many people, its first load on a stick, a new laptop that reads it, and another that
pulls all of it over the network; peaks of resident memory (MiB) and CPU seconds, as the system counts them.
"""
import json
import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.models.ledger import Ledger
from app.models.writing import Write
from app.sync import first_load
from app.sync.exchange import HubCarrier, exchange
from app.sync.peers import the_hub
from app.sync.workspace import Workspace
from tests.bench.sync.accepting import serving
from tests.bench.sync.dataset import CACHE, KEY, PER, PREFIX, TOWN, _computer, person
from tests.bench.sync.loads import PATIENCE, _join

HOME = Path(__file__).parents[3]


def of(people: int) -> list[str]:
    """Return a line for each act."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        acts: list[tuple[str, dict[str, Any]]] = [(what, _apart(folder, act, *more)) for what, act, *more in (
            ("an empty laptop is opened", "opened"), ("(the office is filled)", "fill", str(people)),
            ("the office writes it to a stick", "write"), ("a laptop reads the stick", "read"))]
        with serving(Path(folder) / "office") as hub:
            acts.append(("a laptop pulls it over the network", _apart(folder, "pull", hub.url)))
            acts.append(("the hub, meanwhile", hub.say("cpu")))
        size = sum(p.stat().st_size for p in (Path(folder) / "stick").iterdir()) / 2**20
    return [f"{people:,} people, {size:.0f} MiB on the stick."] + [
        f"{what}: peak {told['peak']:.0f} MiB, {told['cpu']:.0f} CPU s" for what, told in acts]


def _apart(folder: str, act: str, *more: str) -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-m", "tests.bench.sync.first_loads", "--act", act, folder, *more], cwd=HOME, check=True,
                          stdout=subprocess.PIPE, text=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def opened(home: Path) -> None:
    """Make and close a laptop: what any process takes."""
    _computer(home / "empty", "empty").close()


def fill(home: Path, people: str) -> None:
    """Make the office, its people, and the two laptops; the second is paired."""
    office, rng = _computer(home / "office", "office", "township"), random.Random(7)
    for start in range(0, int(people), PER):
        village = f"{PREFIX}{200 + start // PER % 700:03d}"
        office.ledger.write([Write("person", person(rng, n), place=village) for n in range(start, start + PER)], source="import:roster")
    one, other = _computer(home / "one", "one"), _computer(home / "other", "other")
    _join(other, office)
    for ws in (office, one, other):
        ws.close()


def write(home: Path) -> None:
    """Write the first load."""
    (home / "stick").mkdir()
    with _at(home / "office") as ws:
        (home / "code").write_text(first_load.write_first_load(ws, home / "stick", TOWN)[0], encoding="utf-8")


def read(home: Path) -> None:
    """Read it at a new laptop."""
    with _at(home / "one") as ws:
        first_load.join(ws, home / "stick", (home / "code").read_text(encoding="utf-8"))


def pull(home: Path, url: str) -> None:
    """Pull it at another, to the end."""
    with _at(home / "other") as ws:
        if not exchange(ws, HubCarrier(replace(the_hub(ws.ledger), url=url), PATIENCE)).level:
            raise RuntimeError("not level")


def _at(folder: Path) -> Workspace:
    return Workspace(folder, KEY, Ledger.open(folder / "ledger.db", KEY))


ACTS: dict[str, Callable[..., None]] = {"opened": opened, "fill": fill, "write": write, "read": read, "pull": pull}

if __name__ == "__main__":
    if sys.argv[1:2] == ["--act"]:
        ACTS[sys.argv[2]](Path(sys.argv[3]), *sys.argv[4:])
        used = resource.getrusage(resource.RUSAGE_SELF)
        print(json.dumps({"peak": used.ru_maxrss / 1024, "cpu": used.ru_utime + used.ru_stime}))
    else:
        for many in sys.argv[1:] or ["10000", "100000"]:
            print(*of(int(many)), "", sep="\n", flush=True)
