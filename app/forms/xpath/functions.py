"""The functions of XPath 1.0 and of ODK's XForms. Promises the argument counts, so that checks need not run them.

`plain` functions get their arguments' values; `lazy` ones their closures. Groups: core, choices, time, numbers, places
and hashes live in this file's neighbours and are gathered into FUNCTIONS here.
"""
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app.forms.xpath.compile import Context, Run
from app.forms.xpath.lexer import XPathError
from app.forms.xpath.tree import Node, in_order
from app.forms.xpath.values import Days, Value, number_text, parse_moment, to_boolean, to_number, to_text

MANY = 9999


@dataclass(frozen=True, slots=True)
class Function:
    """least and most: argument counts; one of plain and lazy; volatile: another value at each call."""

    least: int
    most: int
    plain: Callable[..., Value] | None = None
    lazy: Callable[[list[Run]], Run] | None = None
    volatile: bool = False


FUNCTIONS: dict[str, Function] = {}


def function(name: str, least: int, most: int | None = None, *, volatile: bool = False) -> Callable[[Any], Any]:
    """Register a plain function under its XPath name."""

    def keep(act: Callable[..., Value]) -> Callable[..., Value]:
        FUNCTIONS[name] = Function(least, least if most is None else most, plain=act, volatile=volatile)
        return act

    return keep


def lazily(name: str, least: int, most: int | None = None, *, volatile: bool = False) -> Callable[[Any], Any]:
    """Register a function that decides itself which arguments to evaluate."""

    def keep(make: Callable[[list[Run]], Run]) -> Callable[[list[Run]], Run]:
        FUNCTIONS[name] = Function(least, least if most is None else most, lazy=make, volatile=volatile)
        return make

    return keep


def nodes_of(value: Value, name: str) -> list[Node]:
    """Return a node list or fail with the function's name."""
    if not isinstance(value, list):
        raise XPathError("nodes", name)
    return value


@lazily("if", 3)
def _if(args: list[Run]) -> Run:
    test, yes, no = args
    return lambda c: yes(c) if to_boolean(test(c)) else no(c)


@lazily("coalesce", 1, MANY)
def _coalesce(args: list[Run]) -> Run:
    def run(ctx: Context) -> Value:
        for arg in args:
            text = to_text(arg(ctx))
            if text not in ("", "NaN"):
                return text
        return ""

    return run


@lazily("once", 1, volatile=True)
def _once(args: list[Run]) -> Run:
    return lambda c: c.node.text() or to_text(args[0](c))


@lazily("position", 0, 1)
def _position(args: list[Run]) -> Run:
    if not args:
        return lambda c: float(c.position)
    of = args[0]

    def run(ctx: Context) -> float:
        nodes = nodes_of(of(ctx), "position")
        return float(place_among_namesakes(nodes[0])) if nodes else math.nan

    return run


def place_among_namesakes(node: Node) -> int:
    """Return the 1-based place of an element among its siblings of the same name."""
    if node.parent is None:
        return 1
    family = [n for n in node.parent.children if n.kind == node.kind and n.local == node.local and n.ns == node.ns]
    return next(i for i, n in enumerate(family, 1) if n is node)


@function("last", 0)
def _last(ctx: Context) -> float:
    return float(ctx.size)


@function("current", 0)
def _current(ctx: Context) -> list[Node]:
    return [ctx.current]


@function("instance", 1)
def _instance(ctx: Context, name: Value) -> list[Node]:
    found = ctx.world.instance(to_text(name))
    return [] if found is None else [found]


@function("count", 1)
def _count(_c: Context, nodes: Value) -> float:
    return float(len(nodes_of(nodes, "count")))


@function("count-non-empty", 1)
def _count_non_empty(_c: Context, nodes: Value) -> float:
    return float(sum(1 for n in nodes_of(nodes, "count-non-empty") if n.text() != ""))


@function("id", 1)
def _id(ctx: Context, value: Value) -> list[Node]:
    text = " ".join(n.text() for n in value) if isinstance(value, list) else to_text(value)
    wanted = set(text.split())
    return [
        n for n in ctx.node.root().descendants()
        if n.kind == "element" and any(a.local in ("id",) and a.value in wanted for a in n.attrs)
    ]


def _first(ctx: Context, args: tuple[Value, ...], name: str) -> Node | None:
    nodes = nodes_of(args[0], name) if args else [ctx.node]
    return in_order(nodes)[0] if nodes else None


@function("local-name", 0, 1)
def _local_name(ctx: Context, *args: Value) -> str:
    node = _first(ctx, args, "local-name")
    return node.local if node else ""


@function("name", 0, 1)
def _name(ctx: Context, *args: Value) -> str:
    node = _first(ctx, args, "name")
    return node.name if node else ""


@function("namespace-uri", 0, 1)
def _namespace_uri(ctx: Context, *args: Value) -> str:
    node = _first(ctx, args, "namespace-uri")
    return (node.ns or "") if node else ""


@function("lang", 1)
def _lang(ctx: Context, wanted: Value) -> bool:
    node: Node | None = ctx.node
    while node is not None:
        have = next((a.value or "" for a in node.attrs if a.name == "xml:lang"), None)
        if have is not None:
            want = to_text(wanted).lower()
            return have.lower() == want or have.lower().startswith(want + "-")
        node = node.parent
    return False


@function("boolean", 1)
def _boolean(_c: Context, value: Value) -> bool:
    return to_boolean(value)


@function("not", 1)
def _not(_c: Context, value: Value) -> bool:
    return not to_boolean(value)


@function("true", 0)
def _true(_c: Context) -> bool:
    return True


@function("false", 0)
def _false(_c: Context) -> bool:
    return False


@function("boolean-from-string", 1)
def _boolean_from_string(_c: Context, value: Value) -> bool:
    return to_text(value) in ("1", "true")


@function("string", 0, 1)
def _string(ctx: Context, *args: Value) -> str:
    return to_text(args[0]) if args else ctx.node.text()


@function("concat", 0, MANY)
def _concat(_c: Context, *args: Value) -> str:
    return "".join("".join(n.text() for n in a) if isinstance(a, list) else to_text(a) for a in args)


@function("join", 1, MANY)
def _join(_c: Context, glue: Value, *args: Value) -> str:
    texts: list[str] = []
    for arg in args:
        texts += [n.text() for n in arg] if isinstance(arg, list) else [to_text(arg)]
    return to_text(glue).join(texts)


@function("starts-with", 2)
def _starts_with(_c: Context, text: Value, start: Value) -> bool:
    return to_text(text).startswith(to_text(start))


@function("ends-with", 2)
def _ends_with(_c: Context, text: Value, end: Value) -> bool:
    return to_text(text).endswith(to_text(end))


@function("contains", 2)
def _contains(_c: Context, text: Value, part: Value) -> bool:
    return to_text(part) in to_text(text)


@function("substring-before", 2)
def _substring_before(_c: Context, text: Value, part: Value) -> str:
    before, found, _after = to_text(text).partition(to_text(part)) if to_text(part) else ("", "", "")
    return before if found else ""


@function("substring-after", 2)
def _substring_after(_c: Context, text: Value, part: Value) -> str:
    return to_text(text).partition(to_text(part))[2] if to_text(part) else to_text(text)


def _js_round(value: float) -> float:
    return value if not math.isfinite(value) else math.floor(value + 0.5)


@function("substring", 2, 3)
def _substring(_c: Context, text: Value, start: Value, *length: Value) -> str:
    whole = to_text(text)
    first = _js_round(to_number(start))
    last = first + _js_round(to_number(length[0])) if length else math.inf
    return "".join(ch for at, ch in enumerate(whole, 1) if at >= first and at < last)


@function("substr", 2, 3)
def _substr(_c: Context, text: Value, start: Value, *end: Value) -> str:
    whole = to_text(text)
    bounds = [to_number(start), to_number(end[0]) if end else float(len(whole))]
    if any(b != b for b in bounds):
        return ""
    low, high = (int(max(min(b, len(whole)), -len(whole))) for b in bounds)
    return whole[low:high]


@function("string-length", 0, 1)
def _string_length(ctx: Context, *args: Value) -> float:
    return float(len(to_text(args[0]) if args else ctx.node.text()))


@function("normalize-space", 0, 1)
def _normalize_space(ctx: Context, *args: Value) -> str:
    return " ".join((to_text(args[0]) if args else ctx.node.text()).split())


@function("translate", 3)
def _translate(_c: Context, text: Value, old: Value, new: Value) -> str:
    table: dict[str, str] = {}
    fresh = to_text(new)
    for at, sign in enumerate(to_text(old)):
        table.setdefault(sign, fresh[at] if at < len(fresh) else "")
    return "".join(table.get(ch, ch) for ch in to_text(text))


_CLASSES = {
    "L": r"[^\W\d_]", "N": r"\d", "Lu": "[A-ZÀ-ÖØ-Þ]", "Ll": "[a-zß-öø-ÿ]", "P": r"[!-/:-@\[-`{-~、。，！？；：“”‘’（）《》·—…]",
    "Han": "[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]",
}
_CLASS = re.compile(r"\\p\{(?:Is|script=|sc=)?(\w+)\}")


@lru_cache(maxsize=512)
def pattern_of(text: str) -> re.Pattern[str]:
    r"""Return a regular expression as forms write it, \p{L}, \p{N} and \p{IsHan} too; XPathError("regex") where it is none."""
    try:
        return re.compile(_CLASS.sub(lambda m: _CLASSES.get(m[1], m[0]), text))
    except re.error as trouble:
        raise XPathError("regex", text[:40]) from trouble


@function("regex", 2)
def _regex(_c: Context, text: Value, pattern: Value) -> bool:
    return pattern_of(to_text(pattern)).search(to_text(text)) is not None


@function("number", 0, 1)
def _number(ctx: Context, *args: Value) -> float:
    value = args[0] if args else ctx.node.text()
    if isinstance(value, (str, list)):
        text = to_text(value)
        moment = parse_moment(text)
        if moment is not None:
            return Days.of(text, moment)
    return to_number(value)


@function("jr:itext", 1)
def _itext(ctx: Context, name: Value) -> Value:
    return ctx.world.itext(to_text(name), ctx.node)


@function("jr:choice-name", 2)
def _choice_name(ctx: Context, value: Value, path: Value) -> str:
    return ctx.world.choice_name(to_text(value), to_text(path).strip(), ctx.node)


@lazily("indexed-repeat", 3, MANY)
def _indexed_repeat(args: list[Run]) -> Run:
    """The target's nodes, kept where each named repeat among the ancestors is the index-th of its family."""

    def run(ctx: Context) -> list[Node]:
        targets = nodes_of(args[0](ctx), "indexed-repeat")
        for repeat, index in zip(args[1::2], args[2::2], strict=True):
            family = nodes_of(repeat(ctx), "indexed-repeat")
            at = to_number(index(ctx))
            kept = {id(n) for n in family if place_among_namesakes(n) == at}
            names = {n.local for n in family}
            targets = [t for t in _everywhere(targets, names) if _under(t, kept)]
        return targets

    return run


def _everywhere(targets: list[Node], repeats: set[str]) -> list[Node]:
    """A target written relative to its own instance stands for the same leaf in all instances."""
    if len(targets) != 1:
        return targets
    leaf = targets[0]
    trail = [leaf.local]
    node = leaf.parent
    while node is not None and node.local not in repeats:
        trail.append(node.local)
        node = node.parent
    if node is None or node.parent is None:
        return targets
    found = [n for n in node.parent.children if n.local == node.local]
    for name in reversed(trail):
        found = [c for n in found for c in n.children if c.local == name]
    return found


def _under(node: Node, keys: set[int]) -> bool:
    here: Node | None = node
    while here is not None:
        if id(here) in keys:
            return True
        here = here.parent
    return False


def texts_of(values: tuple[Value, ...]) -> list[str]:
    """Return all strings of arguments, node lists spread out."""
    return [t for v in values for t in ([n.text() for n in v] if isinstance(v, list) else [to_text(v)])]


def _install() -> None:
    from app.forms.xpath import choosing, counting, timing  # noqa: F401  (they register themselves)


_install()
__all__ = ["FUNCTIONS", "Function", "function", "lazily", "nodes_of", "number_text", "texts_of"]
