"""Whom: who is meant by a table that names nobody, where it says so: 妇女, 残疾人, 学生, 公益性岗位人员, 16至59周岁. Promises to leave out only whom
the title, the notes or the head of the names leave out; words for several groups together (妇女、残疾人) leave out nobody.

    whom_of("搬迁妇女培训需求摸底表", "") -> Whom        .takes({"person.sex": "1"}) -> False
"""
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.models.language import say

Told = Mapping[str, Any]  # marker -> what the ledger says
# groups that the ledger cannot tell: a blank table of theirs is left until somebody writes the names
UNTOLD = re.compile("留守|困境儿童|孤儿|退役军人|退伍军人|独居|空巢|失独|毕业生|大学生|"
                    "刑满|矫正|戒毒|孕产妇|育龄|党员|村干部|带头人|信访|危房|烈属|优抚")
NOBODY_S = re.compile(r"(妇女|残疾人)联合会|妇联|残联|妇女儿童|残疾人(家庭|户|证)|学生家长|毕业生|大学生|高校|教育局")
_AGES = re.compile(r"(\d{1,2})(?:周岁|岁)?(?:[-—–~～至到]|以上至?|\(含\))+(\d{2})(?:周岁|岁)")
_FROM = re.compile(r"(\d{1,2})(?:周岁|岁)(?:\(含\))?[(]?(?:及|含)?[)]?以上")
_ABOUT = re.compile("本表|范围|对象|[只仅]填|[应须]填|填写?的?是")  # sentences that say who is to be put in
_ALL, _WORK = re.compile("人口(信息|基本|情况|花?名册|底册|台账|登记|统计)|家庭成员|全员|户籍人口"), re.compile(
    "劳动力|就业|务工|求职|培训|岗位|创业")
_NOT = re.compile("不填|不含|不包括|除外|不列入|不在范围")
_SCHOOL = re.compile(r"不在校|非在校|不含在校|不包括在校|在校生除外|在校学生除外")
_ABLE = re.compile(r"(?<!是否)(?<!有无)有劳动能力")


@dataclass(frozen=True, slots=True)
class Group:
    """A group of people that a title may name. Attributes: words, field (that tells who is of it), holds (of its value), zh, en."""

    words: re.Pattern[str]
    field: str
    holds: Callable[[Any], bool]
    zh: str
    en: str


def _codes(raw: Any) -> list[str]:
    return [str(code) for code in json.loads(raw)] if isinstance(raw, str) and raw.startswith("[") else [str(raw)]


GROUPS = (
    Group(re.compile("妇女|女性"), "person.sex", lambda raw: raw == "2", "妇女", "women"),
    Group(re.compile("残疾人"), "person.health_status", lambda raw: "4" in _codes(raw), "残疾人", "people with a disability"),
    Group(re.compile("控辍保学|适龄儿童|适龄少年|义务教育"), "person.student_status", lambda raw: raw in ("20", "30"), "中小学生",
          "pupils of primary and middle school"),
    Group(re.compile("职业教育|雨露计划|中高职|中职学生|高职学生|职业院校"), "person.student_status", lambda raw: raw in ("41", "50"),
          "中职、高职在校生", "students of vocational schools"),
    Group(re.compile("学生|在校生"), "person.student_status", lambda raw: raw not in (None, "00", "10"), "在校学生", "pupils"),
    Group(re.compile("公益性?岗位?(人员|从业人员|在岗人员)"), "placement.employment_type", lambda raw: raw == "2", "公益性岗位人员",
          "people in public-welfare posts"),
    Group(re.compile("(?<!或)(?<!、)(未就业|失业)(人员|劳动力|群众|人口)"), "placement.labour_status", lambda raw: raw in ("2", "3"),
          "未就业人员", "people out of work"),
    Group(re.compile("低保(对象|户|家庭|人员)"), "household.welfare_status", lambda raw: raw == "1", "低保户",
          "households on the subsistence allowance"),
)


@dataclass(frozen=True, slots=True)
class Whom:
    """Who is meant. Attributes: groups (nobody else), first and last (full years; None is any), at_school (False: not who is), able (True:
    only who is able to work), untold (whom the table is about, where the ledger cannot tell them: 留守)."""

    groups: tuple[Group, ...] = ()
    first: int | None = None
    last: int | None = None
    at_school: bool = True
    able: bool = False
    untold: str = ""

    @property
    def needs(self) -> tuple[str, ...]:
        """Return the markers of what has to be known of everybody."""
        return (*(group.field for group in self.groups), *(("person.age",) if (self.first, self.last) != (None, None) else ()),
                *(() if self.at_school else ("person.student_status",)), *(("person.labour_capacity",) if self.able else ()))

    def takes(self, told: Told) -> bool:
        """Return whether somebody is meant; an age, a school and a capacity that are not known leave nobody out."""
        age, school, able = (told.get(f"person.{name}") for name in ("age", "student_status", "labour_capacity"))
        return (all(group.holds(told.get(group.field)) for group in self.groups)
                and (age is None or (self.first or 0) <= age <= (self.last or age))
                and (self.at_school or school in (None, "00")) and (not self.able or able in (None, "1", "2", "3")))

    def words(self) -> str:
        """Return who is meant, in the language in use; "" where it is everybody."""
        told = [say(group.zh, group.en) for group in self.groups]
        if (self.first, self.last) != (None, None):
            first, last = self.first or 0, self.last
            told.append(say(f"{first} 周岁以上", f"{first} and older") if last is None else say(f"{first}—{last} 周岁", f"aged {first} to {last}"))
        told += [] if self.at_school else [say("不在校", "not at school")]
        return say("、", ", ").join([*told, *([say("有劳动能力", "able to work")] if self.able else [])])


def whom_of(title: str, notes: str) -> Whom:
    """Return who is meant by what stands over and under a table; everybody where it says nothing clear."""
    untold = found.group() if (found := UNTOLD.search(title)) is not None and not re.search("是否|家长", title) else ""
    over = NOBODY_S.sub("|", title)
    told = [group for group in GROUPS if group.words.search(over)]
    groups = tuple({group.field: group for group in reversed(told)}.values())
    text = "".join(notes.split()).replace("（", "(").replace("）", ")")
    said = [one for one in re.split("[。；;|]", text) if _ABOUT.search(one)]
    bands = {band for one in (title.replace("（", "(").replace("）", ")"), *said) if not _NOT.search(one) for band in _bands(one)}
    first, last = bands.pop() if len(bands) == 1 else (None, None)
    return Whom(groups if len(groups) == 1 else (), first, last, not any(map(_SCHOOL.search, said)), any(map(_ABLE.search, said)), untold)


def of_everybody(title: str) -> bool:
    """Return whether a title says that a table is about people of all ages, though some of its columns ask about work: 人口信息采集表."""
    return _ALL.search(title) is not None and _WORK.search(title) is None


def _bands(text: str) -> set[tuple[int, int | None]]:
    """Return the bands of ages that a sentence names, in full years."""
    whole = {(int(first), int(last)) for first, last in _AGES.findall(text)}
    return whole | {(int(first), None) for first in _FROM.findall(_AGES.sub("|", text))}
