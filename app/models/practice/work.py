"""Work and wishes: the spells of a person in scope, and what they would like. Promises what V12-V18, V22 and V24 ask."""
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from app.models.change import Value
from app.models.practice.family import MAN, REFERENCE, Member
from app.models.practice.life import OLD, WEAK

Values = dict[str, Value]
EMPLOYED, WANTS, UNWILLING = "1", "2", "3"
WAGE_JOB, PUBLIC_POST, WORKSHOP, RELIEF, BUSINESS, CASUAL, FARMING = "1", "2", "3", "4", "5", "6", "7"
TOWNSHIP, COUNTY, PROVINCE, OUTSIDE = "1", "2", "3", "4"


@dataclass(frozen=True, slots=True)
class Job:
    """A usual job: industry, occupation, monthly wage in the county, and the kind of employer."""

    industry: str
    occupation: str
    wage: int
    employer: str


_AWAY = (Job("C", "03", 3600, "电子厂"), Job("C", "02", 3300, "制衣厂"), Job("C", "01", 3200, "五金厂"), Job("E", "08", 4600, "建筑队"),
         Job("E", "09", 4800, "建筑公司"), Job("E", "11", 4500, "装修公司"), Job("H", "30", 3000, "餐馆"), Job("H", "29", 3900, "酒楼"),
         Job("L", "21", 3100, "保安公司"), Job("G", "16", 4100, "快递站"), Job("G", "19", 3400, "物流园"), Job("G", "13", 5200, "运输队"),
         Job("Q", "27", 3500, "养老院"), Job("C", "44", 3200, "食品厂"), Job("C", "04", 4700, "机械厂"))
_NEAR = (Job("C", "02", 2700, "服装厂"), Job("C", "44", 2600, "食品厂"), Job("F", "33", 2400, "超市"), Job("H", "30", 2400, "餐馆"),
         Job("N", "45", 2200, "环卫所"), Job("E", "08", 3600, "施工队"), Job("L", "21", 2400, "物业公司"), Job("P", "22", 2100, "学校"))
_WORKSHOPS = (Job("C", "02", 2300, "服装车间"), Job("C", "03", 2400, "电子车间"), Job("C", "43", 2100, "刺绣车间"))
_POSTS = {"1": ("A", "24"), "2": ("G", "47"), "3": ("N", "22"), "4": ("N", "48"), "5": ("Q", "28"), "6": ("S", "46")}
_CITIES = ("佛山", "东莞", "深圳", "中山", "宁波", "杭州", "苏州", "泉州")
_PROVINCIAL = ("省城", "市经开区", "邻县工业园")
_YOUNG_TYPES = {WAGE_JOB: 58, CASUAL: 15, BUSINESS: 8, WORKSHOP: 9, RELIEF: 3, PUBLIC_POST: 3, FARMING: 4}
_MIDDLE_TYPES = {WAGE_JOB: 28, CASUAL: 24, PUBLIC_POST: 14, WORKSHOP: 12, FARMING: 14, RELIEF: 5, BUSINESS: 3}
_OLD_TYPES = {FARMING: 55, PUBLIC_POST: 20, CASUAL: 25}


def labour_status(rng: Random, member: Member, capacity: str) -> str:
    """Return whether a person in scope has work, wants it, or does not."""
    working = 78 if member.age < 50 else 66 if member.age < OLD else 35
    if capacity == WEAK:
        working -= 20
    willing = (100 - working) * (65 if member.age < OLD else 25) // 100
    return rng.choices((EMPLOYED, WANTS, UNWILLING), (working, willing, 100 - working - willing))[0]


def spell(rng: Random, member: Member, status: str, *, home: str, post_free: bool) -> Values:
    """Return the current spell; `home` names the township, `post_free` says whether the household may have a public post."""
    as_of = REFERENCE - timedelta(days=rng.randint(0, 60))
    values: Values = {"labour_status": status, "source": "survey", "as_of": as_of.isoformat()}
    if status != EMPLOYED:
        since = as_of - timedelta(days=rng.randint(20, 400))
        return values | {"start_date": since.isoformat(), "unemployed_reason": _reasons(rng, member)}
    kind = _kind(rng, member, post_free)
    level, job, employer = _job(rng, kind, home)
    start = _start(rng, member, as_of)
    values |= {"employment_type": kind, "work_area_level": level, "work_place": _place(level, employer, home),
               "industry": job.industry, "occupation": job.occupation, "start_date": start.isoformat(),
               "months_this_year": _months(rng, start, as_of), "monthly_income": _wage(rng, job, level),
               "transfer_mode": _channel(rng, kind), "insurance": ["2", "4"] if level == TOWNSHIP else ["2", "4", "5"]}
    if kind not in (BUSINESS, FARMING):
        values["contract"] = rng.choices("123", (60, 25, 15) if kind != CASUAL else (5, 30, 65))[0]
    if kind not in (CASUAL, FARMING):
        values["employer_name"] = employer
    if level in (PROVINCE, OUTSIDE):
        values["point_to_point"] = values["transfer_mode"] == "1" and rng.random() < 0.7
    if kind == PUBLIC_POST:
        values["public_post_kind"] = next(code for code, post in _POSTS.items() if post == (job.industry, job.occupation))
    return values


def former(rng: Random, member: Member, current: Values) -> Values | None:
    """Return an earlier job that ended when the current spell began, or None where there was none to tell of."""
    began = date.fromisoformat(str(current["start_date"]))
    start = began - timedelta(days=rng.randint(200, 700))
    if member.age < 25 or rng.random() > 0.15:
        return None
    job, city = rng.choice(_AWAY), rng.choice(_CITIES)
    return {"labour_status": EMPLOYED, "employment_type": WAGE_JOB, "work_area_level": OUTSIDE, "work_place": city,
            "employer_name": f"{city}某{job.employer}", "industry": job.industry, "occupation": job.occupation,
            "start_date": start.isoformat(), "end_date": began.isoformat(), "end_reason": rng.choice("1247"),
            "monthly_income": _wage(rng, job, OUTSIDE), "contract": "1", "transfer_mode": "5", "source": "survey",
            "as_of": began.isoformat()}


def wishes(rng: Random, member: Member, status: str, children: bool) -> Values:
    """Return the groups `wish` and `training`, the care duties and the services needed."""
    wish = {EMPLOYED: rng.choices("312", (86, 7, 7))[0], WANTS: rng.choice("112"), UNWILLING: "0"}[status]
    trained = rng.random() < 0.3
    wants_training = status != UNWILLING and rng.random() < 0.35
    values: Values = {"wants_work": wish, "training_done": rng.choice("134") if trained else "0",
                      "wants_training": wants_training, "service_needs": ["0"],
                      "services_received": ["1", "3"] if trained else rng.choice((["0"], ["1"])),
                      "satisfaction": rng.choices("123", (70, 25, 5))[0],
                      "care_duties": [rng.choice("12")] if children and member.sex != MAN else ["0"]}
    if wants_training:
        values["training_wish"] = [rng.choice("13426")]
    if wish == "0":
        values["unwilling_reason"] = ["3"] if member.age >= OLD else [rng.choice("1245")]
    if wish in "12":
        values |= _preferences(rng, member, status)
    return values


def _preferences(rng: Random, member: Member, status: str) -> Values:
    near = member.age >= 50 or member.sex != MAN and rng.random() < 0.6
    areas = ["1", "2"] if near else rng.choice((["4", "3"], ["3", "2"], ["2", "1"]))
    jobs = sorted({job.occupation for job in rng.sample(_NEAR if near else _AWAY, rng.randint(1, 3))})
    leaving = areas[0] in "34"
    out: Values = {
        "preferred_types": ["1", "3"] if near else ["1"], "preferred_areas": areas, "preferred_occupations": jobs,
        "expected_wage_min": rng.randrange(18, 28) * 100 if near else rng.randrange(32, 52) * 100,
        "board_lodging": ["1", "2"] if leaving else ["0"], "hours_accepted": ["1"] if near else ["1", "3"],
        "available_from": (REFERENCE + timedelta(days=rng.choice((30, 45, 60, 90)))).isoformat(),
        "accept_organised_transfer": leaving, "accept_public_post": near, "startup_wish": rng.random() < 0.05,
        "service_needs": ["3", "6"] if leaving else ["3"] if status == WANTS else ["0"]}
    if leaving:
        out["preferred_province"] = rng.choice(("广东", "浙江", "福建", "江苏"))
    if out["startup_wish"]:
        out["startup_idea"] = rng.choice(("开小吃店，缺周转资金", "养鸡，缺场地", "开理发店，缺铺面"))
    return out


def _kind(rng: Random, member: Member, post_free: bool) -> str:
    weights = dict(_YOUNG_TYPES if member.age < 45 else _MIDDLE_TYPES if member.age < OLD else _OLD_TYPES)
    if not post_free or member.age >= 68:
        weights.pop(PUBLIC_POST)
    return rng.choices(list(weights), list(weights.values()))[0]


def _job(rng: Random, kind: str, home: str) -> tuple[str, Job, str]:
    """Return the level of the place, the job and the employer's name; 某 shows that no real employer is meant."""
    if kind == PUBLIC_POST:
        industry, occupation = rng.choice(list(_POSTS.values()))
        return TOWNSHIP, Job(industry, occupation, 900, ""), f"{home}公益性岗位"
    if kind == WORKSHOP:
        job = rng.choice(_WORKSHOPS)
        return rng.choice((TOWNSHIP, COUNTY)), job, f"{home}某{job.employer}"
    if kind == RELIEF:
        return TOWNSHIP, Job("E", "01", 2800, ""), f"{home}以工代赈项目"
    if kind == FARMING:
        return TOWNSHIP, Job("A", rng.choice(("40", "41", "42")), 1500, ""), ""
    if kind == BUSINESS:
        return rng.choice((TOWNSHIP, COUNTY)), Job(rng.choice("FHOA"), "50", 3800, ""), f"{home}某个体户"
    level = rng.choices((OUTSIDE, PROVINCE, COUNTY, TOWNSHIP), (46, 18, 22, 14))[0]
    job = rng.choice(_AWAY if level in (OUTSIDE, PROVINCE) else _NEAR)
    where = rng.choice(_CITIES) if level == OUTSIDE else rng.choice(_PROVINCIAL) if level == PROVINCE else home
    return level, job, f"{where}某{job.employer}"


def _place(level: str, employer: str, home: str) -> str:
    return home if level == TOWNSHIP else "县城" if level == COUNTY else employer.partition("某")[0]


def _start(rng: Random, member: Member, as_of: date) -> date:
    sixteen = date(member.birth.year + 16, member.birth.month, min(member.birth.day, 28))
    return max(as_of - timedelta(days=rng.randint(15, 900)), sixteen + timedelta(days=1))


def _months(rng: Random, start: date, as_of: date) -> int:
    """Return months worked this year: up to `as_of`, at times with a gap."""
    since = start.month if start.year == as_of.year else 1
    whole = as_of.month - since
    return max(0 if start.year == as_of.year else 1, whole - rng.choice((0, 0, 0, 1, 2)))


def _wage(rng: Random, job: Job, level: str) -> int:
    factor = {OUTSIDE: 1.25, PROVINCE: 1.1}.get(level, 1.0)
    return round(job.wage * factor * rng.uniform(0.85, 1.25) / 50) * 50


def _channel(rng: Random, kind: str) -> str:
    if kind in (PUBLIC_POST, RELIEF):
        return "1"
    return "2" if kind in (FARMING, BUSINESS) else rng.choices("12345", (18, 32, 10, 12, 28))[0]


def _reasons(rng: Random, member: Member) -> list[str]:
    if member.age >= OLD:
        return ["6"]
    pool = "1245" if member.sex != MAN else "2458"
    return sorted(rng.sample([*pool, "9"], rng.choice((1, 1, 2))))
