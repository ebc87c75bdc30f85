"""News: what an office sent down, in one quiet sentence. Promises that nothing pops up, and that nothing is said of what was
made here.
"""
from collections.abc import Collection

from app.models import attachments, workbooks
from app.models.language import say
from app.models.ledger import Ledger
from app.models.record import chunks, filed_on, marks

KINDS = ("form", "book_template", "code_item", "setting", "employer", "post")
MOST = 20_000  # records of one exchange that are looked through; a first load says nothing of each


def news(ledger: Ledger, recs: Collection[str]) -> str:
    """Return what of these records an office sent down and can be used now, in words; "" where nothing did."""
    if not recs or len(recs) > MOST:
        return ""
    found: dict[str, list[str]] = {}
    for part in chunks(sorted(recs)):
        for rec, kind in ledger.db.conn.execute(
                f"SELECT rec, type FROM record WHERE rec IN ({marks(part)}) AND type IN ({marks(KINDS)})", (*part, *KINDS)):
            if _from_elsewhere(ledger, rec):
                found.setdefault(kind, []).append(rec)
    said = [_forms(ledger, found.get("form", [])), _count(found, "book_template", "台账模板", "book template"),
            _count(found, "code_item", "代码", "code"), _count(found, "setting", "口径设置", "setting"),
            _count(found, "employer", "用人单位", "employer"), _count(found, "post", "岗位", "post")]
    parts = [one for one in said if one]
    return say("上级发来：" + "；".join(parts), "From the office: " + "; ".join(parts)) if parts else ""


def _from_elsewhere(ledger: Ledger, rec: str) -> bool:
    """Return whether the last word on a record was written on another computer."""
    last = max(filed_on(ledger.db.conn, "cid, log", [rec], "1"), default=None)
    return last is not None and last[1] != ledger.me.log


def _forms(ledger: Ledger, recs: Collection[str]) -> str:
    names = [one.title() for one in workbooks.all_of(ledger, "form") if one.rec in recs and one.active
             and (ref := attachments.ref_of(one.ref)) and attachments.is_here(ledger, ref.sha)]
    return say(f"调查表“{'”“'.join(names)}”，下一份调查开始用", f"the form {', '.join(names)}, used from the next interview on") if names else ""


def _count(found: dict[str, list[str]], kind: str, zh: str, en: str) -> str:
    many = len(found.get(kind, ()))
    return say(f"{many} 个{zh}", f"{many} {en}{'s' if many > 1 else ''}") if many else ""
