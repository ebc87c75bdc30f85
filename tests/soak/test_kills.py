"""A thousand kill -9 of real processes, laptop and hub, spread over every phase, on both cores; the table goes to RESULTS.md."""
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import SystemRandom

from tests.command_line import ROOT
from tests.kills.killing import PHASES
from tests.simulation.seams import room
from tests.soak.results import record

KILLS = 1000
WORKERS = 2


def test_a_thousand_kills() -> None:
    seed, times = SystemRandom().randrange(10**6), -(-KILLS // len(PHASES))
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(dir=room(), prefix="leye-kills-") as folder:
        names = list(PHASES)
        workers = [_worker(Path(folder) / str(number), seed, times, names[number::WORKERS]) for number in range(WORKERS)]
        told = [json.loads(line) for worker in workers for line in worker.communicate()[0].splitlines()]
    bad = [worker.returncode for worker in workers if worker.returncode]
    kills = sum(one["kills"] for one in told)
    rows = [f"| {one['phase']} | {one['kills']} | {_words(one['at'])} | {_words(one['found'])} |"
            for one in sorted(told, key=lambda one: names.index(one["phase"]))]
    record("kill -9", f"{kills} kills of real processes in {len(told)} of {len(PHASES)} phases, seed {seed}, "
           f"{(time.monotonic() - begun) / 60:.0f} minutes on {WORKERS} cores; {'every one held' if not bad else 'SOME DID NOT HOLD'}.",
           "", "| killed in | times | about to | what was found, all of it whole |", "| --- | --- | --- | --- |", *rows)
    assert not bad
    assert kills >= KILLS


def _worker(place: Path, seed: int, times: int, phases: list[str]) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-m", "tests.kills.killing", str(place), str(seed), str(times), *phases], cwd=ROOT,
                            stdout=subprocess.PIPE, encoding="utf-8", env={**os.environ, "XDG_DATA_HOME": str(place / "data")})


def _words(counted: list[list[object]]) -> str:
    return " · ".join(f"{word}: {n}" for word, n in counted)
