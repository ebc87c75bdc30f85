"""Compiler: the tree of an expression becomes one Python closure. Promises lazy `if`, `and`, `or`, `coalesce`.

A call that cannot be (unknown function, wrong argument count) fails when it is reached; `wrong_call` finds it before.
"""
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from app.forms.xpath import lookup
from app.forms.xpath.lexer import XPathError
from app.forms.xpath.parser import Binary, Call, Expr, Literal, Negate, Number, Path, Step, parse
from app.forms.xpath.tree import XHTML, Node, in_order
from app.forms.xpath.values import Value, compare, to_boolean, to_number, to_text

Run = Callable[["Context"], Value]


@dataclass(slots=True)
class World:
    """What an expression may ask beyond its node.

    Attributes: root (what `/` means; None: the root of the node's own tree), instances (id -> its root element),
    prefixes (prefix -> URI), itext (id -> texts or nodes), choice_name (value, path -> label).
    """

    root: Node | None = None
    instances: dict[str, Node] = field(default_factory=dict)
    prefixes: dict[str, str] = field(default_factory=dict)
    itext: Callable[[str, Node], Value] = lambda _id, _node: ""
    choice_name: Callable[[str, str, Node], str] = lambda value, _path, _node: value
    find_instance: Callable[[str], Node | None] | None = None

    def instance(self, name: str) -> Node | None:
        """Return the element of a secondary instance, or None."""
        found = self.instances.get(name)
        return found if found is not None or self.find_instance is None else self.find_instance(name)


class Context:
    """Where an expression stands: node, 1-based position, size, the world, and the node of `current()`."""

    __slots__ = ("node", "position", "size", "world", "current")

    def __init__(self, node: Node, world: World, position: int = 1, size: int = 1, current: Node | None = None) -> None:
        self.node, self.world, self.position, self.size = node, world, position, size
        self.current = node if current is None else current


def _name_test(test: str, axis: str) -> Callable[[Node, World], bool]:
    kind = "attribute" if axis == "attribute" else "element"
    if test.endswith(")"):
        name, _, target = test[:-1].partition("(")
        if name == "node":
            return lambda _n, _w: True
        wanted = {"text": "text", "comment": "comment", "processing-instruction": "pi"}[name]
        target = target.strip("\"'")
        return lambda n, _w: n.kind == wanted and (not target or n.local == target)
    if test == "*":
        return lambda n, _w: n.kind == kind
    prefix, colon, local = test.rpartition(":")
    if not colon:
        return lambda n, _w: n.local == local and n.kind == kind and (n.ns is None or n.ns != XHTML)
    if local == "*":
        return lambda n, w: n.kind == kind and n.ns == w.prefixes.get(prefix, prefix)
    return lambda n, w: n.local == local and n.kind == kind and n.ns == w.prefixes.get(prefix, prefix)


def _ancestors(node: Node) -> Iterator[Node]:
    while node.parent is not None:
        node = node.parent
        yield node


def _siblings(node: Node, forward: bool) -> list[Node]:
    if node.parent is None or node.kind == "attribute":
        return []
    family = node.parent.children
    at = next(i for i, n in enumerate(family) if n is node)
    return family[at + 1:] if forward else family[:at][::-1]


def _around(node: Node, forward: bool) -> Iterator[Node]:
    if node.kind == "attribute" and node.parent is not None:
        if forward:
            yield from node.parent.descendants()
        node = node.parent
    for base in [node, *_ancestors(node)]:
        for sibling in _siblings(base, forward):
            below = [sibling, *sibling.descendants()]
            yield from below if forward else reversed(below)


_AXIS: dict[str, Callable[[Node], Any]] = {
    "child": lambda n: n.children,
    "parent": lambda n: (n.parent,) if n.parent is not None else (),
    "self": lambda n: (n,),
    "attribute": lambda n: n.attrs,
    "descendant": lambda n: n.descendants(),
    "descendant-or-self": lambda n: [n, *n.descendants()],
    "ancestor": _ancestors,
    "ancestor-or-self": lambda n: [n, *_ancestors(n)],
    "following-sibling": lambda n: _siblings(n, True),
    "preceding-sibling": lambda n: _siblings(n, False),
    "following": lambda n: _around(n, True),
    "preceding": lambda n: _around(n, False),
    "namespace": lambda _n: (),
}
_TIDY = {"child", "self", "attribute", "parent"}


def _filter(nodes: list[Node], run: Run, ctx: Context) -> list[Node]:
    kept = []
    size = len(nodes)
    for position, node in enumerate(nodes, 1):
        value = run(Context(node, ctx.world, position, size, ctx.current))
        if (value == position) if isinstance(value, float) else to_boolean(value):
            kept.append(node)
    return kept


Walk = Callable[[list[Node], Context], list[Node]]


def _step(step: Step) -> Walk:
    axis, test = _AXIS[step.axis], _name_test(step.test, step.axis)
    predicates = [compile_expr(p) for p in step.predicates]
    if step.axis == "parent" and step.test == "node()" and not predicates:
        return lambda nodes, _c: [n.parent for n in nodes if n.parent is not None]
    if step.axis == "child" and step.test.isidentifier() and not predicates:
        name = step.test
        return lambda nodes, _c: [
            c for n in nodes for c in n.children if c.local == name and c.kind == "element" and c.ns != XHTML
        ]
    keyed = lookup.column_and_key(step)
    if keyed is not None:
        return _keyed(step.test, keyed[0], compile_expr(keyed[1]), _tried(axis, test, predicates))
    if not predicates:
        return lambda nodes, ctx: [m for n in nodes for m in axis(n) if test(m, ctx.world)]
    return _tried(axis, test, predicates)


def _keyed(item: str, column: str, key: Run, tried: Walk) -> Walk:
    """A walk that answers from an index where it can, and tries each item where it cannot."""

    def walk(nodes: list[Node], ctx: Context) -> list[Node]:
        found: list[Node] = []
        for node in nodes:
            keys = lookup.keys_of(key(Context(node, ctx.world, current=ctx.current))) if lookup.indexable(node) else None
            found += tried([node], ctx) if keys is None else lookup.find(node, item, column, keys)
        return found

    return walk


def _tried(axis: Callable[[Node], Any], test: Callable[[Node, World], bool], predicates: list[Run]) -> Walk:
    def walk(nodes: list[Node], ctx: Context) -> list[Node]:
        found: list[Node] = []
        for node in nodes:
            here = [m for m in axis(node) if test(m, ctx.world)]
            for run in predicates:
                here = _filter(here, run, ctx)
            found += here
        return found

    return walk


def _path(path: Path) -> Run:
    walks = [_step(s) for s in path.steps]
    filters = [compile_expr(f) for f in path.filters]
    messes = [s.axis not in _TIDY for s in path.steps]
    climbs = [s.axis == "parent" for s in path.steps]
    start = path.start if isinstance(path.start, str) or path.start is None else compile_expr(path.start)

    def run(ctx: Context) -> list[Node]:
        if start is None:
            nodes = [ctx.node]
        elif isinstance(start, str):
            nodes = [ctx.world.root or ctx.node.root()]
        else:
            value = start(ctx)
            if not isinstance(value, list):
                raise XPathError("nodes", "path on a value that is no node")
            nodes = value
        for keep in filters:
            nodes = _filter(nodes, keep, ctx)
        messy = False
        for walk, mess, climb in zip(walks, messes, climbs, strict=True):
            messy = messy or mess or (climb and len(nodes) > 1)
            nodes = walk(nodes, ctx)
        return in_order(nodes) if messy and len(nodes) > 1 else nodes

    return run


def _modulo(left: float, right: float) -> float:
    if right == 0 or math.isinf(left) or left != left or right != right:
        return math.nan
    return math.fmod(left, right)


def _divide(left: float, right: float) -> float:
    if right == 0:
        return math.nan if left == 0 or left != left else math.copysign(math.inf, left) * math.copysign(1, right)
    return left / right


_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "div": _divide,
    "mod": _modulo,
}


def _union(left: Run, right: Run) -> Run:
    def run(ctx: Context) -> list[Node]:
        one, two = left(ctx), right(ctx)
        if not isinstance(one, list) or not isinstance(two, list):
            raise XPathError("nodes", "| on a value that is no node")
        return in_order([*one, *two])

    return run


def _binary(expr: Binary) -> Run:
    left, right, op = compile_expr(expr.left), compile_expr(expr.right), expr.op
    if op == "and":
        return lambda c: to_boolean(left(c)) and to_boolean(right(c))
    if op == "or":
        return lambda c: to_boolean(left(c)) or to_boolean(right(c))
    if op == "|":
        return _union(left, right)
    if op in _ARITHMETIC:
        act = _ARITHMETIC[op]
        return lambda c: act(to_number(left(c)), to_number(right(c)))
    if op in ("=", "!=") and isinstance(expr.right, Literal) and isinstance(expr.left, Path):
        return _equals_text(left, expr.right.value, op == "=")
    return lambda c: compare(op, left(c), right(c))


def _equals_text(left: Run, text: str, wanted: bool) -> Run:
    def run(ctx: Context) -> bool:
        nodes = left(ctx)
        if isinstance(nodes, list):
            return any((n.text() == text) == wanted for n in nodes)
        return compare("=" if wanted else "!=", nodes, text)

    return run


def wrong_call(call: Call) -> XPathError | None:
    """Return what is wrong with a call: XPathError "function" or "arguments"; None when it can be."""
    from app.forms.xpath.functions import FUNCTIONS

    function = FUNCTIONS.get(call.name)
    if function is None:
        return XPathError("function", call.name, call.at)
    if not function.least <= len(call.args) <= function.most:
        return XPathError("arguments", call.name, call.at)
    return None


def _fails(trouble: XPathError) -> Run:
    def run(_ctx: Context) -> Value:
        raise trouble

    return run


def _call(call: Call) -> Run:
    from app.forms.xpath.functions import FUNCTIONS

    trouble = wrong_call(call)
    if trouble is not None:
        return _fails(trouble)
    function = FUNCTIONS[call.name]
    args = [compile_expr(a) for a in call.args]
    if function.lazy is not None:
        return function.lazy(args)
    plain = function.plain
    assert plain is not None
    if len(args) == 1:
        only = args[0]
        return lambda c: plain(c, only(c))
    return lambda c: plain(c, *[a(c) for a in args])


def compile_expr(expr: Expr) -> Run:
    """Return the closure of a tree."""
    if isinstance(expr, Number):
        number = expr.value
        return lambda _c: number
    if isinstance(expr, Literal):
        text = expr.value
        return lambda _c: text
    if isinstance(expr, Negate):
        value = compile_expr(expr.value)
        return lambda c: -to_number(value(c))
    if isinstance(expr, Binary):
        return _binary(expr)
    if isinstance(expr, Call):
        return _call(expr)
    return _path(expr)


def compile_text(text: str) -> Run:
    """Return the closure of an expression's text; XPathError where it cannot run."""
    return compile_expr(parse(text))


def evaluate(text: str, node: Node, world: World | None = None) -> Value:
    """Return the value of an expression at a node."""
    return compile_text(text)(Context(node, world or World()))


__all__ = ["Context", "Run", "World", "compile_expr", "compile_text", "evaluate", "to_text"]
