"""`leye form fill`: the JSON of the contract."""
from collections.abc import Callable
from pathlib import Path

from app.forms.contract import Form, Interview, drafts, load
from app.forms.scenario import fill
from app.models import attachments
from app.models.ledger import Ledger

TABLES = """
| survey  |               |        |       |          |               |
|         | type          | name   | label | required | relevant      |
|         | integer       | age    | 年龄    | yes      |               |
|         | select_one yn | works  | 上班吗   |          | ${age} >= 16  |
|         | begin_repeat  | member | 成员    |          |               |
|         | text          | name   | 姓名    |          |               |
|         | end_repeat    |        |       |          |               |
| choices |               |        |       |
|         | list_name     | name   | label |
|         | yn            | y      | 是     |
|         | yn            | n      | 否     |
"""


def test_a_complete_form(form: Callable[[str], Form], ledger: Ledger) -> None:
    done = fill(ledger, form(TABLES), [
        {"set": "/data/age", "value": "34"}, {"set": "/data/works", "value": "y"}, {"set": "/data/member[1]/name", "value": "甲"},
        {"add": "/data/member"}, {"set": "/data/member[2]/name", "value": "乙"}, {"remove": "/data/member[1]"}])
    assert done["status"] == "complete"
    assert done["answers"] == {"/data/age": "34", "/data/works": "y", "/data/member[1]/name": "乙"}
    assert done["relevant"] == ["/data/age", "/data/works", "/data/member[1]", "/data/member[1]/name"]
    assert done["choices"] == {"/data/works": ["y", "n"]}
    assert done["errors"] == []
    assert [w["type"] for w in done["wrote"]] == ["survey_response"]
    assert drafts(ledger) == []


def test_a_refused_form_leaves_nothing(form: Callable[[str], Form], ledger: Ledger) -> None:
    done = fill(ledger, form(TABLES), [{"set": "/data/works", "value": "y"}, {"set": "/data/nowhere", "value": "1"}, {"add": "/data/age"}, {}])
    assert done["status"] == "refused"
    assert [e["path"] for e in done["errors"]] == ["/data/works", "/data/nowhere", "/data/age", "", "/data/age"]
    assert done["wrote"] == []
    assert drafts(ledger) == []
    assert ledger.rows("survey_response") == []


def test_a_draft_stays(form: Callable[[str], Form], ledger: Ledger) -> None:
    done = fill(ledger, form(TABLES), [{"set": "/data/member[1]/name", "value": "甲"}], draft=True)
    assert done["status"] == "draft"
    assert [d.id for d in drafts(ledger)] == [done["draft"]]
    assert [e["path"] for e in done["errors"]] == ["/data/age"]


def test_a_form_that_cannot_begin_is_refused_in_the_same_words(ledger: Ledger) -> None:
    done = fill(ledger, load("follow_up"), [])
    assert (done["status"], done["wrote"], [e["path"] for e in done["errors"]]) == ("refused", [], [""])


def test_a_picture_is_answered_by_the_path_of_a_file_and_kept_with_the_response(
        form: Callable[[str], Form], ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "工资条.jpg").write_bytes(b"\xff\xd8 invented")
    steps = [{"set": "/data/photo", "value": "工资条.jpg"}]
    result = fill(ledger, form(PAPERS), steps, folder=tmp_path)
    assert result["status"] == "complete"
    named = result["answers"]["/data/photo"]
    assert attachments.read(ledger, named) == b"\xff\xd8 invented"
    response = ledger.get(result["response"])
    assert response is not None and response.values["answers"] == {"/data/photo": named}
    assert response.values["signature_hash"] == attachments.ref_of(named).sha  # type: ignore[union-attr]


def test_a_file_that_is_not_there_is_refused_and_a_discarded_form_leaves_no_bytes(
        form: Callable[[str], Form], ledger: Ledger, tmp_path: Path) -> None:
    result = fill(ledger, form(PAPERS), [{"set": "/data/photo", "value": "none.jpg"}], folder=tmp_path)
    assert result["status"] == "refused" and "none.jpg" in result["errors"][0]["message"]
    talk = Interview.start(form(PAPERS), ledger)
    talk.attach("/data/photo", b"invented", "jpg")
    assert not talk.attach("/data/photo", b"another", "jpg").refused, "the first one is still in the journal"
    assert talk.attach("/data/nowhere", b"x", "jpg").refused
    talk.discard()
    assert not ledger.db.conn.execute("SELECT count(*) FROM blob").fetchone()[0]


PAPERS = """
| survey |
| | type | name | label | appearance |
| | image | photo | 照片 | signature |
| | text | remark | 备注 | |
"""
