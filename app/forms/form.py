"""Form: a questionnaire that can be asked. Promises that a form that loads also runs."""
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Form:
    """A questionnaire: its id and version from the settings sheet, and its languages, e.g. ("中文 (zh)", "English (en)")."""

    id: str
    version: str
    languages: tuple[str, ...]

    def title(self, language: str | None = None) -> str:
        """Return the title in this language ("zh", "en"), or the language in use."""
        raise NotImplementedError


def load(name: str | Path) -> Form:
    """Return the form of this id (resources/forms) or workbook; Problem where it cannot run."""
    raise NotImplementedError
