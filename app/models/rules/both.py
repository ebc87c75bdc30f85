"""Rules on a person and their work together (V12, V13, V17, V22, V24): judged from whichever of the two is being written."""
from collections.abc import Callable
from dataclasses import replace

from app.models.identity import age_on
from app.models.rules.finding import BIRTH, NOTHING, Book, Context, Level, Look, Sentence, Values, age, birth, day, who

of_person, of_placement = Book("person"), Book("placement")

EMPLOYED, WANTS, UNWILLING = "1", "2", "3"
PUBLIC_POST = "2"
LABOUR = ("1", "6")


def rule(number: str, level: Level, person: tuple[str, ...], placement: tuple[str, ...], reads: tuple[str, ...] = ()) -> Callable[[Look], Look]:
    """Enter a look that takes the spell's values, and the person in its context, into both books. `reads`: of either, besides."""
    def from_person(values: Values, c: Context, look: Look) -> Sentence | None:
        spell = c.placement or NOTHING
        return look(spell, replace(c, person=values)) if all(spell.get(name) for name in placement) else None

    def from_placement(values: Values, c: Context, look: Look) -> Sentence | None:
        return look(values, c) if all((c.person or NOTHING).get(name) for name in person) else None

    def enter(look: Look) -> Look:
        of_person(number, level, *person, reads=reads)(lambda values, c: from_person(values, c, look))
        of_placement(number, level, *placement, reads=reads)(lambda values, c: from_placement(values, c, look))
        return look
    return enter


@rule("V12", "W", ("labour_capacity",), ("labour_status",))
def who_cannot_work_has_no_job(v: Values, c: Context) -> Sentence | None:
    """Lost or no capacity, and a job."""
    p = c.person or NOTHING
    if v["labour_status"] != EMPLOYED or p["labour_capacity"] not in ("4", "5"):
        return None
    return (f"{who(p)[0]}没有劳动能力，却是已就业。改其中一处，或说明原因。",
            f"{who(p)[1]} has no capacity for work, yet has a job. Change one of them, or give the reason.")


@rule("V12", "W", (), ("labour_status", "employment_type", "work_area_level"))
def who_is_provided_for_is_not_away(v: Values, c: Context) -> Sentence | None:
    """A household in extreme poverty relief has nobody working away."""
    if ((c.household or NOTHING).get("welfare_status") != "2" or v["labour_status"] != EMPLOYED
            or v["employment_type"] not in LABOUR or v["work_area_level"] not in ("3", "4", "5")):
        return None
    zh, en = who(c.person or NOTHING)
    return (f"{zh}这一户是特困供养，却有人外出务工。没有错吗？",
            f"{en}'s household is in extreme-poverty relief, yet someone works away. Is it right?")


@rule("V13", "W", ("student_status",), ("labour_status",), reads=("employment_type",))
def students_do_not_work(v: Values, c: Context) -> Sentence | None:
    """Enrolled, and a job."""
    p = c.person or NOTHING
    if v["labour_status"] != EMPLOYED or p["student_status"] == "00" or v.get("employment_type") == PUBLIC_POST:
        return None
    return (f"{who(p)[0]}在校读书，却是已就业。改其中一处，或说明原因。",
            f"{who(p)[1]} is at school, yet has a job. Change one of them, or give the reason.")


@rule("V17", "E", (), ("labour_status", "employment_type"), reads=BIRTH)
def posts_are_not_for_children(v: Values, c: Context) -> Sentence | None:
    """Nobody under 16 takes a public-welfare post."""
    years = age(c.person or NOTHING, c)
    if not _in_post(v) or years is None or years >= 16:
        return None
    zh, en = who(c.person or NOTHING)
    return (f"{zh}只有 {years} 岁，不能上公益性岗位。核对出生日期，或改就业方式。",
            f"{en} is only {years} and cannot have a public-welfare post. Check the date of birth, or change the kind of work.")


@rule("V17", "W", (), ("labour_status", "employment_type"), reads=(*BIRTH, "student_status"))
def posts_have_an_upper_age(v: Values, c: Context) -> Sentence | None:
    """70 and over, or enrolled, in a public-welfare post."""
    p = c.person or NOTHING
    years = age(p, c)
    if _in_post(v) and years is not None and years >= 70:
        return (f"{who(p)[0]}已经 {years} 岁，还在公益性岗位。没有错吗？",
                f"{who(p)[1]} is {years} and still has a public-welfare post. Is it right?")
    if _in_post(v) and p.get("student_status") not in (None, "", "00"):
        return (f"{who(p)[0]}在校读书，却在公益性岗位。没有错吗？",
                f"{who(p)[1]} is at school, yet has a public-welfare post. Is it right?")
    return None


@rule("V22", "W", (), ("labour_status", "start_date"), reads=BIRTH)
def nobody_works_before_sixteen(v: Values, c: Context) -> Sentence | None:
    """A job does not begin before the 16th birthday."""
    born, start = birth(c.person or NOTHING), day(v["start_date"])
    if v["labour_status"] != EMPLOYED or born is None or start is None:
        return None
    if start >= born and age_on(born, start) >= 16:
        return None
    zh, en = who(c.person or NOTHING)
    return f"{zh}开始工作时还不到 16 岁。核对日期。", f"{en} was not yet 16 when this job began. Check the dates."


@rule("V24", "W", ("wants_work",), ("labour_status",))
def wish_and_state_agree(v: Values, c: Context) -> Sentence | None:
    """Without work: wanting it means wish 1 or 2, not wanting it 0; wish 3 (keeps the job) only with a job."""
    p = c.person or NOTHING
    fits = {EMPLOYED: ("0", "1", "2", "3"), WANTS: ("1", "2"), UNWILLING: ("0",)}.get(v["labour_status"])
    if fits is None or p["wants_work"] in fits:
        return None
    return (f"{who(p)[0]}的就业现状和就业意愿说得不一样。再问一次，改其中一处。",
            f"{who(p)[1]}: what is said of work now and of the wish to work do not agree. Ask again, and change one of them.")


def _in_post(v: Values) -> bool:
    return bool(v["labour_status"] == EMPLOYED and v["employment_type"] == PUBLIC_POST)
