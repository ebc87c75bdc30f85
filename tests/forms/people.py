"""Invented people and their answers, for tests of what interviews write."""
from app.forms.contract import load
from app.forms.scenario import fill
from app.models.identity import check_character
from app.models.ledger import Ledger

Answers = dict[str, str]


def number(birth: str = "19900101", order: str = "123") -> str:
    """Return an ID number of the practice area with its right check character."""
    first = f"529999{birth}{order}"
    return first + check_character(first)


WORKER: Answers = {
    "visit_mode": "1", "respondent": "1", "consent": "1", "id_type": "01", "id_number": number(), "full_name": "蒲松龄", "sex": "1",
    "ethnic_group": "01", "relation_to_head": "02", "registration_moved": "1", "living_place": "3", "student_status": "00",
    "health_status": "1", "labour_capacity": "1", "labour_status": "1", "employment_type": "1", "work_area_level": "4",
    "work_place": "广东佛山", "employer_name": "练习电子厂", "industry": "C", "occupation": "01", "start_date": "2026-03-01",
    "months_this_year": "9", "monthly_income": "4500", "contract": "1", "insurance": "1 5", "transfer_mode": "1",
    "point_to_point": "1", "education": "71", "mandarin": "1", "literacy": "1", "smartphone": "1", "certificates": "0",
    "work_limits": "0", "care_duties": "0", "wants_work": "3", "training_done": "0", "wants_training": "0", "service_needs": "0",
    "services_received": "0",
}


def paths(form: str) -> dict[str, str]:
    """Return name -> path of the questions of a shipped form, outside repeats."""
    parts = load(form).definition.parts.values()
    return {p.name: p.path for p in parts if p.asked and not p.repeats}


def steps(form: str, answers: Answers) -> list[dict[str, str]]:
    """Return the steps of these answers, in the order given."""
    where = paths(form)
    return [{"set": where[name], "value": value} for name, value in answers.items()]


def interviewed(ledger: Ledger, answers: Answers, household: str | None = None, person: str | None = None) -> dict[str, str]:
    """Hold the person interview and return type -> id of what it wrote, the last of each type."""
    done = fill(ledger, load("person_interview"), steps("person_interview", answers), ("person", person) if person else None,
                household=household)
    assert done["errors"] == []
    return {w["type"]: w["id"] for w in done["wrote"]}
