"""Answers somebody could give: tries plain values of a question's kind until one stands without an error."""
from app.forms.contract import Interview, Question

TRIED = {
    "integer": ("1", "3", "18", "35", "2000", "0"), "decimal": ("1", "2000"), "text": ("练习", "13800005678", "1-2-302"),
    "date": ("2026-03-01", "1992-03-01", "2026-11-01"), "time": ("08:30:00.000",), "datetime": ("2026-03-01T08:30:00.000",),
}


def answer_to(talk: Interview, question: Question) -> str | None:
    """Answer this question; return what now stands there on disk, None where nothing fitted."""
    for value in _values(question):
        if talk.answer(question.path, value).refused is None and talk.question(question.path).error is None:
            return talk.question(question.path).value
    return None


def _values(question: Question) -> tuple[str, ...]:
    if question.kind in ("select_one", "select_multiple", "rank"):
        names = tuple(choice.name for choice in question.choices)
        return (question.value, *names) if question.value else names
    known = (question.value,) if question.value else ()
    return known + TRIED.get(question.kind, ())
