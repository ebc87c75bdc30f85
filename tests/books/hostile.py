"""Thirty hostile workbooks: what offices send by mistake, what programs write badly, and what was made to hurt."""
import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from tests.books.conftest import number

Make = Callable[[Path], None]
HEADS = ["姓名", "性别", "证件号码", "出生日期", "本人电话", "户编号", "与户主关系", "户主姓名"]
NUMBER = number("19950101", "005")
ROW = ["杨新一", "男", NUMBER, "1995-01-01", "13800001111", "HX1", "户主", "杨新一"]


def book(*rows: list[Any], sheet: str = "Sheet1") -> Workbook:
    made = Workbook()
    made.active.title = sheet
    for row in rows:
        made.active.append(row)
    return made


def saved(edit: Callable[[Workbook], None] | None = None) -> Make:
    def make(path: Path) -> None:
        made = book(HEADS, ROW)
        if edit:
            edit(made)
        made.save(path)
    return make


def raw(data: bytes) -> Make:
    return lambda path: path.write_bytes(data) and None


def reworked(change: Callable[[dict[str, bytes]], dict[str, bytes]]) -> Make:
    """Return what changes the parts of a good workbook."""
    def make(path: Path) -> None:
        kept = io.BytesIO()
        book(HEADS, ROW).save(kept)
        with zipfile.ZipFile(kept) as file:
            parts = {name: file.read(name) for name in file.namelist()}
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
            for name, data in change(parts).items():
                out.writestr(name, data)
    return make


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SHEET = "xl/worksheets/sheet1.xml"


def part(name: str, edit: Callable[[bytes], bytes]) -> Make:
    return reworked(lambda parts: {**parts, name: edit(parts[name])})


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("xl/workbook.xml", b"<workbook/>")
        out.writestr(SHEET, b"0" * 60_000_000)


def cut(path: Path) -> None:
    saved()(path)
    path.write_bytes(path.read_bytes()[:-300])


def flipped(path: Path) -> None:
    saved()(path)
    data = bytearray(path.read_bytes())
    for at in range(200, len(data), 97):
        data[at] ^= 0x55
    path.write_bytes(bytes(data))


def blank_rows(path: Path) -> None:
    made = book(HEADS, ROW)
    made.active.cell(1_048_576, 1).number_format = "@"
    made.active.cell(1_048_576, 2).value = " "
    made.save(path)


def merged_body(made: Workbook) -> None:
    made.active.append(["杨新二", *ROW[1:2], number("19960101", "007"), "1996-01-01", None, "HX1", "弟弟", "杨新一"])
    made.active.merge_cells("F2:F3")


def two_sheets(parts: dict[str, bytes]) -> dict[str, bytes]:
    sheet = b'<sheet name="Sheet1" sheetId="2" r:id="rId1" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"/></sheets>'
    return {**parts, "xl/workbook.xml": parts["xl/workbook.xml"].replace(b"</sheets>", sheet)}


def put(column: int, value: Any, format: str | None = None) -> Callable[[Workbook], None]:
    def edit(made: Workbook) -> None:
        cell = made.active.cell(2, column)
        cell.value = value
        if format:
            cell.number_format = format
    return edit


def hide(made: Workbook) -> None:
    made.create_sheet("空")
    made.worksheets[0].sheet_state = "hidden"


def widen(made: Workbook) -> None:
    for column in range(20, 2000):
        made.active.cell(1, column, f"列{column}")


def vast_dimension(data: bytes) -> bytes:
    start = data.index(b"<dimension")
    return data[:start] + b'<dimension ref="A1:XFD1048576"/>' + data[data.index(b"/>", start) + 2:]


def entity(data: bytes) -> bytes:
    laughs = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "hahahahaha"><!ENTITY b "' + b"&a;" * 100 + b'"><!ENTITY c "' + b"&b;" * 100 + b'">]>'
    return laughs + data.partition(b"?>")[2].replace("杨新一".encode(), b"&c;", 1) if b"?>" in data[:80] else laughs + data


def elsewhere(parts: dict[str, bytes]) -> dict[str, bytes]:
    """A sheet that says it lies outside the file."""
    name = "xl/_rels/workbook.xml.rels"
    return {**parts, name: parts[name].replace(b"worksheets/sheet1.xml", b"../../../../etc/passwd")}


# name, how it is made, and what must come of it as a roster: "read" (the one good row), "refused" (in a sentence), "row" (the row is refused)
HOSTILE: tuple[tuple[str, Make, str], ...] = (
    ("no workbook at all", raw(b"%PDF-1.7 not a workbook"), "refused"),
    ("an empty file", raw(b""), "refused"),
    ("a csv by the name of xlsx", raw("姓名,证件号码\n杨新一,529999199501010050\n".encode("gb18030")), "refused"),
    ("a web page by the name of xlsx", raw(b"<html><table><tr><td>x</td></tr></table></html>"), "refused"),
    ("an xls renamed", raw(OLE + b"\0" * 4000), "refused"),
    ("protected by a password", raw(OLE + b"\0" * 900 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 900), "refused"),
    ("a zip without a workbook", reworked(lambda parts: {"readme.txt": b"x"}), "refused"),
    ("a bomb", bomb, "refused"),
    ("cut short", cut, "refused"),
    ("bytes flipped", flipped, "refused"),
    ("entities that grow", part(SHEET, entity), "either"),
    ("a sheet outside the file", reworked(elsewhere), "refused"),
    ("a sheet that is missing", reworked(lambda parts: {n: d for n, d in parts.items() if n != SHEET}), "refused"),
    ("broken xml", part(SHEET, lambda data: data.replace(b"</row>", b"", 1)), "either"),
    ("a million blank rows", blank_rows, "read"),
    ("a dimension of the whole sheet", part(SHEET, vast_dimension), "read"),
    ("macros beside it", reworked(lambda parts: {**parts, "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0macro"}), "read"),
    ("two sheets of one name", reworked(two_sheets), "either"),
    ("merged cells in the body", saved(merged_body), "rows"),
    ("error cells", saved(put(5, "#REF!")), "row"),
    ("a formula for a name", saved(put(1, '=CONCATENATE("杨","新一")')), "row"),
    ("text as a number", saved(put(5, 13800001111)), "read"),
    ("an ID as a number", saved(put(3, int(NUMBER[:17] + "0"))), "row"),
    ("an ID in scientific notation", saved(put(3, "5.29999E+17")), "row"),
    ("a date as a serial number", saved(put(4, (date(1995, 1, 1) - date(1899, 12, 30)).days)), "either"),
    ("a date as a date", saved(put(4, date(1995, 1, 1), "yyyy-mm-dd")), "read"),
    ("a time in the place of a date", saved(put(4, 0.5, "hh:mm")), "either"),
    ("blanks and full-width digits", saved(put(3, " " + NUMBER.translate({48 + d: 0xFF10 + d for d in range(10)}))), "either"),
    ("only hidden sheets hold anything", saved(hide), "refused"),
    ("heads alone", lambda path: book(HEADS).save(path), "refused"),
    ("letters that are no letters", saved(put(1, "杨\u200b新\ufeff一")), "either"),
    ("two thousand columns", saved(widen), "read"),
)

