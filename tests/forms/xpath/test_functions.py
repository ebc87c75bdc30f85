"""Functions that the recorded cases do not cover, or where ODK leaves a choice."""
from datetime import UTC, datetime

import pytest

from app.forms.xpath.compile import World, evaluate
from app.forms.xpath.tree import Node, read_xml
from app.forms.xpath.values import to_text
from app.models import clock

NODE = Node("document")


def text(expression: str, node: Node = NODE, world: World | None = None) -> str:
    return to_text(evaluate(expression, node, world))


@pytest.mark.parametrize(("expression", "value"), [
    ("coalesce('', 'b')", "b"), ("if('', 1, 2)", "2"), ("count-selected(' a  b ')", "2"), ("substr('abcdef', -2)", "ef"),
    ("round(2.5)", "3"), ("round(-2.5)", "-3"), ("1 div 0", "Infinity"), ("0.1 + 0.2", "0.30000000000000004"), ("1 div 3 * 0", "0"),
    ("format-date('2026-03-05', '%Y年%n月%e日')", "2026年3月5日"), ("int('12.9')", "12"), ("date('2026-02-30')", "Invalid Date"),
    ("selected('01 02', '2')", "false"), ("regex('13800000000', '^1[3-9][0-9]{9}$')", "true"), ("string-length('易地')", "2"),
    ("regex('蒲松龄', '^\\p{IsHan}+$')", "true"), ("regex('Ab', '^\\p{L}+$')", "true"), ("sum(/none)", "0"), ("max(/none)", "NaN"),
])
def test_values(expression: str, value: str) -> None:
    assert text(expression) == value


def test_dates_are_days_in_sums_and_comparisons(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock.source, "read", lambda: datetime(2026, 11, 23, 12, tzinfo=UTC))
    assert text("today() - '2026-11-20' >= 2 and today() - '2026-11-20' < 4") == "true"
    assert text("'2026-11-20' < today()") == "true"
    assert text("string-length(date(today() + 1))") == "10"


def test_randomize_with_a_seed_is_always_the_same() -> None:
    document = read_xml("<a><b>1</b><b>2</b><b>3</b><b>4</b></a>")
    first, again = (text("join(',', randomize(/a/b, 42))", document) for _ in range(2))
    assert first == again
    assert sorted(first.split(",")) == ["1", "2", "3", "4"]


def test_pulldata_looks_up_one_cell() -> None:
    document = read_xml("<instance id='t'><root><item><code>1</code><name>青禾镇</name></item></root></instance>")
    world = World(instances={"t": document.children[0]})
    assert text("pulldata('t', 'name', 'code', '1')", document, world) == "青禾镇"
    assert text("pulldata('t', 'name', 'code', '2')", document, world) == ""
