"""The tree that XPath walks: one slotted Node for form instances and for any XML. Promises document order.

A leaf of a form instance keeps its text in `value` and has no text nodes; a document read by `read_xml` has them.
`relevant` is the effective flag, pushed down by the interview: a node out of play reads as blank.
"""
from collections.abc import Iterator
from typing import Any

XFORMS = "http://www.w3.org/2002/xforms"
XHTML = "http://www.w3.org/1999/xhtml"
XML = "http://www.w3.org/XML/1998/namespace"


class Node:
    """One node: document, element, attribute, text, comment, pi or doctype.

    Attributes: name (as written), local, ns (URI or None), prefix; value (text of a leaf, attribute, text node), ref
    (the definition's node of a form instance), state (what an interview keeps at a leaf), key (id of an instance).
    """

    __slots__ = ("kind", "local", "ns", "prefix", "parent", "children", "attrs", "value", "relevant", "ref", "state", "key")

    def __init__(self, kind: str, local: str = "", ns: str | None = None, prefix: str = "", value: str | None = None) -> None:
        self.kind, self.local, self.ns, self.prefix, self.value = kind, local, ns, prefix, value
        self.parent: Node | None = None
        self.children: list[Node] = []
        self.attrs: list[Node] = []
        self.relevant = True
        self.ref: Any = None
        self.state: Any = None
        self.key = ""

    @property
    def name(self) -> str:
        """Return the qualified name."""
        return f"{self.prefix}:{self.local}" if self.prefix else self.local

    def append(self, child: "Node") -> "Node":
        """Put a child at the end and return it."""
        child.parent = self
        self.children.append(child)
        return child

    def attribute(self, name: str) -> str:
        """Return the value of an attribute without namespace, or ''."""
        return next((a.value or "" for a in self.attrs if a.local == name and not a.prefix), "")

    def text(self) -> str:
        """Return the string-value; '' when out of play."""
        if not self.relevant:
            return ""
        if self.value is not None:
            return self.value
        return "".join(c.text() for c in self.children if c.kind in ("element", "text"))

    def descendants(self) -> Iterator["Node"]:
        """Yield all nodes below, in document order, without attributes."""
        for child in self.children:
            yield child
            yield from child.descendants()

    def root(self) -> "Node":
        """Return the topmost node of this tree."""
        node = self
        while node.parent is not None:
            node = node.parent
        return node


def order_key(node: Node) -> tuple[int, ...]:
    """Return a key that sorts nodes of one tree in document order, attributes before children."""
    steps: list[int] = []
    while node.parent is not None:
        siblings = node.parent.attrs if node.kind == "attribute" else node.parent.children
        at = next(i for i, n in enumerate(siblings) if n is node)
        steps.append(at - len(siblings) if node.kind == "attribute" else at)
        node = node.parent
    return tuple(reversed(steps))


def in_order(nodes: list[Node]) -> list[Node]:
    """Return the distinct nodes in document order."""
    return sorted({id(n): n for n in nodes}.values(), key=order_key)


def _split(tag: str) -> tuple[str | None, str]:
    if tag.startswith("{"):
        uri, local = tag[1:].split("}", 1)
        return uri, local
    return None, tag


def _element(source: Any) -> Node:
    ns, local = _split(source.tag)
    node = Node("element", local, ns, source.prefix or "")
    by_uri = {uri: prefix or "" for prefix, uri in source.nsmap.items()}
    for name, value in source.attrib.items():
        uri, attr = _split(name)
        prefix = "xml" if uri == XML else by_uri.get(uri, "") if uri else ""
        child = Node("attribute", attr, uri, prefix, value)
        child.parent = node
        node.attrs.append(child)
    if source.text:
        node.append(Node("text", value=source.text))
    for child in source:
        node.append(_node(child))
        if child.tail:
            node.append(Node("text", value=child.tail))
    return node


def _node(source: Any) -> Node:
    if isinstance(source.tag, str):
        return _element(source)
    if hasattr(source, "target"):
        return Node("pi", source.target, value=source.text or "")
    return Node("comment", value=source.text or "")


def read_xml(text: str | bytes) -> Node:
    """Return the document node of an XML text; Problem is the caller's: ValueError where it is no XML."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, strip_cdata=True)
    try:
        top = etree.fromstring(text.encode() if isinstance(text, str) else text, parser)
    except etree.XMLSyntaxError as trouble:
        raise ValueError(str(trouble)) from trouble
    document = Node("document")
    docinfo: Any = top.getroottree().docinfo
    if docinfo.doctype:
        document.append(Node("doctype", value=""))
    before = list(top.itersiblings(preceding=True))
    for sibling in reversed(before):
        document.append(_node(sibling))
    document.append(_node(top))
    for sibling in top.itersiblings():
        document.append(_node(sibling))
    return document
