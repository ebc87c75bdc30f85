"""What came down from an office: said in a quiet line, used by the start page, and never in the way of typing."""
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.forms.contract import Interview, form_for
from app.models import attachments, office, places, workbooks
from app.models.dictionary import dictionary
from app.models.identity import new_id
from app.models.ledger import Ledger, Write
from app.ui.news import news
from tests.forms.workbook import small
from tests.ui.conftest import wait


@pytest.fixture(autouse=True)
def _alone():
    yield
    dictionary().adopt([])
    places.adopt({})


@pytest.fixture
def county(tmp_path) -> Ledger:
    """Return the ledger of the county above."""
    made = Ledger.create(tmp_path / "county.db", bytes(range(32)), area="529999000000", device_name="县", user_name="县主任",
                         role="county", practice=True)
    yield made
    made.close()


def send(county: Ledger, laptop: Ledger, version: str, question: str = "会编竹器吗") -> None:
    """Let the county make a version of a form, a code and a post, and the laptop have them, the workbook last."""
    data = small(version, question)
    workbooks.add(county, "form", "village_skills", data, "xlsx", version=version, zh="本村手艺调查", en="Village skills", about="person")
    office.add_code(county, "skill", "X95", "编竹器", "Bamboo ware")
    county.write([Write("post", {"title": "缝纫工"}, rec=new_id())], source="screen")
    laptop.merge(county.changes([row[0] for row in county.db.conn.execute("SELECT cid FROM change")]), came_from="county")
    sha = attachments.sha_of(data)
    attachments.take_piece(laptop, sha, len(data), 0, data)


def test_the_sentence_names_the_form_only_once_it_can_be_used_and_nothing_made_here(desk, county: Ledger) -> None:
    ledger = desk.ledger
    send(county, ledger, "1")
    recs = {row[0] for row in ledger.db.conn.execute("SELECT rec FROM record WHERE type IN ('form', 'code_item', 'post')")}
    assert news(ledger, recs) == "上级发来：调查表“本村手艺调查”，下一份调查开始用；1 个代码；1 个岗位"
    mine = office.add_code(ledger, "skill", "X96", "本地手艺")
    assert news(ledger, {mine}) == "" == news(ledger, set())
    ledger.db.conn.execute("DELETE FROM blob")
    assert "调查表" not in news(ledger, recs)


def test_news_in_the_middle_of_an_interview_disturbs_nothing(window, desk, county: Ledger, settle) -> None:
    send(county, desk.ledger, "1", "第一版的问法")
    settle()
    person = desk.ledger.rows("person", limit=1)[0][0]
    window.open("interview")
    page = window.pages["interview"]
    page.begin("village_skills", ("person", person))
    settle()
    page.asking.go("/data/remark")
    line = QApplication.focusWidget()
    QTest.keyClicks(line, "half a sen")
    send(county, desk.ledger, "2", "第二版的问法")
    settle()
    wait(50)
    assert QApplication.focusWidget() is line and line.text() == "half a sen"
    assert "本村手艺调查" in window.toast.words.text() and not window.toast.isHidden()
    QTest.keyClicks(line, "tence")
    QTest.keyClick(line, Qt.Key.Key_Return)
    settle()
    assert page.talk.question("/data/remark").value == "half a sentence"
    assert page.talk.form.version == "1"
    assert Interview.start(form_for(desk.ledger, "village_skills"), desk.ledger, subject=("person", person)).form.version == "2"


def test_the_start_page_offers_a_new_form_while_somebody_types_a_name(window, desk, county: Ledger, settle) -> None:
    window.open("interview")
    settle()
    start = window.pages["interview"].start
    start.box.setFocus()
    QTest.keyClicks(start.box, "wei")
    assert [one.id for one in start.offers] == ["person_interview", "household", "follow_up", "employer", "post", "agency"]
    send(county, desk.ledger, "1")
    settle()
    assert [one.id for one in start.offers] == ["person_interview", "household", "follow_up", "employer", "post", "agency", "village_skills"]
    assert QApplication.focusWidget() is start.box and start.box.text() == "wei"
    assert [chip.text() for chip in start.forms.chips][-1] == "本村手艺调查"
