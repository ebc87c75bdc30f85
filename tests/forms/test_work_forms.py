"""Visits to employers: what the forms for employers and posts ask, check and write; another visit corrects, two visits make one employer."""
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from app.assistance.posts import Post as Offered
from app.assistance.posts import sex_limit
from app.forms.contract import Form, Interview, drafts, load, offered
from app.models import clock, office
from app.models.change import Change
from app.models.dictionary import dictionary
from app.models.ledger import Ledger
from app.models.problem import Problem
from app.models.record import changes_of
from app.models.writing import Write
from tests.forms.workbook import xlsx

Answers = dict[str, str]
TOWN = "529999001000"
EMPLOYER: Answers = {"name": "练习服装厂", "credit_code": "91529999MA0TE5T016", "kind": "1", "industry": "C", "place": "练习县青禾镇",
                     "contact": "龙某", "phone": "13900001188", "checked": "0", "hires": "1"}
POST: Answers = {"title": "缝纫工", "occupation": "02", "headcount": "8", "work_place": "青禾镇", "source": "2", "pay_basis": "1",
                 "wage_min": "2800", "wage_max": "4200"}


def until(n: int) -> str:
    return (clock.today() + timedelta(days=n)).isoformat()


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger.create(tmp_path / "one.db", bytes(32), area=TOWN, device_name="练习机", user_name="练习员", role="township", practice=True)


def answered(talk: Interview, answers: Answers, within: str = "") -> Interview:
    """Answer by names, as far as they are asked; `within`: only in this instance."""
    done: set[str] = set()
    while question := next((q for s in talk.sections() for q in talk.questions(s.path) if q.name in answers and q.path not in done
                            and q.kind not in ("repeat", "note") and q.instance == (within or q.instance)), None):
        done.add(question.path)
        assert talk.answer(question.path, answers[question.name]).refused is None, question.name
    return talk


def visit(ledger: Ledger, form: str, answers: Answers, subject: tuple[str, str] | None = None) -> dict[str, str]:
    talk = answered(Interview.start(load(form), ledger, subject), answers)
    assert talk.errors() == []
    return dict(talk.finish().wrote)


def said_of(ledger: Ledger, rec: str) -> list[Change]:
    return changes_of(ledger.db.conn, [rec])[rec]


def wrong(talk: Interview) -> list[str]:
    return [error.path.rpartition("/")[2] for error in talk.errors()]


def test_a_visit_without_a_network_gives_an_employer_and_its_posts(ledger: Ledger) -> None:
    talk = answered(Interview.start(load("employer"), ledger), EMPLOYER | POST | {"valid_to": until(90), "checked": "1", "how_checked": "1"})
    second = talk.add("/data/c_posts/post")
    answered(talk, POST | {"title": "保洁员", "occupation": "22", "wage_min": "100", "wage_max": "", "pay_basis": "2", "valid_to": until(9)}, second)
    assert talk.errors() == []
    wrote = talk.finish().wrote
    assert [kind for kind, _ in wrote] == ["survey_response", "employer", "post", "post"]
    employer = ledger.get(wrote[1][1])
    assert employer is not None and employer.values["name"] == "练习服装厂" and employer.values["area_id"] == TOWN
    assert (employer.values["verified_at"], employer.values["verified_by"]) == (clock.today().isoformat(), ledger.me.user)
    posts = [ledger.get(rec) for _, rec in wrote[2:]]
    assert [(p.values["title"], p.values["wage_min"], p.values["employer_id"], p.values["state"]) for p in posts if p] == [
        ("缝纫工", 2800, employer.id, "1"), ("保洁员", 100, employer.id, "1")]
    assert all(p and p.values["collected_on"] == clock.today().isoformat() == p.values["verified_on"] for p in posts)
    assert {p.values["verified_how"] for p in posts if p} == {"1"}
    response = ledger.get(wrote[0][1])
    assert response is not None and (response.values["subject_kind"], response.values["subject_id"]) == ("employer", employer.id)
    assert said_of(ledger, response.id)[0].root == employer.id, "the answers belong to the employer's dossier"


def test_a_visit_where_nobody_is_wanted_writes_the_employer_alone_and_says_nothing_of_a_check(ledger: Ledger) -> None:
    wrote = visit(ledger, "employer", EMPLOYER | {"hires": "0"})
    assert set(wrote) == {"survey_response", "employer"}
    record = ledger.get(wrote["employer"])
    assert record is not None and not {"verified_at", "verified_by"} & {k for k, v in record.values.items() if v}


def test_another_visit_corrects_what_changed_and_nothing_else(ledger: Ledger) -> None:
    wrote = visit(ledger, "employer", EMPLOYER | POST | {"valid_to": until(90)})
    talk = Interview.start(load("employer"), ledger, ("employer", wrote["employer"]))
    answered(talk, {"checked": "0", "hires": "1", "headcount": "12"})
    assert talk.question("/data/c_posts/post[1]/p_post/work_place").value == "练习县 青禾镇", "a place is shown in words"
    before = {rec: len(said_of(ledger, rec)) for rec in (wrote["employer"], wrote["post"])}
    assert [kind for kind, _ in talk.finish().wrote] == ["survey_response", "post"]
    post = ledger.get(wrote["post"])
    assert post is not None and (post.values["headcount"], post.values["wage_min"], post.values["title"]) == (12, 2800, "缝纫工")
    assert {rec: len(said_of(ledger, rec)) - n for rec, n in before.items()} == {wrote["employer"]: 0, wrote["post"]: 1}
    one = answered(Interview.start(load("post"), ledger, ("post", wrote["post"])), {"checked": "1", "verified_how": "2", "wage_min": "3000"})
    assert [kind for kind, _ in one.finish().wrote] == ["survey_response", "post"]
    post = ledger.get(wrote["post"])
    assert post is not None and [post.values[f] for f in ("wage_min", "wage_max", "headcount", "verified_how")] == [3000, 4200, 12, "2"]


def test_a_post_of_a_known_employer_is_added_by_the_form_for_posts_and_never_without_one(ledger: Ledger) -> None:
    employer = visit(ledger, "employer", EMPLOYER | {"hires": "0"})["employer"]
    public = POST | {"source": "4", "kind": "3", "quota": "4", "valid_to": until(300), "checked": "0", "employer_terms": "每天半天"}
    wrote = visit(ledger, "post", public, ("employer", employer))
    post = ledger.get(wrote["post"])
    assert post is not None and [post.values[f] for f in ("employer_id", "quota", "kind", "state")] == [employer, 4, "3", "1"]
    with pytest.raises(Problem) as trouble:
        Interview.start(load("post"), ledger)
    assert trouble.value.key == "form.subject"


def test_a_post_that_is_over_is_not_asked_about_again(ledger: Ledger) -> None:
    wrote = visit(ledger, "employer", EMPLOYER | POST | {"valid_to": until(90)})
    ledger.write([Write("post", {"state": "4"}, rec=wrote["post"])], source="test")
    talk = answered(Interview.start(load("employer"), ledger, ("employer", wrote["employer"])), {"hires": "1"})
    assert talk.question("/data/c_posts/post[1]/p_post/title").value == "", "an empty one to fill in"


CASES = [("wage_max", "2700"), ("wage_min", "90"), ("headcount", "0"), ("age_min", "15"), ("valid_to", "yesterday"), ("valid_to", "too late"),
         ("credit_code", "9152"), ("phone", "123"), ("title", "")]


def test_what_cannot_be_is_stopped_at_its_question(ledger: Ledger) -> None:
    right = EMPLOYER | POST | {"valid_to": until(90)}
    talk = answered(Interview.start(load("employer"), ledger), right)
    assert talk.errors() == []
    for name, value in CASES:
        answered(talk, {name: {"yesterday": until(-1), "too late": until(500)}.get(value, value)})
        assert wrong(talk) == [name], (name, value)
        answered(talk, {name: right.get(name, "")})


def test_ages_rise_and_a_place_that_is_none_is_told(ledger: Ledger) -> None:
    talk = answered(Interview.start(load("employer"), ledger), EMPLOYER | POST | {"valid_to": until(90), "age_min": "40", "age_max": "30"})
    assert wrong(talk) == ["age_max"]
    answered(talk, {"age_max": "50", "work_place": "没有这个地方"})
    assert wrong(talk) == ["work_place"]


def test_pay_below_the_minimum_that_an_office_set_wants_a_reason(ledger: Ledger) -> None:
    told = EMPLOYER | POST | {"valid_to": until(90), "wage_min": "1500"}
    assert Interview.start(load("employer"), ledger).doubts() == []
    assert answered(Interview.start(load("employer"), ledger), told).doubts() == [], "no office has set one"
    office.agree(ledger, "wage_least", "1890")
    talk = answered(Interview.start(load("employer"), ledger), told)
    [doubt] = talk.doubts()
    assert doubt.rule == "V29" and doubt.path.endswith("wage_min") and "1890" in doubt.message
    post = dict(talk.finish({(doubt.rec, "V29"): "半天班"}).wrote)["post"]
    assert "半天班" in str([change.payload for change in said_of(ledger, post)])
    fine = answered(Interview.start(load("employer"), ledger), told | {"wage_min": "1890"})
    assert fine.doubts() == []
    assert answered(Interview.start(load("employer"), ledger), told | {"pay_basis": "2", "wage_min": "150", "wage_max": ""}).doubts() == []


SAID = ["限女性，45 岁以下", "男女不限", "男工优先", "带子女可入学", "能吃苦", "女，会缝纫", "性别不限", "不限男女"]


def test_a_sex_limit_is_kept_as_it_was_said_and_pointed_at(ledger: Ledger) -> None:
    talk = answered(Interview.start(load("employer"), ledger), EMPLOYER | POST | {"valid_to": until(90)})
    for said in SAID:
        answered(talk, {"employer_terms": said})
        pointed = any(q.name == "sex_note" for s in talk.sections() for q in talk.questions(s.path))
        assert pointed == bool(sex_limit(Offered("x", "", terms=said))), f"the form points at what the page of posts points at: {said}"
    answered(talk, {"employer_terms": SAID[0]})
    post = ledger.get(dict(talk.finish().wrote)["post"])
    assert post is not None and post.values["employer_terms"] == SAID[0]
    assert not any("sex" in name for name in dictionary().types["post"].fields)


def test_two_visits_to_one_enterprise_make_one_employer_and_what_differs_is_kept(ledger: Ledger, tmp_path: Path) -> None:
    other = Ledger.create(tmp_path / "two.db", bytes(32), area=TOWN, device_name="另一台", user_name="另一人", role="surveyor", practice=True)
    first = visit(ledger, "employer", EMPLOYER | {"hires": "0"})["employer"]
    second = visit(other, "employer", EMPLOYER | {"hires": "0", "contact": "吴某"})["employer"]
    assert first == second
    ledger.merge(said_of(other, second))
    record = ledger.get(first)
    assert record is not None and set(record.conflicts) == {"contact"}, "both names of the person to ask for are kept"
    again = visit(ledger, "employer", EMPLOYER | {"hires": "0", "credit_code": "", "phone": "13900001199"})["employer"]
    assert again == first, "by its name where no code is told"
    other.close()


def test_an_agency_is_entered_once_and_corrected(ledger: Ledger) -> None:
    told = {"name": "练习劳务服务公司", "place": "青禾镇", "contact": "龙某", "phone": "13900001188", "licence_seen": "0"}
    first = visit(ledger, "agency", told)["agency"]
    assert visit(ledger, "agency", told | {"licence_no": "52990001"})["agency"] == first, "known again by its name"
    again = answered(Interview.start(load("agency"), ledger, ("agency", first)), {"licence_seen": "1", "phone": "13900001199"})
    assert again.finish().wrote[1:] == (("agency", first),)
    record = ledger.get(first)
    assert record is not None and [record.values[f] for f in ("area_id", "licence_no", "phone")] == [TOWN, "52990001", "13900001199"]
    assert not record.conflicts


def test_a_visit_is_kept_half_way_and_goes_on(ledger: Ledger) -> None:
    talk = answered(Interview.start(load("employer"), ledger), {"name": "练习竹器厂", "hires": "1", "title": "篾匠"})
    [draft] = drafts(ledger)
    assert (draft.form, draft.subject, draft.answered) == ("employer", None, 3)
    again = Interview.reopen(ledger, talk.id)
    assert again.answers() == talk.answers() and ledger.rows("employer") == []
    answered(again, EMPLOYER | POST | {"valid_to": until(30)})
    assert dict(again.finish().wrote)["employer"] and drafts(ledger) == []


def test_both_are_offered_and_an_office_may_send_down_its_own(ledger: Ledger, tmp_path: Path) -> None:
    from app.forms import library

    assert [(one.id, one.about) for one in offered(ledger)][3:] == [("employer", "employer"), ("post", "post"), ("agency", "agency")]
    file = tmp_path / "企业.xlsx"
    file.write_bytes(xlsx("""
| survey | | | | | |
| | type | name | label | bind::leye:record | bind::leye:field |
| | text | who | 单位 | employer | name |
| | begin_repeat | post | 岗位 | | |
| | text | title | 岗位名称 | post | title |
| | end_repeat | | | | |
| entities | | |
| | dataset | label |
| | employer | ${who} |
| settings | | | | |
| | form_id | form_title | version | namespaces |
| | employer | 本县企业问卷 | 2027.1 | leye="https://leye.example/xforms" |
"""))
    library.add(ledger, file)
    mine = next(one for one in offered(ledger) if one.id == "employer")
    assert (mine.version, mine.about, mine.zh) == ("2027.1", "employer", "本县企业问卷")
    talk = answered(Interview.start(library.form_for(ledger, "employer"), ledger), {"who": "练习砖厂", "title": "装窑工"})
    assert [kind for kind, _ in talk.finish().wrote] == ["survey_response", "employer", "post"]


TABLES = """
| survey | | | | | |
| | type | name | label | bind::leye:record | bind::leye:field |
| | text | who | 单位 | employer | name |
| | text | place | 在哪里 | employer | area_id |
| | begin_repeat | post | 岗位 | | |
| | text | title | 岗位名称 | post | title |
| | text | place_code | 工作地点代码 | post | area_id |
| | end_repeat | | | | |
| entities | | |
| | dataset | label |
| | employer | ${who} |
| settings | | | |
| | form_id | version | namespaces |
| | x | 1 | leye="https://leye.example/xforms" |
"""


def test_places_in_words_and_codes_come_to_the_same_and_blank_posts_write_nothing(ledger: Ledger, form: Callable[[str], Form]) -> None:
    talk = answered(Interview.start(form(TABLES), ledger), {"who": "练习砖厂", "place": "练习县青禾镇", "title": "装窑工", "place_code": TOWN})
    talk.add("/data/post")
    wrote = talk.finish().wrote
    assert [kind for kind, _ in wrote] == ["survey_response", "employer", "post"], "a post without a title is none"
    assert [record.values["area_id"] for _, rec in wrote[1:] if (record := ledger.get(rec))] == [TOWN, TOWN]
