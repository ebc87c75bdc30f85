"""Commands on rosters and books: the counts that are reported are what the ledger and the workbook hold."""
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

from tests.books.test_posts import sheet_of
from tests.command_line import CommandLine
from tests.kills.rosters import roster

KEYS = {"created", "updated", "unchanged", "rejected"}


def test_a_roster_goes_in_once(leye_: CommandLine, tmp_path: Path) -> None:
    book = roster(tmp_path / "名册.xlsx", 5)
    before = leye_.digest()
    dry = leye_("import", "roster", book, "--dry-run", "--json").json
    assert leye_.digest() == before
    done = leye_("import", "roster", book, "--json").json
    assert set(done) >= KEYS
    assert dry == done
    assert (done["created"], done["updated"], done["unchanged"], done["rejected"]) == (20, 0, 0, [])
    assert len(leye_("list", "person", "--json").json) == 22
    after = leye_.digest()
    again = leye_("import", "roster", book, "--json").json
    assert (again["created"], again["unchanged"]) == (0, 20)
    assert leye_.digest() == after
    leye_("undo")
    assert len(leye_("list", "person", "--json").json) == 2
    once_more = leye_("import", "roster", book, "--json").json  # what was undone comes in again, and is there
    assert once_more["created"] == 20 and len(leye_("list", "person", "--json").json) == 22


def test_the_labour_book_holds_what_the_ledger_holds(leye_: CommandLine, tmp_path: Path) -> None:
    leye_("import", "roster", roster(tmp_path / "名册.xlsx", 5))
    assert "labour" in {book["id"] for book in leye_("book", "list", "--json").json}
    told = leye_("book", "export", "labour", tmp_path / "台账.xlsx")
    book = load_workbook(tmp_path / "台账.xlsx", read_only=True)
    rows = list(book[book.sheetnames[0]].iter_rows(values_only=True))
    heads = next(n for n, row in enumerate(rows) if "证件号码" in row and "本人电话" in row)
    number, phone = rows[heads].index("证件号码"), rows[heads].index("本人电话")
    shown = {row[number]: row[phone] for row in rows[heads + 1:] if row[number]}
    people = {one["fields"]["id_number"]: one["fields"]["phone"] for one in leye_("list", "person", "--json").json
              if "phone" in one["fields"]}
    assert shown.items() <= people.items()
    named = rows[heads].index("姓名") if "姓名" in rows[heads] else number
    assert f" {sum(1 for row in rows[heads + 1:] if row[named] and str(row[0]).isdigit())} " in told.out
    masked = tmp_path / "遮盖.xlsx"
    leye_("book", "export", "labour", masked, "--mask")
    book = load_workbook(masked, read_only=True)
    cells = {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell}
    assert not cells & set(people), "a number in clear"
    assert not [cell for cell in cells for value in people.values() if value in cell], "a phone in clear"


def test_a_book_that_is_none_and_a_place_that_is_none(leye_: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "台账.xlsx"
    assert "labour" in leye_("book", "export", "horoscope", file, status=2).err
    assert leye_("book", "export", "labour", file, "--area", "990000", status=2).err
    assert leye_("book", "export", "labour", tmp_path / "台账.doc", status=2).err
    assert leye_("book", "export", "labour", tmp_path / "nowhere" / "台账.xlsx", status=2).err
    assert not file.exists()


def exported(leye_: CommandLine, file: Path) -> tuple[Workbook, Any, dict[str, int], int]:
    """Export the labour book; returns it, its sheet, head to column, and the row of the head of the household."""
    leye_("book", "export", "labour", file)
    book = load_workbook(file)
    sheet = book.worksheets[0]
    at = {str(cell.value): cell.column for row in (3, 4) for cell in sheet[row] if cell.value}
    return book, sheet, at, next(r for r in range(5, sheet.max_row) if sheet.cell(r, at["姓名"]).value == "石晓梅")


def test_an_edited_book_comes_home(leye_: CommandLine, ids: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "台账.xlsx"
    book, sheet, at, row = exported(leye_, file)
    sheet.cell(row, at["本人电话"]).value = "13800009999"
    sheet.cell(row, at["性别"]).value = "没有这一项"
    book.save(file)
    before, state = leye_.digest(), leye_("digest").last
    dry = leye_("book", "import", file, "--dry-run", "--json").json
    assert leye_.digest() == before
    done = leye_("book", "import", file, "--json").json
    assert done == dry and (done["changed"], done["conflicts"]) == (1, 0) and done["unchanged"] > 10
    assert [(r["sheet"], r["row"], r["field"]) for r in done["rejected"]] == [(sheet.title, row, "性别")]
    assert all(r["reason"] for r in done["rejected"]) and [r["value"] for r in done["rejected"]] == ["没有这一项"]
    assert leye_("show", "person", ids["head"], "--json").json["fields"]["phone"] == "13800009999"
    assert leye_("book", "import", file, "--json").json["changed"] == 0
    leye_("undo")
    assert leye_("digest").last == state
    before = leye_.digest()
    (tmp_path / "坏.xlsx").write_bytes(file.read_bytes()[:2000])
    assert leye_("book", "import", tmp_path / "坏.xlsx", status=2).err
    assert leye_.digest() == before


def test_what_a_book_is_refused_is_named_in_full_or_masked(leye_: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "台账.xlsx"
    book, sheet, at, row = exported(leye_, file)
    sheet.cell(row, at["本人电话"]).value = "1380000567"
    sheet.cell(row, at["证件号码"]).value = "529999199203010021"
    book.save(file)
    before = leye_.digest()
    told = {r["field"]: r["value"] for r in leye_("book", "import", file, "--json").json["rejected"]}
    assert told == {"本人电话": "1380000567", "证件号码": "529999199203010021"} and leye_.digest() == before
    masked = leye_("book", "import", file, "--json", "--mask").out
    assert "1380000567" not in masked and "529999199203010021" not in masked
    plain = leye_("book", "import", file)
    assert "1380000567" not in plain.out + plain.err and "529999199203010021" not in plain.out + plain.err


def test_another_office_s_table_is_filled(leye_: CommandLine, tmp_path: Path) -> None:
    from openpyxl import Workbook

    table = Workbook()
    for row in (["某局摸底表"], ["序号", "姓名", "身份证号", "联系电话", "不认识的列"], [], ["填表人："]):
        table.active.append(row)
    table.save(tmp_path / "来表.xlsx")
    done = leye_("book", "fill", tmp_path / "来表.xlsx", "--json").json
    assert (done["rows"], done["unknown"]) == (2, ["不认识的列"]) and done["filled"] >= 6
    sheet = load_workbook(done["path"]).worksheets[0]
    assert [cell.value for cell in sheet[3]][:4] == [1, "石晓梅", "529999199203010020", "13800005678"] or sheet["B3"].value == "石晓梅"
    assert leye_("book", "fill", tmp_path / "没有.xlsx", status=2).err
    told = leye_("book", "fill", tmp_path / "来表.xlsx", "--column", "不认识的列=person.sex", "--out", tmp_path / "又填.xlsx", "--json").json
    assert not told["unknown"] and told["filled"] == done["filled"] + 2 and [s["rows"] for s in told["sheets"]] == [2]
    assert "年龄" in leye_("book", "fill", tmp_path / "来表.xlsx", "--column", "年龄=person.age", status=2).err


def test_a_table_that_is_filled_is_not_masked_and_says_so(leye_: CommandLine, tmp_path: Path) -> None:
    from openpyxl import Workbook

    table = Workbook()
    for row in (["序号", "姓名", "身份证号"], [], ["填表人："]):
        table.active.append(row)
    table.save(tmp_path / "来表.xlsx")
    before = leye_.digest()
    for more in ((), ("--json",), ("--ask", "--column", "身份证号=", "--out", tmp_path / "好.xlsx")):
        told = leye_("book", "fill", tmp_path / "来表.xlsx", "--mask", *more, status=2)
        assert "--mask" in told.err and "来表要填的" in told.err and not told.out
    assert [file.name for file in tmp_path.glob("*.xlsx")] == ["来表.xlsx"] and leye_.digest() == before
    assert not [one for one in leye_("list", "audit_event", "--json").json if one["fields"]["action"] == "export"]
    blank = leye_("book", "fill", tmp_path / "来表.xlsx", "--column", "身份证号=", "--json").json  # what the refusal says to do
    rows = [*load_workbook(blank["path"]).worksheets[0].iter_rows(min_row=2, max_row=3, max_col=3, values_only=True)]
    assert all(row[1] for row in rows) and not any(row[2] for row in rows)


def test_a_filled_table_takes_a_name_that_is_free_and_ends_as_the_one_that_came(leye_: CommandLine, tmp_path: Path) -> None:
    from openpyxl import Workbook

    table = Workbook()
    for row in (["序号", "姓名", "身份证号"], [], ["填表人："]):
        table.active.append(row)
    for name in ("来表.xlsx", "带宏.xlsm"):
        table.save(tmp_path / name)
    first = leye_("book", "fill", tmp_path / "来表.xlsx", "--json").json["path"]
    edited = b"the clerk has gone on in it"
    Path(first).write_bytes(edited)
    second = leye_("book", "fill", tmp_path / "来表.xlsx", "--json").json["path"]
    assert [Path(first).name, Path(second).name] == ["来表_已填.xlsx", "来表_已填2.xlsx"] and Path(first).read_bytes() == edited
    assert Path(leye_("book", "fill", tmp_path / "带宏.xlsm", "--json").json["path"]).name == "带宏_已填.xlsm"
    came = (tmp_path / "来表.xlsx").read_bytes()
    for source, out, word in (("带宏.xlsm", "好.xlsx", "要以 .xlsm 结尾"), ("来表.xlsx", "好.xlsm", "要以 .xlsx 结尾"),
                              ("来表.xlsx", "来表.xlsx", "来的那张表")):
        assert word in leye_("book", "fill", tmp_path / source, "--out", tmp_path / out, status=2).err
    assert not (tmp_path / "好.xlsx").exists() and not (tmp_path / "好.xlsm").exists() and (tmp_path / "来表.xlsx").read_bytes() == came


def test_each_export_is_a_line_in_the_log(leye_: CommandLine, tmp_path: Path) -> None:
    leye_("book", "export", "labour", tmp_path / "遮盖.xlsx", "--mask")
    before = leye_("digest").last
    leye_("book", "export", "household", tmp_path / "全.xlsx", "--reason", "县里核查")
    assert leye_("digest").last == before, "a line of the log is no answer about anybody"
    lines = [one["fields"] for one in leye_("list", "audit_event", "--json").json if one["fields"]["action"] == "export"]
    assert sorted((line["scope"].split()[0], line["scope"].split()[2], line.get("reason")) for line in lines) == [
        ("household", "full", "县里核查"), ("labour", "masked", None)]


def test_posts_go_in_once_and_what_a_column_is_taken_for_is_remembered(leye_: CommandLine, tmp_path: Path) -> None:
    path = sheet_of(tmp_path / "岗位.xlsx")
    before = leye_.digest()
    dry = leye_("import", "posts", path, "--dry-run", "--json").json
    assert leye_.digest() == before and dry["created"] == 3
    done = leye_("import", "posts", path, "--json", "--column", "企业简介=post.workload").json
    assert set(done) >= KEYS and done["created"] == 3 and len(done["rejected"]) == 1 and (tmp_path / "岗位_未导入.xlsx").exists()
    posts = {one["fields"]["title"]: one["fields"] for one in leye_("list", "post", "--json").json}
    assert posts["电子装配工"]["workload"] == "做手机壳"
    told = leye_.digest()
    assert leye_("import", "posts", path, "--json").json["unchanged"] == 3 and leye_.digest() == told
    assert "没有列名" in leye_("import", "posts", path, "--column", "没有=post.title", status=2).err
