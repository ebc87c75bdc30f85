"""Programs of different age in one chain: what an older one does not know, it keeps and hands on, up and down and through an
upgrade and back."""
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from app.models import attachments
from app.models.dictionary import RecordType, dictionary
from app.models.ledger import Write
from app.sync.stick import export_stick
from app.sync.unload import import_stick
from app.sync.workspace import Workspace
from tests.sync.offices import COUNTY, STONE, Land, person

ITEM, RULE, FIELD = "later_item", "later_rule", "later_field"


@contextmanager
def newer() -> Iterator[None]:
    """Be a program whose dictionary has a type that belongs to a person, a type of offices, and one more field."""
    types = dictionary().types
    name = replace(types["employer"].fields["name"], kind="text")
    link = types["consent"].fields["person_id"]
    added = {ITEM: RecordType(ITEM, "新事项", "Later item", "person", "person_id", "none", "dossier", True, "name",
                              {"person_id": replace(link, type=ITEM), "name": replace(name, type=ITEM)}),
             RULE: RecordType(RULE, "新规则", "Later rule", "self", "", "own", "below", True, "name", {"name": replace(name, type=RULE)})}
    types.update(added)
    types["person"].fields[FIELD] = replace(name, type="person", name=FIELD)
    try:
        yield
    finally:
        for kind in added:
            del types[kind]
        del types["person"].fields[FIELD]


def again(ws: Workspace) -> Workspace:
    """Close a workspace and open it with the program that is now."""
    ws.close()
    return Workspace.open(ws.folder, "practice")


def test_an_old_office_in_the_middle_hands_on_what_it_does_not_know(land: Land, tmp_path: Path) -> None:
    one, stick = land.laptop("one"), tmp_path / "stick.leye"
    county, town = land.county, land.town
    with newer():
        one, county = again(one), again(county)
        rec = person(one, STONE)
        ref = attachments.keep(one.ledger, b"an invented picture" * 500, "jpg")
        item = one.ledger.write([Write(ITEM, {"person_id": rec, "name": "新事项一"}), Write("person", {FIELD: ref}, rec=rec)], source="screen").ids[0]
        export_stick(one, stick)
    import_stick(town, stick)
    assert town.ledger.verify().ok and town.ledger.get(item).values["name"] == "新事项一"  # type: ignore[union-attr]
    town.ledger.write([Write("person", {"phone": "13900007777"}, rec=rec)], source="screen")
    export_stick(town, stick)
    with newer():
        import_stick(county, stick)
        found = county.ledger.get(rec)
        assert found is not None and (found.values[FIELD], found.values["phone"]) == (ref, "13900007777")
        assert county.ledger.rows(ITEM, {"person_id": rec}) == [(item, {"person_id": rec, "name": "新事项一"})]
        assert attachments.read(county.ledger, ref) == b"an invented picture" * 500, "the picture too, and nobody in between could show it"
        assert county.ledger.verify().ok
    land.all[:] = [one, county, town]


def test_an_upgrade_shows_what_was_kept_and_a_downgrade_loses_nothing(land: Land, tmp_path: Path) -> None:
    one, stick = land.laptop("one"), tmp_path / "stick.leye"
    town = land.town
    with newer():
        one = again(one)
        rec = person(one, STONE)
        one.ledger.write([Write(ITEM, {"person_id": rec, "name": "新事项一"}), Write("person", {FIELD: "新的一格"}, rec=rec)], source="screen")
        export_stick(one, stick)
    import_stick(town, stick)
    marks = town.ledger.feed_mark()
    for _ in range(2):
        with newer():
            town = again(town)
            assert town.ledger.verify().ok and town.ledger.feed_mark() == marks
            assert [values["name"] for _, values in town.ledger.rows(ITEM)] == ["新事项一"]
            assert [v[FIELD] for _, v in town.ledger.rows("person") if FIELD in v] == ["新的一格"]
        town = again(town)
        assert town.ledger.verify().ok and town.ledger.feed_mark() == marks
        assert town.ledger.get(rec).values[FIELD] == "新的一格"  # type: ignore[union-attr]
    land.all[:] = [one, land.county, town]


def test_what_an_office_sends_down_comes_through_an_old_one_once_that_is_upgraded(land: Land, tmp_path: Path) -> None:
    one, stick = land.laptop("one"), tmp_path / "stick.leye"
    county, town = land.county, land.town
    with newer():
        county = again(county)
        rule = county.ledger.write([Write(RULE, {"name": "新规则一"}, place=COUNTY)], source="screen").ids[0]
        export_stick(county, stick)
    import_stick(town, stick)
    above = land.above[id(one)]
    assert above is town and land.go(one).level, "an old office says what it knows: both ends agree on that"
    assert one.ledger.get(rule) is None
    with newer():
        town, one = again(town), again(one)
        land.above[id(one)] = town
        land.desks.clear()
        assert land.go(one).level
        assert one.ledger.rows(RULE) == [(rule, {"name": "新规则一"})]
    land.all[:] = [one, county, town]
