"""Known: what a book that came home had shown, and what its records say now. Promises to read the store by the hundred rows."""
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from app.books import cells
from app.books.catalogue import source_of
from app.books.comparing import Reader, bare
from app.books.edits import Edit
from app.books.returned import Returned, Row
from app.models import places
from app.models.dictionary import Field, dictionary
from app.models.fold import Folded
from app.models.identity import base18, searchable_name
from app.models.past import folded_at, touched_since
from app.models.projection import PSEUDO, cell_of, stored_fields
from app.models.record import chunks, marks
from app.models.search import letters

if TYPE_CHECKING:
    from app.models.ledger import Ledger

Shows = Callable[[Row, Mapping[str, str], Any], bool]


class Known:
    """The ledger beside one book. Attributes: returned, readers (place in a row's cells, reader of the column), fixed
    (place, head and judge of the columns that cannot be edited)."""

    def __init__(self, ledger: "Ledger", returned: Returned) -> None:
        self.ledger, self.returned = ledger, returned
        self._at = {column.marker: place for place, column in enumerate(returned.layout.columns)}
        self._since = touched_since(ledger, returned.n) if returned.n is not None else frozenset()
        self._rows: dict[str, dict[str, Any]] = {}
        self._then: dict[str, Folded] = {}
        self.readers = [(place, Reader(column, column.field, cells.show(ledger, returned.template, column, returned.masked),
                                       returned.masked and column.field.name in cells.MASKS))
                        for place, column in enumerate(returned.layout.columns)
                        if column.field is not None and _writable(column.field)]
        self.fixed: list[tuple[int, str, Shows]] = [
            (self._at[marker], marker, judge) for marker, judge in (("place.name", self._is_place),) if marker in self._at]
        self.fixed += [(place, column.title, self._is_name(Reader(column, field, cells.show(ledger, returned.template, column, False), False)))
                       for place, column in enumerate(returned.layout.columns)
                       if (field := column.field) is not None and field.kind == "ref" and not field.derived and not _writable(field)]

    # -- whose row it is

    def matched(self, rows: Iterable[Row]) -> Iterator[tuple[Row, Mapping[str, str]]]:
        """Yield (row, type -> record): by the hidden ids, else by number, else by name and household."""
        for row in rows:
            if self._here(row.ids.get(self.returned.template.records[0])):
                yield row, row.ids
            else:
                yield row, self._looked_up(row)

    def _here(self, rec: str | None) -> bool:
        return rec is not None and self.ledger.db.conn.execute("SELECT 1 FROM record WHERE rec = ?", (rec,)).fetchone() is not None

    def _looked_up(self, row: Row) -> Mapping[str, str]:
        if self.returned.template.records[0] != "person":
            return {}
        number, name = base18(self.text(row, "person.id_number")), self.text(row, "person.full_name")
        conn = self.ledger.db.conn
        found = []
        if len(number) == 18:
            found = conn.execute("SELECT id, household_id FROM person WHERE id_number >= ? AND id_number < ? || '~' AND _void IS NULL"
                                 " ORDER BY id", (number, number)).fetchall()
        elif name and (code := self.text(row, "household.household_code")):
            found = conn.execute("SELECT p.id, p.household_id FROM household h JOIN person p ON p.household_id = h.id"
                                 " WHERE h.household_code = ? AND p.full_name = ? AND p._void IS NULL", (code, name)).fetchall()
        if len(found) != 1:
            return {}
        ids = {"person": found[0][0], "household": found[0][1]}
        from app.models.spells import current

        spell = current(self.ledger, ids["person"])
        return {type: rec for type, rec in {**ids, "placement": spell.id if spell else None}.items() if rec}

    def somebody_else(self, row: Row, rec: str) -> bool:
        """Return whether a row that carries a person's mark a second time names another person."""
        person = self.ledger.get(rec)
        number, name = base18(self.text(row, "person.id_number")), self.text(row, "person.full_name")
        if person is None or not (number or name):
            return False
        old = base18(str(person.values.get("id_number") or ""))
        return bool(number) and number != old and letters(searchable_name(name)) != letters(
            searchable_name(str(person.values.get("full_name") or "")))

    def text(self, row: Row, marker: str) -> str:
        """Return what a row says under a marker, as text."""
        at = self._at.get(marker)
        return "" if at is None else str(bare(row.cells[at])).strip()

    # -- what was shown

    def load(self, wanted: Sequence[Mapping[str, str]]) -> None:
        """Read what these records show now, and what those showed then that were touched since."""
        self._rows, conn = {}, self.ledger.db.conn
        for type in self.returned.template.records:
            names = [f.name for f in stored_fields(dictionary().types[type])]
            for part in chunks(sorted({ids[type] for ids in wanted if type in ids})):
                for row in conn.execute(f'SELECT * FROM "{type}" WHERE id IN ({marks(part)})', part):
                    self._rows[row[0]] = dict(zip(names, row[len(PSEUDO):], strict=True))
        late = {rec for ids in wanted for rec in ids.values() if rec in self._since}
        self._then = folded_at(self.ledger, late, self.returned.n) if late and self.returned.n is not None else {}

    def showed(self, row: Row, rec: str | None, reader: Reader) -> Any:
        """Return the value, as a typed table holds it, that the book had shown in a cell."""
        if rec is None:
            return None
        if row.proven and rec in self._since:
            then = self._then.get(rec)
            return cell_of(reader.field, then.values.get(reader.field.name)) if then else None
        return self._rows.get(rec, {}).get(reader.field.name)

    def value(self, rec: str, reader: Reader) -> Any:
        """Return what a record says now, as a typed table holds it."""
        row = self.ledger.db.conn.execute(f'SELECT "{reader.field.name}" FROM "{reader.field.type}" WHERE id = ?', (rec,)).fetchone()
        return row[0] if row else None

    def shown(self, row: Row, rec: str | None, reader: Reader) -> Any:
        """Return what the book had shown in a cell, for people to read."""
        return reader.show(self.showed(row, rec, reader))

    def seen(self, edits: Iterable[Edit]) -> dict[str, Mapping[str, Sequence[str]]]:
        """Return record -> field -> heads that the authors of edits had seen; nothing where that cannot be told."""
        if self.returned.n is None:
            return {}
        then = folded_at(self.ledger, {edit.rec for edit in edits if edit.proven}, self.returned.n)
        return {rec: folded.shown for rec, folded in then.items()}

    def gone(self, here: Container[str]) -> list[tuple[str, str]]:
        """Return (id, name) of who stood in the book, would stand there still, and has no row any more."""
        if self.returned.n is None:
            return []
        template, conn = self.returned.template, self.ledger.db.conn
        source = source_of(template, conn, places.prefix(self.returned.area), self.returned.on)
        main = template.records[0]
        missing = [rec for rec in source.ids() if rec not in here]
        stood = folded_at(self.ledger, missing, self.returned.n)
        return [(rec, str(stood[rec].values.get(dictionary().types[main].label_field, ""))) for rec in missing if rec in stood]

    def _is_name(self, reader: Reader) -> Shows:
        """Return the judge of a column that shows what another record is called: that is chosen in the program, not typed."""
        return lambda row, ids, cell: reader.says(cell, self.showed(row, ids.get(reader.field.type), reader))

    def _is_place(self, row: Row, ids: Mapping[str, str], cell: Any) -> bool:
        """The name of the place is shown, never read back: it says where the household's dossier lives."""
        rec = ids.get("household")
        site = self._rows.get(rec or "", {}).get("site_id")
        name = self.ledger.db.conn.execute("SELECT name FROM resettlement_site WHERE id = ?", (site,)).fetchone() if site else None
        found = name[0] if name else None
        if found is None:
            for owner in (rec, ids.get("person")):
                record = self.ledger.get(owner) if owner else None
                if record and record.place:
                    found = cells.place_name(self.ledger, record.place)
                    break
        return str(cell).strip() == str(found or "")


def _writable(field: Field) -> bool:
    """Return whether a book's cell can be read back into the field: text, numbers, codes, places; no link to a record."""
    return not field.derived and (field.kind not in ("ref", "refs", "json") or field.kind == "ref" and field.list == "area")
