"""Interview: one run through a form. Promises that an accepted answer is on disk before `answer` returns."""
from app.forms.form import Form
from app.forms.shown import Changed, Draft, Error, Finished, Question, Section


class Interview:
    """One run through a form with somebody.

    Attributes: id, form, subject ((type, id) or None), language ("zh" or "en", may be set while running), position
    (path of the current question; kept on disk by `go`).
    """

    id: str
    form: Form
    subject: tuple[str, str] | None
    language: str
    position: str

    @classmethod
    def start(cls, form: Form, ledger, subject: tuple[str, str] | None = None, household: str | None = None) -> "Interview":
        """Begin a form, prefilled with what is known of the subject; a draft exists from now on."""
        raise NotImplementedError

    @classmethod
    def reopen(cls, ledger, id: str) -> "Interview":
        """Return a begun interview as it was left; Problem when there is none of this id."""
        raise NotImplementedError

    def sections(self) -> list[Section]:
        """Return all sections in order, those out of play too (relevant=False)."""
        raise NotImplementedError

    def questions(self, section_path: str) -> list[Question]:
        """Return the relevant questions of a section in order, repeats expanded; calculations are left out."""
        raise NotImplementedError

    def question(self, path: str) -> Question:
        """Return one question as it stands now, relevant or not."""
        raise NotImplementedError

    def answer(self, path: str, value: str) -> Changed:
        """Store a raw answer ('' clears it) and return what to repaint; refused where it is no value of its kind."""
        raise NotImplementedError

    def add(self, repeat_path: str) -> str:
        """Add an instance at the end of a repeat and return its path."""
        raise NotImplementedError

    def remove(self, instance_path: str) -> Changed:
        """Remove one instance of a repeat; the later ones move up by one."""
        raise NotImplementedError

    def go(self, path: str) -> None:
        """Remember the question now asked; a reopened interview has it as `position`."""
        raise NotImplementedError

    def progress(self) -> tuple[int, int]:
        """Return (answered, total) over the relevant questions a person can answer."""
        raise NotImplementedError

    def errors(self) -> list[Error]:
        """Return what stands in the way of finishing, in the order of the form."""
        raise NotImplementedError

    def finish(self) -> Finished:
        """Write the response and what it says about records, in one act; Problem("form.unfinished") while errors() is not empty."""
        raise NotImplementedError

    def discard(self) -> None:
        """Throw a draft away: nothing of it stays."""
        raise NotImplementedError


def drafts(ledger) -> list[Draft]:
    """Return the unfinished interviews of this workspace, last touched first."""
    raise NotImplementedError
