"""Graph: what each expression depends on, found from its tree. Promises an order without cycles, or the cycle's names.

A reference is a generic path and an anchor: the depth of the deepest part whose instance the reader and the read share.
`../age` inside a repeat is anchored at the repeat: a change touches that instance only. `/data/member/age` is anchored
at the root: a change touches every reader. Reading through a repeat's instances, or position(..), also depends on
which instances there are: a reference of its own kind, so that an answer never counts as a change of structure.
"""
from collections.abc import Iterator
from dataclasses import dataclass, field

from app.forms.definition import Definition, Expression, Part
from app.forms.xpath.functions import FUNCTIONS
from app.forms.xpath.parser import Binary, Call, Expr, Negate, Path, Step

_ALL = "*"


@dataclass(frozen=True, slots=True)
class Ref:
    """A part that is read, the anchor's depth, and whether its instances count (structure) or its value."""

    path: str
    anchor: int
    structure: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """Who reads, and from which depth down."""

    reader: Expression
    anchor: int


@dataclass(slots=True)
class Graph:
    """values and structures: path -> edges to readers; missing: (expression, path) of references to nothing."""

    values: dict[str, list[Edge]] = field(default_factory=dict)
    structures: dict[str, list[Edge]] = field(default_factory=dict)
    reads: dict[int, tuple[Ref, ...]] = field(default_factory=dict)
    missing: list[tuple[Expression, str]] = field(default_factory=list)
    cycle: tuple[Expression, ...] = ()
    ordered: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True)
class _Spot:
    """A set of possible places while a path is followed: one part (None: outside the form), and the anchor so far."""

    part: Part | None
    anchor: int


class _Finder:
    """Finds the references of one expression."""

    def __init__(self, definition: Definition, reader: Expression) -> None:
        self.definition, self.reader = definition, reader
        self.found: dict[Ref, None] = {}
        self.lost: list[str] = []
        self.volatile = False

    def refs(self, expr: Expr, base: Part | None, limit: int) -> None:
        """Note what an expression reads when it stands at `base`; limit: the anchor of the path around it."""
        if isinstance(expr, Path):
            self._path(expr, base, limit)
        elif isinstance(expr, Binary):
            self.refs(expr.left, base, limit)
            self.refs(expr.right, base, limit)
        elif isinstance(expr, Negate):
            self.refs(expr.value, base, limit)
        elif isinstance(expr, Call):
            self._call(expr, base, limit)

    def _call(self, call: Call, base: Part | None, limit: int) -> None:
        known = FUNCTIONS.get(call.name)
        self.volatile = self.volatile or (known is not None and known.volatile) or call.name == "randomize"
        if call.name == "indexed-repeat" and len(call.args) >= 3:
            for spot in self._path(call.args[0], base, limit, quiet=True):
                if spot.part is not None and spot.part.repeats:
                    depth = spot.part.repeats[0].depth - 1
                    self._note(spot.part, min(depth, limit))
            for at, arg in enumerate(call.args[1:]):
                if at % 2:
                    self.refs(arg, base, limit)
            return
        if call.name == "position" and call.args:
            for spot in self._path(call.args[0], base, limit, quiet=True):
                if spot.part is not None:
                    self.found[Ref(spot.part.path, min(spot.part.depth - 1, limit), True)] = None
            return
        if call.name in ("current", "instance"):
            return
        for arg in call.args:
            self.refs(arg, base, limit)

    def _path(self, expr: Expr, base: Part | None, limit: int, *, quiet: bool = False) -> list[_Spot]:
        if not isinstance(expr, Path):
            if isinstance(expr, Call) and expr.name == "current":
                return [_Spot(self.reader.part, self.reader.part.depth)]
            if isinstance(expr, Call) and expr.name == "randomize":
                return self._path(expr.args[0], base, limit, quiet=quiet)
            self.refs(expr, base, limit)
            return [_Spot(None, 0)]
        spots = self._start(expr, base, limit)
        for predicate in expr.filters:
            for spot in spots:
                self.refs(predicate, spot.part, min(spot.anchor, limit))
        for step in expr.steps:
            spots = self._step(step, spots, limit)
        if not quiet:
            for spot in spots:
                if spot.part is not None:
                    self._note(spot.part, min(spot.anchor, limit))
        return spots

    def _start(self, path: Path, base: Part | None, limit: int) -> list[_Spot]:
        if path.start is None:
            return [_Spot(base, base.depth if base else 0)]
        if path.start == "/":
            return [_Spot(None, -1)]
        return self._path(path.start, base, limit, quiet=bool(path.steps)) if not isinstance(path.start, str) else []

    def _step(self, step: Step, spots: list[_Spot], limit: int) -> list[_Spot]:
        after: list[_Spot] = []
        for spot in spots:
            after += self._one_step(step, spot)
        for predicate in step.predicates:
            for spot in after or [_Spot(None, 0)]:
                self.refs(predicate, spot.part, min(spot.anchor if spot.part else limit, limit))
        return after

    def _one_step(self, step: Step, spot: _Spot) -> list[_Spot]:
        root = self.definition.root
        if spot.part is None and spot.anchor != -1:
            return [spot]
        if step.axis == "child":
            if spot.part is None:
                wanted = [root] if step.test in (root.name, _ALL, "node()") else []
                anchor = 0
            else:
                wanted, anchor = self._children(spot.part, step.test), spot.anchor
            if not wanted and not step.test.endswith(")"):
                self.lost.append(f"{spot.part.path if spot.part else ''}/{step.test}")
            return [_Spot(part, anchor) for part in wanted]
        if spot.part is None:
            below = list(root.below())
            return [_Spot(p, 0) for p in below if step.test in ("node()", _ALL, p.name)] if "descendant" in step.axis else [spot]
        if step.axis in ("self", "attribute"):
            return [spot]
        if step.axis == "parent":
            above = spot.part.parent
            return [_Spot(above, min(spot.anchor, spot.part.depth - 1))] if above else [_Spot(None, -1)]
        return self._far(step, spot)

    def _far(self, step: Step, spot: _Spot) -> list[_Spot]:
        assert spot.part is not None
        if step.axis in ("descendant", "descendant-or-self"):
            return [_Spot(p, spot.anchor) for p in spot.part.below() if step.test in ("node()", _ALL, p.name)]
        above = spot.part.parent
        if above is None:
            return []
        if "sibling" in step.axis:
            return [_Spot(p, min(spot.anchor, above.depth)) for p in self._children(above, step.test)]
        return [_Spot(p, 0) for p in self.definition.root.below() if step.test in ("node()", _ALL, p.name)]

    @staticmethod
    def _children(part: Part, test: str) -> list[Part]:
        if test in (_ALL, "node()"):
            return part.children
        name = test.rpartition(":")[2]
        return [c for c in part.children if c.name == name]

    def _note(self, part: Part, anchor: int) -> None:
        for repeat in part.repeats:
            if repeat.depth > anchor:
                self.found[Ref(repeat.path, min(anchor, repeat.depth - 1), True)] = None
        leaves = [part] if part.leaf else [] if part.repeat else [p for p in part.below() if p.leaf]
        for leaf in leaves:
            self.found[Ref(leaf.path, anchor)] = None


_LEADS = ("count", "relevant", "calculate", "choices")


def build(definition: Definition) -> Graph:
    """Return the graph of a definition, with every expression's place in the order of evaluation."""
    graph = Graph()
    for expr in definition.expressions():
        finder = _Finder(definition, expr)
        finder.refs(expr.tree, expr.part, 99)
        expr.volatile = finder.volatile
        graph.missing += [(expr, path) for path in finder.lost]
        graph.reads[id(expr)] = tuple(finder.found)
        for ref in finder.found:
            edges = graph.structures if ref.structure else graph.values
            edges.setdefault(ref.path, []).append(Edge(expr, ref.anchor))
    _order(definition, graph)
    return graph


def _feeds(definition: Definition, ref: Ref) -> Iterator[Expression]:
    """Yield the expressions that decide what a reference reads."""
    part: Part | None = definition.parts[ref.path]
    assert part is not None
    if ref.structure:
        if "count" in part.expressions:
            yield part.expressions["count"]
        return
    if "calculate" in part.expressions:
        yield part.expressions["calculate"]
    if part.choices and part.choices.nodes and part.choices.moving:
        yield part.choices.nodes
    while part is not None:
        if "relevant" in part.expressions:
            yield part.expressions["relevant"]
        if part.repeat and "count" in part.expressions:
            yield part.expressions["count"]
        part = part.parent


def _order(definition: Definition, graph: Graph) -> None:
    for part in definition.parts.values():
        if part.choices and part.choices.nodes:
            part.choices.moving = bool(graph.reads[id(part.choices.nodes)])
    state: dict[int, bool] = {}
    ordered: list[Expression] = []
    for wanted in sorted(definition.expressions(), key=lambda e: e.kind not in _LEADS):
        if id(wanted) in state or graph.cycle:
            continue
        state[id(wanted)] = False
        trail = [(wanted, _all_feeds(definition, graph, wanted))]
        while trail and not graph.cycle:
            expr, feeds = trail[-1]
            feed = next(feeds, None)
            if feed is None:
                trail.pop()
                state[id(expr)] = True
                expr.order = len(ordered)
                ordered.append(expr)
            elif id(feed) not in state:
                state[id(feed)] = False
                trail.append((feed, _all_feeds(definition, graph, feed)))
            elif not state[id(feed)]:
                at = next(i for i, (e, _f) in enumerate(trail) if e is feed)
                graph.cycle = tuple(e for e, _f in trail[at:])
    graph.ordered = tuple(ordered)


def _all_feeds(definition: Definition, graph: Graph, expr: Expression) -> Iterator[Expression]:
    for ref in graph.reads[id(expr)]:
        for feed in _feeds(definition, ref):
            if not (feed is expr and expr.kind == "choices"):
                yield feed
