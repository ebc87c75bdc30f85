"""A Friday afternoon at the township: forty laptops came back, one clerk settles everything by keys, in the window."""
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.models import asking, clock, deciding
from app.models.change import VOID
from app.models.identity import spell_id
from app.models.language import set_language
from app.models.ledger import Ledger
from app.models.writing import Write
from app.sync.workspace import Workspace
from app.ui import theme
from app.ui.page import Desk
from app.ui.pages import PAGES
from app.ui.sweeper import Sweeper
from app.ui.window import Window
from tests import clocks
from tests.command_line import CommandLine

LAPTOPS, HOUSEHOLDS, PLACE, KEY = 40, 60, "529999001L01", bytes(range(32))
PHONED = range(48)       # whose phone two laptops asked for at the door
ROSTER = range(48, 60)      # whose phone stands in a roster and was asked for
WORK = range(60, 68)        # whose work two laptops gave
DELETED, DOUBLES = range(68, 72), range(72, 84)
FORM = "form:person_interview@2026.1/{}"


@dataclass
class Clerk:
    """One person at the keyboard. `strokes` counts every key that was pressed, typed characters too."""

    window: Window
    strokes: int = 0
    by: dict[str, int] = field(default_factory=dict)

    def press(self, key: str | Qt.Key, what: str, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press one key and wait until the window has done with it."""
        QTest.keyClick(QApplication.focusWidget() or self.window, key, held)
        self.strokes += 1
        self.by[what] = self.by.get(what, 0) + 1
        self.wait()

    def type(self, words: str, what: str) -> None:
        """Type words, a stroke each."""
        QTest.keyClicks(QApplication.focusWidget(), words)
        self.strokes += len(words)
        self.by[what] = self.by.get(what, 0) + len(words)

    def wait(self) -> None:
        """Let the window live until no job is under way."""
        for _ in range(30_000):
            loop = QEventLoop()
            QTimer.singleShot(4, loop.quit)
            loop.exec()
            if not self.window.desk.jobs.busy():
                break
        else:
            raise AssertionError("it did not come about in time")
        QApplication.processEvents()


def give(one: Ledger, other: Ledger, after: int = 0) -> None:
    other.merge(one.changes([row[2] for row in one.feed(after, 10**6)]))


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """The office's roster, as every laptop has it."""
    folder = tmp_path_factory.mktemp("friday")
    workspace, _ = Workspace.create(folder / "office", "practice", PLACE, "青禾镇", "周慧", "township")
    ledger = workspace.ledger
    homes = ledger.write([Write("household", {"household_code": f"Q{n:03}", "dwelling_no": f"1-{n}"}, place=PLACE) for n in range(HOUSEHOLDS)],
                         source="roster").ids
    made = ledger.write([Write("person", {"full_name": f"练习{'甲乙丙丁戊己庚辛壬癸'[n % 10]}{n}", "household_id": homes[n % HOUSEHOLDS],
                                          "birth_date": f"19{60 + n % 40}-0{1 + n % 9}-1{n % 10}", "phone": f"1380000{n:04}"}) for n in range(100)],
                        source="roster").ids
    workspace.close()
    return folder, list(made)


@pytest.fixture
def office(people: tuple[Path, list[str]], tmp_path: Path) -> Iterator[Workspace]:
    """The office after forty laptops were merged: each knew the roster alone."""
    folder, recs = people
    shutil.copytree(folder / "office", tmp_path / "office")
    opened = Workspace.open(tmp_path / "office", "practice")
    base = Ledger.create(tmp_path / "base.db", KEY, area=PLACE, device_name="底", user_name="底", role="surveyor", practice=True)
    give(opened.ledger, base)
    now = clocks.ticking(clock.now())  # of two laptops the later one spoke last
    for n in range(LAPTOPS):
        one = Ledger.create(tmp_path / f"{n}.db", KEY, area=PLACE, device_name=f"电脑 {n}", user_name=f"调查员{n}", role="surveyor", practice=True)
        mark = one.feed_mark()[0]
        give(base, one, after=2)
        shown = one.feed_mark()[0]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(clock.source, "read", now)
            for writes, source in said(n, recs):
                one.write(writes, source=source)
        give(one, opened.ledger, after=shown)
        opened.ledger.merge(one.changes([row[2] for row in one.feed(0, mark)]))  # who it is
        one.close()
    base.close()
    yield opened
    opened.close()


def said(laptop: int, recs: list[str]) -> Iterator[tuple[list[Write], str]]:
    """What one laptop brings: of each case two of the forty say something."""
    for n in (*PHONED, *ROSTER, *WORK, *DELETED):
        if laptop not in (n % LAPTOPS, (n + 1) % LAPTOPS):
            continue
        first, rec, talk = laptop == n % LAPTOPS, recs[n], FORM.format(f"{laptop:02}{n:030}")
        if n in PHONED:
            yield [Write("person", {"phone": f"139{laptop:04}{n:04}"}, rec=rec)], talk
        elif n in ROSTER:
            yield [Write("person", {"phone": f"137{laptop:04}{n:04}"}, rec=rec)], "roster" if first else "screen"
        elif n in WORK:
            yield [Write("placement", {"person_id": rec, "labour_status": "1", "employment_type": "3" if first else "1",
                                       "employer_name": f"厂{laptop}"}, rec=spell_id(rec, 1))], talk
        elif first:
            yield [Write("person", {VOID: "重复登记"}, rec=rec)], "screen"
        else:
            yield [Write("person", {"education": "20"}, rec=rec)], "screen"
    for n in DOUBLES:
        if laptop == n % LAPTOPS:
            yield [Write("person", {"full_name": f"练习{'甲乙丙丁戊己庚辛壬癸'[n % 10]}{n}", "birth_date": f"19{60 + n % 40}-0{1 + n % 9}-1{n % 10}"},
                         place=PLACE)], "screen"


@pytest.fixture
def clerk(office: Workspace, qapp: QApplication) -> Iterator[Clerk]:
    set_language("zh")
    theme.use(qapp, text_scale=1.0)
    desk = Desk(office.ledger, office)
    sweeper = Sweeper(desk)  # as in the program: no worker deletes what is Qt's
    window = Window(desk)
    window.resize(1366, 768)
    window.show()
    window.activateWindow()
    made = Clerk(window)
    made.wait()
    yield made
    desk.close()  # in the order of Desktop.end
    window.hide()
    window.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    sweeper.stop()


def test_one_clerk_settles_forty_laptops_by_keys_and_can_take_all_of_it_back(
        office: Workspace, clerk: Clerk, capsys: pytest.CaptureFixture[str]) -> None:
    ledger = office.ledger
    waiting = len(deciding.waiting(ledger))
    assert waiting == len(PHONED) + len(ROSTER) + len(WORK) + len(DELETED)
    before = what_waits(ledger)
    digit = [info.name for info in PAGES if info.rail and not info.foot].index("review") + 1
    clerk.press(Qt.Key(Qt.Key.Key_0 + digit), "open", Qt.KeyboardModifier.ControlModifier)
    page = clerk.window.page
    assert page.name == "review" and len(page.section.rows) == waiting
    by_rules(clerk, "phone")
    assert {c.unit for c in ledger.conflicts()} == {"work", VOID}
    one_by_one(clerk)
    assert [row.asked for row in page.section.rows] == [True] and [c.unit for c in ledger.conflicts()] == ["work"]
    doubles(clerk)
    assert ledger.verify().ok and len(asking.open_questions(ledger)) == 1
    with capsys.disabled():
        print(f"\n{waiting} disagreements and {len(DOUBLES)} doubles of {LAPTOPS} laptops: {clerk.strokes} keys {clerk.by}")
    assert clerk.strokes < waiting + len(DOUBLES)
    steps = 2 + len(WORK) + len(DELETED) + len(DOUBLES)  # two rules, then one by one
    for _ in range(steps):
        ledger.undo()
    assert what_waits(ledger) == before and not ledger.db.conn.execute("SELECT 1 FROM same_as").fetchall() and ledger.verify().ok


def what_waits(ledger: Ledger) -> dict[tuple[str, str], list[str]]:
    """Return each case with its values, the one that is shown first."""
    return {(c.rec, c.unit): [repr(v.value) for v in c.versions] for c in deciding.waiting(ledger)}


def by_rules(clerk: Clerk, unit: str) -> None:
    """Phones: the newest interview, then, for what is left, the roster. One undo takes a whole rule back."""
    page, ledger = clerk.window.page, clerk.window.desk.ledger
    for digit, take_back in (("1", True), ("1", False), ("2", False)):
        find(clerk, unit)
        clerk.press(Qt.Key.Key_F8, "rules")
        clerk.press(digit, "rules")
        count, before, waiting = len(page.mode.found.chosen), ledger.digest(), len(ledger.conflicts())
        clerk.press(Qt.Key.Key_Return, "rules")
        assert count and len(ledger.conflicts()) == waiting - count
        if take_back:
            clerk.press(Qt.Key.Key_Z, "rules", Qt.KeyboardModifier.ControlModifier)
            assert ledger.digest() == before


def find(clerk: Clerk, unit: str) -> None:
    """Go to the nearest case of a unit by the arrows."""
    page = clerk.window.page
    at = page.list.currentIndex().row()
    nearest = min((n for n, row in enumerate(page.section.rows) if row.conflict.unit == unit), key=lambda n: abs(n - at))
    for _ in range(abs(nearest - at)):
        clerk.press(Qt.Key.Key_Down if nearest > at else Qt.Key.Key_Up, "look")


def one_by_one(clerk: Clerk) -> None:
    """The rest, a key each: the first work is asked again, the second gets a value of the clerk's own, deletions are kept."""
    page, asked, own = clerk.window.page, False, False
    for _ in range(100):
        rows = [row for row in page.section.rows if not row.asked]
        if not rows:
            return
        assert not page.row.asked
        if page.row.conflict.unit == VOID:
            clerk.press("1", "decide")
        elif not asked:
            asked = True
            clerk.press("3", "decide")
        elif not own:
            own = True
            clerk.press(Qt.Key.Key_F4, "decide")
            while page.mode.fields["employer_name"].input is not QApplication.focusWidget():
                clerk.press(Qt.Key.Key_Tab, "decide")
            page.mode.fields["employer_name"].input.selectAll()
            clerk.type("xin chang", "decide")
            clerk.press(Qt.Key.Key_Return, "decide")
            assert page.mode is None, (page.mode.trouble, [f.note.words.text() for f in page.mode.fields.values()])
        else:
            clerk.press("1", "decide")


def doubles(clerk: Clerk) -> None:
    """People registered twice: a key each."""
    page = clerk.window.page
    clerk.press(Qt.Key.Key_Right, "doubles")
    assert len(page.section.rows) == len(DOUBLES)
    for n in range(len(DOUBLES)):
        clerk.press("2" if n == 0 else "1", "doubles")
    assert not page.section.rows


def test_asking_again_reaches_the_laptop_of_the_village_and_its_answer_comes_back(tmp_path: Path) -> None:
    office, laptop, far = (CommandLine(tmp_path / name) for name in ("township", "laptop", "far"))
    office("init", "--area", "529999001", "--name", "青禾镇", "--user", "周慧", "--role", "township")
    home = office("add", "household", "household_code=H-1").last
    person = office("add", "person", f"household_id={home}", "full_name=练习甲", "phone=13800000000").last
    laptop("init", "--area", "529999001", "--name", "甲", "--user", "韦敏")
    far("init", "--area", "529999001", "--name", "乙", "--user", "罗兵")
    with office.serving("--yes") as url:
        for one in (laptop, far):
            one("pair", url, office("hub", "invite").last)
            one("sync")
        for one, phone in ((laptop, "13900000001"), (far, "13900000002")):
            one("set", "person", person, f"phone={phone}")
            one("sync")
        office("ask-again", "person", person, "phone", "--note", "打给他儿子")
        laptop("sync")
        (asked,) = laptop("to-ask", "--json").json
        assert (asked["subject"], asked["unit"], asked["by"], asked["note"]) == (person, "phone", "周慧", "打给他儿子")
        laptop("set", "person", person, "phone=13900000003")
        assert laptop("to-ask", "--json").json == []
        laptop("sync")
        assert office("to-ask", "--json").json == []
        (case,) = office("conflicts", "--json").json
        assert "13900000003" in {v["value"] for v in case["values"]}
        office("resolve", "person", person, "phone", "--take", "13900000003")
        office("unlink", "person", person, office("add", "person", f"household_id={home}", "full_name=练习贾").last)
        for one in (laptop, far):
            one("sync")
            assert one("conflicts", "--json").json == [] and one("duplicates", "--json").json == []
            assert one("show", "person", person, "--json").json["fields"]["phone"] == "13900000003"
        assert office("digest").last == laptop("digest").last == far("digest").last
