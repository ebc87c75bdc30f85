"""Training: another office's list of who took part in a training comes in. Promises that the same list twice changes nothing (books/lists).

The course stands in columns, or once above the heads (培训工种：电工　培训时间：2026 年 3 月 1 日至 15 日), or is the title; it becomes a service of
this office. Each row is somebody of the records, known by the ID number and the name together; who is not known stays out, in words.
"""
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.assistance.services import attendance_id
from app.books import lists
from app.books.headers import Heads, as_text
from app.books.incoming import Sheet
from app.books.list_row import ListRow, Reason, RowReader, labels, value_of
from app.books.lists import CREATED, REJECTED, UNCHANGED, UPDATED, ListKind, Preview, Settled
from app.books.ranges import period
from app.books.vocabulary import IGNORED, Target, Vocabulary
from app.models import entry, rules
from app.models.change import Value, canonical
from app.models.dictionary import dictionary, fold
from app.models.identity import new_id, record_id, searchable_name
from app.models.language import say
from app.models.problem import Problem
from app.models.writing import Write

if TYPE_CHECKING:
    from app.models.ledger import Ledger

KIND = "training"  # service_kind
_PERIOD, _NAME = "service.period", "service.name"
_WHO_IT_IS = ("person.full_name", "person.id_number")


class _Heads(Vocabulary):
    """Of a person only who it is counts: whatever else a training list says of people is not taken."""

    def targets_of(self, text: str) -> tuple[Target, ...]:
        """Return what a head means by itself."""
        found = super().targets_of(text)
        return tuple(Target(IGNORED, None) if t.name.startswith("person.") and t.name not in _WHO_IT_IS else t for t in found)

    def meanings(self) -> Iterator[str]:
        """Yield the names of everything that a person may choose for a column."""
        yield from (name for name in super().meanings() if not name.startswith("person.") or name in _WHO_IT_IS)


VOCABULARY = _Heads("training", ("person", "service", "service_attendance"), ("person.full_name", "person.id_number"), least=2)
_NAMED = re.compile(r"([^\s：:，,；;、]{2,10})[：:]\s*(.*?)(?=\s{2,}[^\s：:]{2,10}[：:]|\s[^\s：:]{2,10}[：:]|$)")
_TRAINS = re.compile(r"培训|学员|结业|取证|鉴定|开班|课程")
_COURSE = {"service.name", "service.provider", "service.hours", "service.end_on", "service_attendance.certificate_no", "service_attendance.result",
           "service.course", "service.period", "service.occupation"}
_WHO = re.compile(r"学员|名册|名单|花名册|签到|人员|登记|台账|汇总|取证|结业")
_PASSED, _FAILED = re.compile(r"合格|通过|取证|是|结业|√|及格"), re.compile(r"不合格|未|否|没|缺考|×|补考")
_APART = ("provider", "level")
_SCORE = re.compile(r"\d{1,3}(\.\d+)?")


class TrainingRow(ListRow):
    """One attendance."""

    def put(self, field: Any, cell: Any) -> bool:
        """Put a cell's value where it belongs: results are written in many words."""
        if field.type == "service_attendance" and field.name == "result":
            text = as_text(cell)
            if _FAILED.search(text):
                self.of(field.type)["result"] = "5"
            elif _PASSED.search(text):
                self.of(field.type)["result"] = "2" if "证" in text else "1"
            elif not _SCORE.fullmatch(text):
                return ListRow.put(self, field, cell)
            return True
        if field.type == "service" and field.name in ("occupation", "level", "hours"):
            try:
                return ListRow.put(self, field, cell)
            except Problem:
                if field.name == "occupation":
                    self.told.setdefault(_NAME, as_text(cell))
                    return True
                self.notes.append(say(f"{field.zh}“{as_text(cell)}”没有对上，没有记",
                                      f"{field.en} “{as_text(cell)}” was not matched and is left out"))
                return True
        return ListRow.put(self, field, cell)


def above(sheet: Sheet, heads: Heads) -> dict[str, Any]:
    """Return what the lines above the heads say of the course: target -> text, and "title"."""
    out: dict[str, Any] = {}
    for number in range(1, heads.row):
        for cell in sheet.rows[number - 1]:
            text = str(cell).strip() if isinstance(cell, str) else ""
            pairs = _NAMED.findall(text)
            for label, told in pairs:
                for target in VOCABULARY.targets_of(label):
                    if told.strip() and target.name.startswith("service."):
                        out.setdefault(target.name, told.strip())
            if text and not pairs and "title" not in out and len(text) > 4 and number < heads.row:
                out["title"] = "".join(text.split())
    return out


def _rows(sheet: Sheet, heads: Heads) -> list[TrainingRow]:
    once, rows = above(sheet, heads), READER.rows(sheet, heads)
    for row in rows:
        own = bool(row.told.get(_NAME) or {"course", "topic", "occupation"} & row.of("service").keys())  # its course, not the sheet's
        for name, text in once.items():
            target = VOCABULARY.target(name)
            if target.field is None:
                row.told.setdefault(name, text)
            elif target.field.name not in row.of("service"):
                try:
                    row.put(target.field, text)
                except Problem as problem:
                    row.reasons.append(Reason(target.field.label(), text, str(problem)))
        _course(row, own)
    return rows


def _course(row: TrainingRow, own: bool) -> None:
    """What the row says of its course: its name, else the trade, else the title of the sheet; and when it was."""
    service = row.of("service")
    name = row.told.get(_NAME) or service.get("course")
    trade = service.get("occupation")
    title = "" if own else _short(str(row.told.get("title") or ""))
    jobs = dictionary().codes["occupation"].items
    course = name or (jobs[str(trade)].zh if str(trade) in jobs else None)  # it is stored: the same in whichever language the program speaks
    if course:
        service.setdefault("course", course)
    if topic := service.get("topic") or title or course:
        service["topic"] = topic
    if text := row.told.get(_PERIOD):
        _when(row, text)
    if not service.get("topic"):
        row.reject("service", "topic", "不知道是哪个培训班：请在表头上面写一行“培训内容：……”",
                   "It is not known which training this is: write 培训内容：… above the heads")
    if not service.get("start_on"):
        row.reject("service", "start_on", "没有培训时间：请写“培训时间：2026年3月1日至2026年3月15日”",
                   "The dates of the training are missing: write 培训时间：2026年3月1日至2026年3月15日")


def _when(row: TrainingRow, text: str) -> None:
    service, found = row.of("service"), period(text)
    if found is None:
        try:
            service.setdefault("start_on", value_of(dictionary().field("service", "start_on"), text))
        except Problem as problem:
            row.reasons.append(Reason(dictionary().field("service", "start_on").label(), text, str(problem)))
        return
    service.setdefault("start_on", found[0])
    service.setdefault("end_on", found[1])


def _short(title: str) -> str:
    """Return a title without the word for the list."""
    return re.sub(r"(学员)?(花名册|名册|名单|签到表|登记表|汇总表|台账|一览表|统计表|取证人员|学员|表)+$", "", title)


def _finish(row: TrainingRow, heads: Heads) -> None:
    """The least a row must say: who it is."""
    if not row.of("person").get("full_name"):
        row.reject("person", "full_name", "没有姓名，请补上", "The name is missing; fill it in")
    if len(row.number) != 18:
        row.reject("person", "id_number", "没有 18 位证件号码，只凭姓名不能认定是谁",
                   "No ID number of 18 characters: a name alone does not tell who it is")


READER = RowReader(TrainingRow, ("service", _PERIOD, _NAME), _finish)


def is_training(sheet: Sheet, heads: Heads) -> bool:
    """Return whether a sheet with people's heads is about a training: it says so somewhere, and tells of the course or of its end."""
    once = above(sheet, heads)
    told = {t.name for h in heads.heads for t in h.targets if t.name.startswith("service")} | {name for name in once if name != "title"}
    texts = [*(h.text for h in heads.heads if any(t.name.startswith("service") for t in h.targets)),
             *(str(cell) for number in range(1, heads.row) for cell in sheet.rows[number - 1] if isinstance(cell, str))]
    return "person.id_number" in heads.known and bool(told & _COURSE) and any(_TRAINS.search(text) for text in texts) and (
        len(told) > 1 or _WHO.search(str(once.get("title", ""))) is not None)


class TrainingSettling:
    """One training list against one ledger, at one moment. Attributes: settled (the rows in their order), writes (to make)."""

    def __init__(self, ledger: "Ledger", rows: Sequence[TrainingRow], masked: bool = False) -> None:
        self.ledger, self._context = ledger, rules.Context(area=ledger.me.area, whole=False, practice=ledger.me.practice, masked=masked)
        self._services = dict(ledger.rows("service", {"kind": KIND}))
        self._writes: dict[str, Write] = {}  # of services
        self._came: dict[str, dict[str, tuple[str, dict[str, Value]]]] = {}  # course -> person -> attendance
        self._seen: dict[tuple[str, str], TrainingRow] = {}
        self.settled = [self._settle(row) for row in rows]
        used = {service for s in self.settled if s.fate != REJECTED for service in [str(s.row.told.get("service"))]}
        self.writes = (*(write for rec, write in self._writes.items() if rec in used),
                       *(write for s in self.settled if s.fate != REJECTED for write in s.writes))

    def _settle(self, row: TrainingRow) -> Settled:
        person = self._person(row) if not row.reasons else None
        if person is None or row.reasons:
            return Settled(row, REJECTED)
        course: dict[str, Value] = {"kind": KIND, **row.of("service")}
        told = row.of("service_attendance")
        service = self._known(course, person, told) or self._begun(course)
        row.told["service"] = service
        if (other := self._seen.setdefault((service, person), row)) is not row:
            row.reject("person", "id_number", f"和第 {other.row} 行是同一个人，请核对", f"The same person as in row {other.row}; check it")
            return Settled(row, REJECTED)
        self._learn(service, course)
        if told.get("certificate_no") and "result" not in told:
            told["result"] = "2"
        found = self._at(service).get(person)
        old = found[1] if found else {}
        values = {**told, "service_id": service, "person_id": person}
        differing = {name: value for name, value in values.items() if value is not None and old.get(name) != value}
        for finding in rules.check("service_attendance", {**old, **values}, self._context):
            if finding.level == "E":
                row.reasons.append(Reason(labels("service_attendance", finding.fields), "", finding.text()))
        if row.reasons:
            return Settled(row, REJECTED)
        rec = found[0] if found else attendance_id(service, person)
        fate = CREATED if not found else UPDATED if differing else UNCHANGED
        return Settled(row, fate, rec, (Write("service_attendance", differing, rec=rec, begins=not found),) if differing else ())

    def _person(self, row: TrainingRow) -> str | None:
        """Return who the row is: the number and the name have to agree."""
        number, name = row.number, searchable_name(str(row.of("person").get("full_name") or ""))
        found = self.ledger.db.conn.execute("SELECT id, full_name FROM person WHERE id_number >= ? AND id_number < ? || '~' AND _void IS NULL"
                                            " ORDER BY id", (number, number)).fetchall()
        if not found:
            row.reject("person", "id_number", "台账里没有这个证件号码的人；是本地的人先登记，不是就不用收",
                       "Nobody here has this ID number; register the person first if they belong here")
            return None
        fit = [rec for rec, known in found if searchable_name(str(known or "")) == name]
        if not fit:
            row.reject("person", "full_name", "姓名和台账里这个证件号码的人不一样，请核对",
                       "The name is not that of the person with this ID number; check it")
            return None
        return str(fit[0])

    def _at(self, service: str) -> dict[str, tuple[str, dict[str, Value]]]:
        """Return person -> attendance of a course, as the ledger has it."""
        if service not in self._came:
            self._came[service] = {str(values.get("person_id")): (rec, values)
                                   for rec, values in self.ledger.rows("service_attendance", {"service_id": service})}
        return self._came[service]

    def _known(self, told: dict[str, Value], person: str, result: dict[str, Value]) -> str:
        """Return the course that a row means, among those that are known, "" for none: one the person is down for already comes first,
        of these one with this result."""
        fit = [rec for rec, values in self._services.items() if self._is_it(told, values)]
        down = [rec for rec in fit if person in self._at(rec)]
        as_told = [rec for rec in down if all(self._at(rec)[person][1].get(name) == value for name, value in result.items())]
        return next(iter((*as_told, *down, *fit)), "")

    def _begun(self, told: dict[str, Value]) -> str:
        """Return the id of a new course."""
        rec = record_id("service", self.ledger.me.area, str(told.get("service_code") or canonical(told).decode()))
        rec = new_id() if rec in self._services else entry.free_id(self.ledger, rec)
        self._services[rec] = dict(told)
        self._writes[rec] = Write("service", dict(told), rec=rec, begins=True)
        return rec

    def _learn(self, rec: str, told: dict[str, Value]) -> None:
        """Add what a course lacked and a row says; by whom and of what level it was tells courses apart, and stays as it began."""
        values = self._services[rec]
        more = {name: value for name, value in told.items()
                if name not in _APART and value is not None and values.get(name) in (None, "")}
        if more:
            before = self._writes.get(rec, Write("service", {}, rec=rec))
            self._writes[rec] = replace(before, values={**before.values, **more})
            values.update(more)

    @staticmethod
    def _is_it(told: dict[str, Value], values: dict[str, Value]) -> bool:
        if told.get("service_code") and values.get("service_code"):
            return bool(told["service_code"] == values["service_code"])
        of = ("course",) if told.get("course") and values.get("course") else ("course", "topic")
        names, known = ({fold(str(one[name])) for name in of if one.get(name)} for one in (told, values))
        near = all(not (told.get(name) and values.get(name)) or fold(str(told[name])) == fold(str(values[name])) for name in _APART)
        return told.get("start_on") == values.get("start_on") and bool(names & known) and near


TRAINING = ListKind("training", "培训名单", "Training list", VOCABULARY, _rows, TrainingSettling,
                ("“姓名”“证件号码”“培训工种”", "姓名, 证件号码 or 培训工种"), is_training)


def read(path: Path, ledger: "Ledger | None" = None) -> Preview:
    """Read a training list; with a ledger, what people chose for columns of such a table counts. Problem when it is none."""
    return lists.read(path, TRAINING, ledger)
