"""Commands on forms: list, check, fill; the JSON that programs read."""
import json
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import ROOT, CommandLine
from tests.forms.workbook import xlsx

FORMS = ("person_interview", "household", "follow_up", "employer", "post", "agency")
KEYS = {"status", "answers", "relevant", "errors", "choices", "wrote"}


def steps(path: Path, *given: dict[str, Any]) -> Path:
    path.write_text(json.dumps(list(given), ensure_ascii=False), encoding="utf-8")
    return path


def test_list_names_the_forms_there_are(leye_: CommandLine) -> None:
    told = leye_("form", "list", "--json").json
    assert {form["id"] for form in told} >= set(FORMS)
    assert all(form["version"] and form["title"] for form in told)
    assert all(name in leye_("form", "list").out for name in FORMS)


@pytest.mark.parametrize("name", FORMS)
def test_the_forms_that_come_with_it_run(name: str, leye_: CommandLine) -> None:
    told = leye_("form", "check", ROOT / "resources" / "forms" / f"{name}.xlsx", "--json").json
    assert told == {"ok": True, "problems": []}


def test_fill_reports_what_is_missing_and_writes_nothing(leye_: CommandLine, tmp_path: Path) -> None:
    before = leye_.digest()
    told = leye_("form", "fill", "person_interview", "--person", "P-01", "--answers", steps(tmp_path / "a.json"), "--json", status=2)
    assert set(told.json) >= KEYS
    assert (told.json["status"], told.json["wrote"]) == ("refused", [])
    assert all(set(error) == {"path", "message"} for error in told.json["errors"])
    assert "/data/a_interview/consent" in {error["path"] for error in told.json["errors"]}
    assert "a.json" in told.err
    text = leye_("form", "fill", "person_interview", "--person", "P-01", "--answers", tmp_path / "a.json", status=2)
    assert text.last == "refused"
    assert leye_.digest() == before


def test_fill_follows_the_answers_step_by_step(leye_: CommandLine, tmp_path: Path) -> None:
    no = steps(tmp_path / "no.json", {"set": "/data/a_interview/consent", "value": "0"})
    yes = steps(tmp_path / "yes.json", {"set": "/data/a_interview/consent", "value": "1"})
    without, with_ = (leye_("form", "fill", "person_interview", "--person", "P-01", "--answers", file, "--draft", "--json").json
                      for file in (no, yes))
    assert (without["status"], with_["status"]) == ("draft", "draft")
    assert len(with_["relevant"]) > len(without["relevant"])
    assert with_["answers"]["/data/a_interview/consent"] == "1"
    assert with_["choices"]["/data/a_interview/consent"] == ["1", "0"]


def test_an_employer_is_visited_then_its_post_corrected(leye_: CommandLine, tmp_path: Path) -> None:
    def said(**answers: str) -> Path:
        where = {"name": "a_employer", "kind": "a_employer", "industry": "a_employer", "place": "a_employer", "contact": "b_contact",
                 "phone": "b_contact", "checked": "b_contact", "hires": "b_contact", "wage_min": "b_pay", "post_checked": "e_until"}
        return steps(tmp_path / "e.json", *({"set": f"/data/{where[name]}/{name.removeprefix('post_')}", "value": value}
                                            for name, value in answers.items()))

    visit = said(name="练习砖厂", kind="1", industry="C", place="练习县", contact="龙某", phone="13900001188", checked="0", hires="0")
    done = leye_("form", "fill", "employer", "--answers", visit, "--json").json
    employer = next(one["id"] for one in done["wrote"] if one["type"] == "employer")
    again = leye_("form", "fill", "employer", "--employer", employer, "--answers", said(phone="13900001199", checked="0", hires="0"), "--json").json
    assert [one["type"] for one in again["wrote"]] == ["survey_response", "employer"]
    told = leye_("form", "fill", "post", "--answers", said(wage_min="3000"), status=2).err
    assert "单位" in told, "a post is some employer's"


def test_fill_refuses_who_and_what_is_not_there(leye_: CommandLine, tmp_path: Path) -> None:
    before, file = leye_.digest(), steps(tmp_path / "a.json")
    assert "P-99" in leye_("form", "fill", "person_interview", "--person", "P-99", "--answers", file, status=2).err
    told = leye_("form", "fill", "horoscope", "--answers", file, status=2).err
    assert "horoscope" in told and "person_interview" in told
    odd = steps(tmp_path / "odd.json", {"set": "/data/a_interview/consent", "value": "perhaps"},
                {"add": "/data/nothing"}, {"remove": "/data/nothing[2]"})
    errors = leye_("form", "fill", "person_interview", "--answers", odd, "--json", status=2).json["errors"]
    assert {"/data/a_interview/consent", "/data/nothing", "/data/nothing[2]"} <= {error["path"] for error in errors}
    assert leye_.digest() == before


def test_masked_answers_go_by_what_they_are_saved_as(leye_: CommandLine, tmp_path: Path) -> None:
    """An office may call its questions what it likes."""
    (tmp_path / "own.xlsx").write_bytes(xlsx("""
| survey | | | | |
| | type | name | label | save_to |
| | text | mobile | 手机 | phone |
| | text | called | 姓名 | full_name |
| | text | phone | 别的号 | |
| | text | remark | 备注 | remark |
| entities | | | |
| | list_name | label |
| | person | 'x' |
| settings | | | |
| | form_id | form_title | version |
| | own | 本村登记 | 1 |
"""))
    leye_("form", "add", tmp_path / "own.xlsx")
    said = {"mobile": "13900001234", "called": "石小乐", "phone": "13900005678", "remark": "在家"}
    given = steps(tmp_path / "a.json", *({"set": f"/data/{name}", "value": value} for name, value in said.items()))
    told = leye_("form", "fill", "own", "--person", "P-01", "--answers", given, "--draft", "--json", "--mask").json["answers"]
    assert {path: told[path] for path in (f"/data/{name}" for name in said)} == {
        "/data/mobile": "139****1234", "/data/called": "石**", "/data/phone": "139****5678", "/data/remark": "在家"}


def test_every_problem_of_a_form_is_named_at_once(leye_: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "坏.xlsx").write_bytes(xlsx("""
| survey | | | | | |
| | type | name | label | relevant | constraint |
| | integer | age | 年龄 | ${nobody} = 1 | |
| | floob | work | 工作 | | |
| | select_one missing | wish | 意愿 | ${work} = 1 | |
| | text | age | 又一个年龄 | | |
| | text | note | 备注 | | concat( |
| | audio | sound | 录音 | | |
| choices | | | |
| | list_name | name | label |
| | skills | 01 | 缝纫 |
"""))
    told = leye_("form", "check", tmp_path / "坏.xlsx", "--json", status=2)
    assert [(p["sheet"], p["row"], p["column"]) for p in told.json["problems"]] == [
        ("survey", 2, "relevant"), ("survey", 3, "type"), ("survey", 4, "type"), ("survey", 5, "name"), ("survey", 6, "constraint"),
        ("survey", 7, "type")]
    messages = [p["message"] for p in told.json["problems"]]
    assert "nobody" in messages[0] and "floob" in messages[1] and "missing" in messages[2] and messages[4] == "表达式没有写完。"
    assert "另有 5 处" in told.err and "有 6 处要改" in leye_("form", "check", tmp_path / "坏.xlsx", status=2).out
