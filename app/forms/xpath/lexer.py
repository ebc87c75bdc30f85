"""Tokens of XPath 1.0 as ODK forms use it. Promises the offset of each, so that an error can be pointed at."""
import re
from typing import NamedTuple

_NAME = r"[^\W\d][\w.\-·]*"
_TOKEN = re.compile(
    rf"""\s*(?:
      (?P<number>\d+(?:\.\d*)?|\.\d+)
    | (?P<string>"[^"]*"|'[^']*')
    | (?P<op>::|//|\.\.|<=|>=|!=|[()\[\].@,/|+\-=<>*$])
    | (?P<name>{_NAME}(?::(?!:)(?:{_NAME}|\*))?)
    )""",
    re.VERBOSE,
)
_WORD_OPERATORS = {"and", "or", "div", "mod"}
_BEFORE_OPERAND = {"", "@", "::", "(", "[", ",", "/", "//", "|", "+", "-", "=", "!=", "<", "<=", ">", ">=", "operator"}


class Token(NamedTuple):
    """kind: number, string, name, op, operator (and or div mod and the multiplying star), end."""

    kind: str
    text: str
    at: int


class XPathError(ValueError):
    """An expression that cannot run. Attributes: what (dotted key), detail, at (offset)."""

    def __init__(self, what: str, detail: str, at: int = 0) -> None:
        super().__init__(f"{what}: {detail} (at {at})")
        self.what, self.detail, self.at = what, detail, at


def tokens(text: str) -> list[Token]:
    """Return the tokens of an expression, an `end` last; XPathError("syntax") where there is none."""
    found: list[Token] = []
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            raise XPathError("syntax", text[at:].strip()[:12], at)
        kind = str(match.lastgroup)
        value = match.group(kind)
        last = found[-1] if found else Token("", "", 0)
        expects_operand = (last.text if last.kind in ("op", "") else "operator" if last.kind == "operator" else last.kind) in (
            _BEFORE_OPERAND
        )
        start = match.start(kind)
        at = match.end()
        if not expects_operand and kind == "op" and value == "*":
            kind = "operator"
        if not expects_operand and kind == "name":
            word = next((w for w in _WORD_OPERATORS if value == w or (value.startswith(w) and value[len(w)] in "-.")), None)
            if word is None and (value[:3] in ("and", "div", "mod") or value[:2] == "or"):
                word = value[:2] if value[:2] == "or" else value[:3]
            if word is None:
                raise XPathError("syntax", value, start)
            kind, value, at = "operator", word, start + len(word)
        found.append(Token(kind, value, start))
    return [*found, Token("end", "", len(text))]
