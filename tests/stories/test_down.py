"""What a county sends down on a working day: a new version of a form, a code, a setting, an employer with two posts and a book's
template reach a township and two laptops, one of them by stick. An interview under way goes on undisturbed; its photo climbs
after the changes, over a line that breaks, from where it stopped."""
import random
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from app.forms.contract import Interview, form_for
from app.models import attachments, office, places
from app.models.dictionary import dictionary
from app.sync import peers
from app.sync.exchange import Exchanged, HubCarrier, exchange
from app.sync.workspace import Workspace
from tests.books.test_shelf import changed
from tests.command_line import PASSPHRASE, CommandLine, stretched
from tests.forms.workbook import small

PHOTO = random.Random(3).randbytes(900_000)
CUT = 500_000  # bytes after which the line breaks


@dataclass(frozen=True, slots=True)
class Day:
    """What was left: the workspaces, and what was said on the way."""

    county: CommandLine
    town: CommandLine
    one: CommandLine
    two: CommandLine
    told: dict[str, Any]

    @property
    def all(self) -> tuple[CommandLine, ...]:
        return self.county, self.town, self.one, self.two


class Line:
    """A line to a hub that breaks after so many bytes up, or never; counts what went up."""

    def __init__(self, url: str, cut: int = 0) -> None:
        self.to, self.cut, self.up = int(url.rsplit(":", 1)[1]), cut, 0
        self.ears = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self.ears.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                near, _ = self.ears.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self.to))
            threading.Thread(target=self._carry, args=(near, far, True), daemon=True).start()
            threading.Thread(target=self._carry, args=(far, near, False), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, up: bool) -> None:
        with source, target:
            while data := _read(source):
                self.up += len(data) if up else 0
                if self.cut and self.up > self.cut:
                    self.close()
                    return
                try:
                    target.sendall(data)
                except OSError:
                    return

    def close(self) -> None:
        """Break for good."""
        for do in (lambda: self.ears.shutdown(socket.SHUT_RDWR), self.ears.close):
            try:
                do()
            except OSError:
                pass


def _read(source: socket.socket) -> bytes:
    try:
        return source.recv(65536)
    except OSError:
        return b""


def over(ws: Workspace, line: Line) -> Exchanged:
    """Exchange over a line, with little patience for one that is broken and all of it for a hub that takes its time."""
    carrier = HubCarrier(replace(peers.the_hub(ws.ledger), url=line.url), patience=1.5)
    carrier.link._way._client.timeout = 120.0  # type: ignore[attr-defined]
    return exchange(ws, carrier)


def by_stick(giver: CommandLine, taker: CommandLine, folder: Path) -> None:
    """Carry what one has for the other by a stick."""
    file = folder / f"{giver.folder.name}-{taker.folder.name}.leye"
    giver("bundle", "export", file)
    taker("bundle", "import", file)


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    folder = tmp_path_factory.mktemp("down")
    county, town, one, two = (CommandLine(folder / name) for name in ("county", "town", "one", "two"))
    told: dict[str, Any] = {}
    county("init", "--area", "529999", "--name", "练习县", "--user", "县主任", "--role", "county")
    town("init", "--area", "529999001", "--name", "青禾镇", "--user", "龙主任", "--role", "township")
    one("init", "--area", "529999001", "--name", "甲", "--user", "韦敏")
    two("init", "--area", "529999001", "--name", "乙", "--user", "罗兵")
    one("generate", "--households", 2, "--seed", 4)
    form = folder / "手艺.xlsx"
    form.write_bytes(small("1", "第一版的问法"))
    county("form", "add", form)
    with county.serving("--yes") as above, town.serving("--yes") as url:
        town("pair", above, county("hub", "invite", "--area", "529999001").last)
        for laptop in (one, two):
            laptop("pair", url, town("hub", "invite").last)
        town("sync")
        one("sync")
        two("sync")
        _under_way(day := Day(county, town, one, two, told), folder, form, url)
        told["photo to the county"] = town("sync", "--json").json
        one("sync")
    by_stick(town, two, folder)
    by_stick(two, town, folder)
    yield day
    dictionary().adopt([])
    places.adopt({})


def _under_way(day: Day, folder: Path, form: Path, url: str) -> None:
    """Laptop one is in the middle of an interview when the county's news comes down; its photo goes up over a broken line."""
    told = day.told
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.sync.seal._stretch", stretched)
        ws = Workspace.open(day.one.folder, PASSPHRASE)
    people = [rec for rec, _ in ws.ledger.rows("person", limit=2)]
    talk = Interview.start(form_for(ws.ledger, "village_skills"), ws.ledger, subject=("person", people[0]))
    talk.answer("/data/skills", "01")
    _news(day, folder, form)
    day.town("sync")
    told["news"] = over(ws, Line(url))
    told["asked"] = (talk.form.version, talk.question("/data/skills").label, talk.question("/data/skills").value)
    told["refused"] = [talk.answer("/data/remark", "照旧问完").refused, talk.attach("/data/photo", PHOTO, "jpg").refused]
    told["response"] = ws.ledger.get(talk.finish().response).values  # type: ignore[union-attr]
    told["ref"] = told["response"]["answers"]["/data/photo"]
    office.follow(ws.ledger)
    following = Interview.start(form_for(ws.ledger, "village_skills"), ws.ledger, subject=("person", people[1]))
    told["next"] = (following.form.version, following.question("/data/skills").label,
                    [(c.name, c.label) for c in following.question("/data/skills").choices])
    following.answer("/data/skills", "X95")
    following.finish()
    broken, whole = Line(url, CUT), Line(url)
    told["broken"] = over(ws, broken)
    told["there before"] = _got(day.town, told["ref"])
    told["whole"], told["up again"] = over(ws, whole), whole.up
    ws.close()


def _news(day: Day, folder: Path, form: Path) -> None:
    county = day.county
    form.write_bytes(small("2", "第二版的问法"))
    county("form", "add", form)
    county("code", "add", "skill", "X95", "编竹器", "--en", "Bamboo ware", "--alias", "竹编")
    county("setting", "set", "status_valid_days", "90")
    employer = county("add", "employer", "name=练习服装厂").last
    for title in ("缝纫工", "质检员"):
        county("add", "post", f"title={title}", f"employer_id={employer}", "headcount=5")
    template = folder / "台账模板.xlsx"
    template.write_bytes(changed("2", "练习县劳动力台账"))
    county("book", "add", template)


def _got(run: CommandLine, ref: str) -> int:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.sync.seal._stretch", stretched)
        ws = Workspace.open(run.folder, PASSPHRASE)
    with ws:
        row = ws.ledger.db.conn.execute("SELECT got, whole FROM blob WHERE sha = ?", (attachments.ref_of(ref).sha,)).fetchone()  # type: ignore[union-attr]
        return int(row[0]) if row and not row[1] else len(PHOTO) if row else 0


def test_an_interview_under_way_goes_on_with_the_version_it_began_with(day: Day) -> None:
    assert day.told["news"].level and day.told["news"].received > 5
    assert day.told["asked"] == ("1", "第一版的问法", "01")
    assert day.told["refused"] == [None, None]
    assert day.told["response"]["form_version"] == "1" and day.told["response"]["answers"]["/data/remark"] == "照旧问完"


def test_the_next_interview_uses_the_new_version_and_the_new_code(day: Day) -> None:
    assert day.told["next"] == ("2", "第二版的问法", [("01", "缝纫"), ("02", "电焊"), ("X95", "编竹器")])


def test_every_computer_below_has_it_the_one_with_sticks_too(day: Day) -> None:
    for run in (day.town, day.one, day.two):
        forms = {f["id"]: f["version"] for f in run.process("form", "list", "--json").json}
        assert forms["village_skills"] == "2", run.folder
        assert ("X95", "编竹器") in [(c["code"], c["zh"]) for c in run.process("code", "list", "skill", "--json").json]
        assert next(s["value"] for s in run.process("setting", "list", "--json").json if s["key"] == "status_valid_days") == 90
        employer = run("list", "employer", "--json").json[0]
        assert employer["fields"]["name"] == "练习服装厂"
        assert {p["fields"]["title"] for p in run("list", "post", "--where", f"employer_id={employer['id']}", "--json").json} == {"缝纫工", "质检员"}
        assert "练习县劳动力台账" in [b["zh"] for b in run("book", "list", "--json").json]


def test_the_photo_goes_on_where_the_line_broke_and_reaches_the_county(day: Day) -> None:
    assert (day.told["broken"].level, day.told["broken"].blobs, day.told["broken"].blobs_left) == (True, 0, 1)
    assert 0 < day.told["there before"] < len(PHOTO)
    assert day.told["whole"].blobs == 1 and day.told["up again"] < len(PHOTO) - day.told["there before"] + 60_000
    assert day.told["photo to the county"]["attachments"] == 1 and day.told["photo to the county"]["level"]
    assert _got(day.county, day.told["ref"]) == len(PHOTO)
    assert _got(day.two, day.told["ref"]) == 0, "another laptop takes no photo that it did not ask for"


def test_everybody_holds_the_same_and_everything_verifies(day: Day) -> None:
    assert len({run("digest").last for run in day.all}) == 1
    for run in day.all:
        assert run("verify", "--json").json["ok"]
