"""Fault: one thing wrong with a form's workbook. Promises sheet, row and column, and what to do, in both languages."""
import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.models.language import say
from app.models.problem import Problem


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: where (row 1 is the heads; 0: no row), a sentence, and whether the form runs all the same."""

    sheet: str
    row: int
    column: str
    zh: str
    en: str
    warning: bool = False

    def text(self) -> str:
        """Return the sentence in the language in use."""
        return say(self.zh, self.en)

    def as_problem(self) -> Problem:
        """Return the problem to raise."""
        zh = (f"工作表 {self.sheet}" if self.sheet else "") + (f" 第 {self.row} 行" if self.row else "")
        zh += f" {self.column} 列" if self.column else ""
        en = (f"sheet {self.sheet}" if self.sheet else "") + (f", row {self.row}" if self.row else "")
        en += f", column {self.column}" if self.column else ""
        return FaultProblem(self, f"{zh.strip()}：{self.zh}" if zh else self.zh, f"{en}: {self.en}" if en else self.en)


class FaultProblem(Problem):
    """A problem that still knows its fault. Attributes: fault."""

    def __init__(self, fault: Fault, zh: str, en: str) -> None:
        super().__init__("form.fault", zh, en)
        self.fault = fault


_ROW = re.compile(r"\[row ?:? ?(\d+)\] ?")
_SHEET = re.compile(r"the '(\w+)' sheet|On the (\w+) sheet")
_COLUMN = re.compile(r"the '([\w:]+)' (?:column )?value")
# what pyxform says -> column ('' keeps the one it names), what we say; {0} is what the pattern caught
_KNOWN: tuple[tuple[str, str, str, str], ...] = (
    (r"Could not find the name '([^']+)'", "", "引用了 ${{{0}}}，可是没有叫 {0} 的题。", "${{{0}}} is used, but no question is called {0}."),
    (r"There has been a problem trying to replace \$\{([^}]+)\}", "", "引用了 ${{{0}}}，可是没有叫 {0} 的题。",
     "${{{0}}} is used, but no question is called {0}."),
    (r"List name not in (?:choices|external choices) sheet: (\S+)", "type", "choices 表里没有“{0}”这组选项。",
     "there is no list {0} on the choices sheet."),
    (r"Unknown question type '([^']+)'", "type", "没有“{0}”这种题型。", "there is no question type {0}."),
    (r"must be unique", "name", "同一组里题名不能重复，请改名。", "names must be unique within a group; rename one."),
    (r"Missing calculation", "calculation", "calculate 题缺少算式。", "a calculate needs a calculation."),
    (r"Unmatched '(\w+)'", "type", "{0} 没有配对的另一半。", "{0} has no counterpart."),
    (r"must not be 'name' or 'label'", "save_to", "save_to 不能写 name 或 label，请用字段名，例如 full_name。",
     "save_to may not be name or label; use the field's name, such as full_name."),
    (r"Names must begin with a letter", "", "名字须以字母或下划线开头，只含字母、数字、_ - .。",
     "names begin with a letter or underscore and hold letters, digits, _ - . only."),
    (r"There should be a choices sheet", "", "用了选择题，可是没有 choices 工作表，或它是空的。",
     "there are choice questions, but no choices sheet, or an empty one."),
    (r"must have a sheet named|must have a sheet \(worksheet\) named", "", "工作簿里没有 survey 工作表。", "the workbook has no sheet named survey."),
    (r"not recognized as a supported type|Error reading", "", "这个文件不是可用的调查表工作簿，请用 .xlsx 保存后再试。",
     "this file is no usable form workbook; save it as .xlsx and try again."),
    (r"has no label|missing .*label|no label", "label", "缺少题目文字。", "the label is missing."),
)


def fault_of(message: str, survey: Sequence[dict[str, str]], name: str) -> Fault:
    """Return pyxform's message as a fault; where it names no row, the survey is searched for what it names."""
    row, sheet, column = _ROW.search(message), _SHEET.search(message), _COLUMN.search(message)
    where = next((g for g in sheet.groups() if g), "survey") if sheet else "survey"
    number = int(row.group(1)) if row else 0
    text = _ROW.sub("", message).strip()
    for pattern, at, zh, en in _KNOWN:
        found = re.search(pattern, message)
        if found is None:
            continue
        caught = found.groups()[0] if found.groups() else ""
        if "supported type" in pattern:
            return Fault("", 0, "", f"{name}：{zh}", f"{name}: {en}")
        number = number or _row_of(caught, survey)
        return Fault("choices" if "choices sheet" in pattern and not number else where, number,
                     at or (column.group(1) if column else ""), zh.format(caught), en.format(caught))
    return Fault(where, number, column.group(1) if column else "", f"写法有误。pyxform 说：{text}", text)


def _row_of(caught: str, survey: Sequence[dict[str, str]]) -> int:
    """Return the first row of the survey that holds what a message names, or 0."""
    if not caught:
        return 0
    return next((n for n, cells in enumerate(survey, 2) if any(caught in str(v).split() for v in cells.values())), 0)
