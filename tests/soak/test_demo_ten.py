"""Ten plays of the demo in a row, each a process of its own: three equal digests, one disagreement left, every time."""
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.soak.results import record

TIMES = 10


@pytest.mark.parametrize("n", range(TIMES))
def test_the_demo_holds_again(n: int, tmp_path: Path, held: list[int]) -> None:
    done = subprocess.run([sys.executable, "-m", "app", "demo", str(tmp_path / "demo")], capture_output=True, text=True,
                          encoding="utf-8", timeout=300, env={**os.environ, "LEYE_PASSPHRASE": "practice", "LEYE_LANG": "en"})
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    digests = {line.split()[-1] for line in lines if line.split()[:1] and line.split()[0] in ("hub", "laptop1", "laptop2")}
    assert len(digests) == 1 and len(digests.pop()) == 64
    held.append(n)


@pytest.fixture(scope="module")
def held() -> Iterator[list[int]]:
    """The plays that held; the count is kept."""
    done: list[int] = []
    yield done
    record("Ten plays of the demo", f"{len(done)} of {TIMES} held.")
