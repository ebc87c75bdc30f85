"""Walk: where an interview stands and what comes next. Promises that nothing known is asked again; no Qt.

A walk is in one context: a section, or one instance of a repeat in it. The questions of a context are shown together,
as many on a screen as have room. Instances are opened from their list and lead back to it.
"""
from functools import cache

from app.forms.contract import Choice, Interview, Question, Section
from app.models.dictionary import dictionary

ANSWERS_NOTHING = ("note", "repeat")


ANEW_GROUPS = ("wish", "training")
ANEW = {"labour_status", "service_needs", "services_received", "satisfaction"}


@cache
def _asked_anew() -> frozenset[str]:
    """Return the names asked at every visit even when known: work and wishes change, and the visit is about them."""
    person = [f.name for f in dictionary().types["person"].fields.values() if f.group in ANEW_GROUPS]
    return frozenset(dictionary().types["placement"].fields) | {*ANEW, *person}


def stands_aside(question: Question) -> bool:
    """Tell whether a question is known and need not be asked."""
    return bool(question.known and question.value and not question.error and not question.instance
                and question.name not in _asked_anew())


class Walk:
    """The way through one interview."""

    def __init__(self, talk: Interview) -> None:
        self.talk = talk
        self.opened: set[str] = set()
        self.section, self.instance, self.at = "", "", ""
        self._sections: list[Section] = []
        self._questions: dict[str, list[Question]] = {}
        self.again()

    # -- what is there

    def again(self) -> None:
        """Read sections anew; questions are read when asked for."""
        self._sections, self._questions = self.talk.sections(), {}

    def sections(self) -> list[Section]:
        """Return the sections, those out of play too."""
        return self._sections

    def now(self) -> Section | None:
        """Return the section the walk is in."""
        return next((one for one in self._sections if one.path == self.section), None)

    def questions(self, section: str) -> list[Question]:
        """Return all questions of a section."""
        if section not in self._questions:
            self._questions[section] = self.talk.questions(section)
        return self._questions[section]

    def known(self, section: str) -> list[Question]:
        """Return what is known in a section and not asked."""
        return [q for q in self.questions(section) if stands_aside(q) and section not in self.opened]

    def asked(self, section: str, instance: str = "") -> list[Question]:
        """Return the questions of a context in order: of a section, or of one instance in it."""
        return [q for q in self.questions(section)
                if q.instance == instance and (section in self.opened or not stands_aside(q))]

    def here(self) -> list[Question]:
        """Return the questions of the context the walk is in."""
        return self.asked(self.section, self.instance)

    def missing(self) -> list[Question]:
        """Return the required questions of this section without an answer."""
        return [q for q in self.questions(self.section) if q.required and not q.value and q.kind not in ANSWERS_NOTHING]

    def find(self, name: str) -> Question | None:
        """Return the first relevant question of this name, in any section."""
        return next((q for one in self._sections if one.relevant for q in self.questions(one.path) if q.name == name), None)

    # -- where to go; each tells whether there was such a place

    def go(self, path: str) -> bool:
        """Go to a question by its path."""
        for one in self._sections:
            found = next((q for q in self.questions(one.path) if q.path == path), None) if one.relevant else None
            if found is not None:
                if stands_aside(found):
                    self.opened.add(one.path)
                self.section, self.instance, self.at = one.path, found.instance, path
                return True
        return False

    def start(self) -> bool:
        """Go where the interview was left, or to the first question."""
        return bool(self.talk.position) and self.go(self.talk.position) or self._enter_from(0)

    def open_section(self, section: str) -> bool:
        """Go to the first question of a section; where all of it is known, that is shown."""
        if not self.asked(section):
            self.opened.add(section)
        here = self.asked(section)
        if here:
            self.section, self.instance = section, ""
            self.at = next((q.path for q in here if q.required and not q.value), here[0].path)
        return bool(here)

    def after(self, path: str) -> bool:
        """Go to the question after this one; False at the end of the form."""
        here = [q.path for q in self.here()]
        if path in here and here.index(path) + 1 < len(here):
            self.at = here[here.index(path) + 1]
            return True
        if self.instance:
            return self.close_instance()
        return self._enter_from(self._place() + 1)

    def before(self, path: str) -> bool:
        """Go to the question before this one; False at the start of the form."""
        here = [q.path for q in self.here()]
        if path in here and here.index(path):
            self.at = here[here.index(path) - 1]
            return True
        if self.instance:
            return self.close_instance()
        for one in reversed(self._sections[:max(0, self._place())]):
            if one.relevant and (there := self.asked(one.path)):
                self.section, self.at = one.path, there[-1].path
                return True
        return False

    def open_instance(self, instance: str) -> bool:
        """Go into one instance of a repeat, to its first missing answer."""
        there = self.asked(self.section, instance)
        if there:
            self.instance = instance
            self.at = next((q.path for q in there if q.required and not q.value), there[0].path)
        return bool(there)

    def close_instance(self) -> bool:
        """Go back to the list the instance is in."""
        return self.go(self.instance.rpartition("[")[0])

    def change_known(self) -> bool:
        """F4: ask what is known here too; else what is known elsewhere."""
        section = self.section if self.known(self.section) else \
            next((one.path for one in self._sections if one.relevant and self.known(one.path)), "")
        if not section:
            return False
        return self.go(self.known(section)[0].path)

    def _place(self) -> int:
        return next((n for n, one in enumerate(self._sections) if one.path == self.section), -1)

    def _enter_from(self, place: int) -> bool:
        for one in self._sections[place:]:
            if one.relevant and (there := self.asked(one.path)):
                self.section, self.instance, self.at = one.path, "", there[0].path
                return True
        return False


def bare(section: Section) -> str:
    """Return the label of a section without its letter."""
    head = f"{section.letter} "
    return section.label[len(head):] if section.letter and section.label.startswith(head) else section.label


def label_of(choices: tuple[Choice, ...], code: str) -> str:
    """Return the label of a choice, or the code where there is none."""
    return next((choice.label for choice in choices if choice.name == code), code)
