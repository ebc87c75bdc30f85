"""The stories' workspaces: made once through the command line, copied for each story."""
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command_line import CommandLine
from tests.disks import elsewhere

Refusal = Callable[..., str]


@pytest.fixture(scope="session")
def village(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A laptop's workspace with three invented households."""
    folder = tmp_path_factory.mktemp("village") / "one"
    run = CommandLine(folder)
    run("init", "--area", "529999001", "--name", "青禾 1 号", "--user", "韦敏")
    run("generate", "--households", 3, "--seed", 5)
    return folder


@pytest.fixture
def leye(village: Path, tmp_path: Path) -> CommandLine:
    """The command line on a copy of that workspace."""
    elsewhere()
    return CommandLine(Path(shutil.copytree(village, tmp_path / "one")))
