"""A person's text becomes one canonical answer, or none."""
import pytest

from app.forms.kinds import normal
from app.forms.shown import Kind


@pytest.mark.parametrize(("kind", "text", "stored"), [
    ("integer", "０４２", "42"), ("integer", "-7", "-7"), ("integer", "4.0", None), ("decimal", "3.50", "3.5"), ("decimal", "abc", None),
    ("date", "2026/1/2", "2026-01-02"), ("date", "20260102", "2026-01-02"), ("date", "2026年1月2日", "2026-01-02"), ("date", "2026-02-30", None),
    ("time", "8:30", "08:30:00.000"), ("time", "24:00", None), ("select_one", "a", "a"), ("select_one", "a b", None),
    ("select_multiple", " a  b a", "a b"), ("select_multiple", "a c", None), ("rank", "b a", "b a"),
    ("geopoint", "26.65, 106.63", "26.65 106.63 0 0"),
    ("geopoint", "99 1", None), ("note", "x", None), ("text", " 甲 ", " 甲 "), ("integer", "  ", ""),
])
def test_normal(kind: Kind, text: str, stored: str | None) -> None:
    assert normal(kind, text, ("a", "b")) == stored
