"""A person's papers, health, schooling and abilities. Promises values that the rules V1-V11 and V19 find nothing wrong with."""
from random import Random

from app.models.change import Value
from app.models.identity import PRACTICE_AREA, check_character
from app.models.practice.family import MAN, Member

Values = dict[str, Value]
ADULT, OLD = 16, 60
NOT_ENROLLED = "00"
ORDINARY, SKILLED, WEAK, LOST, NONE = "1", "2", "3", "4", "5"
HEALTHY, CHRONIC, SERIOUS, DISABLED = "1", "2", "3", "4"
LABOUR = (ORDINARY, SKILLED, WEAK)
_PHONE_HEADS = [f"1{second}{third}" for second in "35789" for third in "0123456789"]


class Papers:
    """Issues identity numbers of the practice area, each only once."""

    def __init__(self) -> None:
        self._used: set[str] = set()

    def number(self, rng: Random, member: Member) -> str:
        """Return a number with the person's birth, sex and the right check character."""
        while True:
            order = rng.randrange(0, 500) * 2 + (1 if member.sex == MAN else 0)
            first = f"{PRACTICE_AREA}{member.birth:%Y%m%d}{order:03d}"
            if first not in self._used:
                self._used.add(first)
                return first + check_character(first)


def phone(rng: Random) -> str:
    """Return a mobile number that no network has given out: its middle is 0000."""
    return f"{rng.choice(_PHONE_HEADS)}0000{rng.randrange(10_000):04d}"


def person(rng: Random, member: Member, papers: Papers) -> Values:
    """Return what is known of a person apart from household, work and wishes."""
    number = papers.number(rng, member)
    values: Values = {
        "full_name": member.name, "id_type": "01", "id_number": number, "id_source": "card", "sex": member.sex,
        "birth_date": member.birth.isoformat(), "ethnic_group": member.ethnic, "relation_to_head": member.relation,
        "person_status": "1", "registration_moved": rng.random() < 0.8, "living_place": "1",
        "student_status": _student(rng, member.age)}
    if member.age >= ADULT:
        values["marital_status"] = member.marital
    values |= _health(rng, member, number, str(values["student_status"]))
    if member.age >= 14 and rng.random() < 0.95:
        values |= {"phone": phone(rng), "phone_owner": "1" if member.age < 70 else "2"}
    if member.age >= ADULT and values["student_status"] == NOT_ENROLLED:
        values |= _ability(rng, member, str(values["labour_capacity"]))
    return values


def in_scope(values: Values, age: int) -> bool:
    """Return whether the person is of working age, out of school and has capacity for work (domain.md 2.1)."""
    return age >= ADULT and values["student_status"] == NOT_ENROLLED and values["labour_capacity"] in LABOUR


def _student(rng: Random, age: int) -> str:
    if age < 6:
        return "10"
    if age < 12:
        return "20"
    if age < 15:
        return "30"
    if age < 18:
        return rng.choices(("40", "41", NOT_ENROLLED), (55, 35, 0 if age < ADULT else 10))[0]
    if age < 22:
        return rng.choices(("50", "60", NOT_ENROLLED), (18, 15, 67))[0]
    return "60" if age < 24 and rng.random() < 0.08 else NOT_ENROLLED


def _health(rng: Random, member: Member, number: str, student: str) -> Values:
    age = member.age
    chronic = 0.02 if age < 40 else 0.12 if age < OLD else 0.4
    health = [HEALTHY]
    if rng.random() < chronic:
        health = [CHRONIC]
    elif rng.random() < 0.015:
        health = [SERIOUS]
    values: Values = {}
    if rng.random() < (0.02 if age < OLD else 0.06):
        health = [DISABLED] if health == [HEALTHY] else [*health, DISABLED]
        category, level = rng.choice("12344456"), rng.choice("1234")
        values = {"disability_category": category, "disability_level": level,
                  "disability_no": f"{number}{category}{level}"}
    return values | {"health_status": health, "labour_capacity": _capacity(rng, age, health, student)}


def _capacity(rng: Random, age: int, health: list[str], student: str) -> str:
    if age < ADULT or student != NOT_ENROLLED:
        return NONE
    if age >= 75:
        return NONE
    if age >= OLD:
        return rng.choices((ORDINARY, WEAK, NONE), (2, 5, 3))[0]
    if health == [HEALTHY]:
        return rng.choices((ORDINARY, SKILLED), (8, 2))[0]
    if health == [CHRONIC]:
        return rng.choices((ORDINARY, WEAK), (4, 6))[0]
    return rng.choices((WEAK, LOST), (6, 4))[0]


def _ability(rng: Random, member: Member, capacity: str) -> Values:
    age = member.age
    if age >= OLD:
        education = rng.choices(("X1", "81", "71"), (45, 45, 10))[0]
    elif age >= 40:
        education = rng.choices(("X1", "81", "71", "61"), (8, 42, 42, 8))[0]
    else:
        education = rng.choices(("81", "71", "61", "41", "31", "21"), (10, 50, 12, 14, 9, 5 if age >= 21 else 0))[0]
    literate = "0" if education == "X1" else "2" if education == "81" and age >= 50 else "1"
    values: Values = {"education": education, "literacy": literate,
                      "mandarin": "1" if age < 45 or education in ("71", "61") else rng.choice("120"),
                      "smartphone": "1" if age < 50 else rng.choice("120")}
    if education in ("41", "31", "21"):
        values["major"] = rng.choice(("电子技术应用", "护理", "学前教育", "汽车维修", "电子商务", "会计", "旅游服务", "畜牧兽医"))
    if capacity not in LABOUR:
        return values
    skills = rng.sample(["01", "02", "03", "04", "05", "07", "08", "09", "11", "13", "15", "17", "18", "19", "20", "21"],
                        rng.randint(1, 2) if capacity == SKILLED else rng.choice((0, 0, 1)))
    certificate = rng.choice(("1", "3", "4", "5")) if capacity == SKILLED else rng.choices(("0", "5", "6"), (80, 15, 5))[0]
    values |= {"skills": sorted(skills), "certificates": [certificate], "work_limits": _limits(rng, capacity, age),
               "years_away": min(max(0, age - 17), rng.choice((0, 0, 1, 2, 3, 5, 8, 12)))}
    if certificate != "0":
        values["skill_level"] = rng.choice("450") if certificate in ("1", "3") else "0"
    return values


def _limits(rng: Random, capacity: str, age: int) -> list[str]:
    if capacity == WEAK:
        return sorted(rng.sample("1234", rng.randint(1, 2)))
    return ["1"] if age >= 55 and rng.random() < 0.3 else ["0"]
