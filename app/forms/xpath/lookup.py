"""Look-ups: `item[code = …]` on a long list is answered from an index. Promises the same nodes as trying each item.

Only on lists that never change (choice lists, attached files), and only where the right side does not depend on the
item: then one index per list and column is made at first use and kept at the list's node.
"""
from collections.abc import Sequence

from app.forms.xpath.parser import Binary, Call, Expr, Literal, Path, Step
from app.forms.xpath.tree import Node
from app.forms.xpath.values import Value

LONG = 40
Index = dict[str, list[int]]


def column_and_key(step: Step) -> tuple[str, Expr] | None:
    """Return (column, right side) of a step such as `item[column = /data/town]`; None where no index can answer it."""
    if step.axis != "child" or not step.test.isidentifier() or len(step.predicates) != 1:
        return None
    test = step.predicates[0]
    if not isinstance(test, Binary) or test.op != "=" or not isinstance(test.left, Path):
        return None
    left = test.left
    plain = left.start is None and len(left.steps) == 1 and left.steps[0].axis == "child" and not left.steps[0].predicates
    if not plain or not left.steps[0].test.isidentifier() or not _fixed(test.right):
        return None
    return left.steps[0].test, test.right


def _fixed(expr: Expr) -> bool:
    """Return whether an expression has the same value whatever item it is asked at."""
    if isinstance(expr, Literal):
        return True
    if not isinstance(expr, Path) or expr.filters or any(s.predicates for s in expr.steps):
        return False
    return expr.start == "/" or (isinstance(expr.start, Call) and expr.start.name == "current")


def keys_of(value: Value) -> list[str] | None:
    """Return the texts that equal a value by being the same text; None where numbers or truths are compared."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [n.text() for n in value]
    return None


def indexable(parent: Node) -> bool:
    """Return whether a node's children never change and are many."""
    return parent.ref is None and len(parent.children) > LONG


def find(parent: Node, item: str, column: str, keys: Sequence[str]) -> list[Node]:
    """Return the children called `item` whose `column` is one of the keys, in their order."""
    if parent.state is None:
        parent.state = {}
    index: Index | None = parent.state.get((item, column))
    if index is None:
        index = parent.state[(item, column)] = _make(parent, item, column)
    places = {place for key in keys for place in index.get(key, ())}
    return [parent.children[place] for place in sorted(places)]


def _make(parent: Node, item: str, column: str) -> Index:
    index: Index = {}
    for place, child in enumerate(parent.children):
        if child.local != item or child.kind != "element":
            continue
        for cell in child.children:
            if cell.local == column and cell.kind == "element":
                index.setdefault(cell.text(), []).append(place)
    return index
