"""Roster: households and people come in from another office's workbook. Promises that the same roster twice changes nothing (books/lists)."""
from pathlib import Path
from typing import TYPE_CHECKING

from app.books import lists
from app.books.lists import ListKind, ListResult, Preview, Rejected
from app.books.reconcile import Reconciliation
from app.books.roster_row import read_rows
from app.books.vocabulary import ROSTER as VOCABULARY

if TYPE_CHECKING:
    from app.models.ledger import Ledger

__all__ = ["ROSTER", "ListResult", "Preview", "Rejected", "read"]

ROSTER = ListKind("roster", "名册", "Roster", VOCABULARY, read_rows, Reconciliation,
                  ("“姓名”“证件号码”“户编号”", "姓名, 证件号码 or 户编号"))


def read(path: Path, ledger: "Ledger | None" = None) -> Preview:
    """Read a roster; with a ledger, what people chose for columns of such a table counts. Problem when it is none."""
    return lists.read(path, ROSTER, ledger)
