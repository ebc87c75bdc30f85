"""Where a record that is linked with another is kept is settled like that of any record: it is its own matter."""
from app.models import links
from app.models.ledger import Write
from tests.models.conftest import MakeLedger
from tests.models.test_ledger import all_changes, household, person


def test_a_disputed_place_of_a_linked_record_is_settled(make_ledger: MakeLedger) -> None:
    one, two = make_ledger("one"), make_ledger("two")
    home = household(one)
    rec, other = person(one, home), person(one, home)
    two.merge(all_changes(one))
    for ledger, place in ((one, "529999001201"), (two, "529999001202")):
        ledger.write([Write("person", {}, rec=rec, place=place)], source="screen")
    links.link(one, "person", rec, other)
    one.merge(all_changes(two))
    assert "_place" in one.get(rec).conflicts  # type: ignore[union-attr]
    one.resolve(rec, "_place", "529999001201")
    assert one.get(rec).conflicts == {}  # type: ignore[union-attr]
    assert one.get(rec).place == "529999001201"  # type: ignore[union-attr]


def test_what_differs_on_a_deleted_record_is_asked_of_it_alone(make_ledger: MakeLedger) -> None:
    one, two = make_ledger("one"), make_ledger("two")
    home = household(one)
    rec, other = person(one, home), person(one, home)
    two.merge(all_changes(one))
    for ledger, name in ((one, "甲"), (two, "乙")):
        ledger.write([Write("person", {"full_name": name}, rec=rec)], source="screen")
    links.link(one, "person", rec, other)
    one.merge(all_changes(two))
    one.write([Write("person", {"_void": "登记有误"}, rec=rec)], source="screen")
    said = one.get(other).values["full_name"]  # type: ignore[union-attr]
    (case,) = [c for c in one.conflicts() if c.rec == rec]
    assert {v.value for v in case.versions} == {"甲", "乙"}
    one.resolve(rec, "full_name", "甲")
    assert "full_name" not in one.get(rec).conflicts  # type: ignore[union-attr]
    assert one.get(other).values["full_name"] == said  # type: ignore[union-attr]
