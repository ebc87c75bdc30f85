"""The sheet's columns at once are what cell by cell would be: the fast path equals the plain one."""
import re
import xml.etree.ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from app.books.cells import as_number, as_stored
from app.books.sheet import Body, Cells, Counted, Few, Style, Texts, tail

WIDE, NARROW = Style("B", 3, 4, 30.0, False), Style("C", 5, 6, 4.0, True)
THEN = '<c r="D'
awkward = st.sampled_from(["", " ", "=1+1", "+86", "-", "@x", "a  b", " a", "a ", "<b>", "a&b", "x>y", "\u2502", "a\u2502b", "\u2502=", "\x00",
                           "a\nb", "\t", "\u3000", "杨", "𠅤", "\ufffe", "o'k", '"', "\u200b"])
value = st.one_of(st.none(), awkward, st.text(max_size=8), st.text("杨一二abc019", max_size=12))


@given(st.lists(st.one_of(value, st.integers(), st.floats(allow_nan=False, allow_infinity=False)), max_size=30))
def test_texts_looked_through_together_are_each_what_they_are_alone(values: list[object]) -> None:
    for style in (WIDE, NARROW):
        assert list(Texts(style, THEN).make(values)) == [tail(as_stored(v), style) + THEN for v in values]


@given(st.lists(value, max_size=30))
def test_remembered_cells_are_the_same(values: list[object]) -> None:
    few = Few(NARROW, THEN, as_number)
    once, again = few.make(values), few.make(values)
    assert once == again == [tail(as_number(v), NARROW) + THEN for v in values]


@given(st.lists(st.tuples(value, value), min_size=1, max_size=40), st.integers(1, 7))
def test_rows_in_any_batches_are_one_sheet(rows: list[tuple[object, object]], size: int) -> None:
    def sheet(by: int) -> str:
        body = Body([Counted(Style("A", 1, 2, 5.0, False), '<c r="B'), Few(WIDE, '<c r="C', as_stored), Texts(NARROW, "</row>")], 5, 27.0)
        parts = [rows[at:at + by] for at in range(0, len(rows), by)]
        told = list(body.chunks([[None] * len(part), *zip(*part, strict=True)] for part in parts))
        assert told[-1][0] == len(rows)
        return "".join(xml for _, xml in told)

    whole = sheet(len(rows))
    assert sheet(size) == whole
    found = ET.fromstring(f"<sheet>{whole}</sheet>")
    assert [row.get("r") for row in found] == [str(n) for n in range(5, 5 + len(rows))]
    for n, (row, told) in enumerate(zip(found, rows, strict=True), 1):
        cells = list(row)
        assert [c.get("r") for c in cells] == [f"{letter}{n + 4}" for letter in "ABC"]
        assert cells[0].findtext("v") == str(n)
        for cell, raw in zip(cells[1:], told, strict=True):
            assert re.sub(r"\r\n?", "\n", "".join(cell.itertext())) == re.sub(r"\r\n?", "\n", re.sub(
                "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", str(raw or "")))


def test_a_row_is_higher_where_a_wrapped_text_would_be_cut() -> None:
    body = Body([Texts(NARROW, "</row>")], 1, 27.0)
    (_, xml), _ = body.chunks([[["短", "很长很长很长很长很长很长"]]])
    plain, higher = (float(height) for height in re.findall(r' ht="([\d.]+)"', xml))
    assert plain == 27 < higher


def test_plain_cells_have_their_own_show() -> None:
    assert Cells(WIDE, THEN, as_number).make(["2.5"]) == ['" s="3"><v>2.5</v></c>' + THEN]
