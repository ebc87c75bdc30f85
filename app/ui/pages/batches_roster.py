"""Roster: the batches at the left, who travels at the right. Digits say who boarded and who arrived; work begins on arrival."""
from typing import Any

from app.assistance import batches
from app.assistance.batches import Batch, Member
from app.models import places
from app.models.dictionary import dictionary
from app.models.identity import WORKING_AGE
from app.models.language import counted, say
from app.models.search import Hit
from app.ui.page import Action, Next
from app.ui.pages.batches_parts import PostSheet
from app.ui.pages.batches_reading import Face, Rosters, rosters
from app.ui.pages.deed_sheet import DeedSheet
from app.ui.pages.finding import FindSheet
from app.ui.pages.sides import ListedSide, SidedPage
from app.ui.widgets import Cell, Column, ask, ask_reason

LIST = 292
STATE_TAGS = {batches.PLANNED: "accent", batches.GONE: "clock", batches.ARRIVED: "ok", batches.HANDED_OVER: "ok", batches.CANCELLED: "plain"}
PLAN = ("batch_no", "depart_at", "to_area_id", "seats", "transport", "vehicle_no", "leader_name", "leader_phone", "meeting_point", "receiver_name",
        "receiver_phone", "agency_id", "cost")
LINE = ("seat", "agreed_wage", "companions", "emergency_contact", "emergency_phone", "contract_signed")


class RosterSide(ListedSide):
    """Batches and their rosters."""

    def __init__(self, page: SidedPage) -> None:
        super().__init__(page, LIST, 92, 8)
        self.shown, self._wanted = Rosters([], {}, {}, {}, {}, []), ""
        self.table.opened.connect(lambda _: self.change_line())

    # -- what the side says

    def word(self) -> str:
        """Return the words of the tab."""
        return say("批次", "Batches")

    def facts(self) -> str:
        """Return how many travelled and arrived."""
        some = [one for one in self.shown.batches if one.state != batches.CANCELLED]
        went, there = sum(one.boarded for one in some), sum(one.arrived for one in some)
        return say(f"{len(some)} 批，上车 {went} 人，到岗 {there} 人；到岗才算就业，上车不算",
                   f"{counted(len(some), 'batch', 'batches')}, {went} boarded, {there} arrived; work begins on arrival, not at boarding")

    def next(self) -> Next:
        """Return what comes next with this batch."""
        one = self.batch()
        if one is None:
            return Next(say("先建一个批次：哪天走、去哪里、多少座。", "Make a batch first: which day, where to, how many seats."))
        if wrong := batches.findings(one):
            lacks = one.state == batches.PLANNED and any(not m.post for m in one.members)
            return Next(wrong[0] + (say("按 F8 定岗位。", " F8 chooses posts.") if lacks else ""), level="W")
        if one.state == batches.PLANNED:
            left = say(f"还有 {one.free} 座", f"{one.free} seats left") if one.free is not None else say("没有填座位数", "no seats said")
            return Next(say(f"{left}。加人按 F7；人齐了，点“全部上车并出发”，没来的先按 4 取下。",
                            f"{left}. F7 adds people, 4 takes off who did not come; when all are there: all board and leave."))
        if one.state in (batches.GONE, batches.ARRIVED) and one.awaited:
            return Next(say(f"还有 {len(one.awaited)} 人没说到没到岗。到了按 2，没到按 3 写原因；其余都到了按 F9。",
                            f"Of {len(one.awaited)} nobody has said whether they arrived. Arrived: 2; not: 3 with the reason; all others: F9."))
        if one.state == batches.ARRIVED:
            return Next(say("都登记完了，和单位交接。", "All is entered; hand over to the employer."))
        return Next(say(f"{batches.state_words(one.state)[0]}。7 天后在“回访”里打电话。",
                        f"{batches.state_words(one.state)[1].capitalize()}. After 7 days the calls stand under Follow-ups."))

    def actions(self) -> list[Action]:
        """Return the deeds, as far as the batch has come."""
        one, line = self.batch(), self.line()
        acts = [Action(say("新批次", "New batch"), self.plan, "Ctrl+N", icon="plus", place="header")]
        if one is None:
            return acts
        nobody = "" if line is not None else say("先选一个人", "Choose a person first")
        empty = "" if one.members else say("名册上还没有人", "Nobody is on the roster")
        acts.append(Action(say("花名册打印", "Print the roster"), self.print_, "Ctrl+P", icon="print", place="header", why_not=empty))
        if line is not None:
            acts += [Action(say("上车", "Boarded"), lambda: self.mark(1), "1", place="hidden"), Action(say("到岗", "Arrived"), lambda: self.mark(2),
                "2", place="hidden"),
                     Action(say("没到岗", "Did not arrive"), lambda: self.mark(3), "3", place="hidden"),
                     Action(say("取下", "Take off"), lambda: self.mark(4), "4", place="hidden")]
        acts.append(Action(say("看这个人", "Open the person"), self._person, "Ctrl+O", icon="person", why_not=nobody,
                           place="hidden" if one.state == batches.PLANNED else "next"))
        if one.state == batches.PLANNED:
            acts += [Action(say("定岗位", "Choose the post"), self.choose_post, "F8", why_not=nobody), Action(say("排座位", "Number the seats"),
                self.number, "Ctrl+R", why_not=empty), Action(say("改批次", "Change"), self.change, "F2", icon="edit", place="header"),
                     Action(say("加人", "Add people"), self.add, "F7", icon="plus"),
                     Action(say("全部上车并出发", "All board and leave"), self.depart, "F9", "primary", why_not=empty)]
        elif one.state in (batches.GONE, batches.ARRIVED):
            acts.append(Action(say(f"其余 {len(one.awaited)} 人都到岗", f"The other {len(one.awaited)} arrived"), self.arrive_all, "F9", "primary")
                        if one.awaited else Action(say("交接", "Hand over"), self.hand_over, "F9", "primary"))
        return acts

    def hints(self) -> list[tuple[str, str]]:
        """Return the digits."""
        if self.line() is None:
            return []
        return [("1", say("上车", "boarded")), ("2", say("到岗", "arrived")), ("3", say("没到岗", "not arrived")), ("4", say("取下", "take off"))]

    def retitle(self) -> None:
        """Set the texts in the language in use."""
        self.list.setAccessibleName(say("批次", "Batches"))
        self.table.setAccessibleName(say("花名册", "Roster"))
        self.rows.columns = [Column(say("座", "Seat"), 52), Column(say("姓名", "Name"), 128), Column(say("岗位", "Post"), 0),
                             Column(say("约定月薪", "Wage"), 92, right=True), Column(say("随行", "Family"), 72, right=True),
                             Column(say("合同", "Contract"), 84), Column(say("上车", "Boarded"), 92), Column(say("到岗", "Arrived"), 190)]
        self.table.fit(self.rows.columns)
        self.list.fit(self.list_rows.columns)

    # -- showing

    def read(self) -> None:
        """Read the batches."""
        self.ask(lambda work: rosters(work.ledger), self._put)

    def ready(self) -> None:
        """Take the cursor."""
        (self.table if self.shown.batches else self.list).setFocus()

    def batch(self) -> Batch | None:
        """Return the batch that is open."""
        return self.shown.batches[self.at()] if 0 <= self.at() < len(self.shown.batches) else None

    def line(self) -> Member | None:
        """Return the line of the roster that is chosen."""
        one, at = self.batch(), self.table.currentIndex().row()
        return one.members[at] if one is not None and 0 <= at < len(one.members) else None

    def _put(self, found: Rosters) -> None:
        kept = self._wanted or (self.batch().id if self.batch() else "")
        self._wanted = ""
        self.shown, self.count = found, len(found.batches)
        ids = [one.id for one in found.batches]
        self.put_list([self._row(one) for one in found.batches], ids.index(kept) if kept in ids else 0)

    def _row(self, one: Batch) -> tuple[Cell, Cell]:
        to = places.path(str(one.said.get("to_area_id") or ""))
        seats = f"{one.taken} / {one.seats}" if one.seats is not None else str(one.taken)
        return (Cell(one.no, f"{one.on[5:]} {to}", bold=True),
                Cell(seats, say(*batches.state_words(one.state)), right=True, ink="err" if (one.free or 0) < 0 else "ink"))

    def show_open(self) -> None:
        """Show the batch that is open, and its roster."""
        one = self.batch()
        self.head.setVisible(one is not None)
        if one is None:
            self.put_people([], say("还没有批次", "No batch yet"), say("按 Ctrl N 建一个批次。", "Ctrl N makes one."))
            return
        self._head(one)
        self.put_people([self._cells(m) for m in one.members], say("名册上还没有人", "Nobody is on the roster"),
                        say("按 F7 加人：打首字母，按 Enter，一个接一个。", "F7 adds people: letters, Enter, one after the other."))

    def _head(self, one: Batch) -> None:
        said = one.said
        transport = dictionary().codes["transport"].label(str(said.get("transport") or "")) if said.get("transport") else ""
        parts = [say(f"去{places.path(str(said.get('to_area_id') or ''))}", f"to {places.path(str(said.get('to_area_id') or ''))}"),
                 say(f"{said.get('depart_at')} 出发", f"leaves {said.get('depart_at')}"), said.get("meeting_point"),
                 " ".join(filter(None, (transport, str(said.get("vehicle_no") or "")))),
                 said.get("leader_name") and say(f"领队 {said['leader_name']}", f"led by {said['leader_name']}"),
                 said.get("receiver_name") and say(f"交接人 {said['receiver_name']}", f"received by {said['receiver_name']}"),
                 self.shown.agencies.get(str(said.get("agency_id") or ""))]
        free = "—" if one.free is None else str(one.free)
        cost = say(f"{said['cost']} 元", f"{said['cost']} yuan") if said.get("cost") else ""
        figures = [(say("座位", "Seats"), "—" if one.seats is None else str(one.seats), ""), (say("务工", "To work"), str(len(one.members)), ""),
                   (say("随行家属", "Family"), str(one.families), ""), (say("空座", "Free"), free, "err" if (one.free or 0) < 0 else ""),
                   (say("上车", "Boarded"), str(one.boarded), ""), (say("到岗", "Arrived"), str(one.arrived), "ok" if one.arrived else ""),
                   (say("没到岗", "Not arrived"), str(len(one.missing)), "warn" if one.missing else "")]
        self.head.put(say(f"{one.no} 批次", f"Batch {one.no}"), (say(*batches.state_words(one.state)), STATE_TAGS.get(one.state, "plain")), parts,
                      [*figures, *([(say("费用", "Cost"), cost, "")] if cost else [])], " ".join(batches.findings(one)))

    def _cells(self, m: Member) -> list[Cell]:
        face = self.shown.faces.get(m.person, Face(m.person, ""))
        yes = say("是", "yes")
        arrived = Cell(say("到岗", "arrived"), tag="ok") if m.arrived else Cell(
            say(f"没到：{m.reason}", f"no: {m.reason}"), ink="warn") if m.arrived is False else Cell("")
        return [Cell(m.seat), Cell(face.name, bold=True), Cell(self.shown.titles.get(m.post, "")), Cell(str(m.wage) if m.wage else "", right=True),
                Cell(str(m.companions) if m.companions else "", right=True), Cell(yes if m.signed else ""),
                Cell(say("上车", "boarded") if m.boarded or m.arrived else ""), arrived]

    # -- deeds

    def plan(self) -> None:
        """Ask for a new batch."""
        DeedSheet(self.page, say("新批次", "New batch"), "transfer_batch", PLAN, {"organiser": "1"},
                  lambda ledger, values: batches.plan(ledger, values), self._made).exec()

    def _made(self, rec: str) -> None:
        self._wanted = rec
        self.desk.toast(say("批次建好了", "The batch is made"), undo=True)
        self.read()

    def change(self) -> None:
        """Ask what the batch shall say."""
        one = self.batch()
        if one is None:
            return
        from app.models.writing import Write

        def deed(ledger: Any, values: dict[str, Any]) -> str:
            ledger.write([Write("transfer_batch", {k: v for k, v in values.items() if k != "batch_no"}, rec=one.id)], source=batches.SOURCE)
            return one.id
        DeedSheet(self.page, say(f"改 {one.no} 批次", f"Change batch {one.no}"), "transfer_batch", PLAN[1:], {}, deed, self._made, rec=one.id).exec()

    def add(self) -> None:
        """Put people on the roster, one after the other."""
        one = self.batch()
        if one is None:
            return

        def take(hit: Hit) -> str:
            batches.put_on(self.ledger, one.id, [str(hit.person)])
            now = batches.one(self.ledger, one.id)
            left = "" if now.free is None else say(f"，还有 {now.free} 座", f", {now.free} seats left")
            return say(f"{hit.name}加上了，名册上 {len(now.members)} 人{left}", f"{hit.name} is on; {len(now.members)} on the roster{left}")
        FindSheet(self.page, self.ledger, say(f"加到 {one.no} 批次", f"Add to batch {one.no}"),
                  say(f"坐不下、当天已在别的批次、不满 {WORKING_AGE} 岁的，会说明原因，不会加上。",
                      f"Who has no seat, travels elsewhere that day, or is under {WORKING_AGE} is refused with the reason."),
                  take, many=True).exec()

    def change_line(self) -> None:
        """Ask what the line of the roster shall say."""
        line = self.line()
        if line is None:
            return
        name = self.shown.faces.get(line.person, Face("", "")).name

        def deed(ledger: Any, values: dict[str, Any]) -> str:
            batches.change_line(ledger, line.id, values)
            return line.id
        DeedSheet(self.page, name, "batch_member", LINE, {}, deed, lambda _: self.desk.toast(say("改好了", "Changed"), undo=True), rec=line.id).exec()

    def choose_post(self) -> None:
        """Choose the post of who is chosen; of everybody who has none yet, where that is wanted."""
        one, line = self.batch(), self.line()
        if one is None or line is None:
            return
        name = self.shown.faces.get(line.person, Face("", "")).name
        sheet = PostSheet(self.page, say(f"{name}去哪个岗位？", f"To which post does {name} go?"),
                          say("到岗时，单位、工种、就业地都按岗位登记。",
                              "On arrival, employer, occupation and place are entered as the post has them."),
                          say("定下", "Choose"), self.shown.open, multi=False)
        if not sheet.exec() or not (chosen := [str(p) for p in sheet.posts.value()]):
            return
        lines = [line.id]
        others = [m.id for m in one.members if not m.post and m.id != line.id]
        if others and ask(self.page, say(f"还有 {len(others)} 人没定岗位，也去这个岗位？",
                                         f"{len(others)} others have no post yet. The same one for them?"), "",
                          say("都去这个岗位", "The same for all"), say(f"只定{name}", f"Only {name}")):
            lines += others
        self.do(lambda work: batches.assign(work.ledger, lines, chosen[0]), say(f"{len(lines)} 人的岗位定好了",
                                                                                f"The post of {len(lines)} is chosen"))

    def mark(self, digit: int) -> None:
        """1 boarded, 2 arrived, 3 did not arrive, 4 taken off; then the next line."""
        one, line = self.batch(), self.line()
        if one is None or line is None:
            return
        name = self.shown.faces.get(line.person, Face("", "")).name
        if digit == 1:
            self.do(lambda work: batches.board(work.ledger, [line.id], not line.boarded), say(f"{name}：改好了", f"{name}: changed"), self._step)
        elif digit == 2:
            self.do(lambda work: batches.arrive(work.ledger, one.id, [line.id]), say(f"{name}到岗了，就业已登记",
                                                                                     f"{name} arrived; the work is entered"), self._step)
        else:
            question = say(f"{name}为什么没到岗？", f"Why did {name} not arrive?") if digit == 3 else say(f"{name}为什么不走了？",
                f"Why does {name} not go?")
            told = say("就业情况照旧，不算上岗。", "Their situation stays; it is not counted as work.")
            if why := ask_reason(self.page, question, told, say("记下", "Write it"), say("算了", "Leave it")):
                deed = batches.not_arrived if digit == 3 else batches.take_off
                self.do(lambda work: deed(work.ledger, line.id, why), say(f"{name}：记好了", f"{name}: written"), self._step)

    def _step(self, _: Any) -> None:
        at = self.table.currentIndex().row()
        if at + 1 < self.rows.rowCount():
            self.table.choose(at + 1)

    def number(self) -> None:
        """Give everybody without a seat the next free number."""
        one = self.batch()
        if one is not None:
            from app.models.writing import Write

            writes = [Write("batch_member", {"seat": seat}, rec=rec) for rec, seat in batches.numbered(one)]
            if not writes:
                self.desk.toast(say("每人都有座位号了", "Everybody has a number"))
                return
            self.do(lambda work: work.ledger.write(writes, source=batches.SOURCE), say("座位排好了", "The seats are numbered"))

    def depart(self) -> None:
        """Everybody boards, and the batch leaves."""
        one = self.batch()
        if one is None or not ask(self.page, say(f"{one.no} 批次 {len(one.members)} 人都上车出发？",
                                                 f"Do all {len(one.members)} of batch {one.no} board and leave?"),
                                  say("出发后名册不再加人。没来的先取下。", "Nobody is added after that. Take off who did not come."),
                                  say("出发", "Leave"), say("再等等", "Wait")):
            return
        lines = [m.id for m in one.members if not m.boarded]

        self.do(lambda work: batches.depart(work.ledger, one.id, lines), say(f"{one.no} 批次出发了", f"Batch {one.no} has left"))

    def print_(self) -> None:
        """Choose a printer, and print the roster of this batch, masked."""
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        if self.batch() is not None and QPrintDialog(printer, self).exec() == QPrintDialog.DialogCode.Accepted:
            self.print_to(printer)

    def print_to(self, printer: Any) -> None:
        """Print the roster of this batch on a printer."""
        one = self.batch()
        if one is not None:
            self.desk.jobs.write(lambda work: roster_on_paper(work, one.id, printer), lambda pages: self.desk.toast(
                say(f"花名册交给打印机 {pages} 页，证件号码只印尾号", f"The roster went to the printer, {pages} pages; ID numbers are masked")),
                self.desk.trouble, words=say("正在打印", "Printing"))

    def arrive_all(self) -> None:
        """Everybody of whom nobody has said otherwise has arrived."""
        one = self.batch()
        if one is not None:
            lines = [m.id for m in one.awaited]
            self.do(lambda work: batches.arrive(work.ledger, one.id, lines), say(f"{len(lines)} 人到岗，就业都已登记",
                                                                                 f"{len(lines)} arrived; their work is entered"))

    def hand_over(self) -> None:
        """The employer has received everybody."""
        if (one := self.batch()) is not None:
            self.do(lambda work: batches.hand_over(work.ledger, one.id), say("交接好了", "Handed over"))

    def _person(self) -> None:
        if (line := self.line()) is not None:
            self.desk.go("people", person=line.person)


def roster_on_paper(work: Any, batch: str, printer: Any) -> int:
    """Draw the roster of one batch, as its book has it and masked; return how many pages. It stands in the log before the first page comes out."""
    from app.books import printing
    from app.books.kinds import Condition
    from app.models import access
    from app.ui import paper

    only = (Condition("batch_member", "batch_id", (batch,), but=False),)
    with printing.sheet(work.ledger, "batches", only=only) as made:
        count = made.count
    access.note_export(work.ledger, "batches", work.ledger.me.area, count, "", masked=True, action=access.PRINT)
    with printing.sheet(work.ledger, "batches", only=only) as made:
        return paper.draw(made, printer, "A3", work.step)
