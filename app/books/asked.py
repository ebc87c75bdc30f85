"""Asked: what a column of another office's table wants to know. Promises that a head which could mean two things means nothing.

What is asked is a marker: a stored field or a figure (`person.full_name`, `person.age`), a question about one (`household.poverty_status?1!2`:
yes where the code is 1, no where it is 2, blank otherwise; `*` is any), a column of a code to be ticked (`person.sex=1`, under a group that
names the field), a level of a place (`placement.work_area_id>1`: its province). The words are the dictionary's and those of
resources/dictionary/heads.csv; groups above a head say of whom and of when it speaks.
"""
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app.books.coded import by_number, options_of
from app.books.figures import FIGURES
from app.books.kin import HEAD_OF_HOME as OF_HOME
from app.books.kin import SPOUSE, parted, role_of
from app.books.options import meant, said_yes, wider, yes_and_no
from app.books.units import bare
from app.books.vocabulary import NOTE, Target, Vocabulary, narrowed
from app.books.wording import AGAIN, ASKS, exact, forms
from app.books.words import EDGE
from app.models import places
from app.models.dictionary import Field, dictionary, fold
from app.models.language import say
from app.oversight.cells import CELLS

NOTHING = ""
TYPES = ("person", "household", "placement")
WHOSE = ("person.full_name", "person.id_number", "household.household_code", "household.head_name", "household.head_id_number")
LEVELS = {"place.province": 1, "place.city": 2, "place.county": 3, "place.township": 4}
TICK = "√"
HEAD_OF_HOME = "户主"
DWELLING = "household.dwelling_no"
STARTED = ("placement.started_on", "placement.out_of_work_since")  # one stored day, told by the state of work that it began
# groups that speak of another time or of a wish: what stands under them is not the work or the place of today
_NOT_NOW = re.compile(r"意向|期望|求职|意愿|需求|计划|拟|培训|推荐|失业前|原|曾|上年|去年|上一|下一|下步|历史|以前|帮扶措施|招聘|"
                      r"(?<![目当])前(?![期台])|(搬迁|脱贫|建档|入住)时|上月|上个月|上季|年初|同期")
_NOT_HOME = re.compile(r"务工|就业|工作|外出|户籍|籍贯|迁出|搬出|企业|单位|出生|学校|毕业")
_HEAD_GROUP = re.compile("户主(的)?(基本)?(信息|情况|资料)?")
OF_THE_HEAD = tuple(f"person.{name}" for name in ("sex", "age", "birth_date", "ethnic_group", "education"))  # what is asked of a head as a person
_WHERE = ("place.", "household.registered", "household.origin_area_id", "person.registration_area_id")
_LEVEL_WORDS = frozenset(["省", "市", "州", "市(州", "县", "区", "县(区", "市县", "乡", "镇", "乡镇", "街道", "乡(镇", "村", "社区", "组", "居",
                          "小区", "安置点", "村居", "居委会", "村委会"])
COUNTS = ("household.persons", "household.labourers", "household.employed_persons")
_PEOPLE_IN, _OF_THEM = re.compile(r"人口|人数|[(]人[)]"), re.compile("^其中[:：]?")
_CODE_OF = re.compile(r"(代码|编码)(?=[\s（(:：\d])")
_COUNTED = re.compile(r"(单位[:：])?(天|日|天数|小时|月|个月|月数|年|年限|周|人|次|days?|months?|hours?|years?)")
_WANTED = frozenset(["是/否", "有/无", "是否", "有无", "是或否", "是否需要", "是否愿意", "是否有", "有没有"])  # under a group that says what
_YES_NO = {"是": True, "有": True, "愿意": True, "否": False, "无": False, "不愿意": False, "没有": False, "yes": True, "no": False}
# forms of dates that a head gives an example of: 19900101, 1990.01.01, 1990.01, 1990/1/1, 199001
_EIGHT, _MONTH = re.compile(r"\d{8}|8位|八位|yyyymmdd"), re.compile(r"(?<!\d)\d{6}(?!\d)|6位|六位|yyyymm(?!d)")
_DOTS, _DOTS_MONTH = re.compile(r"(\d|y){4}\.(\d|m){1,2}|年\.月"), re.compile(r"(\d|y){4}\.(\d|m){1,2}(?![.\dm])|年\.月(?!\.)")
_SLASH = re.compile(r"(\d|y){4}/(\d|m){1,2}|年/月")
_IN_WORDS = re.compile(r"[(][^()]*(\d{4}|[xy×某]{2,4}|_+)年[^()]*月")  # 某年某月某日


@dataclass(frozen=True, slots=True)
class Question:
    """A marker taken apart. Attributes: marker (whole), base (of the stored field or figure), yes and no (codes; "*" is any; () where it is
    no question), tick (a code's column), level (of a place), part (of a dwelling: 1 building, 2 unit, 3 room), whose (another member of the
    household: spouse, member1; "" is the row itself)."""

    marker: str
    base: str
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    tick: str = ""
    level: int = 0
    part: int = 0
    whose: str = ""

    @property
    def field(self) -> Field | None:
        """Return the stored field, None where it is a figure."""
        type, _, name = self.base.partition(".")
        kind = dictionary().types.get(type)
        return kind.fields.get(name) if kind else None

    @property
    def is_date(self) -> bool:
        """Return whether the answer is a day, or a month where no more is known."""
        return self.base in STARTED or self.field is not None and self.field.kind == "date"

    @property
    def to_ask(self) -> str:
        """Return the stored field that is to be asked where nothing is known."""
        return "placement.start_date" if self.base in STARTED else self.base

    def answer(self, raw: Any) -> bool | None:
        """Return yes or no of a stored value; None where it is not known."""
        if raw is None or raw == "":
            return None
        codes = _codes(raw)
        if self.tick:
            of = self.field.list if self.field is not None else ""
            return any(code in self.tick.split(",") or wider(of, self.tick, code) for code in codes)
        if any(code in self.yes for code in codes) or "*" in self.yes and not set(codes) <= set(self.no):
            return True
        return False if "*" in self.no or set(codes) <= set(self.no) else None

    def label(self) -> str:
        """Return what is asked, in the language in use."""
        found = labels().get(self.marker)
        if found is not None:
            return found
        if self.marker.startswith("dispatch."):
            return next((cell.label() for code, cell in CELLS.items() if code.lower() == self.marker.partition(".")[2]), self.marker)
        base = labels().get(self.base, self.base)
        if self.whose:
            told = {SPOUSE: say("配偶", "Spouse"), OF_HOME: say("户主", "Head of household")}
            who = told.get(self.whose) or say(f"成员{self.whose[-1]}", f"Member {self.whose[-1]}")
            return f"{who}：{question(self.marker.partition('|')[2]).label()}"
        of = self.field
        if self.tick:
            code = dictionary().codes[of.list].label(self.tick.split(",")[0]) if of is not None and of.list in dictionary().codes else self.tick
            return f"{base}：{code}"
        if self.level:
            return say(f"{base}（{places.level_name(self.level)}）", f"{base} ({places.level_name(self.level)})")
        return say(f"{base}（是否）", f"{base} (yes or no)") if self.yes or self.no else base


def question(marker: str) -> Question:
    """Return a marker taken apart."""
    if marker in LEVELS:
        return Question(marker, "place.code", level=LEVELS[marker])
    who, _, rest = marker.partition("|")
    if rest:
        return replace(question(rest), marker=marker, whose=who)
    base, _, part = marker.partition("#")
    if part:
        return Question(marker, base, part=int(part))
    for sign in "?=>":
        base, found, rest = marker.partition(sign)
        if found and sign == "?":
            yes, _, no = rest.partition("!")
            return Question(marker, base, tuple(yes.split(",")) if yes else (), tuple(no.split(",")) if no else ())
        if found:
            return Question(marker, base, tick=rest) if sign == "=" else Question(marker, base, level=int(rest))
    made = Question(marker, marker)
    if made.field is not None and made.field.kind == "yes":
        return Question(marker, marker, ("1",), ("0",))
    return made


def labels() -> dict[str, str]:
    """Return marker -> label of everything that a column can be filled with, those chosen by a person too."""
    out = {marker: say(zh, en) for marker, zh, en in (
        ("row.number", "序号", "No."), ("person.age", "年龄", "Age"), ("place.name", "安置点（村）", "Site or village"),
        ("place.township", "乡镇（街道）", "Township"), ("place.county", "县（市、区）", "County"), ("place.city", "市（州）", "City"),
        ("place.province", "省", "Province"), ("placement.works_away", "是否外出务工", "Works away from the county"),
        ("placement.started_on", "就业（上岗）日期", "In this work since"), ("placement.out_of_work_since", "未就业起始日期", "Not in work since"),
        ("household.registered", "户籍地（本人或户）", "Place of registration"),
        ("household.head_name", "户主姓名", "Name of the head"), ("household.head_id_number", "户主证件号码", "ID of the head"),
        (f"{DWELLING}#1", "楼栋", "Building"), (f"{DWELLING}#2", "单元", "Unit"), (f"{DWELLING}#3", "室号", "Room"),
        ("household.address", "家庭住址（安置点和房号）", "Address (site and dwelling)"), ("person.address", "现住址", "Present address"),
        ("household.persons", "家庭人口", "People in the household"), ("household.labourers", "劳动力人数", "People able to work"),
        ("household.employed_persons", "就业人数", "People in work"))}
    for type in TYPES:
        out |= {f"{type}.{f.name}": f.label() for f in dictionary().types[type].fields.values() if not f.derived}
    return out


class Heads(Vocabulary):
    """What the heads of a table to fill mean: one target each, named by its marker."""

    def meaning_of(self, path: Sequence[str]) -> tuple[Target, ...]:
        """Return what a head asks for under its groups; () where that is not known, or it speaks of another time or of somebody else."""
        if (kin := self._of_kin(path)) is not None:
            return kin
        groups = path[:-1]
        found = Vocabulary.meaning_of(self, path)
        if not groups:
            return found
        if not found and any(_HEAD_GROUP.fullmatch(fold(group)) for group in groups):
            own = self.targets_of(path[-1])
            return self._one(f"{OF_HOME}|{own[0].name}") if own and own[0].name in OF_THE_HEAD else ()
        if ticked := self._ticked(groups[-1], path[-1]):
            return ticked
        if counted := self._counted(groups[-1], path[-1]):
            return self._one(counted)
        if not found and TICK in groups[-1] and (asked := self._question_of(bare(path[-1]))):
            return self._one(asked)
        if fold(path[-1]) in _WANTED and (asked := self._question_of(groups[-1])):
            return self._one(asked)
        if not found or found == self.targets_of("".join(path[-2:])) != self.targets_of(path[-1]):
            return found
        marker, over = found[0].name, "".join(groups)
        if marker == "person.available_from" and fold(path[-1]).startswith("到岗") and not _NOT_NOW.search(over):
            return ()  # the day on which somebody came
        if marker.startswith(("placement.", "place.")) and _NOT_NOW.search(over):
            return ()
        if marker.startswith("place.") and _NOT_HOME.search(over):
            return self._elsewhere(marker, over)
        return found

    def _counted(self, group: str, own: str) -> str:
        """Return the marker of a number of people that a head asks for under a group of numbers: 家庭人口（人）: 其中：劳动力, 已就业."""
        if not _PEOPLE_IN.search(fold(group)):
            return NOTHING
        word = _OF_THEM.sub("", fold(bare(own)).strip(EDGE))
        return next((found for way in (word, f"{word}人数") if (found := self.words.get(way, "")) in COUNTS), NOTHING)

    def _of_kin(self, path: Sequence[str]) -> tuple[Target, ...] | None:
        """Return what a head asks of another member of the household (配偶: 姓名); () where it cannot be told of whom; None of the row itself."""
        whose = next(((role, path[-1]) for group in path[:-1] if (role := role_of(group)) is not None), None) or parted(path[-1])
        if whose is None:
            return None
        role, rest = whose
        found = self.targets_of(rest) if role else ()
        return self._one(f"{role}|{found[0].name}") if found and found[0].name.startswith(("person.", "placement.")) else ()

    def targets_of(self, text: str) -> tuple[Target, ...]:
        """Return what a head asks for by itself; 文化程度代码 with the codes beside it is 文化程度."""
        if _CODE_OF.search(text) and by_number(options_of(text)):
            text = _CODE_OF.sub("", text)
        if narrowed(text):
            return self._one(self.words.get(fold(text).strip(EDGE)) or self._of_the_head(text))
        ways = list(forms(text))
        for way in exact(text):
            if way in self.words:
                return self._answered(text, self.words[way])
        if (labelled := self._labelled(text)) is not None:
            return self._answered(text, labelled)
        for way in ways:
            if way in self.words:
                return self._answered(text, self.words[way])
            if (labelled := self._labelled(way)):
                return self._answered(text, labelled)
        if yes_and_no([label for label, _ in options_of(text)]):
            return self._one(self._question_of(bare(text)))
        return self._of_the_heads_own(text)

    def _of_the_heads_own(self, text: str) -> tuple[Target, ...]:
        """Return what a head asks of the head of the household as a person: 户主年龄; () of anything else."""
        rest = fold(text).removeprefix(HEAD_OF_HOME)
        own = self.targets_of(rest) if rest != fold(text) and rest and not rest.startswith(HEAD_OF_HOME) else ()
        return self._one(f"{OF_HOME}|{own[0].name}") if own and own[0].name in OF_THE_HEAD else ()

    def _question_of(self, text: str) -> str:
        """Return the marker of the question of yes or no about something: 是否低保户 of 低保户, "" where there is none."""
        asking = (self.words.get(f"{ask}{way}", "") for way in forms(text) for ask in AGAIN)
        return next((found for found in asking if found and (question(found).yes or question(found).no)), NOTHING)

    def _labelled(self, text: str) -> str | None:
        """Return the marker of the one field with this label or alias, "" where several have it or it wants yes or no of a code, None of none."""
        fields = [f for f in dictionary().headers(text) if f.type in self.types]
        markers = list(dict.fromkeys(f"{f.type}.{f.name}" for f in fields))
        fit = [m for m in markers if m in FIGURES or not dictionary().field(*m.split(".")).derived]
        if not fit:
            return None
        return "" if len(fit) > 1 or self._wants_an_answer(text, fit[0]) else fit[0]

    def _of_the_head(self, text: str) -> str:
        """Return the marker of a head whose note says that it speaks of the head of the household: 姓名（户主）."""
        if [note.strip("()") for note in NOTE.findall(fold(text))] != [HEAD_OF_HOME]:
            return NOTHING
        return next((found for way in forms(bare(text)) if (found := self.words.get(f"{HEAD_OF_HOME}{way}"))), NOTHING)

    @staticmethod
    def _measured_otherwise(text: str, marker: str) -> bool:
        """Return whether a note in a head's brackets counts in another unit, or counts only some: 务工时间（天）, 就业人数（省外）."""
        asked = question(marker)
        unit = "" if asked.field is None else asked.field.unit
        notes = [note.strip("()") for note in NOTE.findall(fold(text))]
        if asked.is_date:
            return any(_COUNTED.fullmatch(note) for note in notes)
        if marker in COUNTS:
            return any(note not in ("人", "个", "名", "口", "总数") and not note.startswith("含") for note in notes)
        return unit in ("个月", "年", "人", "份", "岁") and any(_COUNTED.fullmatch(note) and note not in unit and unit not in note for note in notes)

    def _answered(self, text: str, marker: str) -> tuple[Target, ...]:
        """Return what a head asks for, where it offers answers of its own (有/无) as the question that they answer; () where they answer none."""
        if marker and self._measured_otherwise(text, marker):
            return ()
        asked, options = question(marker), options_of(text)
        of = asked.field
        if marker.startswith(_WHERE) and any(fold(label).rstrip("份)") not in _LEVEL_WORDS for label, _ in options):
            return ()  # 户籍（农业/非农）
        if not marker or not options or asked.yes or asked.no or of is None:
            return self._one(marker)
        if of.kind not in ("code", "codes"):
            return self._one(self._coded(marker, [label for label, _ in options], numbered=by_number(options)))
        labels = [label for label, _ in options]
        codes = dictionary().codes[of.list]
        if sum(bool(meant(codes, label)) for label in labels) * 2 >= len(labels) and not yes_and_no(labels):
            return self._one(marker)
        if yes_and_no(labels):
            return self._one(found) if question(found := self._question_of(bare(text))).base == marker else ()
        numbered = by_number(options)
        return () if numbered else self._one(marker)

    @staticmethod
    def _coded(marker: str, labels: Sequence[str], *, numbered: bool) -> str:
        """Return the marker of a head that asks for a text but brings answers: what is told in codes of how far away work is, where the
        answers say so; "" where they are numbered and mean nothing here."""
        if marker == "placement.work_place" and sum(bool(meant(dictionary().codes["work_area"], label)) for label in labels) * 2 > len(labels):
            return "placement.work_area_level"
        return NOTHING if numbered else marker

    def target(self, name: str) -> Target:
        """Return the target of this marker."""
        return Target(name, question(name).field)

    @staticmethod
    def _wants_an_answer(text: str, marker: str) -> bool:
        """A head that wants yes or no is not filled with the label of a code."""
        found = question(marker).field
        return fold(text).startswith(ASKS) and (found is None or found.kind != "yes")

    def _ticked(self, group: str, own: str) -> tuple[Target, ...]:
        """Return the code of the group's field that a column under it is ticked for."""
        found = self.targets_of(group)
        asked = question(found[0].name) if found else None
        answer = _YES_NO.get(fold(bare(own)), said_yes(own))
        if asked is not None and answer is not None and asked.yes and asked.no and "*" not in (*asked.yes, *asked.no):
            return self._one(f"{asked.base}={','.join(asked.yes if answer else asked.no)}")
        of = found[0].field if found else None
        if of is None or of.kind not in ("code", "codes") or found[0].name != f"{of.type}.{of.name}":
            return ()
        codes = meant(dictionary().codes[of.list], own)
        if not codes:
            return ()
        both = "2,3" if (of.name, fold(bare(own))) == ("labour_status", "否") else ",".join(sorted(codes))
        return self._one(f"{found[0].name}={both}")

    def _elsewhere(self, marker: str, over: str) -> tuple[Target, ...]:
        """Return a level of the place a group names that is not the home: of work, of registration; () of any other."""
        level = LEVELS.get(marker)
        of = "placement.work_area_id" if re.search("务工|就业|工作地", over) else "household.registered" if "户籍" in over else ""
        return self._one(f"{of}>{level}" if of and level else "")


DEPARTMENT = Heads("fill", TYPES, WHOSE, least=2)


# -- how an answer is written

def yes_word(head: str, yes: bool) -> str | None:
    """Return how a head wants yes or no to be written; None where a column that is ticked stays blank."""
    text = fold(head)
    if re.search(r"√|打勾|打钩|划勾|画√|打√", text):
        return TICK if yes else None
    if re.search(r"y/n|y或n", text):
        return "Y" if yes else "N"
    if text.startswith(("有无", "有没有")) or "有/无" in text:
        return "有" if yes else "无"
    if head.isascii():
        return "Yes" if yes else "No"
    return "是" if yes else "否"


def written_date(head: str, day: date, *, whole: bool = True) -> str:
    """Return a date as text in the form a head asks for, as 2026-11-23 where it asks for none; a month where only that is wanted, or known
    (`whole` is False)."""
    text = fold(head)
    plain = head.replace("日期", "")
    month = not whole or re.search("年/?月|年.?.?月[)）]", plain) is not None and "日" not in plain or _MONTH.search(text) is not None
    if _IN_WORDS.search(text):
        return f"{day:%Y年%m月}" if month else f"{day:%Y年%m月%d日}"
    if _DOTS.search(text):
        return f"{day:%Y.%m}" if month or _DOTS_MONTH.search(text) else f"{day:%Y.%m.%d}"
    if _SLASH.search(text):
        return f"{day:%Y/%m}" if month else f"{day:%Y/%m/%d}"
    if _EIGHT.search(text) or _MONTH.search(text):
        return f"{day:%Y%m}" if month else f"{day:%Y%m%d}"
    return f"{day:%Y-%m}" if month else day.isoformat()


def _codes(raw: Any) -> list[str]:
    if isinstance(raw, str) and raw.startswith("["):
        found = json.loads(raw)
        return [str(code) for code in found] if isinstance(found, list) else [str(found)]
    return [str(int(raw)) if isinstance(raw, bool) else str(raw)]
