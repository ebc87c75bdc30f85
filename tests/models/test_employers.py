"""Employers: one enterprise is one record, whoever enters it and whatever was deleted before."""
from app.models.employers import EMPLOYER, id_for, id_of
from app.models.ledger import Write
from tests.models.conftest import MakeLedger

CODE, NAME = "91529999MA00000018", "练习电子厂"


def test_two_desks_make_one_record_also_after_one_of_them_took_it_back(make_ledger: MakeLedger) -> None:
    one, two = make_ledger("one"), make_ledger("two")
    told = {"credit_code": CODE, "name": NAME}
    one.write([Write(EMPLOYER, {**told, "contact_name": "练习丙"}, rec=id_for(one, told), begins=True)], source="test")
    one.undo()
    assert id_for(one, told) == id_for(two, told) == id_of(two, told)
    rec, = one.write([Write(EMPLOYER, told, rec=id_for(one, told), begins=True)], source="test").ids
    assert one.rows(EMPLOYER)[0][1].get("contact_name") is None and id_for(one, {"name": "练习电子厂"}) == rec


def test_a_nameless_employer_is_nobody_else(make_ledger: MakeLedger) -> None:
    ledger = make_ledger("one")
    nameless, = ledger.write([Write(EMPLOYER, {"industry": "C"})], source="test").ids
    assert id_for(ledger, {"credit_code": CODE}) != nameless
