"""Reader: an XForm, as pyxform writes it, becomes a Definition. Promises to name what it does not support.

lxml only parses; every expression is compiled here. An expression that does not parse is a fault with the workbook's
row, gathered so that a form's author sees all of them at once.
"""
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.forms.convert import Converted
from app.forms.definition import Action, Choices, Definition, Entity, Expression, Part, Wording, expression
from app.forms.fault import Fault
from app.forms.kinds import is_note
from app.forms.xpath.compile import compile_expr
from app.forms.xpath.lexer import XPathError
from app.forms.xpath.parser import Binary, Call, Expr, Step
from app.forms.xpath.parser import Path as XPath
from app.forms.xpath.tree import Node, read_xml

XF = "{http://www.w3.org/2002/xforms}"
H = "{http://www.w3.org/1999/xhtml}"
JR = "{http://openrosa.org/javarosa}"
ODK = "{http://www.opendatakit.org/xforms}"
ENT = "{http://www.opendatakit.org/xforms/entities}"
_COLUMNS = {"relevant": "relevant", "constraint": "constraint", "calculate": "calculation", "required": "required",
            "readonly": "readonly", "count": "repeat_count", "choices": "choice_filter", "label": "label",
            "default": "default"}
_ATTRIBUTES = ("relevant", "constraint", "calculate", "required", "readonly")
_TRUTHS = {"true()": True, "false()": False}


class Reader:
    """Reads one XForm. Attributes: faults (found so far)."""

    def __init__(self, converted: Converted, folder: Path | None) -> None:
        from lxml import etree

        self.source, self.folder = converted, folder
        self.tree: Any = etree.fromstring(converted.xform.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
        self.parts: dict[str, Part] = {}
        self.faults: list[Fault] = []
        self.unsupported: list[tuple[str, str]] = []
        self.missing: list[str] = []
        self.number = 0

    def read(self) -> Definition:
        """Return the definition; look at `faults` before using it."""
        model = self.tree.find(f"{H}head/{XF}model")
        body = self.tree.find(f"{H}body")
        primary = next(iter(model.find(f"{XF}instance")))
        root = self._part(primary, None)
        self._repeats(root, body)
        self.itext: dict[str, Wording] = {}
        languages: list[str] = []
        self._itext_ids = self._read_itext(model, languages)
        default = next((t.get("lang") for t in model.iterfind(f"{XF}itext/{XF}translation") if t.get("default")), "")
        entities = self._binds(model, root)
        for child in body:
            self._control(child)
        for part in root.below():
            if part.asked and not is_note(part):
                self.number += 1
                part.number = self.number
        settings = self.source.settings
        return Definition(
            id=primary.get("id") or "form", version=primary.get("version") or self.source.sha[:8], root=root, parts=self.parts,
            title=(self.tree.findtext(f"{H}head/{H}title") or "").strip(), instances=self._instances(model),
            missing_files=tuple(self.missing), itext=self.itext, languages=tuple(languages),
            default_language=default or (languages[0] if languages else ""), actions=self._actions(model, root),
            entities=entities, prefixes={k: v for k, v in self.tree.nsmap.items() if k}, rows=self.source.rows,
            settings=settings, folder=self.folder, unsupported=self.unsupported,
        )

    def _part(self, source: Any, parent: Part | None) -> Part:
        name = _local(source)
        path = f"{parent.path if parent else ''}/{name}"
        part = Part(path, name, (parent.depth if parent else 0) + 1, parent, default=(source.text or "").strip())
        part.row = self.source.rows.get(path)
        self.parts[path] = part
        for child in source:
            if not isinstance(child.tag, str):
                continue
            part.leaf = False
            if f"{path}/{_local(child)}" not in self.parts:
                part.children.append(self._part(child, part))
        return part

    def _repeats(self, root: Part, body: Any) -> None:
        for repeat in body.iter(f"{XF}repeat"):
            part = self.parts[repeat.get("nodeset").strip()]
            part.repeat, part.leaf = True, False
            self._keep(part, "count", repeat.get(f"{JR}count"))
        for part in root.below():
            above = part.parent.repeats if part.parent else ()
            part.repeats = (*above, part) if part.repeat else above

    def _keep(self, part: Part, kind: str, text: str | None) -> Expression | None:
        if text is None or not text.strip():
            return None
        try:
            part.expressions[kind] = made = expression(kind, text, part)
        except XPathError as trouble:
            self.fault(part, kind, trouble)
            return None
        return made

    def fault(self, part: Part, kind: str, trouble: XPathError) -> None:
        """Note an expression that cannot run."""
        self.faults.append(xpath_fault(part, kind, trouble))

    def _read_itext(self, model: Any, languages: list[str]) -> dict[str, dict[str, Any]]:
        ids: dict[str, dict[str, Any]] = {}
        for translation in model.iterfind(f"{XF}itext/{XF}translation"):
            language = translation.get("lang")
            languages.append(language)
            for text in translation:
                plain = next((v for v in text if v.get("form") is None), None)
                if plain is None:
                    continue
                if len(plain) == 0:
                    self.itext.setdefault(text.get("id"), Wording({})).pieces[language] = ((plain.text or "").strip(),)
                else:
                    ids.setdefault(text.get("id"), {})[language] = plain
        return ids

    def wording(self, source: Any, part: Part) -> Wording | None:
        """Return the wording of a label, hint or message element."""
        if source is None:
            return None
        ref = source.get("ref")
        if ref:
            return self._by_id(ref.strip().removeprefix("jr:itext('").removesuffix("')"), part)
        pieces = tuple(self._pieces(source, part))
        return Wording({"": pieces}) if pieces else None

    def _by_id(self, name: str, part: Part) -> Wording | None:
        found = self.itext.get(name)
        moving = self._itext_ids.get(name)
        if moving:
            found = Wording(dict(found.pieces) if found else {})
            for language, source in moving.items():
                found.pieces[language] = tuple(self._pieces(source, part))
        return found

    def _pieces(self, source: Any, part: Part) -> Iterator["str | Expression"]:
        yield (source.text or "").lstrip()
        children = list(source)
        for child in children:
            try:
                yield near(expression("label", child.get("value"), part), self.parts)
            except XPathError as trouble:
                self.fault(part, "label", trouble)
            tail = child.tail or ""
            yield tail.rstrip() if child is children[-1] else tail

    def _message(self, text: str | None, part: Part) -> Wording | None:
        if not text:
            return None
        if text.startswith("jr:itext('"):
            return self._by_id(text[len("jr:itext('"):-2], part)
        return Wording({"": (text,)})

    def _binds(self, model: Any, root: Part) -> list[Entity]:
        attributes: dict[str, Any] = {}
        for bind in model.iterfind(f"{XF}bind"):
            path = bind.get("nodeset").strip()
            part = self.parts.get(path)
            if part is None:
                attributes[path] = bind
                continue
            part.type = bind.get("type") or "string"
            part.preload = (bind.get(f"{JR}preload") or "", bind.get(f"{JR}preloadParams") or "")
            part.save = bind.get(f"{ENT}saveto") or ""
            for name in _ATTRIBUTES:
                text = bind.get(name)
                if text is not None and not (text == "false()" and name in ("required", "readonly")):
                    self._keep(part, name, text)
            part.constraint_message = self._message(bind.get(f"{JR}constraintMsg"), part)
            part.required_message = self._message(bind.get(f"{JR}requiredMsg"), part)
        return [self._entity(part, attributes) for part in root.below() if part.name == "entity" and _is_meta(part)]

    def _entity(self, part: Part, attributes: dict[str, Any]) -> Entity:
        assert part.parent is not None and part.parent.parent is not None
        source = next(e for e in self.tree.iter(f"{XF}entity") if _path_of(e) == part.path)
        made: dict[str, Expression | None] = {}
        for name in ("create", "update", "id"):
            bind = attributes.get(f"{part.path}/@{name}")
            text = bind.get("calculate") if bind is not None else None
            try:
                made[name] = expression("default", text, part) if text else None
            except XPathError as trouble:
                self.fault(part, "default", trouble)
                made[name] = None
        return Entity(source.get("dataset"), part.parent.parent, made["create"], made["update"], made["id"])

    def _actions(self, model: Any, root: Part) -> list[Action]:
        return [a for source in model.iterfind(f"{XF}setvalue") if (a := self._action(source, None)) is not None]

    def _action(self, source: Any, part: Part | None) -> Action | None:
        target = source.get("ref", "").strip()
        aimed = self.parts.get(target)
        if aimed is None:
            return None
        text, value = source.get("value"), None
        if text:
            try:
                value = expression("default", text, aimed)
            except XPathError as trouble:
                self.fault(aimed, "default", trouble)
        return Action(source.get("event", ""), target, value, source.text or "")

    def _control(self, source: Any) -> None:
        if not isinstance(source.tag, str):
            return
        name = _local(source)
        if name in ("group", "repeat"):
            self._group(source, name)
            return
        part = self.parts.get((source.get("ref") or "").strip())
        if part is None:
            return
        part.control, part.appearance = name, source.get("appearance") or ""
        part.mediatype = source.get("mediatype") or ""
        part.parameters = {k: source.get(k) for k in ("start", "end", "step", "rows") if source.get(k)}
        part.label = self.wording(source.find(f"{XF}label"), part)
        part.hint = self.wording(source.find(f"{XF}hint"), part)
        if name in ("select", "select1", "rank"):
            part.choices = self._choices(source, part)
        for action in source.iterfind(f"{XF}setvalue"):
            made = self._action(action, part)
            if made is not None:
                part.actions.append(made)
        if part.mediatype.startswith(("audio", "video")):
            self.unsupported.append((part.path, part.mediatype.split("/")[0]))

    def _group(self, source: Any, name: str) -> None:
        part = self.parts.get((source.get("nodeset") or source.get("ref") or "").strip())
        if part is not None:
            part.grouped = True
            part.appearance = source.get("appearance") or part.appearance
            label = source.find(f"{XF}label")
            part.label = self.wording(label, part) if label is not None else part.label
        for child in source:
            if isinstance(child.tag, str) and _local(child) == "setvalue" and part is not None:
                made = self._action(child, part)
                if made is not None:
                    part.actions.append(made)
            elif isinstance(child.tag, str) and _local(child) not in ("label", "hint"):
                self._control(child)

    def _choices(self, source: Any, part: Part) -> Choices | None:
        itemset = source.find(f"{XF}itemset")
        if itemset is None:
            fixed = [(i.findtext(f"{XF}value") or "", self.wording(i.find(f"{XF}label"), part)) for i in source.iterfind(f"{XF}item")]
            return Choices(fixed=tuple((n, w or Wording({"": (n,)})) for n, w in fixed))
        label = itemset.find(f"{XF}label").get("ref")
        try:
            nodes = expression("choices", itemset.get("nodeset"), part)
        except XPathError as trouble:
            self.fault(part, "choices", trouble)
            return None
        return Choices(nodes=nodes, name=itemset.find(f"{XF}value").get("ref").strip(), itext=label.startswith("jr:itext("),
                       label=label.removeprefix("jr:itext(").removesuffix(")").strip())

    def _instances(self, model: Any) -> dict[str, Node]:
        found: dict[str, Node] = {}
        for source in list(model.iterfind(f"{XF}instance"))[1:]:
            name, src = source.get("id"), source.get("src")
            node = found[name] = Node("element", "instance")
            document = Node("document")
            document.append(node)
            if src:
                top = self._file(src)
                if top is not None:
                    node.append(top)
                continue
            for child in source:
                node.append(_plain(child))
        return found

    def _file(self, src: str) -> Node | None:
        kind, _, name = src.removeprefix("jr://").partition("/")
        path = self.folder / name if self.folder is not None and name == Path(name).name else None
        if path is None or not path.is_file():
            self.missing.append(name or src)
            return None
        if kind == "file-csv" or path.suffix.lower() == ".csv":
            return _table(path)
        try:
            document = read_xml(path.read_bytes())
        except ValueError:
            self.missing.append(name)
            return None
        top = next(c for c in document.children if c.kind == "element")
        top.parent = None
        return top


def near(expr: Expression, parts: dict[str, Part]) -> Expression:
    """Return a label's expression with absolute paths made relative to the repeats they share with it.

    pyxform writes `/data/member/name` in labels, also inside `member`, and means this member's name.
    """
    tree = _near(expr.tree, expr.part, parts)
    return expr if tree == expr.tree else Expression(expr.kind, expr.text, expr.part, tree, compile_expr(tree))


_OVER_ALL = {"sum", "count", "max", "min", "join", "indexed-repeat", "count-non-empty", "position"}


def _near(tree: Expr, part: Part, parts: dict[str, Part]) -> Expr:
    if isinstance(tree, Call) and tree.name not in _OVER_ALL:
        return Call(tree.name, tuple(_near(a, part, parts) for a in tree.args), tree.at)
    if isinstance(tree, Binary):
        return Binary(tree.op, _near(tree.left, part, parts), _near(tree.right, part, parts))
    if not isinstance(tree, XPath) or tree.start != "/" or any(s.predicates or s.axis != "child" for s in tree.steps):
        return tree
    target = parts.get("/" + "/".join(s.test for s in tree.steps))
    shared = [r for r in part.repeats if target is not None and r in target.repeats]
    if not shared:
        return tree
    up = (Step("parent", "node()"),) * (part.depth - shared[-1].depth) or (Step("self", "node()"),)
    return XPath(None, (*up, *tree.steps[shared[-1].depth:]))


def _local(source: Any) -> str:
    tag = str(source.tag)
    return tag.rpartition("}")[2]


def _path_of(source: Any) -> str:
    names = []
    while source is not None and _local(source) != "instance":
        names.append(_local(source))
        source = source.getparent()
    return "/" + "/".join(reversed(names))


def _is_meta(part: Part) -> bool:
    return part.parent is not None and part.parent.name == "meta"


def _plain(source: Any) -> Node:
    """Return an element of a choice list; leaves keep their text in `value`."""
    node = Node("element", _local(source))
    children = [c for c in source if isinstance(c.tag, str)]
    if not children:
        node.value = source.text or ""
    for child in children:
        node.append(_plain(child))
    return node


def _table(path: Path) -> Node:
    """Return a CSV as root/item/column; the first row is the heads."""
    top = Node("element", "root")
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            item = top.append(Node("element", "item"))
            for head, cell in row.items():
                if head:
                    item.append(Node("element", head.strip(), value=(cell or "").strip()))
    return top


_SAYS = {
    "syntax": ("表达式写错了，从“{0}”处读不下去", "the expression cannot be read from “{0}” on"),
    "end": ("表达式没有写完", "the expression ends too early"),
    "axis": ("没有“{0}”这个轴", "there is no axis “{0}”"),
    "function": ("没有 {0}() 这个函数", "there is no function {0}()"),
    "arguments": ("{0}() 的参数个数不对", "{0}() has the wrong number of arguments"),
    "regex": ("正则表达式“{0}”写错了，或用了这里没有的写法", "the regular expression “{0}” is wrong, or uses what is not known here"),
    "path": ("找不到 {0}", "there is no {0}"),
}


def xpath_fault(part: Part, kind: str, trouble: XPathError) -> Fault:
    """Return the fault of an expression, with the row and column of the workbook."""
    if trouble.what == "syntax" and trouble.detail == "…":
        trouble = XPathError("end", "")
    zh, en = _SAYS.get(trouble.what, ("表达式不能用：{0}", "the expression cannot be used: {0}"))
    row = part.row.number if part.row else 0
    return Fault("survey", row, _COLUMNS.get(kind, kind), zh.format(trouble.detail) + "。", en.format(trouble.detail) + ".")
