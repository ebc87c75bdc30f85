"""A household of two in a workspace, written through the commands; each test gets a copy."""
import shutil
from pathlib import Path

import pytest

from app.models.identity import check_character
from tests.command_line import CommandLine


def number(born: str, order: str) -> str:
    """Return an invented ID number with its check character."""
    return f"529999{born}{order}" + check_character(f"529999{born}{order}")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A workspace with a household of two, written through the commands; and the ids they printed."""
    folder = tmp_path_factory.mktemp("cli") / "one"
    run = CommandLine(folder)
    run("init", "--area", "529999001", "--name", "青禾 1 号", "--user", "韦敏")
    ids = {"household": run("add", "household", "household_code=H-01", "dwelling_no=3-2-501").last}
    ids["head"] = run("add", "person", "household_id=H-01", "full_name=石晓梅", "sex=女", "id_type=01", "relation_to_head=02",
                      f"id_number={number('19920301', '002')}", "birth_date=1992-03-01", "phone=13800005678",
                      "person_code=P-01").last
    ids["child"] = run("add", "person", "household_id=H-01", "full_name=石小山", "sex=男", "relation_to_head=20").last
    return folder, ids


@pytest.fixture
def leye_(made: tuple[Path, dict[str, str]], tmp_path: Path) -> CommandLine:
    """The command line on a copy of that workspace."""
    return CommandLine(Path(shutil.copytree(made[0], tmp_path / "one")))


@pytest.fixture
def ids(made: tuple[Path, dict[str, str]]) -> dict[str, str]:
    return made[1]
