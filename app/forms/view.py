"""View: sections and questions of an interview as they stand now, in a language. Promises to change nothing."""
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.forms.definition import Part, Wording
from app.forms.flow import Flow, Marks, child_text
from app.forms.instance import Branch, every, instances, path_of
from app.forms.kinds import TICKED, is_note, kind_of
from app.forms.shown import Choice, Error, Question, Section
from app.forms.xpath.tree import Node
from app.forms.xpath.values import to_boolean, to_text
from app.models.language import say

_LETTER = re.compile(r"([A-Z])[ 　.、．:：]+(.+)")


@dataclass(frozen=True, slots=True)
class Stretch:
    """One section: its path, its part (None: the loose questions), the parts it asks."""

    path: str
    part: Part | None
    parts: tuple[Part, ...]


def to_answer(node: Node) -> bool:
    """Return whether a person is to answer here now."""
    part: Part = node.ref
    return bool(part.asked and node.relevant and not node.state.readonly and not is_note(part))


class Tally:
    """How far an interview is, kept up act by act. Attributes: answered, total."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self._recount()

    def _recount(self) -> None:
        self._known = {id(n): bool(n.value) for n in every(self.flow.instance.root) if n.ref.asked and to_answer(n)}
        self.total, self.answered = len(self._known), sum(self._known.values())

    def follow(self, marks: Marks) -> None:
        """Take in what one act changed."""
        if marks.repeats:
            self._recount()
            return
        for node in {**marks.values, **marks.relevance, **marks.validity}.values():
            if not node.ref.asked:
                continue
            before = self._known.pop(id(node), None)
            if before is not None:
                self.total, self.answered = self.total - 1, self.answered - before
            if to_answer(node):
                self._known[id(node)] = bool(node.value)
                self.total, self.answered = self.total + 1, self.answered + bool(node.value)


class View:
    """What one interview shows. Attributes: language (the form's name of it)."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.definition = flow.instance.definition
        self.language = self.definition.default_language
        self.stretches = tuple(self._stretches())
        self._static: dict[tuple[str, str], tuple[Choice, ...]] = {}

    def _stretches(self) -> Iterator[Stretch]:
        root = self.definition.root
        loose: list[Part] = []
        first = True
        for part in [*root.children, None]:
            if part is not None and part.leaf:
                if part.asked:
                    loose.append(part)
                continue
            if loose:
                yield Stretch(root.path if first else loose[0].path, None, tuple(loose))
                first, loose = False, []
            if part is not None and any(p.asked for p in part.below()):
                yield Stretch(part.path, part, (part,))

    def text(self, wording: Wording | None, node: Node) -> str:
        """Return a wording with its values filled in."""
        if wording is None:
            return ""
        pieces = wording.in_language(self.language, self.definition.default_language)
        return "".join(p if isinstance(p, str) else to_text(self.flow.value(p, node)) for p in pieces).strip()

    # -- sections

    def sections(self) -> list[Section]:
        """Return all sections in order."""
        return [self._section(s, at) for at, s in enumerate(self.stretches)]

    def _section(self, stretch: Stretch, at: int) -> Section:
        root = self.flow.instance.root
        label, letter = "", chr(ord("A") + at) if at < 26 else str(at + 1)
        if stretch.part is not None:
            label = self.text(stretch.part.label, self._stand(stretch.part))
            found = _LETTER.fullmatch(label)
            if found:
                letter, label = found[1], found[2]
        answered, total, missing = self.counts(stretch)
        relevant = any(n.relevant for p in stretch.parts for n in instances(root, p)) or (
            stretch.part is not None and stretch.part.repeat and self._open(root, stretch.part))
        return Section(stretch.path, letter, label or self.definition.title, relevant, answered, total, missing)

    def counts(self, stretch: Stretch) -> tuple[int, int, int]:
        """Return answered, total, required without answer over the questions of a section that are in play."""
        answered = total = missing = 0
        for part in stretch.parts:
            for top in instances(self.flow.instance.root, part):
                for node in every(top):
                    if not (node.ref.asked and to_answer(node)):
                        continue
                    total += 1
                    answered += bool(node.value)
                    missing += node.state.required and not node.value
        return answered, total, missing

    def _stand(self, part: Part) -> Node:
        """Return a node where a part's label can be evaluated."""
        return next(iter(instances(self.flow.instance.root, part)), self.flow.instance.root)

    def _open(self, parent: Node, part: Part) -> bool:
        expr = part.expressions.get("relevant")
        if expr is None or not parent.relevant:
            return parent.relevant
        stand = Node("element", part.name)
        stand.parent, stand.ref = parent, part
        return to_boolean(self.flow.value(expr, stand))

    # -- questions

    def questions(self, section: str) -> list[Question]:
        """Return the questions of a section that are in play, repeats expanded."""
        stretch = next((s for s in self.stretches if s.path == section), None)
        if stretch is None:
            return []
        root = self.flow.instance.root
        return [q for part in stretch.parts for q in self._ask(root, part, section)]

    def _ask(self, parent: Node, part: Part, section: str) -> Iterator[Question]:
        if part.repeat and self._open(parent, part):
            yield self.repeat(parent, part, section)
        for node in parent.state.by_name.get(part.name, ()):
            if not node.relevant:
                continue
            if part.asked:
                yield self.question(node, section)
            elif isinstance(node.state, Branch):
                for child in part.children:
                    yield from self._ask(node, child, section)

    def repeat(self, parent: Node, part: Part, section: str = "") -> Question:
        """Return the question that stands for a repeat itself."""
        family = parent.state.by_name[part.name]
        return Question(path=f"{path_of(parent)}/{part.name}", name=part.name, kind="repeat", number=part.number,
                        label=self.text(part.label, family[0] if family else parent), value=str(len(family)),
                        appearance=part.appearance, section=section or self.section_of(part),
                        can_add="count" not in part.expressions, **self._where(parent))

    def question(self, node: Node, section: str = "") -> Question:
        """Return one question as it stands now."""
        part, state = node.ref, node.state
        kind = kind_of(part)
        return Question(
            path=path_of(node), name=part.name, kind=kind, label=self.text(part.label, node),
            hint=self.text(part.hint, node), required=bool(state.required and not state.readonly),
            readonly=bool(state.readonly), value=node.value or "" if node.relevant else "", choices=self.choices(node),
            error=self._invalid(node), appearance=part.appearance, number=part.number, known=state.known,
            section=section or self.section_of(part), parameters=part.parameters, **self._where(node),
        )

    def _where(self, node: Node) -> dict[str, Any]:
        """Return the repeat instance and the screen (a group shown at once) that a node lies in."""
        found = {"instance": "", "instance_label": "", "screen": "", "screen_label": ""}
        here: Node | None = node
        while here is not None and here.ref is not None:
            if "field-list" in here.ref.appearance and not found["screen"] and not here.ref.leaf:
                found["screen"], found["screen_label"] = path_of(here), self.text(here.ref.label, here)
            if here.ref.repeat and not found["instance"]:
                found["instance"], found["instance_label"] = path_of(here), self.text(here.ref.label, here)
            here = here.parent
        return found

    def section_of(self, part: Part) -> str:
        """Return the path of the section a part belongs to."""
        return next((s.path for s in self.stretches for p in s.parts if part.path == p.path or part.path.startswith(p.path + "/")),
                    "")

    def choices(self, node: Node) -> tuple[Choice, ...]:
        """Return what a question offers now, labelled."""
        part: Part = node.ref
        choices = part.choices
        if part.control == "trigger":
            return (Choice(TICKED, say("已确认", "OK")),)
        if choices is None:
            return ()
        if choices.nodes is None:
            return tuple(Choice(name, self.text(label, node)) for name, label in choices.fixed)
        key = (part.path, self.language)
        if not choices.moving and key in self._static:
            return self._static[key]
        nodes = self.flow.value(choices.nodes, node)
        made = tuple(Choice(child_text(n, choices.name), self._label(n, choices.label, choices.itext))
                     for n in (nodes if isinstance(nodes, list) else []) if n.relevant)
        if choices.nodes.volatile:
            order = {name: at for at, name in enumerate(self.flow.offered(node))}
            return tuple(sorted(made, key=lambda c: order.get(c.name, len(order))))
        if not choices.moving:
            self._static[key] = made
        return made

    def _label(self, item: Node, name: str, itext: bool) -> str:
        text = child_text(item, name)
        if not itext:
            return text
        wording = self.definition.itext.get(text)
        return self.text(wording, item) if wording else text

    # -- errors

    def _invalid(self, node: Node) -> str | None:
        if node.state.valid or not node.relevant or not node.value:
            return None
        return self.text(node.ref.constraint_message, node) or say("这个答案不符合要求，请核对。", "This answer does not fit; check it.")

    def errors(self) -> list[Error]:
        """Return what stands in the way of finishing, in the order of the form."""
        found = []
        for node in every(self.flow.instance.root):
            if not node.ref.leaf or not node.relevant:
                continue
            message = self._invalid(node)
            if message is None and node.state.required and not node.value and to_answer(node):
                message = self.text(node.ref.required_message, node) or say("这道题必须回答。", "This question must be answered.")
            if message is not None:
                found.append(Error(path_of(node), message))
        return found
