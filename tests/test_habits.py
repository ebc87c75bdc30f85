"""Habits that a tool can keep: docstrings that say what a module promises, small files, no print, no machine's paths."""
import ast
import inspect
import re
import subprocess
from pathlib import Path

import click
import pytest

from app.commands import wording
from tests.test_cli import commands

HOME = Path(__file__).parents[1]
TRACKED = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=HOME,
                         capture_output=True, check=False).stdout.decode().split("\0")
FILES = [HOME / name for name in TRACKED if name and (HOME / name).is_file()] or [
    path for room in ("app", "tests", "tools") for path in (HOME / room).rglob("*") if path.is_file()]
MODULES = [path for path in FILES if path.suffix == ".py"]
OURS = [path for path in MODULES if path.is_relative_to(HOME / "app")]
TEXTS = [path for path in FILES if path.suffix in {".py", ".md", ".toml", ".csv", ".sh", ".txt", ".spec", ".lock", ""}]
MOST_LINES, MOST_FUNCTION_LINES = 400, 60
NO_ROOM = {"utils", "util", "helpers", "helper", "misc", "common", "manager"}


def name(path: Path) -> str:
    return str(path.relative_to(HOME))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", OURS, ids=name)
def test_a_module_says_what_it_is(path: Path) -> None:
    said = ast.get_docstring(tree(path)) or ""
    if path.name == "__init__.py" and not said and not path.read_text(encoding="utf-8").strip():
        return
    assert len(said.splitlines()[0] if said else "") >= 20, "the first line says what the module is and promises"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_files_and_functions_are_small(path: Path) -> None:
    assert path.read_text(encoding="utf-8").count("\n") <= MOST_LINES, "is a noun missing?"
    assert path.stem not in NO_ROOM, "if a thing has no room, name the room"
    long = [f"{node.name}: {node.end_lineno - node.lineno}" for node in ast.walk(tree(path))
            if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno > MOST_FUNCTION_LINES]
    assert not long, "let a long function tell you a noun is missing"


@pytest.mark.parametrize("path", [path for path in OURS if path.parent.name != "commands" and path.stem != "cli"], ids=name)
def test_only_the_command_line_prints(path: Path) -> None:
    calls = [node.lineno for node in ast.walk(tree(path))
             if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("print", "breakpoint")]
    assert not calls


@pytest.mark.parametrize("path", OURS, ids=name)
def test_nothing_is_caught_and_dropped(path: Path) -> None:
    silent = [node.lineno for node in ast.walk(tree(path)) if isinstance(node, ast.ExceptHandler)
              and (node.type is None or isinstance(node.type, ast.Name) and node.type.id == "BaseException")
              and not any(isinstance(inner, ast.Raise) for inner in ast.walk(node))]
    assert not silent, "catch the narrow thing, at the place that can act"


def test_no_file_names_a_machine_s_path_or_a_registry() -> None:
    told = re.compile(r"/(?:work|home)/(?!leye)\w|" + "index" + r"-url|/simple" + r"/")
    found = [f"{name(path)}:{number}" for path in TEXTS for number, line in
             enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1) if told.search(line)]
    assert not found


def test_every_folder_s_job_is_named_where_people_look() -> None:
    said = (HOME / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rooms = {path.relative_to(HOME / "app").parts[0] for path in OURS if len(path.relative_to(HOME / "app").parts) > 1}
    assert not [room for room in rooms if f"{room}/" not in said]


def test_every_command_explains_itself_in_both_languages() -> None:
    """A docstring with the same in Chinese below it, and options whose help is a pair (app/commands/wording)."""
    for name, command in commands():
        told = inspect.cleandoc(command.help or "").split("\n\n")
        kinds = [wording.is_chinese(text) for text in told if not text.startswith(wording.EXAMPLE)]
        assert kinds and kinds.count(True) == kinds.count(False), f"{name}: {told}"
        bare = [one.opts[0] for one in command.params if isinstance(one, click.Option) and not isinstance(one, wording.Option)]
        assert not bare, f"{name}: {bare} are told in one language; use wording.option"
