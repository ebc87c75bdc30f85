"""An afternoon through the command line alone: a township and two laptops, a roster, interviews, network, stick, a
disagreement, a decision, the account book; and after all that nothing personal lies in clear."""
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.demo.village import AWAY, everyday, job, looking
from app.forms.form import load
from tests.command_line import CommandLine
from tests.kills.rosters import RELATIONS, person_row, roster
from tests.stories.clear import in_clear

FAMILIES = 3
FIRST, SECOND = "13900001188", "13900001199"  # what the man and his wife say his number is
MAN, WIFE, OTHER = (person_row(*who)[4] for who in ((0, 0), (0, 1), (1, 0)))  # their codes in the register
PEOPLE = [person_row(household, member) for household in range(FAMILIES) for member in range(len(RELATIONS))]


@dataclass(frozen=True, slots=True)
class Afternoon:
    """What was left: the three workspaces, the sticks, the book, what was said on the way."""

    folder: Path
    office: CommandLine
    one: CommandLine
    two: CommandLine
    told: dict[str, object]

    @property
    def all(self) -> tuple[CommandLine, ...]:
        return self.office, self.one, self.two


@pytest.fixture(scope="module")
def afternoon(tmp_path_factory: pytest.TempPathFactory) -> Afternoon:
    folder = tmp_path_factory.mktemp("afternoon")
    office, one, two = (CommandLine(folder / name) for name in ("office", "one", "two"))
    told: dict[str, object] = {}
    office("init", "--area", "529999001", "--name", "青禾镇", "--user", "龙主任", "--role", "township")
    one("init", "--area", "529999001", "--name", "甲", "--user", "韦敏")
    two("init", "--area", "529999001", "--name", "乙", "--user", "罗兵")
    told["roster"] = office("import", "roster", roster(folder / "名册.xlsx", FAMILIES), "--json").json
    with office.serving("--yes") as url:
        for laptop in (one, two):
            laptop("pair", url, office("hub", "invite").last)
            told[f"first sync of {laptop.folder.name}"] = laptop("sync", "--json").json
        told["forms"] = [interview(one, folder, MAN, {**job(**AWAY), "phone": FIRST}),
                         interview(one, folder, WIFE, {**looking(), "phone": "13900002201"})]
        told["by network"] = one("sync", "--json").json
    told["forms"] += [interview(two, folder, OTHER, {**looking(), "phone": "13900003301"})]  # type: ignore[operator]
    two("set", "person", MAN, f"phone={SECOND}")
    two("bundle", "export", folder / "to-office.leye")
    told["by stick"] = office("bundle", "import", folder / "to-office.leye", "--json").json
    told["open"] = office("conflicts", "--json").json
    ours = next(n for n, v in enumerate(office("conflicts", "--json").json[0]["values"], 1) if v["value"] == FIRST)
    office("resolve", "person", MAN, "phone", "--take", f"#{ours}")
    office("bundle", "export", folder / "to-laptops.leye")
    told["back by stick"] = two("bundle", "import", folder / "to-laptops.leye", "--json").json
    with office.serving("--yes") as url:
        told["last sync"] = one("sync", url, "--json").json
        shutil.copytree(folder, folder.parent / "while-open", dirs_exist_ok=True)
    office("book", "export", "labour", folder / "台账.xlsx")
    return Afternoon(folder, office, one, two, told)


def interview(laptop: CommandLine, folder: Path, person: str, answers: dict[str, str]) -> dict[str, object]:
    """Fill the interview of a person, question by question in the order of the form; return the JSON."""
    given = everyday() | answers
    paths = {part.name: path for path, part in load("person_interview").definition.parts.items() if part.leaf}
    steps = [{"set": paths[name], "value": given[name]} for name in paths if name in given]
    file = folder / f"{person}.json"
    file.write_text(json.dumps(steps, ensure_ascii=False), encoding="utf-8")
    ran = laptop("form", "fill", "person_interview", "--person", person, "--answers", file, "--json")
    return dict(ran.json)


def test_the_roster_came_in_whole_and_reached_the_laptops(afternoon: Afternoon) -> None:
    roster_told = afternoon.told["roster"]
    assert isinstance(roster_told, dict)
    assert (roster_told["created"], roster_told["rejected"]) == (len(PEOPLE), [])
    for name in ("one", "two"):
        first = afternoon.told[f"first sync of {name}"]
        assert isinstance(first, dict)
        assert first["level"] is True and first["received"] >= len(PEOPLE)
    for run in afternoon.all:
        assert {p["fields"]["full_name"] for p in run("list", "person", "--json").json} == {row[5] for row in PEOPLE}


def test_interviews_were_written_with_where_they_come_from(afternoon: Afternoon) -> None:
    forms = afternoon.told["forms"]
    assert isinstance(forms, list)
    assert [form["status"] for form in forms] == ["complete"] * 3
    assert {"survey_response", "person", "placement"} <= {wrote["type"] for wrote in forms[0]["wrote"]}
    spells = afternoon.office("list", "placement", "--json").json
    assert {s["fields"]["labour_status"] for s in spells} == {"1", "2"}
    last = [row for row in afternoon.office("history", "person", MAN, "--json").json if row["to"] == FIRST]
    assert last[0]["source"].startswith("form:person_interview")
    assert (last[0]["author"], last[0]["device"]) == ("韦敏", "甲")


def test_the_disagreement_was_seen_with_both_values_and_settled_everywhere(afternoon: Afternoon) -> None:
    (question,) = afternoon.told["open"]  # type: ignore[misc]
    assert (question["type"], question["unit"]) == ("person", "phone")
    assert {(v["value"], v["author"], v["device"]) for v in question["values"]} == {
        (FIRST, "韦敏", "甲"), (SECOND, "罗兵", "乙")}
    stick = afternoon.told["by stick"]
    assert isinstance(stick, dict)
    assert stick["conflicts"] == 1 and stick["received"] > 0
    for run in afternoon.all:
        assert run("conflicts", "--json").json == []
        assert run("show", "person", MAN, "--json").json["fields"]["phone"] == FIRST


def test_all_three_hold_the_same_and_hold_together(afternoon: Afternoon) -> None:
    last = afternoon.told["last sync"]
    assert isinstance(last, dict) and last["level"] is True
    assert len({run("digest").last for run in afternoon.all}) == 1
    for run in afternoon.all:
        assert run.process("verify", "--json").json["ok"]
    devices = afternoon.office("devices", "--json").json
    assert {d["name"] for d in devices} >= {"甲", "乙"}


def test_the_book_holds_what_was_surveyed(afternoon: Afternoon) -> None:
    from openpyxl import load_workbook

    book = load_workbook(afternoon.folder / "台账.xlsx")
    rows = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    heads = next(n for n, row in enumerate(rows) if "证件号码" in row and "本人电话" in row)
    column = {head: at for at, head in enumerate(rows[heads]) if head}
    shown = {row[column["证件号码"]]: row for row in rows[heads + 1:] if row[column["证件号码"]]}
    people = {p["fields"]["id_number"]: p["fields"] for p in afternoon.office("list", "person", "--json").json}
    assert set(shown) == set(people)
    for number, row in shown.items():
        assert row[column["姓名"]] == people[number]["full_name"]
        assert row[column["本人电话"]] == people[number]["phone"]
    man = shown[person_row(0, 0)[7]]
    assert (man[column["单位名称"]], man[column["月收入"]]) == (AWAY["employer_name"], int(AWAY["monthly_income"]))


@pytest.fixture
def secrets(afternoon: Afternoon) -> Iterator[list[str]]:
    people = [p["fields"] for p in afternoon.office("list", "person", "--json").json]
    yield sorted({str(p[name]) for p in people for name in ("full_name", "id_number", "phone")} | {SECOND, AWAY["employer_name"]})


def test_no_name_number_or_phone_lies_in_clear(afternoon: Afternoon, secrets: list[str]) -> None:
    assert len(secrets) > 3 * len(PEOPLE) - 1
    at_rest = [run.folder for run in afternoon.all] + sorted(afternoon.folder.glob("*.leye"))
    opened = [afternoon.folder.parent / "while-open" / run.folder.name for run in afternoon.all]  # with their -wal files
    assert any(path.suffix == ".db-wal" and path.stat().st_size for place in opened for path in place.iterdir())
    assert in_clear(secrets, *at_rest, *opened) == []
    assert not [run.folder for run in afternoon.all if b"SQLite format" in (run.folder / "ledger.db").read_bytes()[:16]]
    assert in_clear(secrets, afternoon.folder / f"{MAN}.json"), "the answers file, which is no workspace, shows that the search finds"
    for encoding in ("utf-16-le", "gb18030"):
        probe = afternoon.folder / f"probe-{encoding}"
        probe.write_bytes(secrets[-1].encode(encoding))
        assert in_clear(secrets, probe)
