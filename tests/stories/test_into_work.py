"""Into work: a partner province's posts arrive as Excel, are directed to a site, a fair is held, a bus takes 40, 38 arrive, they are called,
two come home. Two laptops and their office take turns; at each step all three say the same, and each figure is as long as its list,
as the kept figures and the dispatch book have it."""
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from app.assistance import batches, fairs, follow_ups, offering, stays
from app.assistance.records import Records
from app.assistance.roll import read
from app.models import clock, places
from app.models.identity import check_character, record_id
from app.models.ledger import Ledger
from app.models.problem import Problem
from app.models.writing import Write
from app.oversight.cells import CELLS
from app.oversight.indicators import count
from app.oversight.kept import KeptFigures
from app.oversight.kept import today as kept_today
from app.sync.workspace import Workspace
from tests.books.test_dispatch import total_row
from tests.books.test_posts import HEADS, sheet_of
from tests.command_line import PASSPHRASE, CommandLine, stretched
from tests.stories.test_down import by_stick

TOWN, SITE = "529999001000", "529999001L01"
SEEKERS, SEATS, CAME, ARRIVED, HOME = 44, 40, 42, 38, 2
SITE_ID = record_id("resettlement_site", "529999", SITE)
SUMMED = [code for code in CELLS if code[:2] != "I1"]  # those whose figure is how many are listed

BOOK = {"劳动力总数": "B1", "合计": "C1", "省外": "C2", "有意愿": "D1", "有人就业户": "E1", "期末": "E2_end"}


def day(after: int) -> str:
    """Return a day of the story: the batch leaves on day 0, 40 days ago."""
    return (clock.today() - timedelta(40 - after)).isoformat()


@contextmanager
def at(laptop: CommandLine) -> Iterator[Ledger]:
    """Sit down at a computer."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.sync.seal._stretch", stretched)
        workspace = Workspace.open(laptop.folder, PASSPHRASE)
    try:
        yield workspace.ledger
    finally:
        workspace.close()


def village(ledger: Ledger) -> list[str]:
    """Write a site of households in each of which one person waits for work; returns the people, in order of their numbers."""
    writes = [Write("resettlement_site", {"site_code": SITE, "name": "向阳安置点", "area_id": TOWN, "planned_persons": 12_000}, rec=SITE_ID,
                    place=SITE)]
    for n in range(SEEKERS):
        home, who = record_id("household", "529999", f"W{n:02}"), record_id("person", "529999", f"w{n:02}")
        first = f"52999919900301{n:03}"
        writes += [Write("household", {"household_code": f"W{n:02}", "relocation_type": "1", "poverty_status": "1", "monitoring_type": "0",
                                       "site_id": SITE_ID, "moved_in_date": "2019-10-01"}, rec=home, place=SITE),
                   Write("person", {"full_name": f"练习{'甲乙丙丁戊己庚辛壬癸'[n % 10]}{n}", "household_id": home, "person_code": f"w{n:02}",
                                    "wants_work": "1",
                                    "id_type": "01", "id_number": first + check_character(first), "birth_date": "1990-03-01",
                                    "sex": "1" if n % 2 else "2", "student_status": "00", "labour_capacity": "1", "person_status": "1"}, rec=who)]
    ledger.write(writes, source="roster")
    people = [record_id("person", "529999", f"w{n:02}") for n in range(SEEKERS)]
    from app.models.spells import next_id

    ledger.write([Write("placement", {"person_id": who, "labour_status": "2", "start_date": day(-30), "as_of": day(-20), "source": "survey",
                                      "unemployed_reason": ["4"]}, rec=next_id(ledger, who)) for who in people], source="form:x@1/y")
    return people


class Offices:
    """The office and its two laptops. `agree` lets them exchange and compares what they say."""

    def __init__(self, town: CommandLine, one: CommandLine, two: CommandLine) -> None:
        self.all, self.town, self.one, self.two, self.folder = (town, one, two), town, one, two, town.folder.parent

    def sync(self) -> None:
        """Exchange until everybody has everything."""
        for laptop in (self.one, self.two, self.one):
            assert laptop("sync", "--json").json["level"]

    def agree(self, on: str, **expected: int) -> dict[str, int]:
        """Return the figures of a day; all three have the same records, figures and lists, and the figures are those expected."""
        told, lists, digests = [], [], set()
        for computer in self.all:
            with at(computer) as ledger:
                digests.add(ledger.digest(strict=True))
                found = count(Records(ledger.db.conn), on, day(-25))
                report = found.report(places.prefix(TOWN))
                assert all(check.holds for check in report.checks), report.checks
                shown = {code: found.listed(CELLS[code], places.prefix(TOWN)) for code in SUMMED}
                assert {code: len(some) for code, some in shown.items() if not CELLS[code].part} == {
                    code: n for code, n in report.cells.items() if code in shown}
                kept = KeptFigures(ledger)
                kept.follow(on, day(-25))
                assert {c: n for c, n in kept.sums(places.prefix(TOWN), on, day(-25)).items() if c in report.cells} == report.cells
                assert not ledger.conflicts()
                if computer is self.two:
                    row, note = total_row(ledger, self.folder / "调度表.xlsx", on)
                    assert {code: row[head] for head,
                            code in BOOK.items()} == {code: report.cells[code] for code in BOOK.values()} and "✗" not in note
                told.append(report.cells)
                lists.append(shown)
        assert len(digests) == 1 and told[0] == told[1] == told[2] and lists[0] == lists[1] == lists[2]
        assert {code: told[0][code] for code in expected} == expected
        return told[0]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, object]]:
    """The whole story, told once; what tests ask of it afterwards."""
    folder = tmp_path_factory.mktemp("into-work")
    town, one, two = (CommandLine(folder / name) for name in ("town", "one", "two"))
    town("init", "--area", "529999001", "--name", "青禾镇", "--user", "龙主任", "--role", "township")
    for laptop, name, user in ((one, "甲", "韦敏"), (two, "乙", "罗兵")):
        laptop("init", "--area", "529999001", "--name", name, "--user", user)
    offices = Offices(town, one, two)
    with at(one) as ledger:
        people = village(ledger)
    with town.serving("--yes") as url:
        for laptop in (one, two):
            laptop("pair", url, town("hub", "invite").last)
        offices.sync()
        offices.agree(day(-8), B1=44, D1=44, C1=0, E2_end=44, E2_new=0, A1=44)
        posts = _posts_arrive(offices, folder)
        fair = _fair(offices, people, posts)
        batch = _bus(offices, people, posts)
        _arrival(offices, batch, fair)
        _calls(offices, people)
    _home(offices, people, folder)
    yield {"offices": offices, "people": people, "fair": fair, "batch": batch, "folder": folder}
    places.adopt({})


def _posts_arrive(offices: Offices, folder: Path) -> list[str]:
    row = dict(zip(HEADS, (1, "佛山练习电子厂", "91440600MA00000017", "陈经理", "0757-80000001", "电子装配工", "50人", "4500-6500", "18-45周岁",
                           "初中及以上", "广东省佛山市", (clock.today() + timedelta(200)).isoformat(), ""), strict=True))
    sheet = sheet_of(folder / "协作岗位.xlsx", (tuple(row.values()), tuple((row | {"序号": 2, "招聘岗位": "质检员", "招聘人数": "5人"}).values())))
    done = offices.one("import", "posts", sheet, "--json").json
    assert (done["created"], done["rejected"]) == (2, [])
    again = offices.one("import", "posts", sheet, "--json").json
    assert again["created"] == again["updated"] == 0, "the same list twice changes nothing"
    with at(offices.one) as ledger:
        found = {str(values["title"]): rec for rec, values in ledger.rows("post")}
        ledger.write([Write("post", {"collected_on": day(-7)}, rec=rec) for rec in found.values()], source="screen")
    offices.sync()
    offices.agree(day(-7), F1=2, F2=0)
    with at(offices.two) as ledger:
        for title in found:
            offering.direct(ledger, found[title], [SITE_ID])
    offices.sync()
    offices.agree(day(-7), F1=2, F2=2, F3=0)
    return [found["电子装配工"], found["质检员"]]


def _fair(offices: Offices, people: list[str], posts: list[str]) -> str:
    with at(offices.two) as ledger:
        need, = fairs.special(Records(ledger.db.conn), day(-5))
        assert need.huge and not need.held, "12,000 people live there and no meeting was held for them"
        fair = fairs.plan(ledger, {"name": "向阳专场", "on": day(-5), "fair_kind": "1", "special": True, "site_id": SITE_ID})
        for who in people[:CAME]:
            number = str(ledger.get(who).values["id_number"])  # type: ignore[union-attr]
            hit, = fairs.who(ledger, number)
            fairs.check_in(ledger, fair, str(hit.person))
        for n, who in enumerate(people[:CAME]):
            fairs.intend(ledger, fair, who, [posts[n == 41]])
        assert fairs.settle(ledger, fair, {"attended": 130})["intentions"] == CAME
        assert fairs.special(Records(ledger.db.conn), day(-5))[0].held == (fair,)
    offices.sync()
    offices.agree(day(-5), F3=CAME, F4=CAME, F5=0, I1_fairs=1, I1_attended=130, I1_intentions=CAME, I1_hired=0, C1=0, D1=44)
    return fair


def _bus(offices: Offices, people: list[str], posts: list[str]) -> str:
    with at(offices.one) as ledger:
        agency = ledger.write([Write("agency", {"name": "练习劳务公司"})], source="screen").ids[0]
        batch = batches.plan(ledger, {"batch_no": "向阳-1", "depart_at": f"{day(0)} 08:00", "to_area_id": "440600000000", "seats": SEATS,
                                      "from_site_id": SITE_ID, "transport": "1", "agency_id": agency})
        batches.put_on(ledger, batch, people[:20], {who: {"post_id": posts[0], "agreed_wage": 4800} for who in people[:20]})
    offices.sync()
    with at(offices.two) as ledger:  # the other half is put on at the other laptop
        batches.put_on(ledger, batch, people[20:40], {who: {"post_id": posts[0], "agreed_wage": 4800} for who in people[20:40]})
        with pytest.raises(Problem, match="40 座，已坐 40 人"):
            batches.put_on(ledger, batch, people[40:41])
        batches.board(ledger, [batches.member_id(batch, who) for who in people[:40]])
        batches.depart(ledger, batch)
    offices.sync()
    offices.agree(day(0), G1=1, G2=0, C1=0, F5=0, E2_end=44)
    return batch


def _arrival(offices: Offices, batch: str, fair: str) -> None:
    with at(offices.two) as ledger:  # the leader's
        lines = [m.id for m in batches.one(ledger, batch).members]
        batches.arrive(ledger, batch, lines[:ARRIVED], day(1))
        for line in lines[ARRIVED:]:
            batches.not_arrived(ledger, line, "临时有事，没有上车")
        batches.hand_over(ledger, batch)
        assert fairs.settle(ledger, fair)["hired"] == ARRIVED
    offices.sync()
    offices.agree(day(1), C1=ARRIVED, C2=ARRIVED, D1=44 - ARRIVED, F5=ARRIVED, G2=ARRIVED, I1_hired=ARRIVED,
                  E1=0, E2_end=44, E2_awaiting=ARRIVED, E2_cleared=0)


def _calls(offices: Offices, people: list[str]) -> None:
    for turn, laptop in enumerate((offices.one, offices.two)):  # each calls half of them, at the same time
        with at(laptop) as ledger:
            records = Records(ledger.db.conn)
            due = [one.person for one in follow_ups.calls(records, read(records), day(8))]
            assert len(due) == ARRIVED and not follow_ups.calls(records, read(records), day(7))
            for who in sorted(due)[turn::2]:
                follow_ups.no_change(ledger, who, on=day(8))
    offices.sync()
    offices.agree(day(8), C1=ARRIVED, E1=ARRIVED, E2_end=44 - ARRIVED, E2_awaiting=0, E2_cleared=ARRIVED)
    with at(offices.one) as ledger:
        records = Records(ledger.db.conn)
        assert follow_ups.calls(records, read(records), day(9)) == []


def _home(offices: Offices, people: list[str], folder: Path) -> None:
    """Two came home; the hub is away, and a stick carries it."""
    with at(offices.two) as ledger:
        there = [rec for rec, v in ledger.rows("placement", {"labour_status": "1"})]
        gone = sorted(str(ledger.get(rec).values["person_id"]) for rec in there)[:HOME]  # type: ignore[union-attr]
        for who in gone:
            follow_ups.left(ledger, who, last=day(20), reason="5", on=day(25), home=True)
    by_stick(offices.two, offices.town, folder)
    for laptop in (offices.one, offices.two, offices.one):
        by_stick(offices.town, laptop, folder)
        by_stick(laptop, offices.town, folder)
    by_stick(offices.town, offices.two, folder)
    offices.agree(day(25), C1=ARRIVED - HOME, D1=44 - ARRIVED + HOME, E2_end=44 - ARRIVED + HOME, E1=ARRIVED - HOME)


def test_the_kept_figures_are_those_of_today(told: dict[str, object]) -> None:
    offices: Offices = told["offices"]  # type: ignore[assignment]
    today = clock.today().isoformat()
    with at(offices.town) as ledger:
        plain = count(Records(ledger.db.conn), today).report(places.prefix(TOWN)).cells
        assert {code: n for code, n in kept_today(ledger).sums(places.prefix(TOWN), today, "").items() if code in plain} == plain
        assert plain["C1"] == ARRIVED - HOME


def test_who_left_early_by_employer_and_agency(told: dict[str, object]) -> None:
    offices: Offices = told["offices"]  # type: ignore[assignment]
    for laptop in (offices.one, offices.two):
        with at(laptop) as ledger:
            records = Records(ledger.db.conn)
            some = stays.stays(records, read(records), clock.today().isoformat())
            for by, name in (("employer", "佛山练习电子厂"), ("agency", "练习劳务公司")):
                line, = stays.lines(some, by, clock.today().isoformat())
                assert (line.name, len(line.begun), len(line.early), len(line.home)) == (name, ARRIVED, HOME, HOME)
                assert line.kept[1] == (ARRIVED - HOME, ARRIVED)


def test_the_roster_is_a_book(told: dict[str, object]) -> None:
    from openpyxl import load_workbook

    offices: Offices = told["offices"]  # type: ignore[assignment]
    file = told["folder"] / "花名册.xlsx"  # type: ignore[operator]
    offices.two("book", "export", "batches", file, "--mask")
    rows = [[cell.value for cell in row] for row in load_workbook(file).worksheets[0].iter_rows()]
    told_ = [row for row in rows if "向阳-1" in row]
    assert len(told_) == SEATS and sum("临时有事，没有上车" in row for row in told_) == SEATS - ARRIVED
