"""Instance: the tree of one interview's answers. Promises stable ids for repeat instances and numbered paths for people.

Nodes are xpath.tree.Node; a branch keeps its children by name, a leaf what is known about its answer.
"""
from collections.abc import Iterator
from dataclasses import dataclass, field

from app.forms.definition import Definition, Part
from app.forms.xpath.tree import Node
from app.models.identity import new_id


@dataclass(slots=True)
class Branch:
    """A group or repeat instance: its own relevance, and its children by name."""

    own: bool = True
    by_name: dict[str, list[Node]] = field(default_factory=dict)


@dataclass(slots=True)
class Leaf:
    """An answer: what is stored (the node's value is what can be seen of it), its flags, whether it was prefilled, and is untouched."""

    own: bool = True
    stored: str = ""
    required: bool = False
    readonly: bool = False
    valid: bool = True
    known: bool = False
    prefilled: bool = False
    offered: tuple[str, ...] | None = None


class Instance:
    """The answers of one interview. Attributes: definition, document (what `/` means), root."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.document = Node("document")
        self.root = self._grow(definition.root)
        self.document.append(self.root)

    def _grow(self, part: Part) -> Node:
        """Return a new node of a part with everything below it, repeats empty."""
        node = Node("element", part.name)
        node.ref = part
        if part.leaf:
            node.value = part.default
            node.state = Leaf(stored=part.default)
            return node
        node.state = Branch()
        for child in part.children:
            node.state.by_name[child.name] = []
            if not child.repeat:
                _attach(node, self._grow(child), len(node.children))
        return node

    def add(self, parent: Node, part: Part, key: str = "") -> Node:
        """Add an instance of a repeat at the end of its family, before the parts that follow it."""
        node = self._grow(part)
        node.key = key or new_id()
        node.relevant = parent.relevant
        for below in every(node):
            below.relevant = parent.relevant
        _attach(parent, node, self._place(parent, part))
        return node

    @staticmethod
    def _place(parent: Node, part: Part) -> int:
        siblings = [c.name for c in parent.ref.children]
        after = set(siblings[siblings.index(part.name) + 1:])
        return next((i for i, c in enumerate(parent.children) if c.local in after), len(parent.children))

    @staticmethod
    def remove(node: Node) -> None:
        """Take an instance of a repeat out."""
        parent = node.parent
        assert parent is not None
        parent.children = [c for c in parent.children if c is not node]
        family = parent.state.by_name
        family[node.local] = [c for c in family[node.local] if c is not node]
        for gone in list(every(node)):
            gone.parent = None

    def find(self, path: str) -> Node | None:
        """Return the node of a numbered path (or of one with instance ids); None where there is none now."""
        node = self.document
        for step in path.strip().strip("/").split("/"):
            name, _, index = step.partition("[")
            family = [self.root] if node is self.document and name == self.root.local else (
                node.state.by_name.get(name, []) if isinstance(node.state, Branch) else [])
            found = _pick(family, index.rstrip("]"))
            if found is None:
                return None
            node = found
        return node

    def family(self, path: str) -> tuple[Node, Part] | None:
        """Return the parent instance and the part that the path of a repeat (without a number at its end) names."""
        above, _, name = path.strip().rstrip("/").rpartition("/")
        parent = self.find(above) if above else None
        if parent is None or not isinstance(parent.state, Branch):
            return None
        part = next((c for c in parent.ref.children if c.name == name), None)
        return (parent, part) if part is not None else None


def _pick(family: list[Node], index: str) -> Node | None:
    if index.startswith("#"):
        return next((n for n in family if n.key == index[1:]), None)
    at = int(index) if index.isdecimal() else 1
    return family[at - 1] if 1 <= at <= len(family) else None


def _attach(parent: Node, node: Node, at: int) -> None:
    node.parent = parent
    parent.children.insert(at, node)
    parent.state.by_name.setdefault(node.local, []).append(node)


def every(node: Node) -> Iterator[Node]:
    """Yield a node and all below it."""
    yield node
    for child in node.children:
        yield from every(child)


def leaves(node: Node) -> Iterator[Node]:
    """Yield the leaves below a node, in order."""
    return (n for n in every(node) if n.ref.leaf)


def path_of(node: Node) -> str:
    """Return the path with the number of each repeat instance from 1."""
    return _path(node, numbered=True)


def key_path(node: Node) -> str:
    """Return the path with the id of each repeat instance: what the journal keeps."""
    return _path(node, numbered=False)


def _path(node: Node, *, numbered: bool) -> str:
    if not node.ref.repeats:
        return str(node.ref.path)
    steps: list[str] = []
    here: Node | None = node
    while here is not None and here.ref is not None:
        step = here.local
        if here.ref.repeat and here.parent is not None:
            place = next(i for i, n in enumerate(here.parent.state.by_name[here.local], 1) if n is here)
            step += f"[{place}]" if numbered else f"[#{here.key}]"
        steps.append(step)
        here = here.parent
    return "/" + "/".join(reversed(steps))


def ancestor(node: Node, depth: int) -> Node:
    """Return the ancestor (or the node itself) at this depth; the root for less than 1."""
    here = node
    while here.ref.depth > max(depth, 1) and here.parent is not None:
        here = here.parent
    return here


def instances(above: Node, part: Part) -> list[Node]:
    """Return all nodes of a part below an ancestor (or that one itself)."""
    found = [above]
    for name in part.names()[above.ref.depth:]:
        found = [n for f in found for n in f.state.by_name.get(name, ())]
    return found
