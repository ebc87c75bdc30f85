"""Flow: what follows from a changed answer. Promises the same state as computing everything anew, touching little.

A worklist ordered by the graph; it stops where a value did not change. Relevance is pushed down to the leaves, so that
reading costs nothing. Values that cannot be computed again (once, uuid, now, random) and the instances that a count
asks for are told to `keep`, and are not made while `replaying`.
"""
import heapq
import math
from collections.abc import Callable
from dataclasses import dataclass, field

from app.forms.definition import Action, Expression, Part
from app.forms.graph import Edge, Graph
from app.forms.instance import Branch, Instance, ancestor, every, instances, key_path, leaves
from app.forms.xpath.compile import Context, World
from app.forms.xpath.lexer import XPathError
from app.forms.xpath.tree import Node
from app.forms.xpath.values import Value, to_boolean, to_number, to_text

MOST_INSTANCES = 1000
MOST_ROUNDS = 50
Keep = Callable[[str, str, str], None]


@dataclass(slots=True)
class Marks:
    """Which nodes changed, by what changed; repeats holds (parent, part) by id."""

    values: dict[int, Node] = field(default_factory=dict)
    relevance: dict[int, Node] = field(default_factory=dict)
    validity: dict[int, Node] = field(default_factory=dict)
    choices: dict[int, Node] = field(default_factory=dict)
    labels: dict[int, Node] = field(default_factory=dict)
    repeats: dict[tuple[int, str], tuple[Node, Part]] = field(default_factory=dict)


class Flow:
    """The living state of one interview. Attributes: instance, graph, world, marks (since the last `take`), replaying."""

    def __init__(self, instance: Instance, graph: Graph, world: World, keep: Keep) -> None:
        self.instance, self.graph, self.world, self.keep = instance, graph, world, keep
        self.marks = Marks()
        self.replaying = False
        self.heap: list[tuple[int, int, Expression, Node]] = []
        self.waiting: set[tuple[int, int]] = set()
        self.pushed = 0
        self.due: list[tuple[Action, Node]] = []

    def take(self) -> Marks:
        """Return what changed since the last time."""
        marks, self.marks = self.marks, Marks()
        return marks

    def store(self, node: Node, text: str) -> None:
        """Set a leaf's stored value and note what depends on it; `run` does the rest."""
        node.state.stored = text
        self._show(node, self._visible(node))
        self._constraint(node)

    def add(self, parent: Node, part: Part, key: str = "") -> Node:
        """Add an instance of a repeat and note everything in it."""
        node = self.instance.add(parent, part, key)
        self._all(node)
        self._structure(parent, part)
        return node

    def remove(self, node: Node) -> None:
        """Remove an instance and note who looked at it."""
        parent, part = node.parent, node.ref
        assert parent is not None
        self.instance.remove(node)
        self._structure(parent, part)

    def all(self) -> None:
        """Note every expression of every node: a whole computation."""
        self._all(self.instance.root)

    def run(self) -> None:
        """Evaluate what was noted, in order, until nothing changes."""
        for _ in range(MOST_ROUNDS):
            while self.heap:
                _order, _n, expr, node = heapq.heappop(self.heap)
                self.waiting.discard((id(expr), id(node)))
                if node.parent is not None:
                    self._evaluate(expr, node)
            if not self.due:
                return
            due, self.due = self.due, []
            for action, near in due:
                self.act(action, near)
        raise RuntimeError("the form's triggers set each other off without end")

    def value(self, expr: Expression, node: Node) -> Value:
        """Return the value of an expression at a node; an expression that fails is blank."""
        try:
            return expr.run(Context(node, self.world))
        except (XPathError, ArithmeticError, ValueError, RecursionError):
            return ""

    # -- noting

    def _note(self, expr: Expression, node: Node) -> None:
        key = (id(expr), id(node))
        if key not in self.waiting:
            self.waiting.add(key)
            self.pushed += 1
            heapq.heappush(self.heap, (expr.order, self.pushed, expr, node))

    def _all(self, top: Node) -> None:
        for node in every(top):
            part: Part = node.ref
            for expr in part.expressions.values():
                if expr.kind != "count":
                    self._note(expr, node)
            if part.choices and part.choices.nodes and part.choices.moving:
                self._note(part.choices.nodes, node)
            if isinstance(node.state, Branch):
                for child in part.children:
                    if child.repeat and "count" in child.expressions:
                        self._note(child.expressions["count"], node)

    def _edges(self, edges: list[Edge], node: Node) -> None:
        for edge in edges:
            expr = edge.reader
            above = ancestor(node, edge.anchor)
            part = expr.part
            if expr.kind == "count":
                assert part.parent is not None
                part = part.parent
            if above.ref.depth > part.depth:
                above = ancestor(above, part.depth)
            for target in instances(above, part):
                if expr.kind == "label":
                    self.marks.labels[id(target)] = target
                else:
                    self._note(expr, target)

    def _structure(self, parent: Node, part: Part) -> None:
        self.marks.repeats[(id(parent), part.name)] = (parent, part)
        for below in part.below():
            self._edges([e for e in self.graph.structures.get(below.path, ()) if e.anchor < part.depth], parent)

    # -- values

    def _visible(self, node: Node) -> str:
        state = node.state
        part: Part = node.ref
        if not state.stored or part.choices is None or part.choices.nodes is None or not part.choices.moving:
            return str(state.stored)
        offered = set(self.offered(node))
        if part.control == "select1":
            return state.stored if state.stored in offered else ""
        return " ".join(name for name in state.stored.split() if name in offered)

    def offered(self, node: Node) -> tuple[str, ...]:
        """Return the names that a question's choices offer now."""
        state, choices = node.state, node.ref.choices
        if state.offered is None:
            if choices.nodes is None:
                state.offered = tuple(name for name, _label in choices.fixed)
            else:
                nodes = self.value(choices.nodes, node)
                found = nodes if isinstance(nodes, list) else []
                state.offered = tuple(child_text(item, choices.name) for item in found if item.relevant)
        return tuple(state.offered)

    def _show(self, node: Node, text: str) -> None:
        if node.value == text:
            return
        node.value = text
        self.marks.values[id(node)] = node
        if node.relevant:
            self._changed(node)
        if not self.replaying:
            self.due += [(a, node) for a in node.ref.actions if a.event == "xforms-value-changed"]

    def _changed(self, node: Node) -> None:
        edges = self.graph.values.get(node.ref.path)
        if edges:
            self._edges(edges, node)

    def act(self, action: Action, near: Node) -> None:
        """Carry out a setvalue for the target that shares the deepest repeat with `near`, and keep what it set."""
        part, expr = self.instance.definition.parts[action.target], action.value
        shared = [r for r in part.repeats if r in near.ref.repeats]
        above = ancestor(near, shared[-1].depth if shared else 1)
        for node in instances(above, part):
            value = plain(self.value(expr, node)) if expr is not None else action.text
            self.store(node, value)
            self.keep("set", key_path(node), value)

    # -- evaluating

    def _evaluate(self, expr: Expression, node: Node) -> None:
        if expr.kind == "calculate":
            self._calculate(expr, node)
        elif expr.kind == "relevant":
            self._relevant(node, to_boolean(self.value(expr, node)))
        elif expr.kind == "constraint":
            self._constraint(node)
        elif expr.kind in ("required", "readonly"):
            self._flag(node, expr)
        elif expr.kind == "choices":
            node.state.offered = None
            self.marks.choices[id(node)] = node
            self._show(node, self._visible(node))
        elif expr.kind == "count":
            self._count(expr, node)

    def _calculate(self, expr: Expression, node: Node) -> None:
        if expr.volatile and self.replaying:
            return
        text = plain(self.value(expr, node))
        if text == node.state.stored:
            return
        self.store(node, text)
        if expr.volatile:
            self.keep("set", key_path(node), text)

    def _flag(self, node: Node, expr: Expression) -> None:
        flag = to_boolean(self.value(expr, node))
        if isinstance(node.state, Branch):
            if expr.kind == "readonly":
                for leaf in leaves(node):
                    self._set_flag(leaf, "readonly", flag)
            return
        self._set_flag(node, expr.kind, flag)

    def _set_flag(self, node: Node, name: str, flag: bool) -> None:
        if getattr(node.state, name) != flag:
            setattr(node.state, name, flag)
            self.marks.validity[id(node)] = node

    def _constraint(self, node: Node) -> None:
        expr = node.ref.expressions.get("constraint")
        if expr is None or isinstance(node.state, Branch):
            return
        valid = not node.value or not node.relevant or to_boolean(self.value(expr, node))
        if valid != node.state.valid:
            node.state.valid = valid
            self.marks.validity[id(node)] = node

    def _relevant(self, node: Node, own: bool) -> None:
        node.state.own = own
        above = node.parent.relevant if node.parent is not None else True
        self._push_down(node, own and above)

    def _push_down(self, node: Node, relevant: bool) -> None:
        if node.relevant == relevant:
            return
        node.relevant = relevant
        self.marks.relevance[id(node)] = node
        if isinstance(node.state, Branch):
            for child in node.children:
                self._push_down(child, relevant and child.state.own)
        elif node.value:
            self._constraint(node)
            self._changed(node)

    def _count(self, expr: Expression, parent: Node) -> None:
        if self.replaying:
            return
        stand = Node("element", expr.part.name)
        stand.parent, stand.ref = parent, expr.part
        wanted = to_number(self.value(expr, stand))
        number = int(wanted) if math.isfinite(wanted) and wanted > 0 else 0
        family = parent.state.by_name[expr.part.name]
        for _ in range(min(number, MOST_INSTANCES) - len(family)):
            node = self.add(parent, expr.part)
            self.keep("add", key_path(node), "")
        for node in family[number:]:
            self.keep("remove", key_path(node), "")
            self.remove(node)


def plain(value: Value) -> str:
    """Return a value as it is stored: nothing for what is no number."""
    text = to_text(value)
    return "" if text in ("NaN", "Invalid Date") else text


def child_text(item: Node, name: str) -> str:
    """Return the text of a choice node's child."""
    if name == ".":
        return item.text()
    return next((c.text() for c in item.children if c.local == name), "")
