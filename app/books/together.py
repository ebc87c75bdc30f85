"""Together: what the columns of another office's table say of each other. Promises that a head which could be somebody else's is left out.

    taken(columns, groups, sheet, title, rows) -> the columns, each taken for what it asks for beside the others
"""
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from app.books.asked import DWELLING, OF_THE_HEAD, question
from app.books.coded import Options, by_number, options_of
from app.books.headers import as_text
from app.books.incoming import Sheet
from app.books.kin import HEAD_OF_HOME
from app.books.options import meant
from app.books.units import bare
from app.books.vocabulary import may_be_theirs, names_another, narrowed
from app.books.wording import about, exact
from app.books.words import EDGE, words_of
from app.models import clock
from app.models.dictionary import dictionary, fold

if TYPE_CHECKING:
    from app.books.foreign import Asked

_YEAR = re.compile(r"(20\d\d)年")
_SIGN_UP = re.compile("培训班|技能培训|培训报名|报名|求职|应聘|招聘|意向")  # titles of tables about what is wanted or learnt
_BARE = frozenset(["工种", "岗位", "岗位名称", "职业", "行业", "单位", "单位名称", "企业", "企业名称", "地点", "工作地点", "月薪", "工资", "薪资",
                   "薪酬", "职位", "岗位工种", "工种/岗位"])
_BUILDING = re.compile("^[^房室门]*[栋楼幢]号?$")  # beside a column for the unit
SERIAL = 3  # digits: no household's code is as short
# where a table names the head of each household and nobody else, what it asks of a person it asks of the head
_OF_HEADS = {"person.full_name": "household.head_name", "person.id_number": "household.head_id_number", "person.phone": "household.household_phone",
             "person.address": "household.address", **{marker: f"{HEAD_OF_HOME}|{marker}" for marker in OF_THE_HEAD}}


def taken(columns: Sequence["Asked"], groups: Mapping[int, Sequence[str]], sheet: Sheet, title: str, rows: Sequence[int]) -> tuple["Asked", ...]:
    """Return the columns of a table, each taken for what it asks for beside the others; `groups` are the heads of each under their groups,
    `title` is what stands over them, `rows` those of the body."""
    columns = _ways_of_work(columns, groups)
    some = _without_serials(sheet, _beside_others(_of_one(_in_parts(columns))), rows)
    return _under_title(title, of_households(_of_the_home(_who_alone(some))))


def options_for(marker: str, words: str) -> Options:
    """Return the answers that a column offers, where its question is one of yes and no or of codes."""
    asked = question(marker)
    of = asked.field
    if asked.tick or not (asked.yes or asked.no or of is not None and of.kind in ("code", "codes")):
        return ()
    found = options_of(words)
    if asked.yes or asked.no or by_number(found):
        return found
    codes = dictionary().codes[of.list]  # type: ignore[union-attr]
    return found if all(meant(codes, label) for label, _ in found) else ()


def _ways_of_work(columns: Sequence["Asked"], groups: Mapping[int, Sequence[str]]) -> list["Asked"]:
    """Where one group parts people by how and by how far away they work (省外, 县内, 公益性岗位, 未就业), each is ticked once: who has a
    post for the public good is not ticked as one who works for others in the county as well."""
    lists = {name: dictionary().codes[name] for name in ("work_area", "employment_type", "labour_status")}
    by_group: dict[tuple[str, ...], dict[int, tuple[str, frozenset[str]]]] = {}
    for c in columns:
        path = groups.get(c.column, ())
        found = next(((name, codes) for name, list in lists.items() if len(path) > 1 and (codes := meant(list, path[-1]))), None)
        if found:
            by_group.setdefault(tuple(path[:-1]), {})[c.column] = found
    ticks: dict[int, str] = {}
    for some in by_group.values():
        kinds = {name for name, _ in some.values()}
        if len(some) > 2 and "employment_type" in kinds and len(kinds) > 1:
            levels, own = "work_area" in kinds, {code for name, codes in some.values() if name == "employment_type" for code in codes}
            ticks |= {column: went(name, codes, own, levels=levels) for column, (name, codes) in some.items()}
    return [c if (marker := ticks.get(c.column)) is None else replace(c, marker=marker, options=()) for c in columns]


def went(name: str, codes: frozenset[str], own: set[str], *, levels: bool) -> str:
    """Return the marker of a column for one way of work; `own` are the types of work that have columns of their own, `levels` tells whether
    how far away people work has columns too."""
    if name == "labour_status":
        return "placement.went=0@" if codes <= {"2", "3"} and len(codes) == 2 else ""
    if name == "employment_type":
        return "" if levels and "1" in codes else _went(sorted(codes), "12345")
    return _went([code for code in ("1", "6") if code not in own], sorted(codes))


def _went(types: Sequence[str], levels: Sequence[str]) -> str:
    return "placement.went=" + ",".join(f"{type}@{level}" for type in types for level in levels)


def _in_parts(columns: Sequence["Asked"]) -> list["Asked"]:
    """A table with a column for the building and one for the unit wants the room alone in the third; with only one of them it is not known
    what the third wants."""
    parts = {f"{DWELLING}#1", f"{DWELLING}#2"}
    if f"{DWELLING}#2" in {c.marker for c in columns}:
        columns = [replace(c, marker=f"{DWELLING}#1") if c.marker == DWELLING and _BUILDING.search(c.head) else c for c in columns]
    known = {c.marker for c in columns}
    if not parts & known:
        return list(columns)
    room = f"{DWELLING}#3" if parts <= known else ""
    return [replace(c, marker=room) if c.marker == DWELLING else c for c in columns]


def _without_serials(sheet: Sheet, columns: tuple["Asked", ...], rows: Sequence[int]) -> tuple["Asked", ...]:
    """Where 户号 counts the households of the table (1, 2, 3 …) it is no code by which anybody knows them."""
    def counts(c: "Asked") -> bool:
        told = [text for row in rows if (text := as_text(sheet.cell(row, c.column)))]
        return bool(told) and all(text.isdecimal() and len(text) <= SERIAL for text in told) and told[0] == "1"
    return tuple(replace(c, marker="") if c.marker == "household.household_code" and counts(c) else c for c in columns)


def _who_alone(columns: tuple["Asked", ...]) -> tuple["Asked", ...]:
    """Where a number or a relation tells of people and no head says 姓名, the one head that is but a word for them has the names: 家庭成员."""
    known = {c.marker for c in columns}
    bare_words = [c for c in columns if not c.marker and fold(c.words).strip(EDGE) in words_of("who")]
    if "person.full_name" in known or not {"person.id_number", "person.relation_to_head"} & known or len(bare_words) != 1:
        return columns
    return tuple(replace(c, marker="person.full_name") if c is bare_words[0] else c for c in columns)


def _of_the_home(columns: tuple["Asked", ...]) -> tuple["Asked", ...]:
    """Where the head of the household has a column, a bare 关系 is the one to the head."""
    return of_the_head(columns) if any(c.marker == "household.head_name" for c in columns) else columns


def of_the_head(columns: tuple["Asked", ...]) -> tuple["Asked", ...]:
    """Return the columns of a table that names the head of the household, or stands on the household's card: a bare 关系 is to the head."""
    if any(c.marker == "person.relation_to_head" for c in columns):
        return columns
    return tuple(replace(c, marker="person.relation_to_head", options=options_for("person.relation_to_head", c.words))
                 if not c.marker and fold(bare(c.words)) == "关系" else c for c in columns)


def _under_title(title: str, columns: tuple["Asked", ...]) -> tuple["Asked", ...]:
    """In a table for which people sign up (培训报名, 求职登记) a bare 工种 or 单位 is the one they want or learn in, not that of today; in one of
    another year this year's months are not asked for; a 到岗时间 beside no wish may be the day on which somebody came."""
    years = [int(year) for year in _YEAR.findall(title)]
    other = bool(years) and max(years) != clock.today().year
    wishes = sum(of.group == "wish" for c in columns if (of := question(c.marker).field) is not None)
    doubtful = {c.column for c in columns if c.marker == "person.available_from" and wishes == 1 and fold(bare(c.words)).startswith("到岗")
                or _SIGN_UP.search(title) and c.marker.startswith("placement.") and fold(bare(c.words)) in _BARE
                or other and c.marker == "placement.months_this_year" and "年" not in c.words}
    return tuple(replace(c, marker="") if c.column in doubtful else c for c in columns)


def _beside_others(columns: Sequence["Asked"]) -> tuple["Asked", ...]:
    """To the right of somebody else's name (帮扶责任人, 紧急联系人) a phone, a unit and a number that do not say whose they are may be theirs."""
    out: list[Asked] = []
    others = False
    for before, c in zip((None, *columns), columns, strict=False):
        beside = before is not None and before.column == c.column - 1
        if beside and may_be_theirs(c.words) and (others or names_another(before.words)):  # type: ignore[union-attr]
            others, c = True, replace(c, marker="")
        else:
            others = False
        out.append(c)
    return tuple(out)


def _of_one(columns: Sequence["Asked"]) -> tuple["Asked", ...]:
    """A row is one person: of two columns that may be their name (姓名, 学生姓名; 姓名, 申请人) it is the one that says no more; of two that
    both say whose they are, neither."""
    told: dict[str, list[Asked]] = {}
    for c in columns:
        if c.marker in ("person.full_name", "person.id_number"):
            told.setdefault(c.marker, []).append(c)
    doubtful = {c.column for some in told.values() if len(some) > 1 for c in some if about(exact(c.head)[-1]) or _is_somebody(c, some)}
    return tuple(replace(c, marker="") if c.column in doubtful else c for c in columns)


def _is_somebody(column: "Asked", some: Sequence["Asked"]) -> bool:
    """Return whether a head is but a word for somebody (申请人), beside others that ask for a name."""
    return "名" not in column.head and column.marker == "person.full_name" and any("名" in c.head for c in some)


def of_households(columns: tuple["Asked", ...]) -> tuple["Asked", ...]:
    """A table that names heads of households and nobody else is one of households: its ID numbers and phones are the heads'."""
    known = {c.marker for c in columns}
    homes = {"household.head_name", "household.persons", "household.labourers"}
    both = {"household.head_id_number", "person.id_number"} <= known
    if not homes & known or both or {"person.full_name", "person.relation_to_head"} & known or any(_names_somebody(c) for c in columns):
        return columns
    return tuple(replace(c, marker=_OF_HEADS.get(c.marker, c.marker)) for c in columns)


def _names_somebody(column: "Asked") -> bool:
    """Return whether a column whose head is not known names the person of the row all the same: 护林员姓名."""
    return not column.marker and column.words.endswith("姓名") and not narrowed(f"({column.words})")
