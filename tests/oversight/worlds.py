"""Generated worlds: lives of work, moves and corrections, and what offices did, on few days, so that borders meet."""
from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

from app.models.identity import record_id, spell_id
from app.models.writing import Write
from tests.assistance.conftest import OTHER_SITE, SITE, TOWN, hid, home, person, pid
from tests.oversight.recount import FIRST

HOMES, PEOPLE = "GHIJK", "abcdefgh"
STEPS = [(FIRST + timedelta(days=n)).isoformat() for n in range(0, 330, 11)]  # few days, so that borders meet


def spells(rng: Random, code: str) -> Iterator[Write]:
    """Yield a life of work: jobs and times without, one after the other, checked now and then, some of it not said."""
    days = sorted(rng.sample(STEPS, rng.randint(1, 4)))
    for n, start in enumerate(days, 1):
        after = days[n] if n < len(days) else None
        values: dict[str, Any] = {"labour_status": rng.choice("1112223"), "employment_type": rng.choice("123667"),
                                  "work_area_level": rng.choice("12345"), "start_date": start, "end_date": after,
                                  "transfer_mode": rng.choice("12345"), "post_id": rng.choice((None, None, made("post", 1))),
                                  "as_of": rng.choice([d for d in STEPS if d >= start])}
        if after is None and rng.random() < .4:
            values["end_date"] = rng.choice([d for d in STEPS if d >= start])
        if rng.random() < .5:
            values["verified_on"] = rng.choice([d for d in STEPS if d >= start])
        for name in ("start_date", "as_of"):
            if rng.random() < .1:
                values[name] = None
        yield Write("placement", {"person_id": pid(code), **values}, rec=spell_id(pid(code), n))


def edit(rng: Random) -> Write:
    """Return something that is said later, of somebody, of their work, of a household."""
    code, kind = rng.choice(PEOPLE), rng.choice(("spell", "person", "person", "move", "home", "check", "heard", "void"))
    if kind == "spell":
        return rng.choice(list(spells(rng, code)))
    if kind == "person":
        name, value = rng.choice((("wants_work", rng.choice("0123")), ("student_status", "60"), ("labour_capacity", rng.choice("35")),
                                  ("birth_date", rng.choice(("2010-06-15", "1966-07-01", "2010-03-08")))))
        return Write("person", {name: value}, rec=pid(code))
    if kind == "move":
        return Write("person", {"household_id": hid(rng.choice(HOMES)), "member_since": rng.choice(STEPS)}, rec=pid(code))
    if kind == "home":
        return Write("household", dict([rng.choice((("moved_in_date", rng.choice(STEPS)), ("monitoring_type", "2"), ("relocation_type", "9")))]),
                     rec=hid(rng.choice(HOMES)), place=rng.choice((SITE, OTHER_SITE)))
    if kind == "check":
        return Write("verification", {"sample_id": "1", "subject": pid(code), "on": rng.choice(STEPS), "result": rng.choice("113")})
    if kind == "heard":
        return Write("follow_up", {"person_id": pid(code), "placement_id": spell_id(pid(code), rng.randint(1, 2)), "on": rng.choice(STEPS),
                                   "still_in_post": rng.random() < .8})
    return Write("person", {"person_status": rng.choice("235"), "status_date": rng.choice(STEPS)}, rec=pid(code))


def beginning(rng: Random) -> list[Write]:
    """Return the households with who lives in them."""
    return [home(code, rng.choice((SITE, OTHER_SITE)), relocation_type=rng.choice("112")) for code in HOMES] + [
        person(code, rng.choice(HOMES), "1990-05-05", wants_work=rng.choice("0112")) for code in PEOPLE]


def made(type: str, n: int) -> str:
    """Return the id of an office's n-th deed of a kind."""
    return record_id(type, "529999", str(n))


def deed(rng: Random) -> Write:
    """Return something that an office did, for somebody or for all; said again it is a correction."""
    code, n, on = rng.choice(PEOPLE), rng.randint(1, 3), rng.choice(STEPS)
    whose: dict[str, Any] = {"person_id": pid(code)}
    own = made(f"deed{code}", n)
    return rng.choice((
        lambda: Write("resettlement_site", {"name": "练习新居", "site_code": str(n)}, rec=made("site", n), place=rng.choice((SITE, OTHER_SITE))),
        lambda: Write("post", {"title": "缝纫工", "collected_on": on,
                               "target_site_ids": [made("site", m) for m in rng.sample((1, 2, 3), rng.randint(0, 2))]},
                      rec=made("post", n), place=TOWN),
        lambda: Write("referral", {**whose, "post_id": made("post", n), "date": on, "outcome": rng.choice("12345")}, rec=own),
        lambda: Write("transfer_batch", {"batch_no": "1", "depart_at": f"{on}T08:00", "from_site_id": made("site", n), "state": rng.choice("1239")},
                      rec=made("batch", n), place=TOWN),
        lambda: Write("batch_member", {**whose, "batch_id": made("batch", n), "boarded": True, "arrived": rng.random() < .7}, rec=own[:31] + "1"),
        lambda: Write("service", {"kind": rng.choice(("training", "training", "guidance")), "topic": "缝纫", "start_on": on,
                                  "end_on": rng.choice([d for d in STEPS if d >= on]), "area_id": rng.choice((TOWN, None))},
                      rec=made("service", n), place=TOWN),
        lambda: Write("service_attendance", {**whose, "service_id": made("service", n), "result": rng.choice("12"),
                                             "certificate_no": rng.choice((None, "x"))}, rec=own[:31] + "2"),
        lambda: Write("fair", {"name": "招聘会", "on": on, "employers": n, "posts": 300, "attended": rng.choice((None, 90)),
                               "site_id": made("site", n)}, rec=made("fair", n), place=TOWN),
        lambda: Write("fair_attendance", {**whose, "fair_id": made("fair", n)}, rec=own[:31] + "3"),
        lambda: Write("survey_response", {"subject_kind": "person", "subject_id": pid(code), "status": rng.choice(("submitted", "accepted", "draft")),
                                          "ended_at": f"{on}T10:00:00"}, rec=own[:31] + "4"),
        lambda: Write("verification", {"sample_id": "1", "subject": rng.choice((pid(code), hid(rng.choice(HOMES)))), "on": on,
                                       "result": rng.choice("123")}, rec=own[:31] + "5"),
        lambda: Write("measure", {**whose, "measure_type": "2", "done_date": on}, rec=own[:31] + "6")))()
