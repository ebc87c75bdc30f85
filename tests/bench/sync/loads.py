"""Loads: many laptops come to one hub at once, and a hub that lost everything is filled again by them.

Real workspaces, real exchanges in threads, the hub in a process of its own; its CPU and its memory are told. All must end level.
"""
import random
import shutil
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.models.writing import Write
from app.sync import pairing, seal
from app.sync.exchange import Exchanged, HubCarrier, exchange
from app.sync.peers import the_hub
from app.sync.spelled import unspell
from app.sync.workspace import Workspace
from tests.bench.sync.accepting import Served, serving
from tests.bench.sync.dataset import CACHE, KEY, PREFIX, _computer, person

PATIENCE = 600.0


def together(laptops: int, people: int) -> list[dict[str, Any]]:
    """Return how it went when so many laptops with so many new people each came at once, and when they filled an emptied hub again."""
    CACHE.mkdir(parents=True, exist_ok=True)
    out = []
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        home, rng = Path(folder), random.Random(7)
        office = _computer(home / "office", "office", "township")
        all_of_them = [_computer(home / f"laptop{n}", f"laptop {n}") for n in range(laptops)]
        for ws in all_of_them:
            _join(ws, office)
        for number, ws in enumerate(all_of_them):
            ws.ledger.write([Write("person", person(rng, n), place=f"{PREFIX}{201 + number:03d}") for n in range(people)], source="screen")
        office.ledger.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        office.ledger.close()
        shutil.copytree(home / "office", home / "emptied")
        for name in ("office", "emptied"):
            with serving(home / name) as hub:
                out.append(_all_at_once(hub, all_of_them))
        for ws in all_of_them:
            ws.ledger.close()
    return out


def _all_at_once(hub: Served, laptops: list[Workspace]) -> dict[str, Any]:
    before, start = hub.say("cpu"), time.monotonic()
    rounds, done = 0, list[Exchanged]()
    with ThreadPoolExecutor(len(laptops)) as pool:
        while not done or not all(one.level for one in done) or any(one.received for one in done):
            done = list(pool.map(lambda ws: _go(hub, ws), laptops))
            rounds += 1
    seconds, after = time.monotonic() - start, hub.say("cpu")
    if len({ws.ledger.digest() for ws in laptops}) != 1:
        raise RuntimeError("level, but not equal")
    return {"seconds": seconds, "cpu": after["cpu"] - before["cpu"], "peak": after["peak"], "rounds": rounds,
            "changes": after["feed"] - before["feed"]}


def _go(hub: Served, ws: Workspace) -> Exchanged:
    with Workspace(ws.folder, KEY, ws.ledger.again()) as own:
        return exchange(own, HubCarrier(replace(the_hub(own.ledger), url=hub.url), PATIENCE))


def _join(laptop: Workspace, office: Workspace) -> None:
    told = unspell(pairing.invite(office), pairing.TOKEN + seal.PIN)
    assert told is not None
    said = pairing.answer(office, pairing.ask_of(laptop, told[:pairing.TOKEN]), yes=True)
    pairing.keep_hub(laptop.ledger, said.signed.card, "https://127.0.0.1:1", office.hub_keys().root, said.prefix)
