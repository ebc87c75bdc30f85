"""Codes that offices added, among the choices of a questionnaire. Promises that only what an office offers here is added, at
the end of the choices of each question that saves to a field of that list; what the form itself offers stays as it is.
"""
import re
from collections.abc import Iterator

from app.forms.checks import field_of
from app.forms.definition import Choices, Definition, Part, Wording, speaks
from app.forms.xpath.tree import Node
from app.models.dictionary import CodeItem, dictionary

_LIST = re.compile(r"instance\('([^']+)'\)/root/item")


def add_local(definition: Definition) -> None:
    """Add the codes of offices to a definition that nobody uses yet."""
    if not dictionary().revision:
        return
    done: set[str] = set()
    for part in definition.parts.values():
        for item in _added(definition, part):
            choices = part.choices
            assert choices is not None
            if choices.nodes is None:
                if all(name != item.code for name, _ in choices.fixed):
                    choices.fixed = (*choices.fixed, (item.code, _wording(definition, item)))
                continue
            found = _LIST.search(choices.nodes.text)
            top = next(iter(definition.instances[found[1]].children), None) if found and found[1] in definition.instances else None
            if found and top is not None and (key := f"{found[1]}:{item.code}") not in done:
                done.add(key)
                _append(definition, top, choices, item)


def _added(definition: Definition, part: Part) -> Iterator[CodeItem]:
    """Yield the codes that are offered here and that the program did not come with, of the list a part saves to."""
    field = field_of(definition, part) if part.choices is not None else None
    if field is not None and field.kind in ("code", "codes"):
        codes = dictionary().codes[field.list]
        yield from (item for item in codes.offered() if item.code not in codes.shipped)


def _append(definition: Definition, top: Node, choices: Choices, item: CodeItem) -> None:
    if any(c.local == choices.name and c.text() == item.code for row in top.children for c in row.children):
        return
    row = top.append(Node("element", "item"))
    row.append(Node("element", choices.name, value=item.code))
    label = item.zh
    if choices.itext:
        label = f"leye-code-{item.code}-{item.zh}"
        definition.itext[label] = _wording(definition, item)
    row.append(Node("element", choices.label, value=label))


def _wording(definition: Definition, item: CodeItem) -> Wording:
    return Wording({name: (item.en if speaks(name, "en") else item.zh,) for name in definition.languages or ("",)})
