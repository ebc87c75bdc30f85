"""Invented posts and seekers: as records for a ledger, and as values that hypothesis makes up."""
from collections.abc import Callable
from random import Random
from typing import Any

from hypothesis import strategies as st

from app.assistance.posts import Post
from app.assistance.seekers import Pick, Pool, Seeker
from app.models.identity import record_id
from app.models.writing import Write
from tests.assistance.conftest import DAY, OTHER_SITE, SITE, TOWN, VILLAGE

EMPLOYER = record_id("employer", "529999", "车间")
FOSHAN, COUNTY_TOWN = "440600000000", "529999002000"


def employer(code: str = "车间", **values: Any) -> Write:
    return Write("employer", {"name": f"练习{code}", "area_id": TOWN, "kind": "2", **values}, rec=record_id("employer", "529999", code), place=TOWN)


def post(code: str, **values: Any) -> Write:
    """Return a checked sewing post in the township that is open."""
    usual = {"post_code": code, "title": "缝纫工", "employer_id": EMPLOYER, "occupation": "02", "headcount": 8, "area_id": TOWN, "wage_min": 2800,
             "wage_max": 4200, "pay_basis": "4", "board_lodging": ["0"], "shifts": ["1"], "source": "3", "collected_on": "2026-11-01",
             "valid_to": "2026-12-31", "verified_on": "2026-11-20", "verified_how": "2", "state": "1"}
    return Write("post", {**usual, **values}, rec=post_id(code), place=TOWN)


def post_id(code: str) -> str:
    return record_id("post", "529999", code)


SITES = {SITE: "site1", OTHER_SITE: "site2", VILLAGE: ""}


def some(rng: Random, codes: str) -> frozenset[str] | None:
    """Return a few codes, or that nobody has said."""
    return None if rng.random() < .25 else frozenset(rng.sample(codes.split(), rng.randint(1, min(3, len(set(codes.split()))))))


def ranked(rng: Random, codes: list[str], most: int) -> tuple[str, ...] | None:
    return None if rng.random() < .2 else tuple(rng.sample(codes, rng.randint(1, most)))


def _odd(rng: Random) -> Callable[..., Any]:
    """Return what says the usual six times of seven, else something else: each rule must have its turn alone."""
    return lambda usual, *others: usual if rng.random() < 6 / 7 else rng.choice(others)


def made_up_seeker(rng: Random, n: int, posts: int = 6) -> Seeker:
    """Return somebody; every answer may be missing, contrary or odd."""
    place, one, odd = rng.choice([*SITES, SITE, FOSHAN]), rng.choice, _odd(rng)
    said = [frozenset({f"p{rng.randrange(posts)}"}) if rng.random() < .1 else frozenset[str]() for _ in range(2)]
    return Seeker(
        f"s{n}", place, SITES.get(place, ""), age=odd(rng.randint(20, 50), None, *range(14, 76)), out=odd("", "student"),
        work=odd("willing", "unknown", "employed", "unwilling"), wants=odd("1", "2", "", "3", "0"),
        need=(one("1234"), 0, "2026-01-01", f"s{n}"), capacity=one("123"), zero=one([True, False]), limits=odd(frozenset("0"), some(rng, "0 1 2 4")),
        care=odd(frozenset("0"), some(rng, "0 1 3")), skills=some(rng, "01 02 09 13"), certificates=some(rng, "0 1 4 6"),
        education=one(["", "X1", "81", "71", "61", "21"]), mandarin=one(["", "0", "1", "2"]),
        occupations=ranked(rng, ["01", "02", "03", "21", "27", "50"], 3), areas=ranked(rng, ["1", "2", "3", "4"], 4),
        province=one(["", "广东", "浙江省"]), wage=odd(one(range(1500, 3000, 100)), None, *range(3000, 6000, 100)),
        lodging=some(rng, "0 1 2 3 4"), hours=some(rng, "1 2 3 4"),
        available=odd(DAY, "", "2026-12-20", "2027-02-01"), accepts_public=odd(True, None, False), spouse=one([None, True, False]),
        past=frozenset(rng.sample(["02", "03", "27"], rng.randint(0, 2))), worked=one([None, True, False]), home_public=rng.random() < .15,
        public_months=odd(0, 12, 36, 40), refused=said[0], declined=said[1], hired=frozenset({"p0"}) if rng.random() < .05 else frozenset())


def made_up_post(rng: Random, n: int) -> Post:
    """Return a post, open or not."""
    one, odd, low = rng.choice, _odd(rng), rng.choice([None, *range(1800, 6000, 100)])
    return Post(
        f"p{n}", TOWN, f"P{n}", one(["缝纫工", "普工（女）"]), "e", "某厂", one(["", "01", "02", "03", "21", "27", "99x"]),
        odd(rng.randint(1, 4), 0, 1),
        one(["", TOWN, TOWN, COUNTY_TOWN, FOSHAN, "520000000000", "330000000000"]), (low, one([None, (low or 0) + 1000])), one(["", "1", "2", "4"]),
        some(rng, "0 1 2 3 4"), some(rng, "1 2 3 4"), odd(None, *range(14, 30)), odd(None, *range(35, 70)),
        one(["", "X1", "71", "61"]), some(rng, "01 02 13") or frozenset(), frozenset() if n % 2 else some(rng, "1 4 6") or frozenset(),
        frozenset() if n % 3 else some(rng, "1 2 4 5") or frozenset(), "1", rng.random() < .2, odd((), ("site1",), ("site1", "site2")),
        "2026-11-01", odd("2026-12-31", "", "2026-11-01"), one(["", "2026-11-20"]), "2", odd("1", "2", ""),
        odd("", "", "欠薪"), "", odd(0, 1))


def made_up_pool(seed: int, people: int = 8, posts: int = 6) -> Pool:
    """Return up to so many people and posts with what staff pinned and struck; the same for the same seed."""
    rng = Random(seed)
    some_people = [made_up_seeker(rng, n) for n in range(rng.randint(1, people))]
    some_posts = [made_up_post(rng, n) for n in range(rng.randint(1, posts))]
    pairs = [(s.id, p.id) for s in some_people for p in some_posts]
    return Pool(DAY, some_people, some_posts, {pair: Pick(rng.choice("12"), "说好了") for pair in rng.sample(pairs, len(pairs) // 5)})


def pools(people: int = 8, posts: int = 6) -> st.SearchStrategy[Pool]:
    """Return pools for hypothesis; a seed is drawn, since drawing each answer takes a hundred times as long."""
    return st.integers(0, 2**32).map(lambda seed: made_up_pool(seed, people, posts))
