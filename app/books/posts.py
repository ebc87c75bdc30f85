"""Posts: another office's list of posts comes in, with its employers. Promises that the same list twice changes nothing (books/lists).

An employer is known by its credit code, else by its name; a post by its code, else as that employer's post of this title at this
place: an open one is brought up to date, one that is over stays as it was and a new one begins. What is written in one cell with two
ends (月薪 3000-5000, 年龄 18-45 岁) is taken apart; what cannot be is kept in the employer's own wording and noted.
"""
import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.books import lists
from app.books.headers import Heads
from app.books.incoming import Cell, Sheet
from app.books.list_row import ListRow, Reason, RowReader, labels, plain
from app.books.lists import CREATED, REJECTED, UNCHANGED, UPDATED, ListKind, Preview, Settled
from app.books.ranges import pay_basis, period, span
from app.books.units import yuan_of
from app.books.vocabulary import ROSTER, Vocabulary
from app.models import clock, employers, entry, places, rules
from app.models.change import Value, canonical
from app.models.dictionary import Field, dictionary, fold
from app.models.identity import new_id, record_id
from app.models.language import say
from app.models.problem import Problem
from app.models.writing import Write

if TYPE_CHECKING:
    from app.models.ledger import Ledger

OPEN, MONTHLY = "1", "1"  # post_state, pay_basis
OVER = ("3", "4")  # filled, expired
_WAGE, _AGE, _SEX, _PLACE, _CONTACT = "post.wage", "post.age", "post.sex", "post.area_id", "employer.contact_phone"
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}")
_HOUSED = (("0", re.compile(r"不(包|提供)|自理|^(否|无)$")), ("1", re.compile(r"住|宿|^(是|有)$")),
           ("2", re.compile(r"吃|餐|伙食|食宿|^(是|有)$")), ("3", re.compile("夫妻")))  # codes of housing
_FOR_LONG = re.compile(r"长期(有效)?|常年|不限|无")
VOCABULARY = Vocabulary("posts", ("post", "employer"), ("post.title",))
# fields in which offices write freely: what is no code of ours is kept in their words
_SOFT = frozenset(f"post.{name}" for name in ("occupation", "education_min", "skills", "certificates", "board_lodging", "shifts", "contract",
                                              "insurance", "demands", "source")) | {"employer.kind", "employer.industry", "employer.area_id"}
_NO_LIMIT = re.compile(r"不限|无要求|无|均可|不作要求|/|-|—")
_EDGES = re.compile(r"[(（]含[)）]|及?以上(学历)?|或以上|以上学历|学历|毕业$")


class PostRow(ListRow):
    """One post's row: what an office writes freely is understood where it can be, else kept in its words."""

    def put(self, field: Field, cell: Cell) -> bool:
        """Put a cell's value where it belongs; what is no code of ours stays in the employer's wording."""
        if field.name == "area_id" and field.type == "post":
            self.told[_PLACE] = plain(cell)
            return True
        if field.name == "employer_terms":
            self._add_terms(plain(cell))
            return True
        if field.name == "board_lodging" and isinstance(cell, str) and (found := _housed(cell)):
            self.of("post")[field.name] = found
            return True
        if field.name == "headcount" and isinstance(cell, str):
            return self._headcount(field, cell)
        if field.name == "valid_to" and isinstance(cell, str):
            return self._until(field, cell)
        if f"{field.type}.{field.name}" not in _SOFT:
            return ListRow.put(self, field, cell)
        text = plain(cell)
        if field.name == "education_min":
            text = _EDGES.sub("", text)
        if _NO_LIMIT.fullmatch(text):
            return True
        try:
            return ListRow.put(self, field, text)
        except Problem:
            self.keep(field.zh, plain(cell), field.en)
            return True

    def keep(self, label: str, text: str, en: str = "") -> None:
        """Keep what was not understood in the employer's own wording, under its Chinese label in whichever language, and note it."""
        self._add_terms(f"{label}：{text}")
        self.notes.append(say(f"{label}“{text}”没有对上，原文留在单位原文要求里",
                              f"{en or label} “{text}” was not matched; it is kept in the employer's wording"))

    def has(self, field: Field) -> bool:
        """Return whether a field was told by an earlier column; wordings of several columns stand together."""
        return field.name != "employer_terms" and ListRow.has(self, field)

    def _add_terms(self, text: str) -> None:
        post = self.of("post")
        post["employer_terms"] = "；".join(filter(None, (post.get("employer_terms"), text)))

    def _until(self, field: Field, cell: str) -> bool:
        """Take the last day of a period; what is open for long has none."""
        if _FOR_LONG.fullmatch(cell.strip()):
            return True
        found = period(cell)
        return ListRow.put(self, field, found[1] if found else cell)

    def _headcount(self, field: Field, cell: str) -> bool:
        if re.fullmatch(r"若干|多名|不限|数名|若干名|若干人", cell.strip()):
            self.keep(field.zh, cell.strip(), field.en)
            return True
        return ListRow.put(self, field, re.sub(r"\s*[名个位]$", "", cell.strip()))


def _finish(row: PostRow, heads: Heads) -> None:
    """What follows from the row itself: the ends of wage and age, and the least there must be."""
    post, employer = row.of("post"), row.of("employer")
    if text := row.told.pop(_WAGE, ""):
        _wage(row, text, heads)
    if text := row.told.pop(_AGE, ""):
        _ends(row, text, "age_min", "age_max", ("年龄", "Age"), Decimal(1))
    if (text := row.told.pop(_SEX, "")) and not _NO_LIMIT.fullmatch(text):
        row._add_terms(f"性别：{text}")  # kept as the employer's words, used for nothing
    if text := row.told.pop(_CONTACT, ""):
        phone = _PHONE.search(text)
        employer.setdefault("contact", _PHONE.sub("", text).strip(" ：:,，、/()（）") or None)
        employer.setdefault("phone", phone[0] if phone else None)
    if post.get("wage_min") is not None or post.get("wage_max") is not None:
        post.setdefault("pay_basis", MONTHLY)
    if not post.get("title"):
        row.reject("post", "title", "没有岗位名称，请补上", "The title of the post is missing; fill it in")
    if not employer.get("name") and not employer.get("credit_code"):
        row.reject("employer", "name", "没有单位名称，请补上", "The name of the employer is missing; fill it in")
    for low, high, label in (("wage_min", "wage_max", ("月薪", "Wage")), ("age_min", "age_max", ("年龄", "Age"))):
        if post.get(low) is not None and post.get(high) is not None and float(post[low]) > float(post[high]):
            row.reject("post", low, f"{label[0]}下限比上限还高，请核对", f"{label[1]}: the lower end is above the upper one; check it")
    for name, most in (("headcount", 100_000), ("age_min", 120), ("age_max", 120)):
        if post.get(name) is not None and not 0 < float(post[name]) <= most:
            row.reject("post", name, "这个数不对，请核对", "This number cannot be right; check it")


def _housed(text: str) -> list[str]:
    """Return the codes of board and lodging that a text names; [] where it names none."""
    found = [code for code, words in _HOUSED if words.search(text.strip())]
    return ["0"] if "0" in found else found


def _wage(row: PostRow, text: str, heads: Heads) -> None:
    head = next(iter(heads.columns(_WAGE)))
    unit = yuan_of(dictionary().field("post", "wage_min"), head.whole, head.unit)
    row.of("post").setdefault("pay_basis", pay_basis(text + head.text))
    if unit is None:
        row.keep(head.text, text)
    else:
        _ends(row, text, "wage_min", "wage_max", ("薪资", "Wage"), unit)


def _ends(row: PostRow, text: str, low: str, high: str, label: tuple[str, str], unit: Decimal) -> None:
    post, found = row.of("post"), span(text, unit)
    if found is None:
        if not _NO_LIMIT.fullmatch(text):
            row.keep(label[0], text, label[1])
        return
    for name, value in ((low, found.low), (high, found.high)):
        if value is not None:
            post.setdefault(name, value)


READER = RowReader(PostRow, ("employer",), _finish)


class PostSettling:
    """One list of posts against one ledger, at one moment. Attributes: settled (the rows in their order), writes (to make)."""

    def __init__(self, ledger: "Ledger", rows: Sequence[PostRow], masked: bool = False) -> None:
        self.ledger, self._context = ledger, rules.Context(area=ledger.me.area, whole=False, practice=ledger.me.practice, masked=masked,
                                                            least_wage=entry.least_wages(ledger))
        self._by_code: dict[str, tuple[str, dict[str, Value]]] = {}
        self._by_name: dict[str, list[tuple[str, dict[str, Value]]]] = {}
        for rec, values in ledger.rows("employer"):
            self._learn(rec, values)
        self._read: dict[str, tuple[str, int]] = {}  # wording of a place -> (code, how many of its letters say so)
        self._new: dict[str, Write] = {}  # employers that are written: id to write
        self._posts: dict[str, list[tuple[str, dict[str, Value]]]] = {}
        self._post_codes: dict[str, tuple[str, dict[str, Value]]] = {}
        for rec, values in ledger.rows("post"):
            self._posts.setdefault(str(values.get("employer_id")), []).append((rec, values))
            if values.get("post_code"):
                self._post_codes.setdefault(str(values["post_code"]), (rec, values))
        self._employer_of: dict[int, str] = {}
        self._post_of: dict[int, tuple[str, dict[str, Value] | None]] = {}
        for row in rows:
            self._settle_employer(row)
        good = [row for row in rows if not row.reasons]
        self._refuse_doubles(good)
        taken: set[str] = set()
        self._made: set[str] = set()
        self._names = {name for row in good for name in row.of("post")}  # what this list tells of posts
        for meets in (self._is_as_told, self._says_the_same, self._is_open):
            for row in good:
                if id(row) not in self._post_of and (found := self._known(row, taken, meets)) is not None:
                    taken.add(found[0])
                    self._post_of[id(row)] = found
        self.settled = [self._settle(row) for row in rows]
        self.writes = (*self._employer_writes(), *(write for s in self.settled if s.fate != REJECTED for write in s.writes))

    # -- employers

    def _settle_employer(self, row: PostRow) -> None:
        told = row.of("employer")
        self._place(row)
        found = self._employer(told)
        if found is None:
            code, name = str(told.get("credit_code") or ""), str(told.get("name") or "")
            if not name:
                if code:  # a row with neither has been told already that its name lacks
                    row.reject("employer", "credit_code", "台账里没有这个信用代码的单位，请补上单位名称",
                               "No employer with this credit code is known; fill in its name")
                return
            found = entry.free_id(self.ledger, employers.id_of(self.ledger, told)), {}
            self._learn(found[0], dict(told))
            self._new[found[0]] = Write("employer", dict(told), rec=found[0], begins=True)
        rec, old = found
        self._employer_of[id(row)] = rec
        differing = {name: value for name, value in told.items() if value is not None and old.get(name) != value and name != "name"}
        if old and differing:
            before = self._new.get(rec, Write("employer", {}, rec=rec))
            self._new[rec] = replace(before, values={**before.values, **differing})
            old.update(differing)
        for finding in rules.check("employer", {**old, **told}, self._context):
            if finding.level == "E":
                row.reasons.append(Reason(labels("employer", finding.fields), "", finding.text()))

    def _employer(self, told: dict[str, Any]) -> tuple[str, dict[str, Value]] | None:
        """Return the employer a row names, among those known and those of the rows before."""
        code, name = str(told.get("credit_code") or ""), fold(str(told.get("name") or ""))
        if code in self._by_code:
            return self._by_code[code]
        found = [one for one in self._by_name.get(name, ()) if not (code and one[1].get("credit_code"))]
        return found[0] if found else None

    def _learn(self, rec: str, values: dict[str, Value]) -> None:
        if code := values.get("credit_code"):
            self._by_code.setdefault(str(code), (rec, values))
        if name := fold(str(values.get("name") or "")):
            self._by_name.setdefault(name, []).append((rec, values))

    def _employer_writes(self) -> list[Write]:
        used = {self._employer_of[id(s.row)] for s in self.settled if s.fate != REJECTED}
        return [write for rec, write in self._new.items() if rec in used]

    # -- posts

    def _place(self, row: PostRow) -> None:
        """Find the place of work by its name; where only a beginning of it is a place, that, and the rest is the employer's wording."""
        text = row.told.pop(_PLACE, "")
        if not text:
            return
        if text not in self._read:
            self._read[text] = self._code_of(text)
        code, letters = self._read[text]
        if code:
            row.of("post")["area_id"] = code
        if letters < len(text):
            row.keep("工作地点", text, "Place of work")

    def _code_of(self, text: str) -> tuple[str, int]:
        home = places.prefix(self.ledger.me.area)[:6]
        for end in range(min(len(text), 40), 1, -1):
            try:
                return places.read(text[:end], home, self.ledger), end
            except Problem:
                continue
        return "", 0

    def _refuse_doubles(self, rows: Sequence[PostRow]) -> None:
        first: dict[tuple[Any, ...], PostRow] = {}
        for row in rows:
            key = (self._employer_of[id(row)], *sorted((name, str(value)) for name, value in row.of("post").items()))
            if (other := first.setdefault(key, row)) is not row:
                row.reject("post", "title", f"和第 {other.row} 行是同一个岗位，请核对是不是重复",
                           f"The same post as in row {other.row}; see whether it is listed twice")

    def _known(self, row: PostRow, taken: set[str], meets: Any) -> tuple[str, dict[str, Value]] | None:
        told = row.of("post")
        if code := told.get("post_code"):
            known = self._post_codes.get(str(code))
            return known if known is not None and known[0] not in taken else None
        for rec, values in self._posts.get(self._employer_of[id(row)], ()):
            same = fold(str(values.get("title") or "")) == fold(str(told.get("title") or ""))
            near = not (told.get("area_id") and values.get("area_id")) or told["area_id"] == values["area_id"]
            if rec not in taken and same and near and meets(told, values):
                return rec, values
        return None

    def _is_as_told(self, told: dict[str, Value], values: dict[str, Value]) -> bool:
        return all(values.get(name) == told.get(name) for name in self._names)

    @staticmethod
    def _says_the_same(told: dict[str, Value], values: dict[str, Value]) -> bool:
        return all(values.get(name) == value for name, value in told.items())

    @staticmethod
    def _is_open(told: dict[str, Value], values: dict[str, Value]) -> bool:
        until = values.get("valid_to")
        return values.get("state") not in OVER and not (until and str(until) < clock.today().isoformat())

    def _settle(self, row: PostRow) -> Settled:
        if row.reasons:
            return Settled(row, REJECTED)
        known, told = self._post_of.get(id(row)), {**row.of("post"), "employer_id": self._employer_of[id(row)]}
        old = known[1] if known else None
        if old is None:
            told = {"state": OPEN, "collected_on": clock.today().isoformat(), **told}
        differing = {name: value for name, value in told.items() if (old or {}).get(name) != value}
        merged = {**(old or {}), **told}
        for finding in rules.check("post", merged, self._context) if differing else ():
            if finding.level == "E":
                row.reasons.append(Reason(labels("post", finding.fields), "", finding.text()))
            elif finding.level == "W":
                row.notes.append(finding.text())
        if row.reasons:
            return Settled(row, REJECTED)
        rec = known[0] if known else self._new_post(told)
        fate = CREATED if old is None else UPDATED if differing else UNCHANGED
        return Settled(row, fate, rec, (Write("post", differing, rec=rec, begins=old is None),) if differing else (), rules.missing("post", merged))

    def _new_post(self, told: dict[str, Value]) -> str:
        """Return the id of a new post: the same wherever this list is brought in, unless such a post is there and over."""
        rec = record_id("post", self.ledger.me.area[:6], str(told.get("post_code") or canonical(told).decode()))
        if rec in self._made or self.ledger.get(rec) is not None:
            return new_id()
        self._made.add(rec)
        return rec


def _rows(sheet: Sheet, heads: Heads) -> list[PostRow]:
    return READER.rows(sheet, heads)


def _is_posts(sheet: Sheet, heads: Heads) -> bool:
    """A table with names of people says who works where; it offers no posts."""
    of_people = {t.name for h in heads.heads for t in ROSTER.meaning_of(h.path)} & {"person.full_name", "person.id_number"}
    return not of_people and bool({"employer.name", "post.headcount", _WAGE, "post.wage_min"} & heads.known)


POSTS = ListKind("posts", "岗位表", "Posts", VOCABULARY, _rows, PostSettling,
                 ("“岗位名称”“单位名称”“招聘人数”", "岗位名称, 单位名称 or 招聘人数"), _is_posts)


def read(path: Path, ledger: "Ledger | None" = None) -> Preview:
    """Read a list of posts; with a ledger, what people chose for columns of such a table counts. Problem when it is none."""
    return lists.read(path, POSTS, ledger)
