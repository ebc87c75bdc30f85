"""A file for each village or site: every row is in exactly one of them, or told as the rest."""
from app.books.catalogue import books, preview
from app.books.parts import can_be_parted, parted
from app.books.shelf import template_for
from app.models.ledger import Ledger
from app.models.writing import Write
from tests.books.conftest import SITE, TOWN, VILLAGE, household_id, person_id


def test_the_parts_and_the_rest_are_the_whole(village: Ledger) -> None:
    village.write([Write("household", {"household_code": "H4"}, rec=household_id("H4"), place=VILLAGE),
                   Write("household", {"household_code": "H5"}, rec=household_id("H5"), place=TOWN)], source="test")
    village.write([Write("person", {"full_name": f"石{n}", "household_id": household_id(home), "birth_date": "1990-01-01"},
                         rec=person_id(f"P{n}")) for n, home in ((41, "H4"), (42, "H4"), (51, "H5"))], source="test")
    found = parted(village, "labour", TOWN)
    assert dict(found.places) == {SITE: 5, VILLAGE: 2} and found.rest == 1
    assert sum(count for _, count in found.places) + found.rest == preview(village, "labour", TOWN).count
    assert parted(village, "labour", SITE).places == ((SITE, 5),)
    assert parted(village, "public_posts", VILLAGE).places == ()


def test_what_is_made_for_everybody_is_not_parted(village: Ledger) -> None:
    can = {info.id: can_be_parted(template_for(village, info.id)) for info in books()}
    assert not can["posts"] and not can["services"] and can["labour"] and can["household"] and can["batches"]
