"""A form that cannot run is refused with sheet, row and column; pyxform's errors and our own have one shape."""
from pathlib import Path

import pytest

from app.forms.checks import check_workbook
from app.forms.contract import load
from app.forms.form import shipped
from app.models.problem import Problem

HEAD = "| survey | | | | | | | |\n| | type | name | label | relevant | constraint | calculation | save_to |\n"


def sheet(*rows: str, more: str = "") -> str:
    return HEAD + "".join(f"| | {row} |\n" for row in rows) + more


PERSON = "| entities | | |\n| | list_name | label |\n| | person | ${a} |\n"
BAD = {
    "syntax": (sheet("text | a | A | | . = | |"), ("survey", 2, "constraint")),
    "unknown function": (sheet("text | a | A | | | |", "text | b | B | frob(${a}) | | |"), ("survey", 3, "relevant")),
    "argument count": (sheet("text | a | A | | | |", "calculate | b | | | | if(${a}, 1) |"), ("survey", 3, "calculation")),
    "circle": (sheet("calculate | a | | | | ${b} + 1 |", "calculate | b | | | | ${a} + 1 |"), ("survey", 2, "calculation")),
    "itself": (sheet("calculate | a | | | | ${a} + 1 |"), ("survey", 2, "calculation")),
    "own relevance": (sheet("text | a | A | ${a} != '' | | |"), ("survey", 2, "relevant")),
    "relevance from inside the group": (sheet("begin_group | g | G | ${a} = '1' | | |", "text | a | A | | | |", "end_group | | | | | |"),
                                        ("survey", 2, "relevant")),
    "path to nothing": (sheet("text | a | A | /data/none = 1 | | |"), ("survey", 2, "relevant")),
    "reference to nothing": (sheet("text | a | A | ${none} = 1 | | |"), ("survey", 2, "relevant")),
    "unknown type": (sheet("text | a | A | | | |", "telepathy | b | B | | | |"), ("survey", 3, "type")),
    "no such list": (sheet("select_one none | a | A | | | |", more="| choices | | | |\n| | list_name | name | label |\n| | l | x | X |\n"),
                     ("survey", 2, "type")),
    "twice": (sheet("text | a | A | | | |", "text | a | A | | | |"), ("survey", 3, "name")),
    "no end": (sheet("begin_group | g | G | | | |", "text | a | A | | | |"), ("survey", 2, "type")),
    "save_to name": (sheet("text | a | A | | | | name", more=PERSON), ("survey", 2, "save_to")),
    "save_to what is no field": (sheet("text | a | A | | | | shoe_size", more=PERSON), ("survey", 2, "save_to")),
    "save_to what is derived": (sheet("text | a | A | | | | in_scope", more=PERSON), ("survey", 2, "save_to")),
    "no such record": (sheet("text | a | A | | | | full_name", more=PERSON.replace("person", "martian")), ("entities", 2, "list_name")),
    "regular expression": (sheet("text | a | A | | regex(., '[0-9') | |"), ("survey", 2, "constraint")),
    "map": (sheet("geotrace | a | A | | | |"), ("survey", 2, "type")),
    "sound": (sheet("audio | a | A | | | |"), ("survey", 2, "type")),
    "file that is not there": (sheet("select_one_from_file towns.csv | a | A | | | |"), ("survey", 2, "type")),
}


@pytest.mark.parametrize("case", BAD)
def test_each_fault_names_its_place(case: str) -> None:
    tables, place = BAD[case]
    faults = check_workbook(tables)
    assert place in [(f.sheet, f.row, f.column) for f in faults]
    assert all(f.zh and f.en for f in faults)


def test_a_good_form_has_no_faults() -> None:
    assert check_workbook(sheet("text | a | A | | string-length(.) > 1 | |", "calculate | b | | | | concat(${a}, 'x') |")) == []


@pytest.mark.parametrize("form", shipped(), ids=lambda form: form.id)
def test_the_shipped_forms_run_and_are_whole_in_both_languages(form) -> None:  # type: ignore[no-untyped-def]
    assert check_workbook(Path("resources/forms") / f"{form.id}.xlsx") == []
    assert form.shorts == ("zh", "en")
    assert form.title("en") != form.title("zh")


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "photo.xlsx"
    path.write_bytes(b"no workbook")
    with pytest.raises(Problem) as caught:
        load(path)
    assert "photo.xlsx" in caught.value.zh
    assert "photo.xlsx" in caught.value.en


def test_a_missing_form_names_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        load("none")
    assert "person_interview" in caught.value.en
    with pytest.raises(Problem):
        load(tmp_path / "none.xlsx")
