"""Doubts: what the rules find strange in an interview, and why it is right. Promises that a reason outlives a kill."""
from app.forms.contract import Error, Interview
from app.models.ledger import Ledger
from app.ui.pages.interview_walk import stands_aside

KEPT = "interview_reasons"


class Doubts:
    """The doubts of one interview and the reasons given; reasons are kept as settings of this machine until it ends."""

    def __init__(self, ledger: Ledger, talk: Interview) -> None:
        self.ledger, self.talk = ledger, talk
        self.found: list[Error] = []
        self.shown: dict[str, Error] = {}
        self._raised: dict[tuple[str, str], str] = {}
        kept = (ledger.settings.get(KEPT) or {}).get(talk.id, [])
        self.reasons: dict[tuple[str, str], str] = {(rec, rule): words for rec, rule, words in kept}

    def again(self, answered: str = "", *, at_end: bool = False) -> dict[str, tuple[str, str]]:
        """Judge anew; return path -> (sentence, reason given). What an answer has raised is shown at that answer.

        One doubt for a question, those without a reason first; at the end also those about what was not gone over.
        """
        before = {(doubt.rec, doubt.rule) for doubt in self.found}
        self.found, self.shown = [doubt for doubt in self.talk.doubts() if at_end or not self._too_early(doubt)], {}
        for doubt in self.found if answered else ():
            if (doubt.rec, doubt.rule) not in before:
                self._raised[doubt.rec, doubt.rule] = answered
        for doubt in sorted(self.found, key=lambda one: bool(self.reason(one))):
            self.shown.setdefault(self.where(doubt), doubt)
        return {path: (doubt.message, self.reason(doubt)) for path, doubt in self.shown.items()}

    def _too_early(self, doubt: Error) -> bool:
        """Tell whether a question the rule looks at is still to be gone over: what is asked later is not doubted now."""
        about = [self.talk.question(path) for path in doubt.about]
        return any(question.required and not question.value or question.known and not stands_aside(question) for question in about)

    def where(self, doubt: Error) -> str:
        """Return the question a doubt is shown at."""
        return self._raised.get((doubt.rec, doubt.rule), doubt.path)

    def reason(self, doubt: Error) -> str:
        """Return why a doubt is unfounded, "" where nobody said so."""
        return self.reasons.get((doubt.rec, doubt.rule), "")

    def open(self) -> list[str]:
        """Return the questions of the doubts without a reason."""
        return [self.where(doubt) for doubt in self.unexplained()]

    def unexplained(self) -> list[Error]:
        """Return the doubts without a reason, in the order they were found."""
        return [doubt for doubt in self.found if not self.reason(doubt)]

    def explain(self, path: str, words: str) -> None:
        """Keep the reason given at a question, for the doubt that is shown there."""
        if path in self.shown:
            self.keep(self.shown[path], words)

    def keep(self, doubt: Error, words: str) -> None:
        """Keep the reason for a doubt; no words take it back."""
        if self.reason(doubt) == words.strip():
            return
        self.reasons[doubt.rec, doubt.rule] = words.strip()
        kept = dict(self.ledger.settings.get(KEPT) or {})
        kept[self.talk.id] = [[rec, rule, words] for (rec, rule), words in self.reasons.items() if words]
        self.ledger.settings.set(KEPT, kept)

    def forget(self) -> None:
        """The interview has ended; its reasons stand in the history now."""
        kept = dict(self.ledger.settings.get(KEPT) or {})
        if kept.pop(self.talk.id, None) is not None:
            self.ledger.settings.set(KEPT, kept)
