"""Form: a questionnaire that can be asked. Promises that a form that loads also runs: every check has passed.

A form is named by its id (a workbook in resources/forms) or by the path of a workbook. Reading one is shared by all
interviews of the same file.
"""
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from app.forms import checks
from app.forms.convert import Converted, convert
from app.forms.definition import Definition, speaks
from app.forms.fault import Fault
from app.forms.graph import Graph
from app.forms.local_codes import add_local
from app.models.dictionary import dictionary
from app.models.language import language
from app.models.problem import Problem
from app.models.resources import resource


@dataclass(frozen=True, slots=True)
class Form:
    """A questionnaire. Attributes: id, version, languages ("中文 (zh)", "English (en)"), source (what `load` was given)."""

    id: str
    version: str
    languages: tuple[str, ...]
    source: str
    definition: Definition = field(repr=False, compare=False)
    graph: Graph = field(repr=False, compare=False)

    def title(self, short: str | None = None) -> str:
        """Return the title in this language ("zh", "en"), or the language in use."""
        wanted = short or language()
        if own := self.definition.settings.get(f"title_{wanted}"):
            return own
        for key, text in self.definition.settings.items():
            head, _, name = key.partition("::")
            if key == f"title_{wanted}" or (head in ("form_title", "title") and name and speaks(name, wanted)):
                return text
        return self.definition.title

    @property
    def shorts(self) -> tuple[str, ...]:
        """Return the short codes ("zh", "en") of the languages the form speaks."""
        return tuple(s for s in ("zh", "en") if any(speaks(n, s) for n in self.languages))


def load(name: str | Path) -> Form:
    """Return the form of this id (resources/forms) or workbook; Problem names sheet, row and column where it cannot run."""
    path = find(name)
    try:
        stamp = path.stat()
    except OSError:
        stamp = None
    return _load(path, str(name), (stamp.st_mtime_ns, stamp.st_size) if stamp else (0, 0), dictionary().revision)


def find(name: str | Path) -> Path:
    """Return the workbook a form's name means; Problem where there is none."""
    text = str(name)
    if not text.lower().endswith((".xlsx", ".xlsm", ".xls", ".md")):
        path = resource("forms", f"{text}.xlsx")
        if "/" not in text and "\\" not in text and path.is_file():
            return path
        raise Problem("form.unknown", f"没有“{text}”这张调查表。现有：{'、'.join(known())}。",
                      f"There is no form {text}. There are: {', '.join(known())}.")
    return Path(text)


def known() -> list[str]:
    """Return the ids of the forms that come with the program, the interview of a person first."""
    names = sorted(p.stem for p in resource("forms").glob("*.xlsx") if not p.name.startswith("~"))
    return sorted(names, key=lambda n: n != "person_interview")


def shipped() -> list[Form]:
    """Return the forms that come with the program."""
    return [load(name) for name in known()]


@lru_cache(maxsize=16)
def _load(path: Path, source: str, _stamp: tuple[int, int], _revision: int) -> Form:
    given = path if path.suffix.lower() != ".md" else path.read_text(encoding="utf-8")
    try:
        return make(convert(given), source, path.parent)
    except Problem as trouble:
        if path.name in trouble.zh:
            raise
        raise Problem(trouble.key, f"{path.name}：{trouble.zh}", f"{path.name}: {trouble.en}") from trouble


def make(converted: Converted, source: str = "", folder: Path | None = None) -> Form:
    """Return the form of a conversion; Problem with its first fault where it cannot run."""
    definition, graph, faults = checks.examine(converted, folder)
    serious = [f for f in faults if not f.warning]
    if serious:
        raise as_problem(serious)
    add_local(definition)
    return Form(definition.id, definition.version, definition.languages, source or definition.id, definition, graph)


def as_problem(faults: list[Fault]) -> Problem:
    """Return the problem of the first fault, with how many more there are."""
    first = faults[0].as_problem()
    more = len(faults) - 1
    if not more:
        return first
    return Problem(first.key, f"{first.zh} 另有 {more} 处，用 leye form check 可看全部。",
                   f"{first.en} And {more} more; leye form check shows all.")
