"""Numbers in words: no comma under ten thousand, and an English noun that agrees."""
import pytest

from app.models.language import count, counted


@pytest.mark.parametrize(("n", "words"), [(0, "0"), (9999, "9999"), (10_000, "10,000"), (1_234_567, "1,234,567")])
def test_a_comma_stands_from_ten_thousand_on(n: int, words: str) -> None:
    assert count(n) == words


def test_a_noun_agrees_with_its_number() -> None:
    assert [counted(n, "fair") for n in (0, 1, 2)] == ["0 fairs", "1 fair", "2 fairs"]
    assert counted(1, "person", "people") == "1 person" and counted(12_000, "person", "people") == "12,000 people"
