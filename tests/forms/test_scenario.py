"""`leye form fill`: the JSON of the contract."""
from collections.abc import Callable

from app.forms.contract import Form, drafts, load
from app.forms.scenario import fill
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
