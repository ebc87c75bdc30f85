"""The questionnaires we ship: each converts in silence, speaks both languages, and saves only what the dictionary knows."""
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from app.models.dictionary import Field, dictionary

FORMS = Path(__file__).parents[2] / "resources" / "forms"
NAMES = ("person_interview", "household", "follow_up", "employer", "post", "agency")
TEXTS = ("label", "hint", "constraint_message")
LANGUAGES = ("中文 (zh)", "English (en)")
Row = dict[str, str]


def rows(name: str, sheet: str) -> list[Row]:
    found = openpyxl.load_workbook(FORMS / f"{name}.xlsx")[sheet].iter_rows(values_only=True)
    head = [str(h) for h in next(found)]
    return [{h: "" if v is None else str(v) for h, v in zip(head, row, strict=True)} for row in found if any(row)]


def target(name: str, row: Row) -> tuple[str, str] | None:
    """The record type and field an answer is saved to."""
    if row.get("save_to"):
        return rows(name, "entities")[0]["dataset"], row["save_to"]
    return (row["bind::leye:record"], row["bind::leye:field"]) if row.get("bind::leye:field") else None


def saved(name: str) -> list[tuple[Row, Field]]:
    types = dictionary().types
    found = [(row, target(name, row)) for row in rows(name, "survey")]
    return [(row, types[to[0]].fields[to[1]]) for row, to in found if to]


def convert(name: str) -> tuple[str, list[str]]:
    from pyxform.xls2xform import convert as xls2xform
    warnings: list[str] = []
    result = xls2xform(str(FORMS / f"{name}.xlsx"), warnings=warnings, form_name="data", file_type=".xlsx")
    return result.xform, warnings


@pytest.mark.parametrize("name", NAMES)
def test_converts_without_warnings_and_keeps_the_types_of_other_records(name: str) -> None:
    xform, warnings = convert(name)
    assert warnings == []
    assert 'xmlns:leye="https://leye.example/xforms"' in xform
    extra = [row for row in rows(name, "survey") if row.get("bind::leye:field")]
    assert (extra or name == "post") and all(f'leye:record="{r["bind::leye:record"]}" leye:field="{r["bind::leye:field"]}"' in xform
                         for r in extra)


@pytest.mark.parametrize("name", NAMES)
def test_every_text_is_there_in_both_languages(name: str) -> None:
    for row in rows(name, "survey"):
        for text in TEXTS:
            said = [bool(row.get(f"{text}::{language}")) for language in LANGUAGES]
            assert said[0] == said[1], (name, row["name"], text)
        shown = not row["type"].startswith(("end", "calculate", "start", "deviceid", "username"))
        assert bool(row["label::English (en)"]) == shown, (name, row["name"])
        assert not row.get("constraint") or row["constraint_message::English (en)"], (name, row["name"])


@pytest.mark.parametrize("name", NAMES)
def test_english_is_english_in_texts_and_choices(name: str) -> None:
    for row in [*rows(name, "survey"), *rows(name, "choices")]:
        for column, text in row.items():
            if column.endswith("English (en)"):
                assert not any("\u4e00" <= c <= "\u9fff" for c in text), (name, row)


@pytest.mark.parametrize("name", NAMES)
def test_each_answer_is_saved_to_a_field_of_the_dictionary_of_a_fitting_kind(name: str) -> None:
    kinds: dict[str, set[str]] = {
        "select_one": {"code", "yes", "integer", "text"}, "select_multiple": {"codes", "json"},
        "rank": {"codes", "json"}, "integer": {"integer", "number"}, "date": {"date"}, "text": {"text", "ref"},
        "calculate": {"text", "date", "code", "number", "integer"}}
    for row, field in saved(name):
        assert field.kind in kinds[row["type"].split()[0]], (name, row["name"], field.kind)
        assert not field.derived, (name, row["name"])


@pytest.mark.parametrize("name", NAMES)
def test_choices_of_saved_questions_are_codes_of_the_fields_list(name: str) -> None:
    lists: dict[str, set[str]] = {}
    for row in rows(name, "choices"):
        lists.setdefault(row["list_name"], set()).add(row["name"])
    for row, field in saved(name):
        _, _, choices = row["type"].partition(" ")
        if not choices:
            continue
        codes: Any = {"0", "1"} if field.kind == "yes" else set(dictionary().codes[field.list].items)
        assert lists[choices] <= codes, (name, row["name"], field.list, lists[choices] - codes)


def test_the_person_interview_asks_everything_of_the_interview_that_the_dictionary_keeps() -> None:
    to = {(field.type, field.name) for _, field in saved("person_interview")}
    person = dictionary().types["person"].fields
    asked = {"id_type", "id_number", "full_name", "sex", "birth_date", "ethnic_group", "relation_to_head",
             "marital_status", "phone", "phone_owner", "registration_moved", "living_place", "student_status",
             "health_status", "disability_no", "labour_capacity", "education", "major", "mandarin", "literacy",
             "smartphone", "skills", "certificates", "skill_level", "years_away", "work_limits", "care_duties",
             "service_needs", "services_received", "satisfaction", "remark"}
    asked |= {name for name, field in person.items() if field.group in ("wish", "training")}
    assert {("person", name) for name in asked} <= to
    work = {"labour_status", "employment_type", "work_area_level", "employer_name", "industry", "occupation",
            "start_date", "months_this_year", "monthly_income", "contract", "insurance", "transfer_mode",
            "point_to_point", "public_post_kind", "unemployed_reason", "as_of", "source"}
    assert {("placement", name) for name in work} <= to


@pytest.mark.parametrize("name", NAMES)
def test_no_screen_holds_more_than_six_questions(name: str) -> None:
    open_groups: list[list[Any]] = []
    for row in rows(name, "survey"):
        kind = row["type"].split()[0].replace("_", " ")
        if kind.startswith("begin"):
            open_groups.append([row["appearance"] == "field-list", 0])
        elif kind.startswith("end "):
            paged, asked = open_groups.pop()
            assert not paged or asked <= 7, (name, row)
        elif open_groups and kind not in ("calculate", "note"):
            open_groups[-1][1] += 1


@pytest.mark.parametrize("name", NAMES)
def test_the_workbook_is_tidy_and_says_which_version_it_is(name: str) -> None:
    book = openpyxl.load_workbook(FORMS / f"{name}.xlsx")
    settings = rows(name, "settings")[0]
    assert (settings["form_id"], settings["default_language"]) == (name, "中文 (zh)")
    assert settings["title_en"].isascii() and settings["version"]
    assert all(sheet.freeze_panes for sheet in book)
