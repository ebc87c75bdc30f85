"""Conversion: an XLSForm workbook to an XForm, by pyxform. Promises that a workbook is converted once.

The result is kept by the SHA-256 of the workbook and the versions of pyxform and of this module, in the user's cache
folder. The columns `bind::leye:*` are read here and not given to pyxform: its bind would lose the question's type.
"""
import hashlib
import json
import os
import re
import sys
import zipfile
import zlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

from app.forms.fault import Fault, FaultProblem, fault_of
from app.models.problem import Problem

FORMAT = 4
MOST = 20  # as many faults are named at once: each costs a conversion
_OURS = "bind::leye:"
_BLANKS = re.compile(r"[ \t]+")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the survey sheet: its number in Excel, its cells by header, and the path of its node."""

    number: int
    cells: dict[str, str]
    path: str


@dataclass(frozen=True, slots=True)
class Converted:
    """An XForm, the rows of the survey sheet by path, the settings row, and what pyxform warned of."""

    xform: str
    rows: dict[str, Row]
    settings: dict[str, str] = field(default_factory=dict)
    entities: list[dict[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    sha: str = ""


def convert(source: Path | str, data: bytes | None = None) -> Converted:
    """Return the converted workbook (a path, or the text of Markdown tables). Problem where pyxform refuses it.

    data: the workbook's bytes, where it is no file; the path then only names it.
    """
    raw = data if data is not None else source.encode() if isinstance(source, str) else _bytes(source)
    sha = hashlib.sha256(raw).hexdigest()
    kept = _cache() / f"{sha}-{_pyxform_version()}-{FORMAT}.json"
    found = _read(kept)
    if found is None:
        found = _convert(raw, source, sha)
        _keep(kept, found)
    return found


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as trouble:
        raise Problem("form.missing", f"找不到调查表 {path.name}，请检查文件位置。",
                      f"The form {path.name} cannot be read; check where it is.") from trouble


def _pyxform_version() -> str:
    try:
        return metadata.version("pyxform")
    except metadata.PackageNotFoundError:
        return "bundled"


def _cache() -> Path:
    given = os.environ.get("LEYE_CACHE")
    if given:
        return Path(given) / "forms"
    from platformdirs import user_cache_path

    return user_cache_path("leye", appauthor=False) / "forms"


def _read(path: Path) -> Converted | None:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        rows = {key: Row(**row) for key, row in data.pop("rows").items()}
        return Converted(rows=rows, **data)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _keep(path: Path, found: Converted) -> None:
    part = path.with_suffix(f".{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(asdict(found), ensure_ascii=False), encoding="utf-8")
        part.replace(path)
    except OSError:   # no cache then: the next time converts again
        with suppress(OSError):
            part.unlink()


def convert_around(source: Path | str, data: bytes | None, first: Fault) -> tuple[list[Fault], Converted | None]:
    """Return what pyxform refuses in a workbook, one after the other, and what it makes of the rest (None where of nothing).

    first: what it has said already. The cell a fault names is left out and the rest converted again, so that each is told at once.
    """
    raw = data if data is not None else source.encode() if isinstance(source, str) else _bytes(source)
    faults, left_out = [first], [first]
    while len(faults) < MOST:
        try:
            return faults, _convert(raw, source, "", left_out)
        except FaultProblem as trouble:
            if trouble.fault in faults:
                break
            faults.append(trouble.fault)
            left_out.append(trouble.fault)
        except Problem:
            break
    return faults, None


def _leave_out(survey: list[dict[str, Any]], faults: Sequence[Fault]) -> None:
    """Take the cells that faults name out of the survey; a question keeps its name, for others refer to it."""
    for fault in faults:
        cells = survey[fault.row - 2] if fault.sheet == "survey" and 2 <= fault.row < len(survey) + 2 else {}
        head = next((head for head in cells if _head(str(head)).split("::")[-1] == fault.column or _head(str(head)) == fault.column), None)
        if head is None or str(cells.get("type", "")).replace("_", " ").startswith(("begin ", "end ")) and fault.column == "type":
            continue
        if fault.column == "name":
            cells[head] = f"{cells[head]}_{fault.row}"
        elif fault.column == "type":
            cells[head] = "text"
        else:
            del cells[head]


def _convert(raw: bytes, source: Path | str, sha: str, left_out: Sequence[Fault] = ()) -> Converted:
    from pyxform.errors import PyXFormError
    from pyxform.xls2json_backends import get_xlsform
    from pyxform.xls2xform import convert as to_xform

    name = "form" if isinstance(source, str) else source.name
    kind = ".md" if isinstance(source, str) else source.suffix.lower() or ".xlsx"
    warnings: list[str] = []
    survey: list[dict[str, str]] = []
    try:
        book = get_xlsform(raw, file_type=kind if kind in (".xlsx", ".xlsm", ".xls", ".md", ".csv") else ".xlsx")
        _leave_out(book.survey or [], left_out)
        survey = [dict(cells) for cells in book.survey or ()]
        settings = dict((book.settings or [{}])[0])
        entities = [dict(row) for row in book.entities or ()]
        _take_ours(book)
        made = to_xform(_as_dict(book), warnings=warnings, form_name="data")
    except PyXFormError as trouble:
        raise fault_of(str(trouble), survey, name).as_problem() from trouble
    except (OSError, ValueError, LookupError, AttributeError, TypeError, ArithmeticError, SyntaxError, RuntimeError, EOFError,
            zipfile.BadZipFile, zlib.error) as trouble:
        raise Problem("form.unreadable", f"{name} 不是可用的调查表工作簿：请用 .xlsx 保存后再试。",
                      f"{name} is no usable form workbook: save it as .xlsx and try again.") from trouble
    finally:
        _quiet()
    return Converted(made.xform, _rows(survey), settings, entities, warnings, sha)


def _quiet() -> None:
    """pyxform installs a log handler on import; a library has no say in that here."""
    import logging

    for name in [n for n in sys.modules if n.startswith("pyxform")]:
        logging.getLogger(name).handlers.clear()


def _as_dict(book: Any) -> dict[str, Any]:
    return {name: getattr(book, name) for name in book.__slots__}


def _head(text: str) -> str:
    """Return a column's head as we look for it: lower case before `::`, as pyxform reads it."""
    first, mark, rest = text.strip().partition("::")
    return first.strip().lower() + mark + rest


def _ours(header: str) -> bool:
    return header.replace(" ", "").lower().startswith(_OURS)


def _take_ours(book: Any) -> None:
    book.survey = [{k: v for k, v in row.items() if not _ours(k)} for row in book.survey or ()]
    if book.survey_header:
        book.survey_header = [{k: v for k, v in heads.items() if not _ours(k)} for heads in book.survey_header]
    for row in book.settings or ():
        row.pop("namespaces", None) if str(row.get("namespaces", "")).strip().startswith("leye=") else None


def _rows(survey: list[dict[str, str]]) -> dict[str, Row]:
    """Return path -> row; a group's row is that of its begin."""
    rows: dict[str, Row] = {}
    at = ["data"]
    for number, cells in enumerate(survey, 2):
        cells = {_head(str(k)): str(v) for k, v in cells.items() if v is not None}
        kind = _BLANKS.sub(" ", cells.get("type", "")).strip().replace("_", " ", 1)
        name = cells.get("name", "").strip()
        if kind.startswith("end ") and ("group" in kind or "repeat" in kind):
            del at[-1:]
            continue
        if not name:
            continue
        path = "/" + "/".join([*at, name])
        rows[path] = Row(number, cells, path)
        if kind.startswith("begin "):
            at.append(name)
    return rows
