"""Taking a book back: exactly what was edited comes in, whatever else was done to the sheet; who disagrees is asked."""
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from app.books import take_back
from app.books.edits import CHANGE, CONFLICT
from app.books.export import export
from app.books.template import HIDDEN
from app.models.dictionary import dictionary
from app.models.identity import new_id, spell_id
from app.models.ledger import Ledger
from app.models.problem import Problem
from app.models.writing import Write
from tests.books.conftest import KEY, SITE, TOWN, households, jobs, number, people, person_id
from tests.books.editing import FIRST, Sheet, disturb, edit_at_random, heads, row_of


def edited(ledger: Ledger, folder: Path, edit: Callable[[Sheet, dict[str, int]], None], **more: Any) -> Path:
    """Export the labour book, let somebody work on it, and return the file."""
    path = folder / "book.xlsx"
    export(ledger, "labour", path, SITE, **more)
    book = load_workbook(path)
    edit(book.worksheets[0], heads(book.worksheets[0]))
    book.save(path)
    return path


def put(sheet: Sheet, name: str, head: str, value: Any) -> None:
    sheet.cell(row_of(sheet, name), heads(sheet)[head]).value = value


def come_home(ledger: Ledger, path: Path) -> take_back.Homecoming:
    return take_back.compare(ledger, take_back.read(ledger, path))


def test_an_untouched_book_changes_nothing(village: Ledger, tmp_path: Path) -> None:
    mark = village.feed_mark()
    found = come_home(village, edited(village, tmp_path, lambda sheet, at: None))
    assert (found.edits, found.refused, found.arrivals, found.gone) == ([], [], None, [])
    assert found.rows == 5 and found.unchanged > 100
    take_back.accept(village, found)
    assert village.feed_mark() == mark


def test_an_edit_is_a_change_that_had_seen_what_the_book_showed(village: Ledger, tmp_path: Path) -> None:
    path = edited(village, tmp_path, lambda sheet, at: put(sheet, "杨大山", "本人电话", "13800000077"))
    found = come_home(village, path)
    assert [(e.name, e.value, e.before, e.state) for e in found.edits] == [("phone", "13800000077", "13800000001", CHANGE)]
    assert take_back.accept(village, found).values == 1
    person = village.get(person_id("P1"))
    assert person is not None and person.values["phone"] == "13800000077" and not person.conflicts
    assert village.history(person_id("P1"))[-1].source.startswith("book:")
    again = come_home(village, path)  # the same file once more says nothing new
    assert again.edits == [] and again.unchanged == found.unchanged + 1
    village.undo()
    assert village.get(person_id("P1")).values["phone"] == "13800000001"


def test_where_both_sides_changed_both_values_stand(village: Ledger, tmp_path: Path) -> None:
    def edit(sheet: Sheet, at: dict[str, int]) -> None:
        put(sheet, "杨大山", "本人电话", "13800000077")
        put(sheet, "吴小云", "备注", "想去广东")

    path = edited(village, tmp_path, edit)
    village.write([Write("person", {"phone": "13800000088"}, rec=person_id("P1"))], source="screen")
    found = come_home(village, path)
    assert {(e.name, e.state, e.now) for e in found.edits} == {("phone", CONFLICT, "13800000088"), ("remark", CHANGE, None)}
    take_back.accept(village, found)
    assert {v.value for v in village.get(person_id("P1")).conflicts["phone"]} == {"13800000077", "13800000088"}
    assert not village.get(person_id("P2")).conflicts


def test_an_edit_can_be_left(village: Ledger, tmp_path: Path) -> None:
    def edit(sheet: Sheet, at: dict[str, int]) -> None:
        put(sheet, "杨大山", "本人电话", "13800000077")
        put(sheet, "石老三", "备注", "再问")

    found = come_home(village, edited(village, tmp_path, edit))
    take_back.accept(village, found, leave=[e for e in found.edits if e.name == "phone"])
    assert village.get(person_id("P1")).values["phone"] == "13800000001"
    assert village.get(person_id("P4")).values["remark"] == "再问"


def test_without_its_sums_a_book_is_looked_at_cell_by_cell_with_the_same_result(village: Ledger, tmp_path: Path) -> None:
    def edit(sheet: Sheet, at: dict[str, int]) -> None:
        put(sheet, "杨大山", "本人电话", "13800000077")

    def unsummed(sheet: Sheet, at: dict[str, int]) -> None:
        edit(sheet, at)
        sheet.delete_cols(at["_sum"])

    fast = take_back.read(village, edited(village, tmp_path, edit))
    assert (len(fast.rows), len(fast.untouched)) == (1, 4)
    quick = take_back.compare(village, fast)
    plain = come_home(village, edited(village, tmp_path, unsummed))
    assert len(plain.returned.rows) == 5 and plain.as_dict() == quick.as_dict()
    assert [(e.rec, e.name, e.value, e.before, e.state) for e in plain.edits] == [(e.rec, e.name, e.value, e.before, e.state) for e in quick.edits]


def test_a_cleared_cell_is_an_edit_and_a_lost_column_is_none(village: Ledger, tmp_path: Path) -> None:
    def edit(sheet: Sheet, at: dict[str, int]) -> None:
        put(sheet, "杨大山", "本人电话", None)
        sheet.delete_cols(at["备注"])

    found = come_home(village, edited(village, tmp_path, edit))
    assert [(e.name, e.value) for e in found.edits] == [("phone", None)] and not found.refused


def test_what_only_looks_different_is_no_edit(village: Ledger, tmp_path: Path) -> None:
    def edit(sheet: Sheet, at: dict[str, int]) -> None:
        put(sheet, "杨大山", "本人电话", 13800000001)  # typed again, and Excel made it a number
        put(sheet, "吴小云", "出生日期", "1993/8/15")
        row = row_of(sheet, "石老三")
        sheet.cell(row, at["出生日期"]).value = (date(1974, 1, 10) - date(1899, 12, 30)).days  # the format was lost
        put(sheet, "杨大山", "民族", " 侗族 " if sheet.cell(row_of(sheet, "杨大山"), at["民族"]).value == "侗族" else
            f" {sheet.cell(row_of(sheet, '杨大山'), at['民族']).value} ")
        put(sheet, "杨大山", "性别", "男性")  # an alias

    found = come_home(village, edited(village, tmp_path, edit))
    assert [(e.name, e.value) for e in found.edits] == [] and not found.refused


def test_a_number_that_excel_broke_is_refused_by_name(village: Ledger, tmp_path: Path) -> None:
    path = edited(village, tmp_path, lambda sheet, at: put(sheet, "杨大山", "证件号码", float(number("19920301", "001")[:17] + "0")))
    found = come_home(village, path)
    assert not found.edits
    (refused,) = found.refused
    assert refused.field == "证件号码" and "末几位已经丢失" in refused.reason
    assert refused.value.startswith("529999199203") and len(refused.value) == 18, "named as it stands in the cell"


def test_what_a_rule_forbids_is_refused_and_the_rest_comes_in(village: Ledger, tmp_path: Path) -> None:
    def edit(sheet: Sheet, at: dict[str, int]) -> None:
        put(sheet, "杨大山", "本人电话", "12345")
        put(sheet, "杨大山", "学历", "没有这一项")
        put(sheet, "吴小云", "备注", "好")
        put(sheet, "石老三", "就业状态", "#N/A")

    found = come_home(village, edited(village, tmp_path, edit))
    assert [(e.name, e.value) for e in found.edits] == [("remark", "好")]
    assert len(found.refused) == 3 and all(r.reason for r in found.refused)


def test_a_masked_book_comes_home_without_its_masks(village: Ledger, tmp_path: Path) -> None:
    def edit(sheet: Sheet, at: dict[str, int]) -> None:
        row = next(r for r in range(FIRST, sheet.max_row) if str(sheet.cell(r, at["本人电话"]).value or "").startswith("138"))
        sheet.cell(row, at["备注"]).value = "在家"
        sheet.cell(row, at["本人电话"]).value = "139****0001"

    found = come_home(village, edited(village, tmp_path, edit, mask=True))
    assert [(e.name, e.value) for e in found.edits] == [("remark", "在家")]
    assert [r.field for r in found.refused] == ["本人电话"] and "遮住" in found.refused[0].reason


def test_a_forged_mark_has_seen_nothing(village: Ledger, tmp_path: Path) -> None:
    def edit(sheet: Sheet, at: dict[str, int]) -> None:
        put(sheet, "杨大山", "本人电话", "13800000077")
        sheet.cell(row_of(sheet, "杨大山"), at["_sig"]).value = "0" * 32

    found = come_home(village, edited(village, tmp_path, edit))
    assert [(e.name, e.state) for e in found.edits] == [("phone", CONFLICT)]
    take_back.accept(village, found)
    assert "phone" in village.get(person_id("P1")).conflicts


def test_nobody_can_say_that_a_book_had_seen_more(village: Ledger, tmp_path: Path) -> None:
    path = edited(village, tmp_path, lambda sheet, at: put(sheet, "杨大山", "本人电话", "13800000077"))
    village.write([Write("person", {"phone": "13800000088"}, rec=person_id("P1"))], source="screen")
    book = load_workbook(path)
    for row in book["_meta"].iter_rows():
        for key, value in (("seen.n", village.feed_mark()[0]), ("seen.h", village.feed_mark()[1])):
            if row[0].value == key:
                row[1].value = value
    book.save(path)
    assert [e.state for e in come_home(village, path).edits] == [CONFLICT]


def test_marks_of_another_row_are_refused_as_that_row(village: Ledger, tmp_path: Path) -> None:
    """Somebody copies a row's hidden cells to another: it is then the other person twice, and says so."""
    def edit(sheet: Sheet, at: dict[str, int]) -> None:
        for hidden in HIDDEN:
            put(sheet, "吴小云", hidden, sheet.cell(row_of(sheet, "杨大山"), at[hidden]).value)
        put(sheet, "吴小云", "备注", "新的")

    found = come_home(village, edited(village, tmp_path, edit))
    # the row names another person than its mark: it is known by its number, as somebody who is here already
    assert found.arrivals is not None and (found.arrivals.created, found.arrivals.known) == (0, 1)
    assert not [e for e in found.edits if e.rec == person_id("P1")]


def test_a_copied_row_with_another_person_is_new(village: Ledger, tmp_path: Path) -> None:
    def edit(sheet: Sheet, at: dict[str, int]) -> None:
        source, row = row_of(sheet, "杨大山"), row_of(sheet, "杨大山") + 1
        sheet.insert_rows(row)
        for column in range(1, sheet.max_column + 1):
            sheet.cell(row, column).value = sheet.cell(source, column).value
        for head, value in (("姓名", "杨新来"), ("证件号码", number("19950101", "011")), ("出生日期", date(1995, 1, 1)), ("本人电话", "13800000099"),
                            ("与户主关系", "弟弟")):
            sheet.cell(row, at[head]).value = value

    found = come_home(village, edited(village, tmp_path, edit))
    assert not found.edits and found.arrivals is not None
    assert (found.arrivals.created, [r.reason for r in found.arrivals.refused]) == (1, [])
    assert take_back.accept(village, found).people == 1
    assert [v["full_name"] for _, v in village.rows("person", {"phone": "13800000099"})] == ["杨新来"]


def test_a_row_that_is_gone_is_asked_about_and_nobody_is_deleted(village: Ledger, tmp_path: Path) -> None:
    found = come_home(village, edited(village, tmp_path, lambda sheet, at: sheet.delete_rows(row_of(sheet, "石老三"))))
    assert [name for _, name in found.gone] == ["石老三"]
    take_back.accept(village, found)
    assert village.get(person_id("P4")).void is None


def test_without_its_hidden_sheet_and_columns_a_book_is_known_by_number_and_name(village: Ledger, tmp_path: Path) -> None:
    def edit(sheet: Sheet, at: dict[str, int]) -> None:
        put(sheet, "石老三", "备注", "来过")
        put(sheet, "杨大山", "本人电话", "13800000077")
        for hidden in sorted((at[h] for h in HIDDEN), reverse=True):
            sheet.delete_cols(hidden)
        del sheet.parent["_meta"]

    found = come_home(village, edited(village, tmp_path, edit))
    assert {(e.name, e.state) for e in found.edits} == {("remark", CHANGE), ("phone", CONFLICT)}  # nothing stood in the remark
    assert found.gone == [] and found.arrivals is None


def test_work_that_nobody_had_told_begins_a_spell(village: Ledger, tmp_path: Path) -> None:
    def edit(sheet: Sheet, at: dict[str, int]) -> None:
        put(sheet, "龙阿婆", "就业状态", "未就业无意愿")
        put(sheet, "龙阿婆", "未就业原因", reason)

    reason = dictionary().codes[dictionary().field("placement", "unemployed_reason").list].offered()[0].zh
    found = come_home(village, edited(village, tmp_path, edit))
    spell = spell_id(person_id("P5"), 1)
    assert {(e.rec, e.name) for e in found.edits} == {(spell, "labour_status"), (spell, "unemployed_reason")}, found.refused
    take_back.accept(village, found)
    assert village.get(spell_id(person_id("P5"), 1)).values["person_id"] == person_id("P5")


def test_other_workbooks_are_refused_in_a_sentence(village: Ledger, tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["一", "二"])
    book.save(tmp_path / "other.xlsx")
    with pytest.raises(Problem, match="不像本程序导出的台账"):
        take_back.read(village, tmp_path / "other.xlsx")
    (tmp_path / "none.xlsx").write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(Problem):
        take_back.read(village, tmp_path / "none.xlsx")


def test_an_error_cell_is_never_a_cleared_one(village: Ledger, tmp_path: Path) -> None:
    found = come_home(village, edited(village, tmp_path, lambda sheet, at: put(sheet, "杨大山", "本人电话", "#REF!")))
    assert not found.edits and [r.field for r in found.refused] == ["本人电话"] and "#REF!" in found.refused[0].reason


# -- the property: any legal edits, in any order of rows and columns, come home as exactly those edits

OTHERS = {"phone": "13700000000", "remark": "别人", "expected_wage_min": 9000, "dwelling_no": "8-8-808", "ethnic_group": "01", "education": "81",
          "skills": ["02"], "monthly_income": 3333, "start_date": "2025-05-05"}
SIBLINGS = {"expected_wage_min": ("preferred_areas", ["3"]), "wants_training": ("training_wish", ["2"]), "monthly_income": ("employer_name", "新厂")}


def others_write(ledger: Ledger, wanted: dict[tuple[str, str], Any], rnd: Random) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """While the book is away somebody writes, here and there: something else, the same, beside it in its group, or something that has
    nothing to do with it. Returns (units that were written, fields that say already what the book says)."""
    units, same = set(), set()
    for (rec, field), value in wanted.items():
        kind, chance = ledger.get(rec).type, rnd.random()
        if chance < .25:
            said = {field: OTHERS.get(field, not value)}
        elif chance < .35:
            said = {field: value}
            same.add((rec, field))
        elif chance < .45 and field in SIBLINGS:
            said = dict([SIBLINGS[field]])
        else:
            continue
        if all(ledger.get(rec).values.get(name) == one for name, one in said.items()):
            continue  # that is what stands there already
        ledger.write([Write(kind, said, rec=rec)], source="screen")
        units.add((rec, dictionary().unit_of(kind, field)))
    for rec in {rec for rec, _ in wanted if ledger.get(rec).type == "person"}:
        if rnd.random() < .3 and (rec, "major") not in units:
            ledger.write([Write("person", {"major": "机电"}, rec=rec)], source="screen")
    return units, same


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_any_legal_edits_come_home_as_exactly_those(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    """And conflicts are exactly where both sides have written in one unit, what was done to the sheet besides notwithstanding."""
    rnd, folder = Random(seed), tmp_path_factory.mktemp("home")
    ledger = Ledger.create(folder / f"{new_id()}.db", KEY, area=TOWN, device_name="d", user_name="u", role="township", practice=True)
    ledger.write(households() + people() + jobs(), source="test")
    wanted: dict[tuple[str, str], Any] = {}
    gone: set[str] = set()

    def edit(sheet: Sheet, at: dict[str, int]) -> None:
        wanted.update(edit_at_random(sheet, rnd, most=8))
        gone.update(disturb(sheet, rnd, {rec for rec, _ in wanted}))

    path = edited(ledger, folder, edit)
    unit = {(rec, field): dictionary().unit_of(ledger.get(rec).type, field) for rec, field in wanted}
    written, same = others_write(ledger, wanted, rnd)
    told = {key: value for key, value in wanted.items() if key not in same}
    before = {rec: ledger.get(rec) for rec in {r for r, _ in wanted}}
    found = come_home(ledger, path)
    assert ({(e.rec, e.name): e.value for e in found.edits}, found.refused, found.arrivals) == (told, [], None)
    assert {rec for rec, _ in found.gone} == gone
    disagree = {(rec, unit[rec, field]) for rec, field in told} & written
    assert {(e.rec, unit[e.rec, e.name]) for e in found.edits if e.state == CONFLICT} == disagree
    assert all((e.state == CONFLICT) == ((e.rec, unit[e.rec, e.name]) in disagree) for e in found.edits)
    take_back.accept(ledger, found)
    for rec, old in before.items():
        record = ledger.get(rec)
        assert {(rec, name) for name in record.conflicts} == {one for one in disagree if one[0] == rec}
        for (of, field), value in wanted.items():
            if of != rec:
                continue
            said = [v.value for v in record.conflicts.get(unit[rec, field], ())]
            values = [v.get(field) if isinstance(v, dict) else v for v in said] or [record.values.get(field)]
            theirs = [old.values.get(field)] if (rec, unit[rec, field]) in disagree else []
            assert all(one in (value, *theirs) for one in values) and value in values and all(one in values for one in theirs)
        fields = {field for of, field in wanted if of == rec}
        fields |= {field for of, one in disagree if of == rec for field in dictionary().fields_of_unit(record.type, one)}
        assert {k: v for k, v in record.values.items() if k not in fields} == {k: v for k, v in old.values.items() if k not in fields}
    ledger.close()


def test_what_was_undone_can_be_taken_again_and_nobody_disagrees(village: Ledger, tmp_path: Path) -> None:
    """An undo puts back what the book had shown: that is nothing its author had not seen. What somebody else says stays a conflict."""
    def work(sheet: Sheet, at: dict[str, int]) -> None:
        put(sheet, "杨大山", "备注", "会电焊")
        put(sheet, "杨大山", "本人电话", "13800000099")
        put(sheet, "杨大山", "月收入", 5000)
        put(sheet, "石老三", "备注", "想找活")

    path = edited(village, tmp_path, work)
    for _ in range(3):  # and again: an undo of an undo is told from what it puts back
        found = come_home(village, path)
        assert found.count(CHANGE) == 4 and not found.count(CONFLICT)
        take_back.accept(village, found)
        assert village.get(person_id("P1")).values["phone"] == "13800000099"
        village.undo()
    village.write([Write("person", {"remark": "别人写的"}, rec=person_id("P4"))], source="screen")
    found = come_home(village, path)
    assert (found.count(CHANGE), found.count(CONFLICT)) == (3, 1)
    take_back.accept(village, found)
    assert not village.get(person_id("P1")).conflicts
