"""InterviewPage: begin, ask, finish. Promises that whatever was answered is there again after any stop."""
from typing import Any

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout

from app.forms.contract import Interview, form_for, title_of
from app.models import clock
from app.models.dictionary import dictionary
from app.models.dictionary import format as in_words
from app.models.identity import age_on
from app.models.language import counted, say
from app.models.problem import Problem
from app.ui.page import Action, Desk, Next, Page
from app.ui.pages.interview_ask import AskView
from app.ui.pages.interview_end import EndView
from app.ui.pages.interview_start import WORK, StartView, who
from app.ui.telling import years

SUBJECTS = ("person", "household", *WORK)


class InterviewPage(Page):
    """The interview. `enter(draft=id)` goes on, `enter(form=, subject=(type, id))` or `enter(person=id)` begins."""

    name = "interview"
    icon = "interview"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.talk: Interview | None = None
        self.start, self.asking, self.end = StartView(desk), AskView(desk), EndView()
        self.stack = QStackedWidget()
        for view in (self.start, self.asking, self.end):
            self.stack.addWidget(view)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.stack)
        self.start.resumed.connect(self.resume)
        self.start.started.connect(lambda form, kind, rec: self.begin(form, (kind, rec) if kind else None))
        desk.ledger_changed.connect(lambda _: self.start.read_forms() if self.start.isVisible() else None)
        for view in (self.start, self.asking):
            view.changed.connect(self.refresh)
        for signal, do in ((self.asking.paused, self.pause), (self.end.paused, self.pause), (self.asking.ended, self.to_end),
                           (self.end.back, self.to_questions), (self.end.opened, self._open), (self.end.finished, self.finish)):
            signal.connect(do)

    @staticmethod
    def word() -> str:
        """Return the word in the rail."""
        return say("调查", "Interview")

    # -- coming and going

    def enter(self, draft: str = "", form: str = "person_interview", subject: tuple[str, str] | None = None,
              person: str = "", household: str = "", about: str | None = None, **_: Any) -> None:
        """Go on with a draft, begin with somebody, or show what can be begun (about: with this form, at this record's line)."""
        subject = subject or (("person", person) if person else ("household", household) if household else None)
        if household and not person and form == "person_interview":
            form = "household"
        if draft:
            self.resume(draft)
        elif subject:
            self.begin(form, subject)
        elif about is not None:
            self.talk = None  # its draft stays
            self._to(self.start)
            self.start.read()
            self.start.choose(form, about)
        elif self.talk is not None:
            self.to_questions()
        else:
            self._to(self.start)
            self.start.read()
            self.start.focus()

    def begin(self, form: str, subject: tuple[str, str] | None) -> None:
        """Ask somebody, or about an employer that is new; a draft of the same form about the same record is gone on with."""
        for one in self.start.drafts or _drafts(self.ledger):
            if subject is not None and one.form == form and one.subject is not None and tuple(one.subject) == tuple(subject):
                self.resume(one.id)
                return
        self._try(lambda: Interview.start(form_for(self.ledger, form), self.ledger, subject=subject))

    def resume(self, draft: str) -> None:
        """Go on with a draft, at the question where it was left."""
        self._try(lambda: Interview.reopen(self.ledger, draft))

    def _try(self, open_it) -> None:
        try:
            self.talk = open_it()
        except Problem as problem:
            self.desk.trouble(problem)
            return
        self._to(self.asking)
        self.asking.open(self.talk)

    def leave(self) -> bool:
        """Store what is typed; the interview goes on when the page comes back."""
        if self.talk is not None and self.stack.currentWidget() is self.asking:
            self.asking.sheet.commit(self.asking.walk.at)
        return True

    def pause(self) -> None:
        """Leave the interview; its draft stays."""
        done = self.talk.progress()[0]
        self.talk = None
        self._to(self.start)
        self.start.read()
        self.start.focus()
        self.desk.toast(say(f"停在第 {done + 1} 题，答过的都在，随时接着填", f"Paused after {counted(done, 'answer')}; go on at any time"))

    def to_end(self) -> None:
        """Show what stands in the way of finishing."""
        self.end.put(self.talk, self.asking.doubts)
        self._to(self.end)
        self.end.focus()

    def to_questions(self) -> None:
        """Go back to the questions."""
        self._to(self.asking)
        self.asking.sheet.focus(self.asking.walk.at)

    def _open(self, path: str) -> None:
        self._to(self.asking)
        self.asking.go(path)

    def finish(self) -> None:
        """Write the response and what it says about the records, and go back to the person."""
        try:
            finished = self.talk.finish(self.asking.doubts.reasons)
        except Problem as problem:
            self.to_end()
            self.desk.trouble(problem)
            return
        self.asking.doubts.forget()
        wrote = dict(reversed(finished.wrote))
        subject = self.talk.subject or next(((kind, wrote[kind]) for kind in SUBJECTS if kind in wrote), None)
        words = self._done_words(subject)
        self.talk = None
        self._to(self.start)
        self.start.read()
        self.start.focus()
        self.desk.toast(words, undo=False)
        if subject is not None and subject[0] == "agency":
            self.start.choose("agency", subject[1])
        elif subject is not None and subject[0] in WORK:
            self.desk.go("posts", post=wrote.get("post") or (subject[1] if subject[0] == "post" else ""))
        elif subject is not None:
            self.desk.go("people", **{subject[0]: subject[1]})

    def _done_words(self, subject: tuple[str, str] | None) -> str:
        form = title_of(self.ledger, self.talk.form.id)
        name = who(self.ledger, subject[1]) if subject else ""
        return say(f"{name}的{form}已完成", f"{form} of {name} is finished") if name else say(f"{form}已完成", f"{form} is finished")

    def _to(self, view) -> None:
        self.stack.setCurrentWidget(view)
        self.refresh()

    # -- what the page says

    def retitle(self) -> None:
        """Say everything in the language in use."""
        for view in (self.start, self.asking, self.end):
            view.retitle()

    def _name(self) -> str:
        return who(self.ledger, self.talk.subject[1]) if self.talk and self.talk.subject else ""

    def title(self) -> str:
        """Return whom it is about."""
        if self.talk is None:
            return self.word()
        name = self._name()
        if not name:
            return title_of(self.ledger, self.talk.form.id)
        record = self.ledger.get(self.talk.subject[1])
        if record.type != "person":
            return name
        sex = in_words(dictionary().field("person", "sex"), record.values["sex"]) if record.values.get("sex") else ""
        birth = str(record.values.get("birth_date") or "")
        age = age_on(clock.today().fromisoformat(birth), clock.today()) if len(birth) == 10 else None
        facts = [sex, years(age)]
        return say(" · ", ", ").join([name, " ".join(f for f in facts if f)]) if any(facts) else name

    def facts(self) -> str:
        """Return the line under the title."""
        if self.talk is None:
            return say("一个人、一家单位一份；每一题都存在这台电脑上", "One for each person or employer; every answer is kept on this computer")
        return self.asking.facts()

    def next(self) -> Next:
        """Return what the view says comes next."""
        return self.stack.currentWidget().next()

    def actions(self) -> list[Action]:
        """Return the deeds of the view."""
        return self.stack.currentWidget().actions()

    def hints(self) -> list[tuple[str, str]]:
        """Return the keys of the header."""
        return self.asking.hints() if self.stack.currentWidget() is self.asking else []

    def search(self) -> bool:
        """F3 on the start view: the search box; while asking, People is opened."""
        if self.stack.currentWidget() is not self.start:
            return False
        self.start.box.setFocus()
        return True


def _drafts(ledger):
    from app.forms.contract import drafts
    return drafts(ledger)
