"""The questionnaires there are: an office's new version for the next interview, what does not run passed over, codes among choices."""
from pathlib import Path

import pytest

from app.forms.contract import Interview, form_for, offered, title_of
from app.forms.library import add, faults
from app.models import attachments, office, places, workbooks
from app.models.dictionary import dictionary
from app.models.identity import new_id
from app.models.ledger import Ledger
from app.models.problem import Problem
from app.models.writing import Write
from tests.forms.workbook import small, xlsx


@pytest.fixture(autouse=True)
def _alone():
    yield
    dictionary().adopt([])
    places.adopt({})


@pytest.fixture
def send(ledger: Ledger, tmp_path: Path):
    """Return a function that sends a workbook down from this office."""
    def one(data: bytes, name: str = "调查表.xlsx") -> str:
        file = tmp_path / name
        file.write_bytes(data)
        return add(ledger, file)[1]
    return one


@pytest.fixture
def person(ledger: Ledger) -> str:
    return ledger.write([Write("person", {"full_name": "练习甲"})], source="test").ids[0]


def test_a_new_version_is_for_the_next_interview_and_one_under_way_ends_with_its_own(ledger: Ledger, send, person: str) -> None:
    send(small("1", "第一版的问法"))
    talk = Interview.start(form_for(ledger, "village_skills"), ledger, subject=("person", person))
    talk.answer("/data/skills", "01")
    send(small("2", "第二版的问法"))
    again = Interview.reopen(ledger, talk.id)
    assert again.form.version == "1" and again.question("/data/skills").label == "第一版的问法"
    assert again.question("/data/skills").value == "01"
    done = again.finish()
    assert ledger.get(done.response).values["form_version"] == "1"  # type: ignore[union-attr]
    following = Interview.start(form_for(ledger, "village_skills"), ledger, subject=("person", person))
    assert following.form.version == "2" and following.question("/data/skills").label == "第二版的问法"
    assert following.question("/data/skills").value == "01", "what the first version wrote is known to the second"
    assert [(o.id, o.version, o.serial) for o in offered(ledger)][-1] == ("village_skills", "2", 2)
    assert title_of(ledger, "village_skills") == "本村手艺调查"


def test_the_same_again_changes_nothing_and_other_contents_need_another_version(ledger: Ledger, send) -> None:
    one = send(data := small("1"))
    mark = ledger.feed_mark()
    assert send(data) == one and ledger.feed_mark() == mark
    with pytest.raises(Problem) as caught:
        send(small("1", "别的问法"))
    assert caught.value.key == "workbook.version"


def test_what_does_not_run_is_refused_at_the_office(ledger: Ledger, send, tmp_path: Path) -> None:
    wrong = xlsx("| survey | | | |\n| | type | name | label | relevant |\n| | text | a | 甲 | ${nobody} = 1 |\n")
    for data, name in ((wrong, "a.xlsx"), (b"no workbook", "b.xlsx"), (small("1"), "c.pdf")):
        with pytest.raises(Problem) as caught:
            send(data, name)
        assert name in caught.value.zh
    file_beside = xlsx("| survey | | | |\n| | type | name | label |\n| | select_one_from_file villages.csv | v | 村 |\n")
    (tmp_path / "villages.csv").write_text("name,label\n1,甲村\n", encoding="utf-8")
    with pytest.raises(Problem) as caught:
        send(file_beside)
    assert "villages.csv" in caught.value.zh, "what lies beside the workbook does not travel with it"
    assert [o.id for o in offered(ledger)] == ["person_interview", "household", "follow_up", "employer", "post", "agency"]
    assert not ledger.db.conn.execute("SELECT count(*) FROM blob").fetchone()[0]


def test_a_broken_one_that_arrives_all_the_same_is_listed_and_the_one_before_stays_in_use(ledger: Ledger, send) -> None:
    send(small("1"))
    broken = attachments.keep(ledger, b"not a workbook", "xlsx")
    ledger.write([Write("form", {"form_id": "village_skills", "version": "3", "serial": 3, "title": "坏的", "workbook": broken}, rec=new_id()),
                  Write("form", {"form_id": "village_skills", "version": "4", "serial": 4, "title": "未到", "workbook": f"blob:{'a' * 64}:9:xlsx"},
                        rec=new_id()),
                  Write("form", {"form_id": "odd", "title": "没有工作簿", "workbook": {"sheet": 1}}, rec=new_id())], source="later")
    assert form_for(ledger, "village_skills").version == "1"
    offer = offered(ledger)[-1]
    assert offer.id == "village_skills" and offer.coming
    assert sorted(one.version for one, _ in faults(ledger)) == ["", "3", "4"]
    with pytest.raises(Problem):
        form_for(ledger, "odd")


def test_an_office_replaces_a_form_of_the_program_and_takes_its_own_back(ledger: Ledger, send) -> None:
    send(small("2026", form="person_interview"))
    assert form_for(ledger, "person_interview").version == "2026"
    assert [o.id for o in offered(ledger)] == ["person_interview", "household", "follow_up", "employer", "post", "agency"]
    assert workbooks.retire(ledger, "form", "person_interview") == 1
    assert form_for(ledger, "person_interview").version != "2026"


def test_an_office_s_code_stands_among_the_choices_and_is_stored(ledger: Ledger, send, person: str) -> None:
    send(small("1"))
    first = Interview.start(form_for(ledger, "village_skills"), ledger, subject=("person", person))
    assert [c.name for c in first.question("/data/skills").choices] == ["01", "02"]
    office.add_code(ledger, "skill", "X95", "编竹器", "Bamboo ware")
    talk = Interview.start(form_for(ledger, "village_skills"), ledger, subject=("person", person))
    assert [(c.name, c.label) for c in talk.question("/data/skills").choices][-1] == ("X95", "编竹器")
    assert not talk.answer("/data/skills", "02 X95").refused
    talk.finish()
    assert ledger.get(person).values["skills"] == ["02", "X95"]  # type: ignore[union-attr]
    shipped = Interview.start(form_for(ledger, "person_interview"), ledger, subject=("person", person))
    path = next(path for path, part in shipped.form.definition.parts.items() if part.name == "skills")
    asked = shipped.question(path)
    assert asked.choices[-1].name == "X95" and asked.choices[-1].label == "编竹器"

