"""Rules on a work spell alone: what belongs together, months, wages, dates (V14-V18, V21, V22)."""
from datetime import date

from app.models.rules.finding import NOTHING, Book, Context, Sentence, Values, blank, day, number, who

rule = Book("placement")

EMPLOYED = "1"
PUBLIC_POST, WORKSHOP, OWN_BUSINESS = "2", "3", "5"
WAGED = ("1", "2", "3", "4")
OUTSIDE = ("3", "4", "5")


def person_of(c: Context) -> Sentence:
    """Return how to call the person whose spell this is."""
    return who(c.person or NOTHING)


@rule("V14", "E", "labour_status", also=("monthly_income", "industry", "transfer_mode", "employer_name", "work_area_level"),
      together=True, reads=("employment_type", "work_area_id", "employer_id"))
def job_says_what(v: Values, c: Context) -> Sentence | None:
    """A job has a wage, an industry, a channel, a place, and an employer save for types 5 to 7."""
    if v["labour_status"] != EMPLOYED:
        return None
    self_employed = number(v.get("employment_type")) or 0
    wanted = [(("monthly_income",), "月收入", "wage"), (("industry",), "行业", "industry"),
              (("transfer_mode",), "就业渠道", "channel"), (("work_area_id", "work_area_level"), "就业地", "place of work")]
    if self_employed < 5:
        wanted.append((("employer_id", "employer_name"), "单位名称", "employer"))
    lacking = [(zh, en) for names, zh, en in wanted if all(blank(v.get(name)) for name in names)]
    if not lacking:
        return None
    return (f"{person_of(c)[0]}已就业，还差{'、'.join(zh for zh, _ in lacking)}。补上再完成。",
            f"{person_of(c)[1]} is employed; still to say: {', '.join(en for _, en in lacking)}. Fill it in to finish.")


@rule("V15", "E", "months_this_year")
def months_are_of_a_year(v: Values, c: Context) -> Sentence | None:
    """Months worked this year are 0 to 12."""
    if 0 <= (number(v["months_this_year"]) or 0) <= 12:
        return None
    return (f"{person_of(c)[0]}今年务工月数应在 0 到 12 之间。请重新填。",
            f"{person_of(c)[1]}: months worked this year must be between 0 and 12. Type it again.")


@rule("V15", "W", "months_this_year", reads=("as_of",))
def months_have_passed(v: Values, c: Context) -> Sentence | None:
    """No more months than the year (at the date reported) has had."""
    months, on = number(v["months_this_year"]) or 0, day(v.get("as_of")) or c.today
    if not on.month < months <= 12:
        return None
    return (f"{person_of(c)[0]}今年务工 {months:.0f} 个月，可是今年才过了 {on.month} 个月。改一下，或说明原因。",
            f"{person_of(c)[1]} worked {months:.0f} months this year, but only {on.month} have passed."
            " Change it, or give the reason.")


@rule("V15", "W", "labour_status", "months_this_year", also=("work_area_level", "monthly_income"), reads=("as_of", "start_date", "work_area_id"))
def months_place_and_income_agree(v: Values, c: Context) -> Sentence | None:
    """Months worked go with a place and an income; a job with both has months, once its first month is over."""
    if v["labour_status"] != EMPLOYED:
        return None
    months, on = number(v["months_this_year"]) or 0, day(v.get("as_of")) or c.today
    start = day(v.get("start_date"))
    place = not (blank(v.get("work_area_level")) and blank(v.get("work_area_id")))
    income = (number(v.get("monthly_income")) or 0) > 0
    if months > 0 and not (place and income):
        return (f"{person_of(c)[0]}今年务工 {months:.0f} 个月，却没有就业地或月收入。补上，或说明原因。",
                f"{person_of(c)[1]} worked {months:.0f} months this year but has no place of work or no income."
                " Fill it in, or give the reason.")
    if months == 0 and (place or income) and start is not None and start < date(on.year, on.month, 1):
        return (f"{person_of(c)[0]}有就业地和月收入，今年务工月数却是 0。没有错吗？",
                f"{person_of(c)[1]} has a place of work and an income, but 0 months this year. Is it right?")
    return None


@rule("V16", "E", "labour_status", "employment_type", "work_area_level")
def posts_and_workshops_are_near(v: Values, c: Context) -> Sentence | None:
    """Public-welfare posts and workshops are inside the county."""
    if (v["labour_status"] != EMPLOYED or v["employment_type"] not in (PUBLIC_POST, WORKSHOP)
            or v["work_area_level"] not in OUTSIDE):
        return None
    zh, en = ("公益性岗位", "public-welfare post") if v["employment_type"] == PUBLIC_POST else ("帮扶车间", "workshop")
    return (f"{person_of(c)[0]}在县外就业，就业方式却是{zh}。改其中一处。",
            f"{person_of(c)[1]} works outside the county, but in a {en}. Change one of them.")


@rule("V17", "W", "employment_type", also=("start_date", "public_post_months"), reads=("end_date",))
def posts_last_three_years(v: Values, c: Context) -> Sentence | None:
    """A public-welfare post of more than 36 months wants a reason."""
    start, end = day(v.get("start_date")), day(v.get("end_date")) or c.today
    told = number(v.get("public_post_months")) or 0
    over = start is not None and (end.year - start.year, end.month, end.day) > (3, start.month, start.day)
    if v["employment_type"] != PUBLIC_POST or not (over or told > 36):
        return None
    return (f"{person_of(c)[0]}在公益性岗位上已超过 36 个月。是按规定续聘的吗？",
            f"{person_of(c)[1]} has been in a public-welfare post for more than 36 months. Was it renewed by the rules?")


@rule("V17", "W", "employment_type", reads=("end_date",))
def one_post_to_a_household(v: Values, c: Context) -> Sentence | None:
    """Two public-welfare posts at once, in one household or for one person, want a reason."""
    if v["employment_type"] != PUBLIC_POST or not _running(v, c):
        return None
    if any(_public(other) and _running(other, c) for other in c.household_placements):
        return (f"{person_of(c)[0]}这一户已经有人在公益性岗位。是按规定安排的吗？",
                f"Someone else of {person_of(c)[1]}'s household already has a public-welfare post. Do the rules allow it?")
    if any(_public(other) and _running(other, c) for other in _others(c)):
        return (f"{person_of(c)[0]}同时有两个公益性岗位。结束其中一个，或说明原因。",
                f"{person_of(c)[1]} has two public-welfare posts at once. End one of them, or give the reason.")
    return None


@rule("V17", "W", "employment_type")
def posts_are_not_for_cadres(v: Values, c: Context) -> Sentence | None:
    """Village cadres and their family do not take public-welfare posts."""
    if v["employment_type"] != PUBLIC_POST or not c.cadre:
        return None
    return (f"{person_of(c)[0]}是村干部或村干部的家人，却在公益性岗位。是什么原因？",
            f"{person_of(c)[1]} is a village cadre, or family of one, and has a public-welfare post. Why?")


@rule("V18", "E", "labour_status", also=("unemployed_reason",), together=True, reads=("end_date",))
def no_job_has_a_reason(v: Values, c: Context) -> Sentence | None:
    """Who has no job says why."""
    if v["labour_status"] == EMPLOYED or not blank(v.get("unemployed_reason")) or not blank(v.get("end_date")):
        return None
    return (f"{person_of(c)[0]}没有就业，还没有问原因。补上再完成。",
            f"{person_of(c)[1]} has no job; the reason was not asked. Fill it in to finish.")


@rule("V18", "E", "plan_leave", also=("plan_need",), together=True)
def leaving_says_what_is_needed(v: Values, c: Context) -> Sentence | None:
    """Who plans to go away for work says what help is needed."""
    if v["plan_leave"] is not True or not blank(v.get("plan_need")):
        return None
    return (f"{person_of(c)[0]}打算外出务工，还没有填务工需求。没有需求就写“无”。",
            f"{person_of(c)[1]} plans to go away for work; the help needed was not filled in. Write none if so.")


@rule("V21", "W", "monthly_income", reads=("occupation", "work_area_id"))
def wage_is_likely(v: Values, c: Context) -> Sentence | None:
    """100 to 50,000 yuan, and no more than three times the usual for that occupation and place."""
    wage = number(v["monthly_income"])
    if wage is None:
        return None
    if not 100 <= wage <= 50_000:
        return (f"{person_of(c)[0]}的月收入不在 100 到 50,000 元之间。没有错吗？",
                f"{person_of(c)[1]}: the monthly income is not between 100 and 50,000 yuan. Is it right?")
    usual = c.median_wage(v.get("occupation") or "", v.get("work_area_id")) if c.median_wage else None
    if not usual or wage <= 3 * usual:
        return None
    return (f"{person_of(c)[0]}的月收入比这里这个工种的一般收入（{usual:.0f} 元）高出 3 倍多，没有错吗？",
            f"{person_of(c)[1]}: the income is more than 3 times the usual {usual:.0f} yuan for this work here. Is it right?")


@rule("V22", "W", "start_date", also=("end_date",))
def dates_are_in_order(v: Values, c: Context) -> Sentence | None:
    """Start, end, today: in this order."""
    start, end = day(v["start_date"]), day(v.get("end_date"))
    if start is not None and start > c.today or end is not None and end > c.today:
        return (f"{person_of(c)[0]}这份工作的日期在今天以后。请核对。",
                f"{person_of(c)[1]}: a date of this job is in the future. Check it.")
    if start is None or end is None or start <= end:
        return None
    return (f"{person_of(c)[0]}这份工作的结束日期早于开始日期。请核对。",
            f"{person_of(c)[1]}: this job ends before it begins. Check the dates.")


@rule("V22", "W", "employment_type", "start_date", reads=("end_date",))
def one_wage_at_a_time(v: Values, c: Context) -> Sentence | None:
    """Two jobs for a wage do not overlap."""
    if v["employment_type"] not in WAGED or not any(_overlap(v, other) for other in _others(c)):
        return None
    return (f"{person_of(c)[0]}有两份工作的时间重叠了。结束前一份，或说明原因。",
            f"{person_of(c)[1]} has two jobs at the same time. End the earlier one, or give the reason.")


def _others(c: Context) -> list[Values]:
    return [spell for spell in c.placements if c.rec is None or spell.get("id") != c.rec]


def _public(v: Values) -> bool:
    return v.get("labour_status") == EMPLOYED and v.get("employment_type") == PUBLIC_POST


def _running(v: Values, c: Context) -> bool:
    end = day(v.get("end_date"))
    return end is None or end >= c.today


def _overlap(one: Values, other: Values) -> bool:
    if other.get("labour_status") != EMPLOYED or other.get("employment_type") not in WAGED:
        return False
    first, second = day(one["start_date"]), day(other.get("start_date"))
    if first is None or second is None:
        return False
    first_end, second_end = day(one.get("end_date")) or date.max, day(other.get("end_date")) or date.max
    return first < second_end and second < first_end
