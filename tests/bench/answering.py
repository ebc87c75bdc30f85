"""Form answers: one answer of the real person interview, journal included, against its floor and a full recompute."""
import itertools
import tempfile
from collections.abc import Iterator
from pathlib import Path

from app.demo.village import YANG, everyday, looking
from app.forms.contract import Interview, load
from app.models.ledger import Ledger
from app.models.store import transaction
from tests.bench.measure import Ratio, Work, in_turn

KEY = bytes(range(32))
ROUNDS = 6
_names = itertools.count()


def run() -> list[Ratio]:
    """Return the ratios: answering against only journalling the same answers, and against recomputing the whole form."""
    form = load("person_interview")
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        steps = list(_steps(_talk(form, _ledger(here))))
        count = len(steps) * ROUNDS
        return [
            in_turn(f"{count} answers, each recomputed, validated and on disk", "one journal row committed for each, nothing else",
                    lambda: _answering(form, _ledger(here), steps), lambda: _journalling(_ledger(here), steps),
                    count=count, unit="answers"),
            in_turn(f"{count} answers, each recomputed, validated and on disk", "the same, and the whole form recomputed each time",
                    lambda: _answering(form, _ledger(here), steps), lambda: _answering(form, _ledger(here), steps, whole=True),
                    count=count, unit="answers")]


def _ledger(folder: Path) -> Ledger:
    return Ledger.create(folder / f"{next(_names)}.db", KEY, area="529999001L01", device_name="b", user_name="b",
                         role="surveyor", practice=True)


def _talk(form, ledger: Ledger) -> Interview:  # type: ignore[no-untyped-def]
    return Interview.start(form, ledger)


def _steps(talk: Interview) -> Iterator[tuple[str, str]]:
    """Return (path, value) as an interviewer answers, from the first question to the last."""
    answers = everyday() | looking() | {"id_type": "01", "id_number": YANG.id_number, "full_name": YANG.name, "sex": "1",
                                        "ethnic_group": "06", "relation_to_head": "02", "phone": "13900001188",
                                        "education": "71"}
    for section in talk.sections():
        asked: set[str] = set()
        while question := next((q for q in talk.questions(section.path) if q.path not in asked), None):
            asked.add(question.path)
            if question.name in answers:
                talk.answer(question.path, answers[question.name])
                yield question.path, answers[question.name]


def _answering(form, ledger: Ledger, steps: list[tuple[str, str]], *, whole: bool = False) -> Work:  # type: ignore[no-untyped-def]
    talks = [_talk(form, ledger) for _ in range(ROUNDS)]

    def work() -> None:
        for talk in talks:
            for path, value in steps:
                talk.answer(path, value)
                if whole:
                    talk._flow.all()
                    talk._flow.run()

    return work


def _journalling(ledger: Ledger, steps: list[tuple[str, str]]) -> Work:
    ledger.db.execute("CREATE TABLE bare (seq INTEGER PRIMARY KEY, path TEXT, value TEXT)")

    def work() -> None:
        for _ in range(ROUNDS):
            for path, value in steps:
                with transaction(ledger.db) as conn:
                    conn.execute("INSERT INTO bare (path, value) VALUES (?,?)", (path, value))

    return work
