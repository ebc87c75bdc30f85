"""Checks: what pyxform lets pass and no interview could run. Promises sheet, row and column of each.

Bad expressions, unknown functions, argument counts, references to nothing, circles, missing files, what is not
supported, and answers that would be saved to fields the dictionary does not know.
"""
from collections.abc import Iterator
from pathlib import Path

from app.forms.convert import Converted, convert, convert_around
from app.forms.definition import Definition, Expression, Part
from app.forms.fault import Fault, FaultProblem
from app.forms.graph import Graph, build
from app.forms.reader import Reader, xpath_fault
from app.forms.xpath.compile import wrong_call
from app.forms.xpath.functions import pattern_of
from app.forms.xpath.lexer import XPathError
from app.forms.xpath.parser import Binary, Call, Expr, Literal, Negate, Step
from app.forms.xpath.parser import Path as XPath
from app.models.dictionary import Field, dictionary

_UNSUPPORTED = {
    "audio": ("录音", "recording sound"), "video": ("录像", "recording video"), "audit": ("操作日志（audit）", "the audit log"),
    "geotrace": ("在地图上画线", "drawing on a map"), "geoshape": ("在地图上画面", "drawing on a map"),
    "start-geopoint": ("自动定位", "locating by itself"), "ex:": ("调用别的程序", "calling another program"),
    "draw": ("手绘", "drawing"), "annotate": ("在图上标注", "drawing on a picture"),
    "last-saved": ("引用上一份答卷（last-saved）", "the last saved response"),
    "background-audio": ("后台录音", "background recording"), "search": ("search() 外部查找", "search()"),
}


def examine(converted: Converted, folder: Path | None) -> tuple[Definition, Graph, list[Fault]]:
    """Return a conversion as definition and graph, with everything that is wrong with it."""
    reader = Reader(converted, folder)
    definition = reader.read()
    graph = build(definition)
    faults = [*reader.faults, *_calls(definition), *_lost(graph), *_circle(graph), *_files(definition),
              *_not_here(definition), *_saves(definition), *_translations(definition)]
    return definition, graph, sorted(dict.fromkeys(faults), key=lambda f: (f.sheet, f.row, f.column))


def check_workbook(path: Path | str, data: bytes | None = None) -> list[Fault]:
    """Return what keeps a workbook (a path, or the text of Markdown tables) from running, by sheet and row.

    data: the workbook's bytes, where only they travel and nothing that lies beside it.
    """
    faults: list[Fault] = []
    converted: Converted | None
    try:
        converted = convert(path, data)
    except FaultProblem as trouble:
        faults, converted = convert_around(path, data, trouble.fault)
    folder = path.parent if isinstance(path, Path) and data is None else None
    if converted is not None:
        faults += [f for f in examine(converted, folder)[2] if not f.warning]
    return sorted(dict.fromkeys(faults), key=lambda f: (f.sheet, f.row, f.column))


def walk(expr: "Expr | Step") -> Iterator[Call]:
    """Yield every call in an expression."""
    if isinstance(expr, Call):
        yield expr
        for arg in expr.args:
            yield from walk(arg)
    elif isinstance(expr, Binary):
        yield from walk(expr.left)
        yield from walk(expr.right)
    elif isinstance(expr, Negate):
        yield from walk(expr.value)
    elif isinstance(expr, XPath):
        if expr.start is not None and not isinstance(expr.start, str):
            yield from walk(expr.start)
        for inner in (*expr.filters, *(p for s in expr.steps for p in s.predicates)):
            yield from walk(inner)


def _calls(definition: Definition) -> Iterator[Fault]:
    for expr in definition.expressions():
        for call in walk(expr.tree):
            trouble = wrong_call(call)
            if trouble is not None:
                yield xpath_fault(expr.part, expr.kind, trouble)
            elif call.name == "regex" and isinstance(call.args[1], Literal):
                try:
                    pattern_of(call.args[1].value)
                except XPathError as wrong:
                    yield xpath_fault(expr.part, expr.kind, wrong)
            elif call.name == "instance" and call.args and getattr(call.args[0], "value", "") not in definition.instances:
                name = getattr(call.args[0], "value", "")
                yield xpath_fault(expr.part, expr.kind, XPathError("path", f"instance('{name}')"))


def _lost(graph: Graph) -> Iterator[Fault]:
    for expr, path in graph.missing:
        yield xpath_fault(expr.part, expr.kind, XPathError("path", path))


def _circle(graph: Graph) -> Iterator[Fault]:
    if not graph.cycle:
        return
    names = " → ".join(e.part.name for e in (*graph.cycle, graph.cycle[0]))
    first = min(graph.cycle, key=lambda e: e.part.row.number if e.part.row else 0)
    one = {e.part.path for e in graph.cycle}
    if len(one) == 1:
        zh, en = f"{first.part.name} 的这一列用到了它自己。", f"this column of {first.part.name} refers to itself."
    else:
        zh, en = f"这些题互相依赖，绕成了圈：{names}。", f"these depend on each other in a circle: {names}."
    yield _fault(first, zh, en)


def _fault(expr: Expression, zh: str, en: str) -> Fault:
    base = xpath_fault(expr.part, expr.kind, XPathError("", ""))
    return Fault(base.sheet, base.row, base.column, zh, en)


def _files(definition: Definition) -> Iterator[Fault]:
    for name in definition.missing_files:
        row = next((r.number for r in definition.rows.values() if name.partition(".")[0] in " ".join(r.cells.values())), 0)
        yield Fault("survey", row, "type", f"找不到附带的文件 {name}，请放在工作簿旁边。",
                    f"the file {name} is missing; put it beside the workbook.")


def _not_here(definition: Definition) -> Iterator[Fault]:
    for path, what in definition.unsupported:
        yield _unsupported(definition.rows.get(path).number if definition.rows.get(path) else 0, "type", what)  # type: ignore[union-attr]
    for row in definition.rows.values():
        kind = row.cells.get("type", "").strip()
        if kind in ("audit", "background-audio", "geotrace", "geoshape", "start-geopoint"):
            yield _unsupported(row.number, "type", kind)
        appearance = row.cells.get("appearance", "")
        for word in ("search(", "ex:", "draw", "annotate"):
            if appearance.startswith(word) or f" {word}" in appearance:
                yield _unsupported(row.number, "appearance", word.rstrip("("))
        for column, cell in row.cells.items():
            if "${last-saved#" in cell:
                yield _unsupported(row.number, column, "last-saved")
    if definition.settings.get("public_key"):
        yield Fault("settings", 2, "public_key", "这里还不支持加密提交，请去掉 public_key。",
                    "encrypted submissions are not supported here; remove public_key.")


def _unsupported(row: int, column: str, what: str) -> Fault:
    zh, en = _UNSUPPORTED.get(what, (what, what))
    return Fault("survey", row, column, f"这里还不支持{zh}，请去掉这一题。", f"{en} is not supported here; remove this question.")


def save_of(part: Part, dataset: str) -> tuple[str, str, str] | None:
    """Return (record type, field, spell) that a part's answer is saved to; None for an answer of the response only."""
    cells = part.row.cells if part.row else {}
    given = {k.replace(" ", "").lower(): v.strip() for k, v in cells.items() if k.lower().startswith("bind::")}
    kind, name = given.get("bind::leye:record", ""), given.get("bind::leye:field", "") or part.save
    if not name:
        return None
    return (kind or dataset, name, given.get("bind::leye:spell", ""))


def field_of(definition: Definition, part: Part) -> Field | None:
    """Return the dictionary's field that a part's answer is saved to; None for an answer of the response only."""
    saved = save_of(part, dataset_of(definition, part)) if part.leaf else None
    kind = dictionary().types.get(saved[0]) if saved else None
    return kind.fields.get(saved[1]) if kind and saved else None


def dataset_of(definition: Definition, part: Part) -> str:
    """Return the record type of the entities declaration that a part belongs to; '' where there is none."""
    best = ""
    for entity in definition.entities:
        if part.path.startswith(entity.scope.path + "/"):
            best = entity.dataset
    return best


def _saves(definition: Definition) -> Iterator[Fault]:
    types = dictionary().types
    for entity in definition.entities:
        if entity.dataset not in types:
            yield Fault("entities", 2, "list_name", f"没有“{entity.dataset}”这种记录。", f"there is no record type {entity.dataset}.")
    for part in definition.parts.values():
        if not part.leaf:
            continue
        saved = save_of(part, dataset_of(definition, part))
        if saved is None:
            continue
        kind, name, _spell = saved
        row = part.row.number if part.row else 0
        if kind not in types:
            yield Fault("survey", row, "bind::leye:record", f"没有“{kind}”这种记录。", f"there is no record type {kind}.")
        elif name not in types[kind].fields or types[kind].fields[name].derived:
            column = "save_to" if part.save == name else "bind::leye:field"
            yield Fault("survey", row, column, f"{types[kind].zh}没有“{name}”这个可写的字段。",
                        f"{types[kind].en} has no field {name} that can be written.")


def _translations(definition: Definition) -> Iterator[Fault]:
    if len(definition.languages) < 2:
        return
    for part in definition.parts.values():
        if part.label is None or "" in part.label.pieces or not part.asked:
            continue
        for language in definition.languages:
            if part.label.pieces.get(language, ("-",)) in ((), ("-",), ("",)):
                yield Fault("survey", part.row.number if part.row else 0, f"label::{language}",
                            f"缺少 {language} 的翻译。", f"the translation to {language} is missing.", warning=True)
