"""Definition: a questionnaire as it is asked, read once and shared by all its interviews. Promises never to change.

    Definition -> Part (a node of the primary instance: group, repeat or leaf) -> Expression, Wording, Choices
A path is generic here: `/data/member/full_name` is the question in every instance of `member`.
"""
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path as FilePath

from app.forms.convert import Row
from app.forms.xpath.compile import Run, compile_expr
from app.forms.xpath.parser import Expr, parse
from app.forms.xpath.tree import Node

ANSWERED = {"input", "select", "select1", "rank", "upload", "trigger", "range"}


@dataclass(slots=True, eq=False)
class Expression:
    """One expression of a part. kind: calculate relevant required readonly constraint count choices label default.

    `order` is its place in the order of evaluation; `volatile` says that its value must be kept, not computed again.
    """

    kind: str
    text: str
    part: "Part"
    tree: Expr
    run: Run
    order: int = 0
    volatile: bool = False


def expression(kind: str, text: str, part: "Part") -> Expression:
    """Return a compiled expression; XPathError where it is none."""
    tree = parse(text)
    return Expression(kind, text, part, tree, compile_expr(tree))


@dataclass(slots=True)
class Wording:
    """A label, hint or message: per language the pieces, texts and expressions in turn; "" is any language."""

    pieces: dict[str, tuple["str | Expression", ...]]

    def in_language(self, language: str, default: str) -> tuple["str | Expression", ...]:
        """Return the pieces in this language, else in the form's default, else in any that has words."""
        for name in (language, default, ""):
            found = self.pieces.get(name)
            if found and found != ("-",):
                return found
        return next((p for p in self.pieces.values() if p and p != ("-",)), ())

    def expressions(self) -> Iterator[Expression]:
        """Yield the expressions in it."""
        for pieces in self.pieces.values():
            yield from (p for p in pieces if isinstance(p, Expression))


@dataclass(slots=True)
class Choices:
    """Where a question's choices come from: fixed ones, or nodes with a name and a label each.

    `label` is a child's name, or, with `itext`, the child that holds the id of a translated text.
    """

    fixed: tuple[tuple[str, Wording], ...] = ()
    nodes: Expression | None = None
    name: str = "name"
    label: str = "label"
    itext: bool = False
    moving: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """A setvalue: when ("odk-instance-first-load", "odk-new-repeat", "xforms-value-changed"), what is set, to what."""

    event: str
    target: str
    value: Expression | None
    text: str


@dataclass(slots=True, eq=False)
class Part:
    """One node of the questionnaire. `control` "" means nobody is asked; `depth` counts the names in its path."""

    path: str
    name: str
    depth: int
    parent: "Part | None"
    children: list["Part"] = field(default_factory=list)
    repeat: bool = False
    leaf: bool = True
    type: str = "string"
    control: str = ""
    appearance: str = ""
    mediatype: str = ""
    default: str = ""
    preload: tuple[str, str] = ("", "")
    parameters: dict[str, str] = field(default_factory=dict)
    label: Wording | None = None
    hint: Wording | None = None
    constraint_message: Wording | None = None
    required_message: Wording | None = None
    expressions: dict[str, Expression] = field(default_factory=dict)
    choices: Choices | None = None
    actions: list[Action] = field(default_factory=list)
    grouped: bool = False
    number: int = 0
    save: str = ""
    row: Row | None = None
    repeats: tuple["Part", ...] = ()

    @property
    def asked(self) -> bool:
        """Return whether a person sees a question here."""
        return self.leaf and self.control in ANSWERED

    def below(self) -> Iterator["Part"]:
        """Yield this part and all below, in document order."""
        yield self
        for child in self.children:
            yield from child.below()

    def names(self) -> tuple[str, ...]:
        """Return the names of the path."""
        return tuple(self.path[1:].split("/"))


@dataclass(slots=True)
class Entity:
    """An entities declaration: the record type, the part whose instances are records, and the conditions."""

    dataset: str
    scope: Part
    create: Expression | None = None
    update: Expression | None = None
    id: Expression | None = None


@dataclass(slots=True)
class Definition:
    """A whole questionnaire. Attributes: root, parts by path, instances (secondary, by id), itext (id -> Wording)."""

    id: str
    version: str
    title: str
    root: Part
    parts: dict[str, Part]
    instances: dict[str, Node]
    missing_files: tuple[str, ...]
    itext: dict[str, Wording]
    languages: tuple[str, ...]
    default_language: str
    actions: list[Action]
    entities: list[Entity]
    prefixes: dict[str, str]
    rows: dict[str, Row]
    settings: dict[str, str]
    folder: FilePath | None
    unsupported: list[tuple[str, str]] = field(default_factory=list)

    def language(self, short: str) -> str:
        """Return the form's name of a language: "zh" finds "中文 (zh)"; the default where it has none."""
        return next((n for n in self.languages if speaks(n, short)), self.default_language)

    def expressions(self) -> Iterator[Expression]:
        """Yield every expression of every part, labels too."""
        for part in self.parts.values():
            yield from part.expressions.values()
            if part.choices and part.choices.nodes:
                yield part.choices.nodes
            for wording in (part.label, part.hint):
                if wording:
                    yield from wording.expressions()


_NAMES = {"zh": ("zh", "chinese", "中文", "汉语"), "en": ("en", "english", "英文", "英语")}


def speaks(name: str, short: str) -> bool:
    """Return whether a language's name in a form means this short code."""
    plain = name.strip().lower()
    inside = plain.rpartition("(")[2].rstrip(")").split("-")[0].strip() if "(" in plain else plain
    return inside == short or any(plain.startswith(word) for word in _NAMES.get(short, (short,))[1:])
