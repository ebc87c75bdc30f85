"""An invented employer in another province with its posts, a site, and who wants to go; said with what a case needs, the rest is usual."""
from typing import Any

from app.models.identity import record_id
from app.models.writing import Write
from tests.assistance.conftest import SITE, TOWN, home, out_of_work, person

AWAY = "440600000000"  # 佛山市: only a place to go to, nobody of it is invented


def site(code: str = SITE, **values: Any) -> Write:
    return Write("resettlement_site", {"site_code": code, "name": "向阳安置点", "area_id": TOWN, "planned_persons": 900, **values},
                 rec=record_id("resettlement_site", "529999", code), place=code)


def employer(code: str = "E1", **values: Any) -> Write:
    return Write("employer", {"name": f"练习{code}电子厂", "area_id": AWAY, "industry": "C", **values}, rec=eid(code), place=TOWN)


def post(code: str, employer: str = "E1", **values: Any) -> Write:
    usual = {"post_code": code, "employer_id": eid(employer), "title": "电子装配工", "occupation": "03", "headcount": 40, "area_id": AWAY,
             "wage_min": 4500, "wage_max": 6000, "pay_basis": "1", "source": "5", "collected_on": "2026-05-01", "valid_to": "2027-12-31",
             "state": "1"}
    return Write("post", {**usual, **values}, rec=postid(code), place=TOWN)


def seekers(n: int, **values: Any) -> list[Write]:
    """Return n households of one person each who wants to work and has none."""
    return [write for k in range(n) for write in (
        home(f"Q{k}"), person(f"q{k}", f"Q{k}", "1990-03-01", wants_work="1", **values), out_of_work(f"q{k}"))]


def eid(code: str) -> str:
    return record_id("employer", "529999", code)


def postid(code: str) -> str:
    return record_id("post", "529999", code)
