"""A whole interview in a real window under Xvfb, by xdotool's keystrokes alone; once straight, once with a kill -9 half-way."""
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.forms.contract import Interview, drafts, load
from app.models.practice import generate
from app.models.spells import current
from app.sync.workspace import Workspace
from app.ui.pages import PAGES
from tests.soak.results import record
from tests.ui.interviewing import ENTER, played

HOME = Path(__file__).parents[2]
PASSPHRASE, SIZE = "practice", "1366x768x24"
INTERVIEW = f"ctrl+{[info.name for info in PAGES if info.rail and not info.foot].index('interview') + 1}"
NAMES = {" ": "space", ".": "period"}
PATIENCE, DELAY_MS = 40.0, 25
MIDDLE_AGED = ("SELECT id FROM person WHERE birth_date BETWEEN '1981-01-01' AND '2001-01-01' AND labour_capacity = '1' AND phone IS NOT NULL "
               "AND student_status = '00' AND household_id IS NOT NULL ORDER BY id LIMIT 1")

pytestmark = pytest.mark.skipif(not (shutil.which("Xvfb") and shutil.which("xdotool")), reason="needs Xvfb and xdotool")


class Screen:
    """A display with one window of the program, and a keyboard."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        ready, told = os.pipe()  # the display says its number once it is there: a fixed one may still be that of the test before
        self.display = subprocess.Popen(["Xvfb", "-displayfd", str(told), "-screen", "0", SIZE, "-nolisten", "tcp"],
                                        pass_fds=(told,), stderr=subprocess.DEVNULL)
        os.close(told)
        with open(ready, "rb") as said:
            display = f":{int(said.readline())}"
        self.env = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "LEYE_PASSPHRASE": PASSPHRASE, "LEYE_LANG": "zh"}
        self.program: subprocess.Popen[bytes] | None = None

    def xdotool(self, *words: str, check: bool = True) -> str:
        """Run xdotool; return what it printed."""
        return subprocess.run(["xdotool", *words], env=self.env, check=check, capture_output=True, text=True).stdout.strip()

    def start(self) -> None:
        """Open the program and give its window the keyboard."""
        self.program = subprocess.Popen([sys.executable, "-m", "app", "--workspace", str(self.folder)], env=self.env, cwd=HOME)
        shown = until(lambda: self.xdotool("search", "--onlyvisible", "--pid", str(self.program.pid), check=False))
        self.xdotool("windowfocus", "--sync", shown.splitlines()[-1])
        time.sleep(1)

    def press(self, *keys: str) -> None:
        """Press keys, one after another."""
        self.xdotool("key", "--delay", str(DELAY_MS), *(NAMES.get(key, key) for key in keys))

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End the program."""
        if self.program is not None:
            self.program.send_signal(how)
            self.program.wait(20)
            self.program = None

    def close(self) -> None:
        """End program and display."""
        self.kill()
        self.display.terminate()
        self.display.wait(10)


def until(come) -> str:
    """Return what came, once it came."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := come():
            return found
        time.sleep(0.1)
    raise AssertionError("it did not come about in time")


@pytest.fixture
def village(tmp_path: Path) -> Path:
    """A practice workspace, closed."""
    workspace, _ = Workspace.create(tmp_path / "village", PASSPHRASE, "529999001000", "向阳 1 号", "韦敏")
    generate(workspace.ledger, 12, 7)
    workspace.close()
    return tmp_path / "village"


@pytest.fixture
def screen(village: Path) -> Iterator[Screen]:
    made = Screen(village)
    yield made
    made.close()


def score(village: Path, twin: Path) -> tuple[str, str, list[list[str]]]:
    """Return whom to ask, the last digits of the ID, and the keys of each question and of the end, by answering a copy."""
    shutil.copytree(village, twin)
    with Workspace.open(twin, passphrase=PASSPHRASE) as workspace:
        ledger = workspace.ledger
        person = ledger.db.conn.execute(MIDDLE_AGED).fetchone()[0]
        talk = Interview.start(load("person_interview"), ledger, subject=("person", person))
        keys = list(played(talk))
        assert talk.errors() == []
        return person, ledger.get(person).values["id_number"][-6:], keys


def judge(village: Path, person: str) -> None:
    """The interview is finished, its work is written, nothing is broken."""
    with Workspace.open(village, passphrase=PASSPHRASE) as workspace:
        ledger = workspace.ledger
        assert drafts(ledger) == []
        values = current(ledger, person).values
        assert (values["labour_status"], values["monthly_income"], values["employer_name"]) == ("1", 3100, "Xiangyang 2")
        assert values["start_date"] == "2026-09-01" and ledger.get(person).values["wants_work"] == "3"
        assert ledger.verify().ok


def begin(screen: Screen, tail: str) -> None:
    """Open the interview page, find the person by the last digits, begin."""
    screen.press(INTERVIEW)
    time.sleep(1)
    screen.press(*tail)
    time.sleep(1.5)
    screen.press(ENTER)
    time.sleep(2)


def test_a_whole_interview(screen: Screen, village: Path, tmp_path: Path) -> None:
    person, tail, keys = score(village, tmp_path / "twin")
    screen.start()
    begin(screen, tail)
    for pressed in keys:
        screen.press(*pressed)
    time.sleep(2)
    screen.kill(signal.SIGTERM)
    judge(village, person)


def test_killed_half_way_it_goes_on_at_the_same_question(screen: Screen, village: Path, tmp_path: Path) -> None:
    person, tail, keys = score(village, tmp_path / "twin")
    half = len(keys) // 2
    screen.start()
    begin(screen, tail)
    for pressed in keys[:half]:
        screen.press(*pressed)
    time.sleep(0.5)
    screen.kill()
    screen.start()
    screen.press(INTERVIEW)
    time.sleep(1.5)
    screen.press(ENTER)
    time.sleep(2)
    for pressed in keys[half:]:
        screen.press(*pressed)
    time.sleep(2)
    screen.kill(signal.SIGTERM)
    judge(village, person)
    record("A whole interview by keystrokes alone, in a real window under Xvfb",
           f"{len(keys)} questions, straight through and over a kill -9 at question {half + 1}: both wrote the person, the spell and the response.")
