"""kill -9 of real processes: each phase once in make test (more of the young ones), a thousand times in make soak."""
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command_line import ROOT
from tests.kills.killing import PHASES

SEED = 7


@pytest.mark.skipif(os.name != "posix", reason="fork and kill -9 are of POSIX")
def test_whatever_is_killed_nothing_acknowledged_is_gone(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "tests.kills.killing", str(tmp_path), str(SEED), "1", *PHASES], cwd=ROOT,
                          capture_output=True, encoding="utf-8", timeout=600, env={**os.environ, "XDG_DATA_HOME": str(tmp_path / "data")})
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, f"{len(told)} phases held\n{done.stderr[-3000:]}"
    assert {one["phase"] for one in told} == set(PHASES)
    assert sum(one["kills"] for one in told) >= 20
