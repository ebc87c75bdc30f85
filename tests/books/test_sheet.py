"""The sheet's columns at once are what cell by cell would be: the fast path equals the plain one."""
import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from app.books.cells import Show, Shown, as_date, as_number, as_stored
from app.books.sheet import Body, Cells, Counted, Days, Few, Numbers, Serials, Strip, Style, Texts, YesNo, tail
from app.books.sums import said

WIDE, NARROW = Style("B", 3, 4, 30.0, False), Style("C", 5, 6, 4.0, True)
awkward = st.sampled_from(["", " ", "=1+1", "+86", "-", "@x", "a  b", " a", "a ", "<b>", "a&b", "x>y", "\u2502", "\x1f", "a\x1f=b", "\x00",
                           "a\nb", "\t", "\u3000", "杨", "𠅤", "\ufffe", "\uffff", "￥5", "o'k", '"', "\u200b", "%s", "%"])
value = st.one_of(st.none(), awkward, st.text(max_size=8), st.text("杨一二abc019", max_size=12))
plain_value = st.one_of(st.none(), st.text("杨一二abc019-（）", min_size=1, max_size=12))
day = st.one_of(st.none(), st.dates().map(str), st.sampled_from(["", "2020-01", "2020", "1900-02-28", "1900-12-31", "1901-01-01", "20200101"]))


def utf8(values: Sequence[object]) -> list[bytes]:
    return [b"" if one is None else str(one).encode() for one in values]


def plainly(values: Sequence[object], show: Show, style: Style) -> tuple[list[bytes], list[bytes]]:
    return [said(show(one)).encode() for one in values], [tail(show(one), style) for one in values]


def alike(strip: Strip) -> tuple[list[bytes], list[bytes]]:
    return list(strip.said), strip.cells()


@given(st.lists(value, max_size=30) | st.lists(plain_value, max_size=30))
def test_texts_looked_through_together_are_each_what_they_are_alone(values: list[str | None]) -> None:
    for style in (WIDE, NARROW):
        assert alike(Texts(style).make(utf8(values))) == plainly(values, as_stored, style)


@given(st.lists(value | st.integers(), max_size=30))
def test_remembered_cells_are_the_same(values: list[object]) -> None:
    few = Few(NARROW, as_number)
    once, again = few.make(values), few.make(values)
    assert alike(once) == alike(again) == plainly(values, as_number, NARROW)
    assert alike(Few(NARROW, as_number).make(utf8(values))) == plainly([None if one is None else str(one) for one in values], as_number, NARROW)


@given(st.lists(st.none() | st.sampled_from([0, 1, 2, "否"])))
def test_yes_and_no_are_the_same(values: list[object]) -> None:
    def show(value: object) -> Shown:
        return value if value not in (0, 1) else "是" if value else "否"  # type: ignore[return-value]

    assert alike(YesNo(WIDE, show).make(utf8(values))) == plainly(values, show, WIDE)


@given(st.lists(st.none() | st.integers() | st.sampled_from(["2.5", "-1.25", "许多", ""]), max_size=30) | st.lists(st.integers(0, 9)))
def test_numbers_are_the_same(values: list[object]) -> None:
    assert alike(Numbers(WIDE, as_number).make(utf8(values))) == plainly(values, as_number, WIDE)


@given(st.lists(day, max_size=20) | st.lists(st.none() | st.dates().map(str), max_size=20))
def test_days_are_the_same(values: list[str | None]) -> None:
    days = Days(WIDE, as_date, Serials())
    assert alike(days.make(utf8(values))) == alike(days.make(utf8(values))) == plainly(values, as_date, WIDE)


@given(st.lists(st.tuples(value, value), min_size=1, max_size=40), st.integers(1, 7))
def test_rows_in_any_batches_are_one_sheet(rows: list[tuple[object, object]], size: int) -> None:
    def sheet(by: int) -> bytes:
        body = Body([Counted(Style("A", 1, 2, 5.0, False)), Few(WIDE, as_stored), Texts(NARROW)], 5, 27.0, 1000)
        out = b""
        for at in range(0, len(rows), by):
            few, texts = zip(*rows[at:at + by], strict=True)
            out += b"".join(body.rows([body.strip(0, few), body.strip(1, few), body.strip(2, utf8(texts))]))
        assert body.done == len(rows)
        return out

    whole = sheet(len(rows))
    assert ET.canonicalize(f"<sheet>{sheet(size).decode()}</sheet>") == ET.canonicalize(f"<sheet>{whole.decode()}</sheet>")
    found = ET.fromstring(f"<sheet>{whole.decode()}</sheet>")
    assert [row.get("r") for row in found] == [str(n) for n in range(5, 5 + len(rows))]
    for n, (row, told) in enumerate(zip(found, rows, strict=True), 1):
        cells = list(row)
        assert [c.get("r") for c in cells] == [f"{letter}{n + 4}" for letter in "ABC"]
        assert cells[0].findtext("v") == str(n)
        for cell, raw in zip(cells[1:], told, strict=True):
            assert re.sub(r"\r\n?", "\n", "".join(cell.itertext())) == re.sub(r"\r\n?", "\n", re.sub(
                "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", str(raw or "")))


def heights(column: Cells, values: Sequence[object]) -> list[float]:
    body = Body([column], 1, 27.0, 1000)
    return [float(height) for height in re.findall(rb' ht="([\d.]+)"', b"".join(body.rows([body.strip(0, values)])))]


def test_a_row_is_higher_where_a_wrapped_text_would_be_cut() -> None:
    told = ["短", "很长很长很长很长很长很长", "三行\n三行三行"]
    plain, higher, third = heights(Texts(NARROW), utf8(told))
    assert plain == 27 < third < higher
    assert heights(Few(NARROW, as_stored), told) == [plain, higher, third] == heights(Cells(NARROW), told)
    assert heights(Texts(Style("C", 5, 6, 30.0, True)), utf8(told)) == [27, 27, 27]


def test_plain_cells_have_their_own_show() -> None:
    assert Cells(WIDE, as_number).make(["2.5"]).cells() == [b'" s="3"><v>2.5</v></c>']
