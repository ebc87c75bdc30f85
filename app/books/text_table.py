"""Text table: a CSV or tab-separated file as the rows of one sheet. Promises the letters that were typed, or a sentence; never mojibake.

The bytes say which encoding they are: UTF-8 (with or without its mark), UTF-16 with a mark, else GB18030, and then only if the
text is such as offices write: other encodings read as GB18030 give rare letters nobody has typed.
"""
import codecs
import csv
import io
import re
from pathlib import Path

from app.models import identity
from app.models.problem import Problem

SUFFIXES = (".csv", ".tsv", ".txt")
DELIMITERS = "\t,;"
LOOK_IN = 20_000  # letters by which the delimiter is known
MOST_RARE = 0.25  # of the letters: more than these in the outer parts of GBK is another encoding
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_QUOTED = re.compile(r'"[^"]*"?')
_DRESSED = re.compile(r'="(.*)"|\'(?=\d)(.*)', re.DOTALL)  # ="0123" and '0123: how offices keep digits from becoming a number


def is_text_table(path: Path) -> bool:
    """Return whether a file's name says that it is one."""
    return path.suffix.lower() in SUFFIXES


def read_rows(path: Path, content: bytes) -> list[list[str]]:
    """Return the rows, cells without the blanks around them. Problem where the bytes are no text in an encoding that is known."""
    text = _decoded(path, content)
    try:
        rows = [[_bare(cell) for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))]
    except csv.Error as error:
        raise Problem("workbook.csv", f"{path.name} 读不了：引号不成对，或有一格太长。请用 WPS 或 Excel 打开，另存为 .xlsx 再导入。",
                      f"{path.name} cannot be read: a quotation mark is not closed, or a cell is too long. Open it in WPS or Excel, save"
                      " it as .xlsx, and import that.") from error
    return rows


def _decoded(path: Path, content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _strictly(path, content, encoding)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = identity.from_private(_strictly(path, content, "gb18030"))
        if _rare(text) > MOST_RARE:
            raise _unknown(path) from None
    if "\0" in text:
        raise _unknown(path)
    return text


def _strictly(path: Path, content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise _unknown(path) from None


def _rare(text: str) -> float:
    """Return which part of the letters with two bytes lies outside of what offices write every day (GB 2312)."""
    common = rare = 0
    for letter in text:
        if letter.isascii():
            continue
        code = letter.encode("gb18030", "replace")
        if len(code) == 2:
            everyday = code[0] >= 0xA1 and code[1] >= 0xA1
            common, rare = common + everyday, rare + (not everyday)
    return rare / (common + rare) if common + rare else 0.0


def _delimiter(text: str) -> str:
    """Return what parts the cells: of tab, comma and semicolon the one that stands most often outside of quotation marks at the beginning."""
    bare = _QUOTED.sub("", text[:LOOK_IN])
    return max(DELIMITERS, key=bare.count)


def _bare(cell: str) -> str:
    told = cell.strip()
    dressed = _DRESSED.fullmatch(told)
    return (dressed[1] if dressed[1] is not None else dressed[2]).strip() if dressed else told


def _unknown(path: Path) -> Problem:
    return Problem("workbook.encoding", f"{path.name} 的文字编码认不出来（不是 UTF-8，也不是 GB18030），硬读会出乱码，没有读。"
                   "请用 WPS 或 Excel 打开，看文字正常后另存为 .xlsx 再导入。",
                   f"The letters of {path.name} are in an encoding that is not known (neither UTF-8 nor GB18030); they would come in"
                   " garbled, so it was not read. Open it in WPS or Excel, see that the text is right, and save it as .xlsx.")
