"""Vocabulary: what the columns of a kind of list may mean. Promises to guess nothing: a head is a label or an alias, or it is not known.

The words are those of resources/dictionary/heads.csv for this kind of list, then the dictionary's own (fields.csv); a vocabulary says
which types count and which come first. A group above a head counts: "户主" over "姓名" is the head's name, "帮扶干部" over it nobody's here.
"""
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.books.coded import numbered
from app.books.words import EDGE, words_of
from app.models.dictionary import Field, dictionary, fold
from app.models.language import say

PLACE, SITE, IGNORED = "place", "site", "ignored"
_WHERE = frozenset(["所属区域", "所在区域", "所属地区", "所属村", "所属乡镇", "所在乡镇", "所属社区", "所在社区", "乡镇街道", "村社区", "村居"])
_GROUP = "6"  # 自然村, 组: below what has a code
_BARE_GROUP = re.compile(r"(基本)?(信息|情况|资料)$")
# groups over columns that tell of somebody else than the person or thing of the row
_OTHERS = ("户主", "帮扶责任人", "帮扶人", "帮扶干部", "帮扶联系", "联系人", "负责人", "法人", "法定代表", "监护", "配偶", "子女", "父母",
           "父亲", "母亲", "经办", "填表", "填报", "包保", "包户", "包村", "驻村", "结对", "干部", "网格", "委托", "代办", "担保", "推荐人",
           "介绍人", "审核")
# notes that make a head ask for something else: 身份证号（后四位）, 姓名（拼音）, 年龄（虚岁）, 期望月薪（上限）, 性别（代码）
_ELSE = re.compile(r"[后前末].{0,2}位|尾号|拼音|英文|曾用|签字|签名|盖章|手印|农历|阴历|虚岁|上限|^最高$|代码|编码|计划|预计|家属|紧急|全家|家庭|人均"
                   r"|户均|(元/)?(日|天|小时|时)(薪|均)?|计件.*|首次|最近一次|第一次")

_ANYBODY_S = frozenset(fold(word) for word in (  # heads that may speak of whoever is named to the left of them
    "联系电话", "电话", "联系方式", "手机", "手机号", "手机号码", "电话号码", "联系号码", "单位", "工作单位", "所在单位", "单位名称", "职务", "性别",
    "单位及职务", "身份证号", "身份证号码", "证件号码", "Phone", "Contact phone", "Mobile", "Telephone", "Contact number", "Phone number",
    "Contact No.", "Tel", "Unit"))


def narrowed(text: str) -> bool:
    """Return whether a note in a head's brackets makes it speak of somebody else or of another time: 联系电话（户主）, 工资（年）."""
    notes = [note.strip("()") for note in NOTE.findall(fold(text)) if not numbered(note)]
    return any(_YEARLY.fullmatch(note) or _is_else(note) or any(word in note for word in _OTHERS) for note in notes)


def _is_else(note: str) -> bool:
    """Return whether a note asks for something else; not one that explains at length, or lists answers (如：…, 1男2女)."""
    return len(note) <= 8 and ":" not in note and _ELSE.search(note) is not None and not (note in _UNITS or "/" in note and "元/" not in note)


_UNITS = frozenset("日天时月年")


def names_another(head: str) -> bool:
    """Return whether a head is about somebody else than the person of the row, or the head of their household."""
    text = NOTE.sub(lambda note: "" if numbered(note.group()) else note.group(), fold(head))
    return any(word in text for word in (*_OTHERS[1:], "联系人", "紧急", "家长", "照料人", "回访人", "护理人", "队长", "楼长", "村干部",
                                               "介绍人", "领队", "contactperson", "emergency", "guardian", "staff", "official"))


def may_be_theirs(head: str) -> bool:
    """Return whether a head does not say whose phone, unit or number it wants: beside somebody else's name it may be theirs."""
    return NOTE.sub("", fold(head)).strip(EDGE) in _ANYBODY_S


@dataclass(frozen=True, slots=True)
class Target:
    """What a column brings: `name` is "person.full_name", "place", "site", "ignored" or a word of its vocabulary; field is the
    dictionary's, if any."""

    name: str
    field: Field | None


@dataclass(frozen=True)
class Vocabulary:
    """What heads mean in one kind of list.

    Attributes: name, types (whose fields count, the first that fits is taken), must (one of these has to be there), least (known
    heads that make a row of heads), both (types of which a head may tell two fields), places (columns that say where are read).
    """

    name: str
    types: tuple[str, ...]
    must: tuple[str, ...]
    least: int = 3
    both: tuple[str, ...] = ()
    places: bool = False

    def meaning_of(self, path: Sequence[str]) -> tuple[Target, ...]:
        """Return what a head means under its groups (widest first, the head last); () when unknown."""
        for at in range(len(path) - 1):
            for groups in (path[at:-1], [_BARE_GROUP.sub("", group) for group in path[at:-1]]):
                if found := self.targets_of("".join((*groups, path[-1]))):
                    return found
        if any(word in group for group in path[:-1] for word in _OTHERS):
            return ()
        return self.targets_of(path[-1]) if path else ()

    def targets_of(self, text: str) -> tuple[Target, ...]:
        """Return what a head means by itself: one target, or two where one column tells two fields; () when unknown."""
        word = fold(text).strip(EDGE)
        if word == "户主":
            return self.targets_of("户主姓名")
        if narrowed(text):
            return self._one(self.words.get(word, ""))
        for known in (word, NOTE.sub("", fold(text)).strip(EDGE)):
            if known in self.words:
                return self._one(self.words[known])
        if word and not word.isdigit() and (kind := self._kind_of(fold(text), word)):
            return (Target(kind, None),)
        fields = [f for f in dictionary().headers(text) if f.type in self.types and (f.kind not in ("ref", "refs") or self.places
                                                                                      or f.list == "area")]
        if self.places and any(f.name == "site_id" for f in fields):
            return (Target(SITE, None),)
        if any(f.off for f in fields):
            return (Target(IGNORED, None),)  # not collected unless the office has grounds of its own
        for type in self.types:
            if found := [f for f in fields if f.type == type and not f.derived]:
                return tuple(Target(f"{f.type}.{f.name}", f) for f in (found if type in self.both else found[:1]))
        return tuple(Target(f"{f.type}.{f.name}", f) for f in fields[:1])

    @property
    def words(self) -> Mapping[str, str]:
        """Return folded head -> target of the words offices use in such lists; "" where they mean several things by it."""
        return words_of(self.name)

    def target(self, name: str) -> Target:
        """Return the target of this name."""
        type, _, of = name.partition(".")
        kind = dictionary().types.get(type)
        return Target(name, kind.fields.get(of) if kind else None)

    def label(self, name: str) -> str:
        """Return what a target is called, in the language in use."""
        own = {PLACE: say("地点", "Place"), SITE: say("安置点", "Resettlement site"), IGNORED: say("（不导入）", "(not taken)"),
               **{name: say(zh, en) for name, (zh, en) in WORDS.items()}}
        found = self.target(name).field
        return own.get(name) or (found.label() if found else name)

    def meanings(self) -> Iterator[str]:
        """Yield the names of everything that a person may choose for a column."""
        if self.places:
            yield from (PLACE, SITE)
        yield from dict.fromkeys(name for name in self.words.values() if name not in (PLACE, SITE, IGNORED))
        for type in self.types:
            for f in dictionary().types[type].fields.values():
                if not f.off and not f.derived and (f.kind not in ("ref", "refs", "json") or f.list == "area"):
                    yield f"{type}.{f.name}"
        yield IGNORED

    def _one(self, name: str) -> tuple[Target, ...]:
        return (self.target(name),) if name else ()

    def _kind_of(self, whole: str, word: str) -> str | None:
        """Return what a head is that names no field: a level of places, or a column nobody keeps."""
        bare = "".join(c for c in word if c not in "()（）/、")
        level = next((found for text in (whole, word, bare) if (found := dictionary().codes["area_level"].find(text))), None)
        if level == _GROUP or dictionary().codes["unused_header"].find(word):
            return IGNORED
        return (PLACE if self.places else IGNORED) if level or bare in _WHERE else None


NOTE = re.compile(r"\([^()]*\)")
_YEARLY = re.compile(r"(元/|万元/|每|全)?年(均|度)?|.*(去年|上年|上月|原|期望|意向|合计|累计总).*")


WORDS = {  # targets that are no field -> what they are called
    "post.wage": ("月薪（从、到）", "Wage (from, to)"), "post.age": ("年龄（从、到）", "Age (from, to)"),
    "post.sex": ("性别（原文）", "Sex (in words)"), "employer.contact_phone": ("联系人和电话", "Contact and phone"),
    "service.period": ("起止日期", "From and to"), "service.name": ("课程或主题", "Course or topic")}
ROSTER = Vocabulary("roster", ("person", "household", "placement"), ("person.full_name", "person.id_number"), both=("placement",), places=True)
