"""Parser: text to tree of XPath 1.0. Promises that what parses has known axes, and where it does not, the offset.

Grammar, loosest first: or, and, = !=, < <= > >=, + -, * div mod, unary -, |, path, filter, primary.
"""
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from app.forms.xpath.lexer import Token, XPathError, tokens

AXES = {
    "ancestor", "ancestor-or-self", "attribute", "child", "descendant", "descendant-or-self", "following",
    "following-sibling", "namespace", "parent", "preceding", "preceding-sibling", "self",
}
NODE_TYPES = {"node", "text", "comment", "processing-instruction"}


@dataclass(frozen=True, slots=True)
class Number:
    value: float


@dataclass(frozen=True, slots=True)
class Literal:
    value: str


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    args: tuple["Expr", ...]
    at: int


@dataclass(frozen=True, slots=True)
class Binary:
    op: str
    left: "Expr"
    right: "Expr"


@dataclass(frozen=True, slots=True)
class Negate:
    value: "Expr"


@dataclass(frozen=True, slots=True)
class Step:
    """axis, test ("*", a name, or a node type with its brackets: "node()"), predicates."""

    axis: str
    test: str
    predicates: tuple["Expr", ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """start: None (the context node), "/" (the root) or an expression; filters: predicates of that expression."""

    start: "Expr | str | None"
    steps: tuple[Step, ...]
    filters: tuple["Expr", ...] = ()


Expr = Number | Literal | Call | Binary | Negate | Path

_ANY = Step("descendant-or-self", "node()")


class _Parser:
    """A cursor over tokens."""

    def __init__(self, text: str) -> None:
        self.tokens = tokens(text)
        self.at = 0

    @property
    def here(self) -> Token:
        return self.tokens[self.at]

    def take(self, *texts: str) -> str | None:
        """Return the operator here, if it is one of these, and step over it."""
        token = self.here
        if token.kind in ("op", "operator") and token.text in texts:
            self.at += 1
            return token.text
        return None

    def need(self, text: str) -> None:
        """Step over this sign or fail."""
        if self.take(text) is None:
            raise self.wrong()

    def wrong(self) -> XPathError:
        """Return the error of an unexpected token."""
        return XPathError("syntax", self.here.text or "…", self.here.at)

    def whole(self) -> Expr:
        """Return the expression that the whole text is."""
        expr = self.either()
        if self.here.kind != "end":
            raise self.wrong()
        return expr

    def _left(self, below: Callable[[], Expr], *ops: str) -> Expr:
        expr = below()
        while (op := self.take(*ops)) is not None:
            expr = Binary(op, expr, below())
        return expr

    def either(self) -> Expr:
        return self._left(self.both, "or")

    def both(self) -> Expr:
        return self._left(self.equal, "and")

    def equal(self) -> Expr:
        return self._left(self.ordered, "=", "!=")

    def ordered(self) -> Expr:
        return self._left(self.sum, "<", "<=", ">", ">=")

    def sum(self) -> Expr:
        return self._left(self.product, "+", "-")

    def product(self) -> Expr:
        return self._left(self.unary, "*", "div", "mod")

    def unary(self) -> Expr:
        return Negate(self.unary()) if self.take("-") else self._left(self.path, "|")

    def path(self) -> Expr:
        token = self.here
        if self.take("//"):
            return Path("/", (_ANY, *self.steps()))
        if self.take("/"):
            return Path("/", self.steps() if self._step_here() else ())
        if token.kind in ("number", "string") or (token.kind == "op" and token.text == "(") or self._call_here():
            return self._filtered()
        if self._step_here():
            return Path(None, self.steps())
        raise self.wrong()

    def _filtered(self) -> Expr:
        expr = self.primary()
        filters = self.predicates()
        steps: tuple[Step, ...] = ()
        if self.take("//"):
            steps = (_ANY, *self.steps())
        elif self.take("/"):
            steps = self.steps()
        return Path(expr, steps, filters) if filters or steps else expr

    def _call_here(self) -> bool:
        after = self.tokens[min(self.at + 1, len(self.tokens) - 1)]
        return self.here.kind == "name" and after.text == "(" and after.kind == "op" and self.here.text not in NODE_TYPES

    def _step_here(self) -> bool:
        return self.here.kind == "name" or (self.here.kind == "op" and self.here.text in (".", "..", "@", "*"))

    def steps(self) -> tuple[Step, ...]:
        """Return the steps of a relative path."""
        found = [self.step()]
        while (slash := self.take("/", "//")) is not None:
            if slash == "//":
                found.append(_ANY)
            found.append(self.step())
        return tuple(found)

    def step(self) -> Step:
        if self.take(".."):
            return Step("parent", "node()", self.predicates())
        if self.take("."):
            return Step("self", "node()", self.predicates())
        axis = "attribute" if self.take("@") else "child"
        after = self.tokens[min(self.at + 1, len(self.tokens) - 1)]
        if self.here.kind == "name" and after.kind == "op" and after.text == "::":
            axis = self.here.text
            if axis not in AXES:
                raise XPathError("axis", axis, self.here.at)
            self.at += 2
        return Step(axis, self.test(), self.predicates())

    def test(self) -> str:
        """Return the node test of a step."""
        if self.take("*"):
            return "*"
        token = self.here
        if token.kind != "name":
            raise self.wrong()
        self.at += 1
        if token.text in NODE_TYPES and self.take("("):
            target = ""
            if self.here.kind == "string":
                target = self.here.text
                self.at += 1
            self.need(")")
            return f"{token.text}({target})"
        return token.text

    def predicates(self) -> tuple[Expr, ...]:
        found = []
        while self.take("["):
            found.append(self.either())
            self.need("]")
        return tuple(found)

    def primary(self) -> Expr:
        token = self.here
        if self.take("("):
            expr = self.either()
            self.need(")")
            return expr
        self.at += 1
        if token.kind == "number":
            return Number(float(token.text))
        if token.kind == "string":
            return Literal(token.text[1:-1])
        self.need("(")
        args: list[Expr] = []
        if not self.take(")"):
            args.append(self.either())
            while self.take(","):
                args.append(self.either())
            self.need(")")
        return Call(token.text, tuple(args), token.at)


@lru_cache(maxsize=8192)
def parse(text: str) -> Expr:
    """Return the tree of an expression; XPathError ("syntax", "axis") with the offset where it is none."""
    return _Parser(text).whole()
