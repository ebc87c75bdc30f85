"""Practice: fills a practice workspace with invented people, about four a household. Promises the same for the same seed.

Neither the clock nor the system's randomness is asked: household n of a seed is the same in every workspace, so that
filling twice writes nothing new, and a longer fill begins with the shorter one. Only area 529999 is ever filled.
"""
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

from app.models import places
from app.models.change import Value
from app.models.identity import PRACTICE_AREA, record_id, spell_id
from app.models.practice import life, work
from app.models.practice.family import REFERENCE, family
from app.models.problem import Problem
from app.models.writing import Write

if TYPE_CHECKING:
    from app.models.ledger import Ledger

BATCH = 500  # writes in one transaction
SURVEYED = 0.94  # of the people in scope; the others have not been asked about work yet
Values = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Settlement:
    """Where a household may live: the place's code and name, its township's name, whether it is a resettlement site."""

    code: str
    name: str
    township: str
    site: bool

    @property
    def id(self) -> str:
        """The id of the site's record."""
        return record_id("resettlement_site", PRACTICE_AREA, self.code)


def generate(ledger: "Ledger", households: int, seed: int) -> tuple[int, int]:
    """Fill the workspace; return how many households and people it now has from this seed. Problem unless it is for practice."""
    if not ledger.me.practice or not ledger.me.area.startswith(PRACTICE_AREA):
        raise Problem("practice.only", "练习数据只能放进练习县（529999）的工作区。请另建一个：leye init --area 529999。",
                      "Practice data belong in a workspace of the practice county (529999) only."
                      " Make one: leye init --area 529999.")
    settlements, papers, persons = _settlements(ledger.me.area), life.Papers(), 0
    batch = [_site(s) for s in settlements if s.site]
    for n in range(1, households + 1):
        writes = _household(Random(f"{seed}:{n}"), f"{PRACTICE_AREA}{seed:04d}{n:06d}", settlements, papers)
        persons += sum(w.type == "person" for w in writes)
        batch += writes
        if len(batch) >= BATCH:
            ledger.write(batch, source="practice")
            batch = []
    if batch:
        ledger.write(batch, source="practice")
    return households, persons


def _settlements(area: str) -> list[Settlement]:
    """Return the sites of the practice county that lie in this workspace's area; where there is none, the area itself."""
    scope = places.prefix(area)
    sites = [Settlement(site.code12, site.name, town.name, True) for town, site in _sites() if places.within(site.code12, scope)]
    town = places.get(area[:9] + "000")
    return sites or [Settlement(area, area, town.name if town else area, False)]


def _sites() -> Iterator[tuple[places.Place, places.Place]]:
    """Yield the townships and sites of the practice county."""
    for town in places.children(places.complete(PRACTICE_AREA)):
        yield from ((town, place) for place in places.children(town.code12) if place.code12[9] == "L")


def _site(settlement: Settlement) -> Write:
    values = {"site_code": settlement.code, "name": settlement.name, "area_id": settlement.code[:9] + "000",
              "site_kind": "1", "service_station": True}
    return Write("resettlement_site", values, rec=settlement.id, place=settlement.code)


def _household(rng: Random, code: str, settlements: list[Settlement], papers: life.Papers) -> list[Write]:
    """Return the writes that make one household: itself, its people, their work."""
    settlement = rng.choice(settlements)
    home = record_id("household", PRACTICE_AREA, code)
    writes = [Write("household", _home_values(rng, code, settlement), rec=home, place=settlement.code)]
    members, post_free = family(rng), True
    children = any(3 <= m.age <= 12 for m in members)
    for number, member in enumerate(members, 1):
        person_code = f"{code}{number:02d}"
        person = record_id("person", PRACTICE_AREA, person_code)
        values = {"household_id": home, "person_code": person_code, **life.person(rng, member, papers)}
        spells: list[Values] = []
        if life.in_scope(values, member.age) and rng.random() < SURVEYED:
            status = work.labour_status(rng, member, str(values["labour_capacity"]))
            now = work.spell(rng, member, status, home=settlement.township, post_free=post_free)
            post_free = post_free and now.get("employment_type") != work.PUBLIC_POST
            values |= work.wishes(rng, member, status, children)
            values["living_place"] = "3" if now.get("work_area_level") in (work.PROVINCE, work.OUTSIDE) else "1"
            spells = [s for s in (work.former(rng, member, now), now) if s is not None]
        writes.append(Write("person", values, rec=person, place=settlement.code))
        writes += [Write("placement", {"person_id": person, **s}, rec=spell_id(person, n)) for n, s in enumerate(spells, 1)]
    return writes


def _home_values(rng: Random, code: str, settlement: Settlement) -> Values:
    villages = [p.code12 for p in places.children(places.complete(settlement.code[:9])) if p.code12[9] != "L"]
    origin = rng.choice(villages) if villages else settlement.code
    monitored = rng.choices("0123", (88, 5, 5, 2))[0]
    cleared = rng.random() < 0.5
    relocated = rng.choices("12", (88, 12))[0]
    values: Values = {
        "household_code": code, "poverty_status": "1" if relocated == "1" else "2", "monitoring_type": monitored,
        "relocation_type": relocated, "settlement_mode": "1" if settlement.site else "2", "origin_area_id": origin,
        "registration_area_id": origin, "moved_in_date": f"{rng.randint(2016, 2020)}-{rng.randint(1, 12):02d}",
        "household_phone": life.phone(rng), "welfare_status": rng.choices("012", (80, 18, 2))[0]}
    if settlement.site:
        values |= {"site_id": settlement.id,
                   "dwelling_no": f"{rng.randint(1, 12)}-{rng.randint(1, 3)}-{rng.randint(1, 11)}{rng.randint(1, 4):02d}"}
    if monitored != "0":
        values["risk_cleared"] = cleared
        if cleared:
            values["risk_cleared_date"] = (REFERENCE - timedelta(days=rng.randint(30, 500))).isoformat()
    return values


