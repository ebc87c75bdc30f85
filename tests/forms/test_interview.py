"""An interview answers, branches, repeats, is journalled act by act, and reopens as it was left."""
from collections.abc import Callable

import pytest

from app.forms import journal
from app.forms.contract import Form, Interview, drafts, load
from app.models.ledger import Ledger
from app.models.problem import Problem

Begin = Callable[[str], Interview]
HOUSE = """
| survey |               |        |                      |          |                     |                       |                      |
|        | type          | name   | label                | required | relevant            | constraint            | calculation          |
|        | text          | head   | 户主                  | yes      |                     |                       |                      |
|        | integer       | age    | 年龄                  |          |                     | . < 120               |                      |
|        | select_one yn | works  | ${head} 上班吗         | yes      | ${age} >= 16        |                       |                      |
|        | text          | firm   | 单位                  | yes      | ${works} = 'y'      |                       |                      |
|        | calculate     | adult  |                      |          |                     |                       | if(${age} >= 18, 1, 0) |
|        | begin_repeat  | member | 成员                  |          |                     |                       |                      |
|        | text          | name   | 第 ${no} 人 ${name}    |          |                     |                       |                      |
|        | integer       | years  | 岁                    |          | ${name} != ''       |                       |                      |
|        | calculate     | no     |                      |          |                     |                       | position(..)         |
|        | end_repeat    |        |                      |          |                     |                       |                      |
|        | calculate     | total  |                      |          |                     |                       | sum(${years})        |
|        | calculate     | people |                      |          |                     |                       | count(${member})     |
| choices |              |        |                      |
|        | list_name     | name   | label                |
|        | yn            | y      | 是                    |
|        | yn            | n      | 否                    |
"""


def values(talk: Interview) -> dict[str, str]:
    return {p.rpartition("/data/")[2]: v for p, v in talk.answers().items() if v}


def test_an_answer_says_what_to_repaint(begin: Begin) -> None:
    talk = begin(HOUSE)
    changed = talk.answer("/data/age", "20")
    assert changed.values == {"/data/age", "/data/adult"}
    assert changed.relevance == {"/data/works"}
    assert talk.answer("/data/head", "甲").labels == {"/data/works"}
    assert talk.question("/data/works").label == "甲 上班吗"


def test_an_answer_out_of_play_is_blank_and_comes_back(begin: Begin) -> None:
    talk = begin(HOUSE)
    for path, value in (("age", "20"), ("works", "y"), ("firm", "甲厂"), ("age", "10")):
        talk.answer(f"/data/{path}", value)
    assert "firm" not in values(talk)
    assert talk.answer("/data/firm", "乙厂").refused
    talk.answer("/data/age", "30")
    assert values(talk)["firm"] == "甲厂"


@pytest.mark.parametrize(("path", "value"), [
    ("/data/age", "十"), ("/data/age", "1.5"), ("/data/works", "maybe"), ("/data/adult", "1"), ("/data/none", "1"), ("/data/member", "1"),
])
def test_what_is_no_answer_is_refused_and_nothing_changes(begin: Begin, path: str, value: str) -> None:
    talk = begin(HOUSE)
    talk.answer("/data/age", "20")
    before = talk.answers()
    assert talk.answer(path, value).refused
    assert talk.answers() == before


def test_a_constraint_marks_the_answer_and_stops_the_end(begin: Begin) -> None:
    talk = begin(HOUSE)
    talk.answer("/data/head", "甲")
    talk.answer("/data/works", "n")
    changed = talk.answer("/data/age", "150")
    assert "/data/age" in changed.validity
    assert talk.question("/data/age").error
    assert [e.path for e in talk.errors()] == ["/data/age", "/data/works"]
    with pytest.raises(Problem) as caught:
        talk.finish()
    assert caught.value.key == "form.unfinished"


def test_repeats_are_numbered_from_one_and_close_up(begin: Begin) -> None:
    talk = begin(HOUSE)
    assert [q.path for q in talk.questions("/data/member")] == ["/data/member", "/data/member[1]/name"]
    talk.answer("/data/member[1]/name", "甲")
    talk.answer("/data/member[1]/years", "40")
    assert talk.add("/data/member") == "/data/member[2]"
    talk.answer("/data/member[2]/name", "乙")
    talk.answer("/data/member[2]/years", "30")
    assert values(talk)["total"] == "70"
    assert talk.question("/data/member[2]/name").label == "第 2 人 乙"
    changed = talk.remove("/data/member[1]")
    assert changed.repeats == {"/data/member"}
    assert {"/data/total", "/data/people", "/data/member[1]/no"} <= changed.values
    assert values(talk)["total"] == "30"
    assert talk.question("/data/member[1]/name").label == "第 1 人 乙"


def test_a_blank_member_makes_the_sum_blank_as_in_web_forms(begin: Begin) -> None:
    talk = begin(HOUSE)
    talk.answer("/data/member[1]/name", "甲")
    assert "total" not in values(talk)
    talk.remove("/data/member[1]")
    assert values(talk)["total"] == "0"


def test_sections_count_what_is_answered_and_missing(begin: Begin) -> None:
    talk = begin(HOUSE)
    loose, members = talk.sections()[0], talk.sections()[1]
    assert (loose.path, loose.answered, loose.total, loose.missing) == ("/data", 0, 2, 1)
    assert (members.path, members.label, members.total) == ("/data/member", "成员", 1)
    talk.answer("/data/age", "20")
    assert talk.progress() == (1, 4)
    assert talk.progress() == tuple(sum(c) for c in zip(*((s.answered, s.total) for s in talk.sections()), strict=True))


def test_a_reopened_interview_is_as_it_was_left(begin: Begin, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = begin(HOUSE)
    monkeypatch.setattr("app.forms.interview.form_at", lambda _ledger, _source: talk.form)
    talk.answer("/data/age", "20")
    talk.answer("/data/member[1]/name", "甲")
    talk.add("/data/member")
    talk.answer("/data/member[2]/name", "乙")
    talk.remove("/data/member[1]")
    talk.go("/data/member[1]/years")
    again = Interview.reopen(ledger, talk.id)
    assert again.answers() == talk.answers()
    assert again.relevant() == talk.relevant()
    assert again.errors() == talk.errors()
    assert again.position == "/data/member[1]/years"
    assert [(d.id, d.answered, d.total) for d in drafts(ledger)] == [(talk.id, *talk.progress())]


def test_an_answer_is_on_disk_when_it_returns(begin: Begin, ledger: Ledger) -> None:
    talk = begin(HOUSE)
    other = ledger.again()
    talk.answer("/data/head", "甲")
    assert [e.value for e in journal.Journal(other, talk.id).events()][-1] == "甲"
    other.close()


def test_a_discarded_draft_leaves_nothing(begin: Begin, ledger: Ledger) -> None:
    talk = begin(HOUSE)
    talk.answer("/data/head", "甲")
    talk.discard()
    assert drafts(ledger) == []
    assert ledger.db.conn.execute("SELECT count(*) FROM interview_event").fetchone()[0] == 0
    with pytest.raises(Problem) as caught:
        Interview.reopen(ledger, talk.id)
    assert caught.value.key == "form.no_draft"


def test_what_cannot_be_computed_again_is_kept(begin: Begin, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = begin("""
| survey |           |      |       |             |
|        | type      | name | label | calculation |
|        | text      | a    | A     |             |
|        | calculate | key  |       | once(uuid()) |
|        | calculate | seed |       | concat(${a}, uuid()) |
""")
    monkeypatch.setattr("app.forms.interview.form_at", lambda _ledger, _source: talk.form)
    key, seed = values(talk)["key"], values(talk)["seed"]
    talk.answer("/data/a", "x")
    assert values(talk)["key"] == key
    assert values(talk)["seed"] != seed
    assert Interview.reopen(ledger, talk.id).answers() == talk.answers()


def test_a_count_makes_instances_and_takes_them_away(begin: Begin) -> None:
    talk = begin("""
| survey |              |      |       |              |
|        | type         | name | label | repeat_count |
|        | integer      | n    | N     |              |
|        | begin_repeat | r    | R     | ${n}         |
|        | text         | x    | X     |              |
|        | end_repeat   |      |       |              |
""")
    assert talk.questions("/data/r")[0].value == "0"
    assert "/data/r" in talk.answer("/data/n", "2").repeats
    assert [q.path for q in talk.questions("/data/r")][1:] == ["/data/r[1]/x", "/data/r[2]/x"]
    with pytest.raises(Problem):
        talk.add("/data/r")
    talk.answer("/data/n", "1")
    assert [q.path for q in talk.questions("/data/r")][1:] == ["/data/r[1]/x"]


def test_a_choice_no_longer_offered_hides_and_comes_back(begin: Begin) -> None:
    talk = begin("""
| survey  |                   |      |       |               |
|         | type              | name | label | choice_filter |
|         | select_one county | c    | 县     |               |
|         | select_one town   | t    | 镇     | county = ${c} |
| choices |                   |      |       |               |
|         | list_name         | name | label | county        |
|         | county            | a    | 甲县    |               |
|         | county            | b    | 乙县    |               |
|         | town              | a1   | 青禾镇   | a             |
|         | town              | b1   | 云溪镇   | b             |
""")
    assert talk.question("/data/t").choices == ()
    assert "/data/t" in talk.answer("/data/c", "a").choices
    assert [(c.name, c.label) for c in talk.question("/data/t").choices] == [("a1", "青禾镇")]
    assert talk.answer("/data/t", "b1").refused
    talk.answer("/data/t", "a1")
    talk.answer("/data/c", "b")
    assert "t" not in values(talk)
    talk.answer("/data/c", "a")
    assert values(talk)["t"] == "a1"


def test_defaults_triggers_and_new_repeat_values(begin: Begin) -> None:
    talk = begin("""
| survey |              |      |       |                  |             |         |
|        | type         | name | label | default          | calculation | trigger |
|        | text         | a    | A     | 起                |             |         |
|        | calculate    | b    |       |                  | concat(${a}, '!') | ${a} |
|        | begin_repeat | r    | R     |                  |             |         |
|        | text         | x    | X     | concat('第', position(..)) |   |         |
|        | end_repeat   |      |       |                  |             |         |
""")
    assert values(talk) == {"a": "起", "r[1]/x": "第1"}
    talk.answer("/data/a", "变")
    talk.add("/data/r")
    assert values(talk) == {"a": "变", "b": "变!", "r[1]/x": "第1", "r[2]/x": "第2"}


def test_the_language_changes_while_running(form: Callable[[str], Form], ledger: Ledger) -> None:
    talk = Interview.start(form("""
| settings |                  |
|          | default_language |
|          | 中文 (zh)          |
| survey   |               |      |             |               |                          |                          |             |
|          | type | name | label::中文 (zh) | label::English (en) | constraint_message::中文 (zh) | constraint_message::English (en) | constraint |
|          | select_one yn | a    | 同意吗         | Agree?        | 请选是                      | Choose yes               | . = 'y'     |
|          | text          | b    | 备注          |               |                          |                          |             |
| choices  |               |      |             |               |
|          | list_name     | name | label::中文 (zh) | label::English (en) |
|          | yn            | y    | 是           | Yes           |
|          | yn            | n    | 否           | No            |
"""), ledger)
    talk.answer("/data/a", "n")
    assert (talk.question("/data/a").label, talk.question("/data/a").error) == ("同意吗", "请选是")
    talk.language = "en"
    question = talk.question("/data/a")
    assert (question.label, question.error, question.choices[0].label) == ("Agree?", "Choose yes", "Yes")
    assert talk.question("/data/b").label == "备注"


def test_nested_repeats_keep_to_themselves(begin: Begin) -> None:
    talk = begin("""
| survey |              |      |       |             |
|        | type         | name | label | calculation |
|        | begin_repeat | h    | 户     |             |
|        | begin_repeat | p    | 人     |             |
|        | integer      | age  | 岁     |             |
|        | calculate    | old  |       | if(${age} > 60, 1, 0) |
|        | end_repeat   |      |       |             |
|        | calculate    | sum  |       | sum(${age}) |
|        | end_repeat   |      |       |             |
|        | calculate    | all  |       | sum(${age}) |
""")
    talk.add("/data/h")
    talk.add("/data/h[2]/p")
    for path, age in (("h[1]/p[1]", 70), ("h[2]/p[1]", 20), ("h[2]/p[2]", 10)):
        talk.answer(f"/data/{path}/age", str(age))
    found = values(talk)
    assert (found["h[1]/sum"], found["h[2]/sum"], found["all"]) == ("70", "30", "100")
    assert (found["h[1]/p[1]/old"], found["h[2]/p[1]/old"]) == ("1", "0")


def test_a_form_about_a_person_needs_one(ledger: Ledger) -> None:
    with pytest.raises(Problem) as caught:
        Interview.start(load("follow_up"), ledger)
    assert caught.value.key == "form.subject"
    with pytest.raises(Problem) as caught:
        Interview.start(load("follow_up"), ledger, ("person", "0" * 32))
    assert caught.value.key == "form.unknown_subject"
    assert drafts(ledger) == []
