"""The demo: one afternoon of the main job on invented people, with the same parts that offices use.

Promises that nothing is pretended: encrypted workspaces, a hub on loopback TLS, a sealed stick, interviews through the
form engine, two real disagreements, books written and read again. `play` returns 0 only when all three workspaces hold
the same records and the books hold what was surveyed.
"""
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from app.demo.village import (
    AT_HOME,
    AWAY,
    BUSINESS,
    FIRST_PHONE,
    MAI,
    OTHER_PHONE,
    ROSTER,
    SHI,
    SITE,
    TOWNSHIP,
    YANG,
    Answers,
    everyday,
    job,
    looking,
    surveyed,
    write_roster,
)
from app.models import clock, entry, identity, language, places
from app.models.change import Value
from app.models.dictionary import dictionary
from app.models.ledger import Ledger
from app.models.problem import Problem
from app.models.reading import Conflict
from app.sync.workspace import Workspace

WORK, PHONE = ("placement", "work"), ("person", "phone")
Say = Callable[[str], None]


def play(folder: Path, say: Say) -> int:
    """Play the story in a new or empty folder, telling each step; return 0 when all of it held, else 1.

    Raises Problem demo.folder where the folder is in use; the passphrase is LEYE_PASSPHRASE, else `practice`.
    """
    folder = Path(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Problem("demo.folder", f"{folder} 不是空文件夹，没有动它。请换一个新文件夹。",
                      f"{folder} is not an empty folder; nothing was changed. Choose a new one.")
    afternoon = Afternoon(folder, os.environ.get("LEYE_PASSPHRASE") or "practice", say)
    try:
        afternoon.play()
    finally:
        afternoon.close()
    return 1 if afternoon.failed else 0


@dataclass
class Afternoon:
    """The story as it goes.

    Attributes: folder, passphrase, say, failed (what did not hold), open (workspaces by name).
    """

    folder: Path
    passphrase: str
    say: Say
    failed: list[str] = field(default_factory=list)
    open: dict[str, Workspace] = field(default_factory=dict)
    step: int = 0

    def play(self) -> None:
        """Play all of it, in order."""
        from app.sync.hub import Hub

        self.make_workspaces()
        self.import_roster()
        with Hub(self.hub, "127.0.0.1", 0, yes=True) as running:
            self.pair_and_load(running.url)
            self.interview_people()
            self.bring_home()
            self.review()
            self.carry_back()
        self.compare()
        self.write_books()
        self.end()

    def tell(self, zh: str, en: str) -> None:
        """Say one numbered step."""
        self.step += 1
        self.say(f"{self.step:>2}. {language.say(zh, en)}")

    def more(self, zh: str, en: str) -> None:
        """Say one line below a step."""
        self.say(f"    {language.say(zh, en)}")

    def expect(self, held: bool, zh: str, en: str) -> None:
        """Note and say what did not hold."""
        if not held:
            self.failed.append(en)
            self.more(f"没有对上：{zh}", f"This did not hold: {en}")

    @property
    def hub(self) -> Workspace:
        """The township's workspace."""
        return self.open["hub"]

    def close(self) -> None:
        """Close what is open."""
        while self.open:
            self.open.popitem()[1].close()

    def make_workspaces(self) -> None:
        """Make the three workspaces, each with a store and a recovery code of its own."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for name, area, title, user, role in (
                ("hub", TOWNSHIP, "青禾镇便民服务中心", "龙慧", "township"),
                ("laptop1", SITE, "向阳1号", "韦敏", "surveyor"), ("laptop2", SITE, "向阳2号", "吴成", "surveyor")):
            self.open[name], _ = Workspace.create(self.folder / name, self.passphrase, area, title, user, role)
        self.tell(f"建好三个加密的工作区：{places.path(TOWNSHIP)}一个，{places.path(SITE)}两台笔记本。",
                  f"Made three encrypted workspaces: one at {places.path(TOWNSHIP)}, two laptops at {places.path(SITE)}.")

    def import_roster(self) -> None:
        """The office enters its site and brings in a roster, with one number that Excel has spoiled."""
        from app.books import roster

        ledger, path = self.hub.ledger, self.folder / "roster.xlsx"
        site = places.get(SITE)
        entry.add(ledger, "resettlement_site", {"site_code": SITE, "name": site.name if site else SITE, "area_id": TOWNSHIP,
                                                "site_kind": "1"})
        write_roster(path)
        result = roster.read(path).commit(ledger)
        self.tell(f"乡镇导入名册 {path.name}：新建 {result.created}，未导入 {len(result.rejected)}。",
                  f"The township imports {path.name}: {result.created} created, {len(result.rejected)} rejected.")
        for bad in result.rejected:
            self.more(f"未导入的一行：{bad.reason}", f"The rejected row: {bad.reason}")
        self.expect(len(ledger.rows("person")) == len(ROSTER), "名册里的人都在", "everybody of the roster is there")

    def pair_and_load(self, url: str) -> None:
        """Both laptops are paired and loaded over the network."""
        from app.sync import pairing
        from app.sync.exchange import exchange

        self.tell(f"乡镇在 {url} 提供同步。", f"The township serves {url}.")
        for name in ("laptop1", "laptop2"):
            title = self.open[name].ledger.me.device_name
            pairing.pair(self.open[name], url, pairing.invite(self.hub, SITE, title))
            done = exchange(self.open[name])
            self.tell(f"“{title}”凭一次性配对码加入，从网络收到 {done.received} 条变更。",
                      f"“{title}” joins with a one-time code and receives {done.received} changes by network.")
            self.expect(done.level, "两边一致", "both sides are level")

    def interview_people(self) -> None:
        """Two interviews on each laptop, out of reach of each other; one person is asked on both."""
        usual = everyday()
        for name, who, answers in (
                ("laptop1", YANG, usual | job(**AWAY) | {"phone": FIRST_PHONE}),
                ("laptop1", SHI, usual | looking()),
                ("laptop2", YANG, usual | job(**AT_HOME) | {"phone": OTHER_PHONE}),
                ("laptop2", MAI, usual | job(**BUSINESS))):
            ledger = self.open[name].ledger
            wrote = interview(ledger, person_with(ledger, who.id_number), answers)
            self.tell(f"“{ledger.me.device_name}”上{ledger.me.user_name}入户调查{who.name}，写了 {wrote} 条记录。",
                      f"On “{ledger.me.device_name}” {ledger.me.user_name} interviews {who.name}: {wrote} records written.")
        self.more(f"两台电脑上各有 {self.open['laptop1'].ledger.only_here()} 条和 {self.open['laptop2'].ledger.only_here()} 条记录只在本机。",
                  f"{self.open['laptop1'].ledger.only_here()} and {self.open['laptop2'].ledger.only_here()} records exist only on these laptops.")

    def bring_home(self) -> None:
        """Laptop 1 comes home by network, laptop 2 by stick."""
        from app.sync.exchange import exchange
        from app.sync.stick import export_stick
        from app.sync.unload import import_stick

        stick = self.folder / "stick"
        stick.mkdir()
        done = exchange(self.open["laptop1"])
        self.tell(f"“向阳1号”从网络同步：送出 {done.sent}，收到 {done.received}。",
                  f"“向阳1号” syncs by network: {done.sent} sent, {done.received} received.")
        sent = export_stick(self.open["laptop2"], stick / "laptop2.leye").changes
        taken = import_stick(self.hub, stick / "laptop2.leye")
        self.tell(f"“向阳2号”没有网络，把 {sent} 条变更写到 U 盘；乡镇读入，发现 {taken.conflicts} 处说法不同。",
                  f"“向阳2号” has no network and writes {sent} changes to a stick; the township reads it: {taken.conflicts} disagreements.")
        found = {(c.type, c.unit) for c in self.hub.ledger.conflicts()}
        self.expect(found == {WORK, PHONE}, "正好两处不同：就业情况和电话", "exactly two disagreements: work and phone")

    def review(self) -> None:
        """The office shows both disagreements and settles the one about work by what laptop 1 reported."""
        ledger = self.hub.ledger
        for conflict in sorted(ledger.conflicts(), key=lambda c: c.type, reverse=True):
            self.show(conflict)
        work = next((c for c in ledger.conflicts() if (c.type, c.unit) == WORK), None)
        self.expect(work is not None, "就业情况有两种说法", "there are two reports of work")
        if work is None:
            return
        taken = next(v for v in work.versions if v.device_name == "向阳1号")
        ledger.resolve(work.rec, work.unit, taken.value)
        self.tell(f"乡镇核对后，就业情况采用{taken.author_name}在“{taken.device_name}”上的说法；电话先留着，下次再问。",
                  f"The township settles work by what {taken.author_name} reported on “{taken.device_name}”;"
                  " the phone stays open for the next visit.")

    def show(self, conflict: Conflict) -> None:
        """Say a disagreement with all its values: who, when, where."""
        unit = language.say("就业情况", "work") if conflict.unit == "work" else dictionary().field(conflict.type, conflict.unit).label()
        self.tell(f"说法不同：{unit}", f"Disagreement: {unit}")
        for version in conflict.versions:
            self.more(f"{describe(version.value)} —— {version.author_name}，“{version.device_name}”，{version.at[:16]}",
                      f"{describe(version.value)} — {version.author_name}, “{version.device_name}”, {version.at[:16]}")

    def carry_back(self) -> None:
        """What was settled goes back the two ways it came."""
        from app.sync.exchange import exchange
        from app.sync.stick import export_stick
        from app.sync.unload import import_stick

        done = exchange(self.open["laptop1"])
        stick = self.folder / "stick" / "hub.leye"
        export_stick(self.hub, stick)
        taken = import_stick(self.open["laptop2"], stick)
        again = import_stick(self.open["laptop2"], stick)
        self.tell(f"“向阳1号”从网络收到 {done.received} 条，“向阳2号”从 U 盘收到 {taken.changes} 条；同一个 U 盘再读一次，没有变化。",
                  f"“向阳1号” receives {done.received} changes by network, “向阳2号” {taken.changes} by stick;"
                  " read twice, the stick changes nothing.")
        self.expect(done.level, "“向阳1号”和乡镇一致", "laptop 1 and the township are level")
        self.expect(again.changes == 0, "重复读入没有变化", "a stick read twice changes nothing")

    def compare(self) -> None:
        """All three hold the same records and the same open disagreement, and every chain verifies."""
        digests = {name: ws.ledger.digest() for name, ws in self.open.items()}
        self.tell("三台电脑的记录摘要：", "The digests of the three workspaces:")
        for name, digest in digests.items():
            self.say(f"    {name:<8} {digest}")
        self.expect(len(set(digests.values())) == 1, "三个摘要相同", "the three digests are equal")
        for conflict in self.hub.ledger.conflicts():
            self.show(conflict)
        for name, ws in self.open.items():
            left = ws.ledger.conflicts()
            self.expect([(c.type, c.unit) for c in left] == [PHONE], f"{name} 只剩电话一处", f"only the phone is open on {name}")
            self.expect({v.value for c in left for v in c.versions} == {FIRST_PHONE, OTHER_PHONE}, f"{name} 两个号码都在",
                        f"both numbers are kept on {name}")
            self.expect(ws.ledger.verify().ok, f"{name} 核验通过", f"{name} verifies")

    def write_books(self) -> None:
        """The township writes the labour book; the file is read again."""
        from app.books.export import export, suggested_name

        books = self.folder / "books"
        books.mkdir()
        path = books / suggested_name(self.hub.ledger, "labour")
        done = export(self.hub.ledger, "labour", path)
        self.check_book(path)
        self.tell(f"劳动力台账 {done.rows} 行，已读回核对：{path}", f"The labour book has {done.rows} rows; read again and compared: {path}")

    def check_book(self, path: Path) -> None:
        """Compare a written book with what was surveyed: a row for each adult, each cell as it was answered."""
        rows = read_book(path)
        adults = {str(v["id_number"]) for _, v in self.hub.ledger.rows("person")
                  if identity.age_on(date.fromisoformat(str(v["birth_date"])), clock.today()) >= 16}
        self.expect(set(rows) == adults, "台账里正是这些成年人", "the book has exactly the adults")
        for number, cells in surveyed().items():
            row = rows.get(number, {})
            for head, wanted in cells.items():
                self.expect(row.get(head) in wanted, f"台账“{head}”与调查一致", f"the book's column “{head}” is what was surveyed")

    def end(self) -> None:
        """Say how it ended."""
        if self.failed:
            self.tell(f"有 {len(self.failed)} 处没有对上，见上。", f"{len(self.failed)} things did not hold, see above.")
        else:
            self.tell("都对上了：三个摘要相同，一处分歧留待再问，台账就是调查的结果。",
                      "All of it held: three equal digests, one disagreement left open, and the book holds what was surveyed.")


def person_with(ledger: Ledger, id_number: str) -> str:
    """Return the id of the person with this number."""
    return ledger.rows("person", {"id_number": id_number})[0][0]


def interview(ledger: Ledger, person: str, answers: Answers) -> int:
    """Hold the person interview as a surveyor would, question after question; return how many records it wrote."""
    from app.forms.form import load
    from app.forms.interview import Interview

    talk = Interview.start(load("person_interview"), ledger, subject=("person", person))
    for section in talk.sections():
        asked: set[str] = set()
        while question := next((q for q in talk.questions(section.path) if q.path not in asked), None):
            asked.add(question.path)
            if question.name in answers:
                talk.answer(question.path, answers[question.name])
    return len(talk.finish().wrote)


def describe(value: Value) -> str:
    """Return a version in a few words: a phone as it is, a report of work by its employer, job and wage."""
    if not isinstance(value, dict):
        return str(value)
    codes = dictionary().codes
    yuan = language.say("元", " yuan")
    return " · ".join(filter(None, [value.get("employer_name"), codes["occupation"].label(str(value.get("occupation"))),
                                    f"{value.get('monthly_income')}{yuan}", codes["work_area"].label(str(value.get("work_area_level")))]))


def read_book(path: Path) -> dict[str, dict[str, Any]]:
    """Return the rows of a written labour book by ID number, {head: cell}; the heads are the row that holds 证件号码."""
    import openpyxl

    sheet = openpyxl.load_workbook(path).worksheets[0]
    heads: Sequence[Any] = ()
    rows: dict[str, dict[str, Any]] = {}
    for cells in sheet.iter_rows(values_only=True):
        if "证件号码" in cells:
            heads = cells
        elif heads:
            row = {str(head): cell for head, cell in zip(heads, cells, strict=True) if head is not None}
            number = row["证件号码"]
            if isinstance(number, str) and len(number) == 18:
                rows[number] = row
    return rows
