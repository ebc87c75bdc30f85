"""Employers, and agencies: whether one that somebody names is known here, and under which id a new one is filed.

Promises that two computers that enter the same enterprise or agency, by its credit code or else by its name, make one record.
"""
from collections.abc import Mapping
from typing import TYPE_CHECKING

from app.models import entry
from app.models.change import Value
from app.models.dictionary import fold
from app.models.identity import record_id
from app.models.writing import Write

if TYPE_CHECKING:
    from app.models.ledger import Ledger

EMPLOYER, AGENCY = "employer", "agency"


def id_of(ledger: "Ledger", told: Mapping[str, Value], type: str = EMPLOYER) -> str:
    """Return the id that follows from what is told of an employer: its credit code, else its name within the county."""
    code, name = str(told.get("credit_code") or ""), str(told.get("name") or "")
    return record_id(type, "" if code else ledger.me.area[:6], code or fold(name))


def id_for(ledger: "Ledger", told: Mapping[str, Value], type: str = EMPLOYER) -> str:
    """Return the id to write an employer (or agency) under: of the one that is known here by this code or name, else of a new one."""
    code, name = str(told.get("credit_code") or ""), fold(str(told.get("name") or ""))
    named = None
    for rec, values in ledger.rows(type):
        if code and values.get("credit_code") == code:
            return rec
        if named is None and name and name == fold(str(values.get("name") or "")) and not (code and values.get("credit_code")):
            named = rec
    if named is not None:
        return named
    return entry.free_id(ledger, id_of(ledger, told, type))


def named(ledger: "Ledger", told: Mapping[str, Value], type: str = EMPLOYER) -> tuple[str, list[Write]]:
    """Return the id of the employer (or agency) that somebody names, and the write that makes it: none where it is known here.

    A name is no news of the one that has it: who is known stays as it stands, however the name was typed.
    """
    rec = id_for(ledger, told, type)
    held = ledger.get(rec)
    known = held is not None and held.void is None
    return rec, [] if known else [Write(type, dict(told), rec=rec, place=ledger.me.area, begins=True)]
