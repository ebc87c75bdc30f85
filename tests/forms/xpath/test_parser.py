"""What XPath parses to, and where it stops."""
import pytest

from app.forms.xpath.lexer import XPathError
from app.forms.xpath.parser import Binary, Call, Literal, Number, Path, Step, parse


def test_operators_bind_as_in_xpath() -> None:
    assert parse("1 + 2 * 3 = 7 and true()") == Binary("and", Binary("=", Binary("+", Number(1), Binary(
        "*", Number(2), Number(3))), Number(7)), Call("true", (), 18))


def test_a_star_is_a_name_or_an_operator_by_where_it_stands() -> None:
    assert parse("* * *") == Binary("*", Path(None, (Step("child", "*"),)), Path(None, (Step("child", "*"),)))


def test_names_may_hold_dashes_and_operators_need_no_blank_before_brackets() -> None:
    assert parse("a-b") == Path(None, (Step("child", "a-b"),))
    assert parse("today()- 60") == Binary("-", Call("today", (), 0), Number(60))


def test_a_word_operator_after_a_number_needs_no_blank() -> None:
    assert parse("1and1") == Binary("and", Number(1), Number(1))


def test_paths_with_predicates() -> None:
    assert parse("instance('towns')/root/item[name = current()/../town]/label") == Path(
        Call("instance", (Literal("towns"),), 0),
        (Step("child", "root"), Step("child", "item", (Binary("=", Path(None, (Step("child", "name"),)), Path(
            Call("current", (), 35), (Step("parent", "node()"), Step("child", "town")))),)), Step("child", "label")))


@pytest.mark.parametrize(("text", "at"), [("1 +", 3), ("(1", 2), ("a[1", 3), ("a b", 2), ("'open", 0), ("sideways::a", 0), ("", 0)])
def test_an_error_says_where(text: str, at: int) -> None:
    with pytest.raises(XPathError) as caught:
        parse(text)
    assert caught.value.at == at
