"""The lock pins and hashes every wheel, names no registry, and keeps PySide6 below the release that crashes."""
import re
import tomllib
from pathlib import Path

import pytest

HOME = Path(__file__).parents[1]
LOCK = (HOME / "requirements.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def locked() -> dict[str, tuple[int, ...]]:
    """Return the name of each locked package -> the numbers of its version."""
    return {name.lower(): tuple(int(part) for part in re.findall(r"\d+", version))
            for name, version in re.findall(r"^([\w.-]+)==([\w.+]+)", LOCK, re.MULTILINE)}


def wanted() -> list[str]:
    lines = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]
    return [re.split(r"[<>=\[ ;]", line)[0].lower() for line in lines]


def test_the_lock_names_no_registry_and_no_path() -> None:
    assert not re.search(r"://|index|find-links|file:|^\s*-e|^/", LOCK, re.MULTILINE)


def test_every_package_is_pinned_and_hashed() -> None:
    entries = re.split(r"\n(?=\S)", LOCK.strip())
    assert len(entries) >= len(locked()) > 40  # a package may be there twice, for older and newer Pythons
    for entry in entries:
        assert re.match(r"[\w.-]+==", entry) and "--hash=sha256:" in entry, entry.splitlines()[0]


@pytest.mark.parametrize("name", wanted())
def test_what_the_project_asks_for_is_locked(name: str) -> None:
    assert name in locked()


def test_pyside_is_the_small_wheel_below_the_crash() -> None:
    assert (6, 8) <= locked()["pyside6-essentials"] < (6, 12)
    assert not {"pyside6", "pyside6-addons"} & set(locked())


def test_the_package_builds_without_fetching() -> None:
    assert {"setuptools", "wheel"} <= set(locked())
