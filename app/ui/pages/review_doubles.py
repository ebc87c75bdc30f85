"""Doubles: people who may be registered twice, side by side. Promises that nothing is joined by the program, and that both stay whole."""
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.models import duplicates, links
from app.models.change import VOID
from app.models.dictionary import dictionary
from app.models.duplicates import Compared, Proposal
from app.models.language import say
from app.models.ledger import Ledger
from app.models.problem import Problem
from app.models.record import chunks, marks
from app.ui import theme
from app.ui.job import Work
from app.ui.page import Action, Next
from app.ui.pages.review_parts import Badge, Marked, facts_grid, label_of
from app.ui.pages.review_section import MaskedSection, Mode, Parts
from app.ui.telling import field_label, near, source_words, told
from app.ui.widgets import Cell, Column, Panel, Rows, Table, Tag, Words, column, hair, row

FIRST, HIGH = 20, 34
NOT_COMPARED = ("person_code", "name_py")


@dataclass(frozen=True)
class Pair:
    """Two records that may be one person, as the list shows them."""

    proposal: Proposal
    names: tuple[str, str]
    doors: tuple[str, str]
    numbers: tuple[str, str]
    when: str = ""
    asked: bool = False

    icon = "people"

    @property
    def key(self) -> tuple[str, str]:
        """Return what names this pair."""
        return self.proposal.one, self.proposal.other

    @property
    def about(self) -> tuple[str, str]:
        """Return the records by which somebody may ask for this pair."""
        return self.key

    @property
    def who(self) -> str:
        """Return both names."""
        return " / ".join(self.names)

    @property
    def door(self) -> str:
        """Return where they live."""
        return " / ".join(dict.fromkeys(door for door in self.doors if door))

    def short(self) -> str:
        """Return the strongest reason."""
        return say(*SHORT[self.proposal.why[0]])


SHORT = {duplicates.NUMBER: ("证件号码相同", "same ID"), duplicates.FAMILY: ("同户同名同生日", "same household, name, birth"),
         duplicates.SOUND: ("读音和生日相同", "same sound and birth"), duplicates.DIGIT: ("号码只差一位", "one digit apart")}


def pairs(ledger: Ledger, found: list[Proposal]) -> list[Pair]:
    """Return the proposals with names, doors and numbers."""
    rows: dict[str, tuple[str, str, str]] = {}
    for part in chunks(sorted({rec for p in found for rec in (p.one, p.other)})):
        for rec, name, number, door in ledger.db.conn.execute(
                f"SELECT p.id, p.full_name, p.id_number, h.dwelling_no FROM person p LEFT JOIN household h ON h.id = p.household_id"
                f" WHERE p.id IN ({marks(part)})", part):
            rows[rec] = (str(name or "–"), str(door or ""), str(number or ""))
    empty = ("–", "", "")
    return [Pair(p, *(tuple(rows.get(rec, empty)[at] for rec in (p.one, p.other)) for at in (0, 1, 2))) for p in found]  # type: ignore[arg-type]


class Doubles(MaskedSection):
    """Who looks registered twice."""

    slow = True

    def __init__(self, page: Any) -> None:
        super().__init__(page)
        self.all: list[Pair] = []
        self.pair: Pair | None = None

    def word(self) -> str:
        """Return the word on its tab."""
        return say("像一个人", "Doubles")

    def busy_words(self) -> str:
        """Return what is said while the people are compared."""
        return say("正在找登记了两次的人", "Looking for people registered twice")

    def empty(self) -> tuple[str, str]:
        """Return what is said where nobody looks double."""
        return (say("没有像是登记了两次的人", "Nobody looks registered twice"),
                say("号码相同、同户同名、读音和生日相同、号码只差一位的，会列在这里。",
                    "Equal IDs, equal names in a household, equal sound and birth, IDs one digit apart are listed here."))

    def read(self, work: Work, among: Collection[str] | None) -> Any:
        """Return all pairs; where only some records changed, only what was said of pairs by now."""
        if among is not None:
            return {(a, b) for a, b in work.ledger.db.conn.execute("SELECT a, b FROM same_as WHERE NOT disputed")}
        return pairs(work.ledger, duplicates.proposals(work.ledger, work.step))

    def take(self, found: Any, among: Collection[str] | None) -> None:
        """Keep the pairs about which nothing was said, what was skipped last."""
        if isinstance(found, list):
            self.all, said = found, set()
        else:
            said = found
        rows = [pair for pair in self.all if pair.key not in said]
        super().take(sorted(rows, key=lambda pair: pair.key in self.skipped), among)

    def put(self, row: Pair | None) -> None:
        """Make this pair the open one."""
        self.open = self.open and self.pair is not None and row is not None and row.key == self.pair.key
        self.pair = row

    # -- showing

    def parts(self) -> Parts:
        """Return banner, both records, and what joining means."""
        pair = self.pair
        if pair is None:
            return []
        panel = Panel(edge="ask", padding=12)
        title = say(f"{pair.who}：是不是同一个人？", f"{pair.who}: one and the same person?")
        panel.body.addLayout(column(Words(title, 18, bold=True, wrap=True), Words(_capital(pair.proposal.text()), 13, "2", wrap=True), gap=3))
        foot = Panel(padding=12)
        foot.body.addWidget(Words(say("合并只是连在一起：两份都原样留着，算一个人，随时能分开。说不是同一个人，大家都记住，不再提。",
                                      "Linking only ties them: both stay as they are, count as one person, and can be parted. "
                                      "Surely different is remembered by everybody."), 13, "2", wrap=True))
        return [(panel, 0), (two_records(self.ledger, *pair.key, self.open), 1), (foot, 0)]

    # -- doing

    def say(self, yes: bool) -> None:
        """Say that they are one person, or surely are not."""
        pair, self.pair = self.pair, None
        if pair is None:
            return
        words = say(f"{pair.who}已合并，算一个人", f"{pair.who}: linked, one person") if yes \
            else say(f"{pair.who}不是同一个人，不再提", f"{pair.who}: surely different, not proposed again")
        self.deal(pair, lambda work: links.link(work.ledger, "person", *pair.key, yes), words)

    def skip(self) -> None:
        """Leave the pair for now."""
        pair = self.pair
        if pair is not None:
            self.skipped.add(pair.key)
            self.page.show_again(self)

    def looked_at(self) -> tuple[Sequence[str], str]:
        """Return whose numbers are seen, and why."""
        return (self.pair.key if self.pair is not None else ()), say("复核：对照两份登记", "Review: comparing two records")

    def next(self) -> Next:
        """Return what comes next."""
        return Next(say("电脑不替您合并。定了还能撤销。", "The computer joins nobody. You can undo."), say("您来定", "You decide"))

    def actions(self) -> list[Action]:
        """Return the same, not the same, later; many at once."""
        return [Action(say("是同一个人", "The same person"), lambda: self.say(True), "1"),
                Action(say("不是同一个人", "Surely different"), lambda: self.say(False), "2"),
                Action(say("先跳过", "Skip"), self.skip, "0", "quiet"),
                Action(say("号码姓名都同的一起合并", "Link all that agree"), lambda: self.page.put_mode(SureView(self.page, self)), "F8",
                       place="header"),
                self.unmasking()]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def two_records(ledger: Ledger, one: str, other: str, in_full: bool) -> QWidget:
    """Return two records side by side; what differs is marked and stands first."""
    compared = [row for row in duplicates.compare(ledger, one, other) if row.field not in NOT_COMPARED]
    holder = QWidget()
    line = QHBoxLayout(holder)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(theme.px(14))
    for at, rec in enumerate((one, other)):
        line.addWidget(_record(ledger, rec, at, compared, in_full), 1)
    return holder


def _record(ledger: Ledger, rec: str, at: int, compared: list[Compared], in_full: bool) -> QFrame:
    card, record, events = QFrame(), ledger.get(rec), ledger.history(rec)
    card.setObjectName("panel")
    card.setProperty("edge", "choice")
    name = str(record.values.get("full_name") or "–") if record else "–"
    home = ledger.get(str(record.values.get("household_id") or "")) if record else None
    door = str(home.values.get("dwelling_no") or home.values.get("household_code") or "") if home else ""
    first = events[0] if events else None
    where = f"{near(first.at)} · {first.author_name} · {first.device_name}" if first else ""
    head = row(Badge("AB"[at]), gap=10)
    head.addLayout(column(Words(name, 15, bold=True), Words(where, 12, "2"), gap=1), 1)
    if door:
        head.addWidget(Tag(door))
    if first:
        head.addWidget(Tag(source_words(first.source)))
    head.setContentsMargins(theme.px(14), theme.px(8), theme.px(14), theme.px(8))
    grid, scroll = facts_grid()
    for n, line in enumerate(compared):
        value = (line.one, line.other)[at]
        words = told(dictionary().field("person", line.field), value, ledger, masked=not in_full) or say("没有填", "not given")
        grid.addWidget(label_of(field_label("person", line.field)), n, 0, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(Marked(words, line.differs), n, 1)
    grid.setRowStretch(len(compared), 1)
    whole = QVBoxLayout(card)
    whole.setContentsMargins(1, 1, 1, 1)
    whole.setSpacing(0)
    whole.addLayout(head)
    whole.addWidget(hair())
    whole.addWidget(scroll, 1)
    return card


class SureView(Mode):
    """All pairs of whom number and name agree, to be linked at once."""

    def __init__(self, page: Any, section: Doubles) -> None:
        super().__init__(page)
        self.section = section
        sure = {(p.one, p.other) for p in duplicates.sure(self.ledger, [pair.proposal for pair in section.rows])}
        self.found = [pair for pair in section.rows if pair.key in sure]

    def parts(self) -> Parts:
        """Return whom it would link."""
        panel, holder = Panel(edge="ask", padding=12), Panel(padding=1)
        panel.body.addLayout(column(
            Words(say(f"号码和姓名都一样的 {len(self.found)} 对", f"{len(self.found)} pairs of whom ID and name agree"), 18, bold=True),
            Words(say("生日写得不一样的不在里面，要一对一对看。",
                      "Pairs whose dates of birth differ are not among them; look at those one by one."), 13, "2", wrap=True), gap=3))
        model = Rows([Column(say("谁", "Who"), 200), Column(say("证件号码", "ID"), 0), Column(say("一份在", "One at"), 0), Column(say("另一份在",
                                                                                                                              "The other at"), 0)])
        number = dictionary().field("person", "id_number")
        rows = [[Cell(pair.who, bold=True), Cell(told(number, pair.numbers[0])), *(Cell(door or say("没有门牌",
                                                                                                    "no door"), ink="ink2") for door in pair.doors)]
                for pair in self.found[:FIRST]]
        if len(self.found) > FIRST:
            rows.append([Cell(say(f"还有 {len(self.found) - FIRST} 对", f"{len(self.found) - FIRST} more"), ink="ink2"), Cell(), Cell(), Cell()])
        model.put(rows)
        table = Table(model, say("会合并", "Would be linked"), HIGH, opens=False)
        table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        holder.body.addWidget(table)
        self._model = model
        return [(panel, 0), (holder, 1)]

    def begin(self) -> None:
        """Leave the keys to the page."""
        self.page.setFocus()

    def link(self) -> None:
        """Link those listed."""
        found, self.found = self.found, []

        def deed(work: Work) -> int:
            for rec in {rec for pair in found for rec in pair.key}:
                record = work.ledger.get(rec)
                if record is None or record.values.get(VOID):
                    raise Problem("doubles.gone", "有一份已经不在这台电脑上了，一对也没有合并。请再看一次。",
                                  "One of the records is no longer on this computer; nobody was linked. Look again.")
            return len(links.link_many(work.ledger, "person", [pair.key for pair in found]))

        def done(count: int) -> None:
            self.page.put_mode(None)
            self.desk.toast(say(f"合并了 {count} 对", f"{count} pairs linked"), undo=True)
            self.page.read_changed()

        self.write(deed, done, say("正在合并", "Linking"))

    def next(self) -> Next:
        """Return what comes next."""
        if not self.found:
            return Next(say("没有号码和姓名都一样的。", "There are none of whom ID and name agree."), say("一起合并", "Link at once"), "Q")
        return Next(say(f"合并 {len(self.found)} 对，一次撤销就全部分开。", f"Links {len(self.found)} pairs; one undo parts them all."),
                    say("一起合并",
                                                                                                                               "Link at once"))

    def actions(self) -> list[Action]:
        """Return going back and doing it."""
        return [Action(say("不合并了", "Back"), self.leave, "Esc"),
                Action(say(f"合并 {len(self.found)} 对", f"Link {len(self.found)}"), self.link, "Return", "primary",
                       why_not="" if self.found else say("没有能合并的", "There is nothing to link"))]
