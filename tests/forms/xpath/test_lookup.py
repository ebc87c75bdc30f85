"""Long lists are answered from an index, with the same nodes as trying each."""
import pytest

from app.forms.xpath import lookup
from app.forms.xpath.compile import World, evaluate
from app.forms.xpath.tree import Node, read_xml
from app.forms.xpath.values import to_text

ITEMS = "".join(f"<item><name>t{n}</name><county>{n % 7}</county></item>" for n in range(100))
FORM = read_xml("<data><county>3</county><many>2</many><many>5</many></data>")
LIST = read_xml(f"<instance id='towns'><root>{ITEMS}</root></instance>")
WORLD = World(root=FORM, instances={"towns": LIST.children[0]})


@pytest.mark.parametrize("test", ["county = /data/county", "county = '3'", "county = /data/many", "county = 3", "name != 't3'",
                                  "county = current()/county", "county = string-length('abc')", "county = /data/none"])
def test_the_index_finds_what_trying_each_finds(test: str, monkeypatch: pytest.MonkeyPatch) -> None:
    expression = f"instance('towns')/root/item[{test}]/name"
    fast = names(expression)
    monkeypatch.setattr(lookup, "LONG", 10_000)
    assert fast == names(expression)


def names(expression: str) -> list[str]:
    found = evaluate(expression, FORM.children[0], WORLD)
    assert isinstance(found, list)
    return [to_text([n]) for n in found]


def test_an_index_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    plain = lookup._make

    def counted(parent: Node, item: str, column: str) -> lookup.Index:
        calls.append(column)
        return plain(parent, item, column)

    monkeypatch.setattr(lookup, "_make", counted)
    for county in range(5):
        assert names(f"instance('towns')/root/item[name = 't{county}']/county") == [str(county)]
    assert len(calls) <= 1
