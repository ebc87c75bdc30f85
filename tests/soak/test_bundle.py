"""The bundle runs on its own: no Python of the machine is on its path, and it plays the demo and opens the window."""
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import pytest

from tests.soak.results import record

HOME = Path(__file__).parents[2]
BUNDLE = HOME / "dist" / "leye"


@pytest.fixture(scope="module")
def program() -> Path:
    """Return the bundled program, built from the spec in hand."""
    subprocess.run([sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR", "build.spec"], cwd=HOME, check=True)
    return BUNDLE / "leye"


def run(program: Path, home: Path, *arguments: str, **more: str) -> str:
    """Return what the bundled program printed; its environment holds nothing of ours."""
    nothing = {"PATH": "/nowhere", "HOME": str(home), "LEYE_PASSPHRASE": "practice", "LEYE_LANG": "zh", "LANG": "C.UTF-8", **more}
    done = subprocess.run([program, *arguments], env=nothing, cwd=home, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_plays_the_demo_with_no_python_of_the_machine(program: Path, tmp_path: Path) -> None:
    run(program, tmp_path, "demo", str(tmp_path / "demo"))
    assert list((tmp_path / "demo" / "books").glob("*.xlsx"))
    linked = subprocess.run(["ldd", program], capture_output=True, text=True, check=False).stdout
    assert "python" not in linked


def test_it_opens_its_window(program: Path, tmp_path: Path) -> None:
    place = tmp_path / "village"
    run(program, tmp_path, "--workspace", str(place), "init", "--area", "529999001L01", "--name", "一", "--user", "练习员")
    picture = tmp_path / "window.png"
    xvfb = shutil.which("xvfb-run")
    if xvfb:
        subprocess.run([xvfb, "-a", program, "--workspace", place, "--picture", picture], check=True, timeout=300, env={
            "PATH": os.environ["PATH"], "HOME": str(tmp_path), "LEYE_PASSPHRASE": "practice", "QT_QPA_PLATFORM": "xcb"})
    else:
        run(program, tmp_path, "--workspace", str(place), "--picture", str(picture), QT_QPA_PLATFORM="offscreen")
    assert picture.stat().st_size > 10_000


def test_its_size_and_start_beside_the_unfrozen_program(program: Path, tmp_path: Path) -> None:
    size = sum(path.stat().st_size for path in BUNDLE.rglob("*") if path.is_file() and not path.is_symlink()) / 2**20
    place = tmp_path / "village"
    run(program, tmp_path, "--workspace", str(place), "init", "--area", "529999001L01", "--name", "一", "--user", "练习员")
    bundled, unfrozen = [str(program)], [sys.executable, "-m", "app"]
    window = ["--workspace", str(place), "--picture", str(tmp_path / "window.png")]
    lines = [f"{size:.0f} MiB in one folder."]
    for what, words in (("leye --help", ["--help"]), ("first window drawn (passphrase stretched)", window)):
        ours, theirs = (median(took([*command, *words]) for _ in range(3)) for command in (bundled, unfrozen))
        lines.append(f"{what}: {ours:.2f} s, unfrozen {theirs:.2f} s, ratio {ours / theirs:.2f}")
    print("\n" + "\n".join(lines))
    record("The bundle", *lines)
    assert size < 450


def took(command: list[str]) -> float:
    """Return the seconds of one whole process."""
    start = time.perf_counter()
    subprocess.run(command, cwd=HOME, check=True, capture_output=True, timeout=120,
                   env={**os.environ, "LEYE_PASSPHRASE": "practice", "QT_QPA_PLATFORM": "offscreen"})
    return time.perf_counter() - start
