"""leye match: both ways and all at once, each with its reasons; pins and strikes; what is refused is said in words."""
import re
from datetime import UTC, datetime

import pytest

from app.models import clock
from tests.command_line import CommandLine

ABLE = ("student_status=00", "person_status=1", "labour_capacity=1", "work_limits=0", "care_duties=0")


@pytest.fixture(autouse=True)
def fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock.source, "read", lambda: datetime(2026, 11, 23, 12, 0, tzinfo=UTC))


@pytest.fixture
def ids(leye_: CommandLine) -> dict[str, str]:
    """Two seekers and two posts, one seat each."""
    found = {"workshop": leye_("add", "employer", "name=练习二号车间", "area_id=529999001", "kind=2").last}
    for code, title, job in (("A1", "缝纫工", "02"), ("A2", "保洁员", "22")):
        found[code] = leye_("add", "post", f"post_code={code}", f"employer_id={found['workshop']}", f"title={title}", f"occupation={job}",
                            "headcount=1", "area_id=529999001", "wage_min=2600", "wage_max=3400",
                            "pay_basis=1", "shifts=1", "source=3", "collected_on=2026-11-01",
                            "valid_to=2026-12-31", "state=1", "employer_terms=限女性").last
    leye_("add", "household", "household_code=H1", "relocation_type=1", "poverty_status=1", "monitoring_type=0")
    for name, born, sex, more in (("杨练一", "1990-01-01", "2", "skills=01"), ("杨练二", "1985-01-01", "1", "mandarin=1")):
        found[name] = leye_("add", "person", "household_id=H1", f"full_name={name}", f"birth_date={born}", f"sex={sex}", "wants_work=1",
                            "preferred_occupations=02", "preferred_areas=1", "expected_wage_min=2500", more, *ABLE).last
        leye_("add", "placement", f"person_id={found[name]}", "labour_status=2", "unemployed_reason=4", "start_date=2026-10-01", "source=survey",
              "as_of=2026-11-01")
    return found


def test_people_for_a_post_and_posts_for_a_person(leye_: CommandLine, ids: dict[str, str]) -> None:
    found = leye_("match", "post", ids["A1"], "--json").json
    assert (found["direction"], found["id"], found["on"], found["version"], found["excluded"]) == ("post", ids["A1"], "2026-11-23", "2026-1", {})
    assert sorted(item["person"] for item in found["items"]) == sorted((ids["杨练一"], ids["杨练二"])), "the employer's wish for a sex filters nobody"
    for item in found["items"]:
        assert round(sum(part["points"] for part in item["parts"]), 2) == item["score"] and sum(part["of"] for part in item["parts"]) == 100
        assert "想做的就是缝纫工 30/30" in item["reasons"] and "岗位还没有核验，先问单位是不是真的" in item["asks"]
    back = leye_("match", "person", ids["杨练一"], "--json").json
    assert [item["post"] for item in back["items"]] == [ids["A1"], ids["A2"]]
    assert back["items"][0]["score"] == next(item["score"] for item in found["items"] if item["person"] == ids["杨练一"])
    told = leye_("match", "post", ids["A1"]).out
    assert "限女性" in told.splitlines()[0] and "杨练一" not in told
    assert re.search(r"列出 2 个，没列进来 0 个。打分办法 2026-1 版，输入 [0-9a-f]{16}。", told)
    assert leye_("match", "post", ids["A1"], "--json", "--limit", "1").json["items"] == found["items"][:1]


def test_pin_strike_and_take_back(leye_: CommandLine, ids: dict[str, str]) -> None:
    first, second = [item["person"] for item in leye_("match", "post", ids["A1"], "--json").json["items"]]
    leye_("match", "pin", second, ids["A1"], "--why", "车间点名要他")
    found = leye_("match", "post", ids["A1"], "--json").json["items"]
    assert [(item["person"], item["pinned"], item["note"]) for item in found] == [(second, True, "车间点名要他"), (first, False, "")]
    leye_("match", "strike", second, ids["A1"], "--why", "和组长合不来")
    found = leye_("match", "post", ids["A1"], "--json").json
    assert [item["person"] for item in found["items"]] == [first] and found["excluded"] == {"struck": 1}
    leye_("match", "free", second, ids["A1"])
    assert len(leye_("match", "post", ids["A1"], "--json").json["items"]) == 2
    assert leye_("match", "free", second, ids["A1"], status=2).err.strip() == "这个人和这个岗位没有固定也没有划掉。"
    assert "写一句原因" in leye_("match", "pin", second, ids["A1"], "--why", " ", status=2).err
    assert "本机没有" in leye_("match", "person", "nobody", status=2).err and "本机没有" in leye_("match", "post", "none", status=2).err


def test_a_post_is_named_by_its_code_or_the_beginning_of_its_id(leye_: CommandLine, ids: dict[str, str]) -> None:
    whole = leye_("match", "post", ids["A1"], "--json").json
    for word in ("A1", ids["A1"][:12]):
        assert leye_("match", "post", word, "--json").json == whole
    leye_("match", "strike", ids["杨练一"], "A1", "--why", "和组长合不来")
    assert leye_("match", "post", "A1", "--json").json["excluded"] == {"struck": 1}
    leye_("match", "free", ids["杨练一"], "A1")
    assert leye_("match", "post", "A1", "--json").json == whole


def test_everybody_at_once(leye_: CommandLine, ids: dict[str, str]) -> None:
    found = leye_("match", "allocate", "--json").json
    assert found["placed"] == 2 and found["version"] == "2026-1" and {item["post"] for item in found["items"]} == {ids["A1"], ids["A2"]}
    second = next(item for item in found["items"] if item["choice"] == 2)
    assert second["missed"] == ids["A1"] and second["why"].startswith("第二选择") and "因为第一选择“缝纫工（练习二号车间）”" in second["why"]
    assert found["total"] == sum(item["score"] for item in found["items"])
    assert "安排了 2 人" in leye_("match", "allocate").out
    assert leye_("match", "allocate", "--area", "529999002", "--json").json["items"] == []
