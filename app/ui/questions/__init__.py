"""One widget per kind of question. Promises that every kind the forms room knows can be answered by keys alone."""
from app.forms.contract import Question
from app.ui.questions.base import Asked
from app.ui.questions.chosen import ChipsAsked, LongAsked, LongMultiAsked, MultiAsked, RankAsked
from app.ui.questions.filed import FileAsked, PictureAsked, SignatureAsked
from app.ui.questions.roster import Member, RosterAsked, members, spoken
from app.ui.questions.typed import (
    DateAsked,
    IdAsked,
    LineAsked,
    NoteAsked,
    NumberAsked,
    PhoneAsked,
    PlaceAsked,
    TimeAsked,
)
from app.ui.widgets.chips import MOST_CHIPS

KINDS: dict[str, type[Asked]] = {
    "text": LineAsked, "integer": NumberAsked, "decimal": NumberAsked, "date": DateAsked, "time": TimeAsked,
    "datetime": TimeAsked, "select_one": ChipsAsked, "select_multiple": MultiAsked, "rank": RankAsked,
    "note": NoteAsked, "image": PictureAsked, "file": FileAsked, "geopoint": PlaceAsked, "repeat": RosterAsked,
}
LONG: dict[str, type[Asked]] = {"select_one": LongAsked, "select_multiple": LongMultiAsked}


def kind_of(question: Question) -> type[Asked]:
    """Return the widget class for a question."""
    if question.kind in LONG and len(question.choices) > MOST_CHIPS:
        return LONG[question.kind]
    if question.kind == "image" and "signature" in question.appearance:
        return SignatureAsked
    if question.kind == "text":
        if question.name == "id_number":
            return IdAsked
        if question.name.endswith("phone"):
            return PhoneAsked
    return KINDS[question.kind]


def ask(question: Question) -> Asked:
    """Return the widget that asks this question."""
    return kind_of(question)(question)


__all__ = ["Asked", "FileAsked", "Member", "RosterAsked", "ask", "kind_of", "members", "spoken"]
