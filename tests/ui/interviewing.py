"""What a person presses to answer each question; shared by the offscreen interview and the one in a real window."""
from collections.abc import Iterator

from app.forms.contract import Interview, Question
from app.ui.pages.interview_doubts import Doubts
from app.ui.pages.interview_walk import Walk
from app.ui.questions import kind_of
from app.ui.questions.chosen import LongAsked

ENTER, REASON = "Return", "overtime"
WISHED = {
    "visit_mode": "1", "respondent": "1", "consent": "1", "labour_status": "1", "employment_type": "3", "work_area_level": "1",
    "contract": "1", "insurance": "4", "transfer_mode": "2", "wants_work": "3", "training_done": "0", "wants_training": "0",
    "service_needs": "0", "services_received": "0", "satisfaction": "1", "student_status": "00", "health_status": "1",
    "labour_capacity": "1", "education": "71", "mandarin": "1", "literacy": "1", "smartphone": "1", "certificates": "0",
    "work_limits": "0", "care_duties": "0", "months_this_year": "1", "monthly_income": "3100", "start_date": "20260901",
    "work_place": "Qinghe", "employer_name": "Xiangyang 2", "remark": "by keys",
}


def keys(question: Question) -> list[str]:
    """Return the keys that answer a question, without the Enter that goes on; none where it is left as it is."""
    wish = WISHED.get(question.name, "")
    if issubclass(kind_of(question), LongAsked):
        if not question.required or question.value:
            return []
        two = all(len(choice.name) == 2 for choice in question.choices)
        return list(question.choices[0].name if two else "01")
    if question.choices:
        names = [choice.name for choice in question.choices]
        if not wish and (question.value or not question.required):
            return []
        at = names.index(wish) if wish in names else 0
        return [] if question.value == names[at] else [str(at + 1)]
    if not wish or question.value == wish:
        return []
    return ["ctrl+a", *list(wish)] if question.value else list(wish)


def played(talk: Interview) -> Iterator[list[str]]:
    """Answer an interview to its end as the keys would; yield the keys of each question, the Enter that goes on included."""
    walk, doubts = Walk(talk), Doubts(talk.ledger, talk)
    doubts.again()
    walk.start()
    going = True
    while going:
        question = next(q for q in walk.here() if q.path == walk.at)
        pressed = keys(question)
        if typed := [key for key in pressed if key != "ctrl+a"]:
            talk.answer(question.path, _meant(question, typed))
        shown = doubts.again(question.path if typed else "").get(question.path)
        if shown and not shown[1]:
            doubts.explain(question.path, "".join(REASON))
            pressed = [*pressed, ENTER, *REASON]
        yield [*pressed, ENTER]
        walk.again()
        going = walk.after(question.path)
    doubts.again(at_end=True)
    yield [key for _ in doubts.unexplained() for key in (*REASON, ENTER)] or [ENTER]


def _meant(question: Question, typed: list[str]) -> str:
    if issubclass(kind_of(question), LongAsked):
        return question.choices[0].name
    if question.choices:
        return question.choices[int(typed[0]) - 1].name
    words = "".join(typed)
    return f"{words[:4]}-{words[4:6]}-{words[6:]}" if question.kind == "date" else words
