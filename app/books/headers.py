"""Headers: finds the heads of another office's table and the rows that are its body. Promises to guess nothing.

Heads stand somewhere under title rows, in one row, two or three (groups above, merged or not); what each means is its vocabulary's.
The body begins under them, after rows of column numbers, notes and examples, and ends where the totals and signatures are.
"""
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from app.books.incoming import Cell, Sheet
from app.books.vocabulary import IGNORED, ROSTER, Target, Vocabulary
from app.models.dictionary import fold

LOOK_IN = 20  # rows in which heads are looked for
GROUPS = 2  # rows above the lowest head in which its groups may stand
TITLE = 0.7  # of the width: a merged cell as wide as this is a title, no group
FOOT = ("合计", "总计", "共计", "小计", "填表人", "填报人", "制表", "审核人", "复核人", "经办人", "负责人", "单位负责人", "主要负责人",
        "分管领导", "填表说明", "填报说明", "填报要求", "填表要求", "说明", "注：", "注:", "备注：", "备注:")
EXAMPLE = ("例", "示例", "样例", "范例", "举例", "填写示例", "填表示例", "（例", "(例", "（示例", "(示例")
_NOTES = frozenset(["必填", "选填", "文本", "数字", "日期", "下拉", "下拉选择", "下拉框", "单选", "多选", "自动生成",
                    "元", "万元", "人", "户", "月", "岁", "天", "个"])
_NOTE = re.compile(r"\d{1,2}位.{0,6}|(必填|选填|文本|日期|数字|下拉|自动|手工|手动)[\u4e00-\u9fff]{0,4}|是/否|有/无|男/女"
                   r"|(格式|如|例如)[:：].+|[yY]{4}.{0,8}")
CAPTION = re.compile(r"[：:]")
_SENTENCE = re.compile("[\u3400-\u9fff].*[。；，：:]|[。；]|签字|盖章")
_SIGNED = re.compile(r"(签字|签名|签章|盖章|公章|[(（]章[)）]|日期|时间|电话|年月日)[)）]?[：:]?$|[：:]$")  # what is to be signed under a table
_TITLE = re.compile(r"(表|册|台账|名单|汇总|统计|清单|报表)([（(].*[）)])?$|^附件|^附表")
COUNT = 8  # digits: a total in the column of ID numbers is no ID number
LONG = 14  # letters: no group of heads is as long
_UNIT = re.compile(r"单位[：:]\s*([^\s）)]+)")
_MONEY = re.compile(r"[\u4e00-\u9fff]{0,3}元(/[人月年]+)?")
Recall = Callable[[Sequence[str]], Mapping[str, str]]  # heads as texts -> what a person chose for some of them (by folded text)


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head. Attributes: column (number, from 1), text (with its groups before it where they count), targets (empty: not
    known), path (the head under its groups, as they stand), unit (of money, where it stands under the head or over the table), note (what
    else stands under it of how it is to be written)."""

    column: int
    text: str
    targets: tuple[Target, ...]
    path: tuple[str, ...] = ()
    unit: str = ""
    note: str = ""

    @property
    def whole(self) -> str:
        """Return the head with its groups."""
        return "".join(self.path) or self.text


@dataclass(frozen=True)
class Heads:
    """The heads of a sheet. Attributes: row (the lowest row of heads, from 1), heads (left to right, those with a text)."""

    row: int
    heads: tuple[Head, ...]

    def columns(self, name: str) -> tuple[Head, ...]:
        """Return the columns that bring a target, left to right."""
        return tuple(head for head in self.heads for target in head.targets if target.name == name)

    @cached_property
    def known(self) -> frozenset[str]:
        """Return the names of the targets there are columns for."""
        return frozenset(target.name for head in self.heads for target in head.targets)

    @property
    def told(self) -> int:
        """Return how many targets have a column, those that nobody keeps left out."""
        return len(self.known - {IGNORED})


@dataclass(frozen=True, slots=True)
class Body:
    """The rows under the heads. Attributes: first, last (before the foot; 0 where the table has none), rows (numbers of those that say
    something)."""

    first: int
    last: int
    rows: tuple[int, ...]


def find_heads(sheet: Sheet, vocabulary: Vocabulary = ROSTER, recall: Recall | None = None) -> Heads | None:
    """Return the heads of a sheet, or None where the first rows hold none. `recall`: what people have chosen for such heads."""
    best: Heads | None = None
    for row in range(1, min(LOOK_IN, len(sheet.rows)) + 1):
        heads = _heads_at(sheet, row, vocabulary)
        if recall is not None and heads.told:
            heads = _recalled(heads, vocabulary, recall)
        if heads.told < vocabulary.least or not any(name in heads.known for name in vocabulary.must):
            continue
        if best is None or heads.told > best.told or _goes_on(sheet, best, heads, vocabulary):
            best = heads
    return None if best is None else _with_units(sheet, _to_the_foot(sheet, best, vocabulary, recall))


def _to_the_foot(sheet: Sheet, heads: Heads, vocabulary: Vocabulary, recall: Recall | None) -> Heads:
    """Return the heads of the row to which merges reach down from these, where groups are parted there: 培训意愿 over 是否参加, 内容."""
    row = heads.row
    foot = max((foot for top, _, foot, _ in sheet.merged if top <= row < foot and foot <= row + GROUPS), default=row)
    groups = [(first, last) for top, first, end, last in sheet.merged if top <= row <= end < foot and first < last]
    if not any(_text(sheet.cell(foot, column)) for first, last in groups for column in range(first, last + 1)):
        return heads
    lower = _heads_at(sheet, foot, vocabulary)
    if recall is not None and lower.told:
        lower = _recalled(lower, vocabulary, recall)
    return lower if lower.told >= vocabulary.least and any(name in lower.known for name in vocabulary.must) else heads


def _goes_on(sheet: Sheet, above: Heads, heads: Heads, vocabulary: Vocabulary) -> bool:
    """Return whether a row parts the heads of the row above it into more columns, though no more of them are known: it says heads itself."""
    own = [text for cell in sheet.rows[heads.row - 1] if (text := _text(cell))]
    return (heads.told == above.told and heads.row == above.row + 1 and len(heads.heads) > len(above.heads)
            and 0 < len(own) <= 2 * sum(bool(vocabulary.targets_of(text)) for text in own))


def repeated(sheet: Sheet, heads: Heads, rows: Sequence[int]) -> frozenset[int]:
    """Return the rows of the body that say the heads again, as on each page that is printed, with the title above them."""
    said = {head.column: head.path[-1] for head in heads.heads if head.path}
    again = {row for row in rows if 3 * sum(_text(sheet.cell(row, at)) == text for at, text in said.items()) >= 2 * max(3, len(said))}
    over = set()
    for row in again:
        for up in (row - 1, row - 2):
            texts = [text for cell in sheet.rows[up - 1] if (text := as_text(cell))] if up > heads.row else []
            if not texts or len(texts) > 2 or texts[0].isdigit():
                break
            over.add(up)
    return frozenset(again | over)


def body_of(sheet: Sheet, heads: Heads) -> Body:
    """Return the rows under the heads."""
    first, columns = heads.row + 1, [head.column for head in heads.heads]
    while first <= len(sheet.rows) and _is_apart(sheet, first, columns):
        first += 1
    numbers = [head.column for head in heads.heads if any(t.name.endswith("id_number") for t in head.targets)]
    rows, feet = [], []
    for number in range(first, len(sheet.rows) + 1):
        begin = next((text for cell in sheet.rows[number - 1] if (text := as_text(cell))), "")
        if not begin or _is_example(sheet, number):
            continue
        foot = begin.startswith(FOOT) or _is_signed(sheet, number) or _is_said(sheet, number)
        if foot and not any(len(as_text(sheet.cell(number, at))) > COUNT for at in numbers):
            feet.append(number)
        else:
            rows.append(number)
    telling = next((row for row in reversed(rows) if _tells(sheet, row, columns)), 0)
    last = next((foot for foot in feet if foot > telling), 0)
    return Body(first, last - 1 if last else 0, tuple(row for row in rows if not last or row < last))


def _is_signed(sheet: Sheet, row: int) -> bool:
    """Return whether all that a row says is who has to sign: 户主签字：, 派出所（盖章）：."""
    told = [text for cell in sheet.rows[row - 1] if (text := as_text(cell))]
    return bool(told) and CAPTION.search(told[0]) is not None and all(_SIGNED.search(text) for text in told)


def _is_said(sheet: Sheet, row: int) -> bool:
    """Return whether a row is but a sentence under the table: 农户签字确认后存档。"""
    told = [text for cell in sheet.rows[row - 1] if (text := as_text(cell))]
    return len(told) == 1 and _SENTENCE.search(told[0]) is not None


def as_text(cell: Cell) -> str:
    """Return a cell as text without blanks and line breaks; whole numbers without their ".0"."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "".join(str(cell).split()) if cell is not None else ""


def _heads_at(sheet: Sheet, row: int, vocabulary: Vocabulary) -> Heads:
    """Return the heads that this row would make, with the groups above it, and what reaches down into it by a merge."""
    heads, tops = [], _group_rows(sheet, row)
    wide = max((len(cells) for cells in sheet.rows[max(0, row - 1 - GROUPS):row]), default=0)
    for column in range(sheet.first_column, sheet.first_column + wide):
        path = _path(sheet, row, column, tops)
        if path and not path[-1].isdigit():
            heads.append(_head(column, path, vocabulary))
    return Heads(row, tuple(_once(heads)))


def _head(column: int, path: tuple[str, ...], vocabulary: Vocabulary) -> Head:
    targets = vocabulary.meaning_of(path)
    grouped = targets != vocabulary.targets_of(path[-1])
    return Head(column, "".join(path) if grouped else path[-1], targets, path)


def _once(heads: Sequence[Head]) -> Iterable[Head]:
    """A row of data has many equal cells; a row of heads has each text once: later doubles say nothing."""
    seen: set[str] = set()
    for head in heads:
        yield head if head.text not in seen else replace(head, targets=())
        seen.add(head.text)


def _recalled(heads: Heads, vocabulary: Vocabulary, recall: Recall) -> Heads:
    chosen = recall([head.text for head in heads.heads])
    if not chosen:
        return heads
    return Heads(heads.row, tuple(
        replace(head, targets=(vocabulary.target(name),) if name else ()) if (name := chosen.get(fold(head.text))) is not None else head
        for head in heads.heads))


# -- units of money that stand apart from their heads

def _with_units(sheet: Sheet, heads: Heads) -> Heads:
    """Return the heads with the unit that stands in the row of notes under them, else in a line over the table (单位：人、万元)."""
    over = next((unit for number in range(heads.row - 1, 0, -1) for cell in sheet.rows[number - 1] if isinstance(cell, str)
                 for found in _UNIT.findall(cell) for unit in re.split("[、,，;；]", found) if _MONEY.fullmatch(unit)), "")
    columns, first = [head.column for head in heads.heads], heads.row + 1
    below: dict[int, str] = {}
    notes: dict[int, str] = {}
    while first <= len(sheet.rows) and _is_apart(sheet, first, columns):
        for column in columns if not _is_example(sheet, first) else ():
            if _MONEY.fullmatch(note := as_text(sheet.cell(first, column)).strip("()（）")):
                below.setdefault(column, note)
            elif note and not note.isdigit() and note not in _NOTES:
                notes.setdefault(column, f"（{note}）")
        first += 1
    if not over and not below and not notes:
        return heads
    return Heads(heads.row, tuple(replace(head, unit=below.get(head.column, over), note=notes.get(head.column, "")) for head in heads.heads))


# -- groups

def top_of(sheet: Sheet, row: int) -> int:
    """Return the highest row of the heads whose lowest row this is."""
    return min((row, *_group_rows(sheet, row)))


def is_grouped(sheet: Sheet, row: int) -> bool:
    """Return whether what stands over heads as their groups is merged as groups are, or nothing does."""
    top = top_of(sheet, row)
    return top == row or _merges(sheet, top)


def _group_rows(sheet: Sheet, row: int) -> list[int]:
    """Return the rows above that hold groups of heads, the nearest first: no title, no line about the office or the day."""
    tops: list[int] = []
    for up in range(row - 1, max(0, row - 1 - GROUPS), -1):
        down = {first for top, first, foot, _ in sheet.merged if top <= up and foot >= row}  # heads that reach into the lowest row: no groups
        texts = [text for column, cell in enumerate(sheet.rows[up - 1], sheet.first_column) if column not in down and (text := _text(cell))]
        wide = max((last - first + 1 for top, first, foot, last in sheet.merged if top <= up <= foot), default=1)
        if not texts or not down and wide >= max(2, TITLE * len(sheet.rows[row - 1])) or len(texts) == 1 and not _merges(sheet, up) or any(
                CAPTION.search(text) or _TITLE.search(text) or len(text) > LONG for text in texts):
            break
        tops.append(up)
    return tops


def _merges(sheet: Sheet, row: int) -> bool:
    return any(top <= row <= foot for top, _, foot, _ in sheet.merged)


def _path(sheet: Sheet, row: int, column: int, tops: Sequence[int]) -> tuple[str, ...]:
    """Return the head of a column under its groups, widest group first; () where nothing stands there."""
    texts: list[str] = []
    for up in (row, *tops):
        text = _text(sheet.cell(up, column)) or _text(sheet.spanning(up, column))
        if not text and up != row and texts:
            text = _to_the_left(sheet, up, column)
        if text and text not in texts:
            texts.insert(0, text)
    return tuple(texts)


def _to_the_left(sheet: Sheet, up: int, column: int) -> str:
    """Return the group that stands in the first of its columns without a merge, as in a CSV file."""
    if _merges(sheet, up):
        return ""
    for left in range(column - 1, sheet.first_column - 1, -1):
        if text := _text(sheet.cell(up, left)):
            return text if _text(sheet.cell(up + 1, left)) else ""
    return ""


def _text(cell: Cell) -> str:
    return "".join(cell.split()) if isinstance(cell, str) else ""


# -- rows that are no body

def _is_apart(sheet: Sheet, row: int, columns: Sequence[int]) -> bool:
    """A row of column numbers or letters under the heads (甲 乙 1 2 3), of notes or units, or an example, is no row of the body."""
    told = [text for column in columns if (text := as_text(sheet.cell(row, column)))]
    if not told:
        return False
    if _is_example(sheet, row):
        return True
    if all(text in _NOTES or _NOTE.fullmatch(text) or _MONEY.fullmatch(text) or text.startswith(("(", "（")) and text.endswith((")", "）"))
           for text in told):
        return True
    return len(told) > 2 and all(text.isdecimal() and int(text) <= len(columns) + 2 or text in "甲乙丙丁戊" for text in told)


def _is_example(sheet: Sheet, row: int) -> bool:
    """Return whether a row is one that shows how to fill the table: it says so."""
    told = [text for cell in sheet.rows[row - 1] if (text := as_text(cell))]
    return bool(told) and (told[0].startswith(EXAMPLE) or any(text.strip("（）()").startswith(EXAMPLE[1:]) for text in told))


def _tells(sheet: Sheet, row: int, columns: Sequence[int]) -> bool:
    """Return whether a row says more than a word: a signature or a note under the table does not."""
    return sum(bool(text) and not CAPTION.search(text) for column in columns for text in [as_text(sheet.cell(row, column))]) > 1
