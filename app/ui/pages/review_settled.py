"""Settled: what was decided on this computer and what was said of pairs. Promises a way back: opened again, parted, taken back."""
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.models import deciding, duplicates, links, places
from app.models.change import PLACE, VOID, Change
from app.models.clock import moment_of
from app.models.dictionary import dictionary
from app.models.language import say
from app.models.ledger import Ledger
from app.models.reading import Names
from app.ui.job import Work
from app.ui.page import Action, Next
from app.ui.pages.review_case import NOBODY, name_of
from app.ui.pages.review_doubles import two_records
from app.ui.pages.review_parts import Marked, facts_grid, label_of
from app.ui.pages.review_section import Parts, Section
from app.ui.telling import field_label, near, source_words, told
from app.ui.widgets import Panel, Tag, Words, column, row


@dataclass(frozen=True)
class Old:
    """One decision, or what was said of a pair (then `pair` holds the two, `same` what was said), as the list shows it."""

    who: str
    what: str
    when: str
    door: str
    settled: deciding.Settled | None = None
    pair: tuple[str, str] | None = None
    same: bool = False
    asked: bool = False

    @property
    def icon(self) -> str:
        """Return its sign in the list."""
        return "people" if self.pair else "check"

    @property
    def key(self) -> tuple[str, ...]:
        """Return what names this row."""
        return self.pair if self.pair else (self.settled.rec, self.settled.unit) if self.settled else ()

    @property
    def about(self) -> tuple[str, ...]:
        """Return the records by which somebody may ask for it."""
        return self.pair or self.key[:1]

    def short(self) -> str:
        """Return what the list says."""
        return self.what


def olds(ledger: Ledger) -> list[Old]:
    """Return decisions, the newest first, then what was said of pairs."""
    return [*(_decision(ledger, one) for one in deciding.settled(ledger)), *(_pair(ledger, *one) for one in duplicates.decided(ledger))]


def _decision(ledger: Ledger, one: deciding.Settled) -> Old:
    record = ledger.get(one.rec)
    who = name_of(ledger, record.root) if record else NOBODY
    what = field_label(one.type, one.unit)
    return Old(who, what if one.stands else say(f"{what}（后来又改过）", f"{what} (changed since)"),
               near(moment_of(one.cid).astimezone().isoformat(timespec="seconds")), "", settled=one)


def _pair(ledger: Ledger, one: str, other: str, same: bool) -> Old:
    names = [str(record.values.get("full_name") or NOBODY) if (record := ledger.get(rec)) else NOBODY for rec in (one, other)]
    return Old(" / ".join(names), say("算一个人", "One person") if same else say("不是同一个人", "Surely different"), "", "", pair=(one, other),
               same=same)


class Settled(Section):
    """What was settled, to be looked at and opened again."""

    def __init__(self, page: Any) -> None:
        super().__init__(page)
        self.old: Old | None = None

    def word(self) -> str:
        """Return the word on its tab."""
        return say("定过的", "Settled")

    def empty(self) -> tuple[str, str]:
        """Return what is said where nothing was settled."""
        return (say("这台电脑上还没有定过", "Nothing was settled on this computer yet"),
                say("定过的列在这里，随时能重新打开。", "What was settled is listed here and can be opened again."))

    def read(self, work: Work, among: Collection[str] | None) -> Any:
        """Return the rows."""
        return olds(work.ledger)

    def put(self, row: Old | None) -> None:
        """Make this row the open one."""
        self.old = row

    # -- showing

    def parts(self) -> Parts:
        """Return what was decided between, or the two records and where each value of the whole came from."""
        old = self.old
        if old is None:
            return []
        panel = Panel(edge="ok", padding=12)
        if old.pair:
            title = say(f"{old.who}：已合并，算一个人", f"{old.who}: linked, one person") if old.same else say(
                f"{old.who}：说过不是同一个人", f"{old.who}: said to be surely different")
            words = say("两份都原样在。下面是合起来看的，每一项写着来自哪一份。",
                        "Both are as they were. Below is the whole; each line says which record it comes from.") \
                if old.same else say("大家都记住了，不再提。可以收回。", "Everybody remembers, and it is not proposed again. It can be taken back.")
            panel.body.addLayout(column(Words(title, 18, bold=True, wrap=True), Words(words, 13, "2", wrap=True), gap=3))
            return [(panel, 0), (self._whole(old.pair) if old.same else two_records(self.ledger, *old.pair, False), 1)]
        assert old.settled is not None  # a row is a decision or a pair
        panel.body.addLayout(column(Words(say(f"{old.who}的{old.what}", f"{old.what} of {old.who}"), 18, bold=True, wrap=True),
                                    Words(self._told(old.settled), 13, "2", wrap=True), gap=3))
        return [(panel, 0), (self._between(old.settled), 1)]

    def _told(self, one: deciding.Settled) -> str:
        return say("下面是当时的几份和定的。重新打开后，几份都再等您定。",
                   "Below is what stood then and what was decided. Opened again, all of it waits for you once more.") \
            if one.stands else say("定了以后又有人改过，所以不能重新打开；要改请直接改那一项。",
                                   "Somebody has changed it since, so it cannot be opened again; edit the field itself.")

    def _between(self, one: deciding.Settled) -> QWidget:
        filed = {c.cid: c for c in links.filed(self.ledger, one.rec)}
        decision = filed.get(one.cid)
        panel, names = Panel(padding=4), Names(self.ledger)
        grid, scroll = facts_grid()
        grid.setColumnStretch(2, 2)
        seen = [filed[cid] for cid in sorted(decision.seen) if cid in filed] if decision else []
        for at, change in enumerate([*seen, *([decision] if decision else [])]):
            last = change is decision
            moment = near(moment_of(change.cid).astimezone().isoformat(timespec="seconds"))
            who = say("定为", "Settled as") if last else names.of("staff_user", change.author)
            grid.addWidget(label_of(who), at, 0, Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(Marked(_value_words(self.ledger, one, change), last), at, 1)
            grid.addWidget(Words(f"{moment} · {source_words(change.source)}", 12, "2"), at, 2)
        grid.setRowStretch(len(seen) + 1, 1)
        panel.body.addWidget(scroll)
        return panel

    def _whole(self, pair: tuple[str, str]) -> QWidget:
        panel = Panel(padding=4)
        grid, scroll = facts_grid()
        grid.setColumnStretch(2, 1)
        whole = links.together(self.ledger, pair[0]) or links.together(self.ledger, pair[1])
        at = 0
        if whole is not None:
            filed, names = {c.cid: c for c in links.filed(self.ledger, whole.record.id)}, Names(self.ledger)
            homes = {rec: _home(self.ledger, rec) for rec in whole.held}
            for field in dictionary().types["person"].stored():
                words = told(field, whole.record.values.get(field.name), self.ledger)
                cids = [cid for cid in whole.record.shown.get(field.name, ()) if cid in filed]
                if not words or not cids:
                    continue
                change = filed[max(cids)]
                by = f"{names.of('staff_user', change.author)} {near(moment_of(change.cid).astimezone().isoformat(timespec='seconds'))}"
                unit = dictionary().unit_of("person", field.name)
                grid.addWidget(label_of(field.label()), at, 0, Qt.AlignmentFlag.AlignVCenter)
                grid.addWidget(Marked(words, unit in whole.record.conflicts), at, 1)
                grid.addLayout(row(Tag(homes.get(change.rec, "")), Words(by, 12, "2"), None, gap=8), at, 2)
                at += 1
        grid.setRowStretch(at, 1)
        panel.body.addWidget(scroll)
        return panel

    # -- doing

    def reopen(self) -> None:
        """Let both values stand for decision again."""
        old, self.old = self.old, None
        if old is None or old.settled is None:
            return
        rec, unit = old.settled.rec, old.settled.unit
        words = say(f"{old.who}的{old.what}重新打开了，在“不一样”里等您定", f"{old.what} of {old.who} is open again, in the first list")
        self.deal(old, lambda work: deciding.reopen(work.ledger, rec, unit), words)

    def say(self, yes: bool | None) -> None:
        """Say something else of the pair, or take back what was said."""
        old, self.old = self.old, None
        if old is None or old.pair is None:
            return
        pair = old.pair
        words = {True: say(f"{old.who}已合并", f"{old.who}: linked"), False: say(f"{old.who}分开了，不再提",
                                                                                 f"{old.who}: parted, not proposed again"),
                 None: say(f"{old.who}的说法收回了", f"{old.who}: taken back")}[yes]
        self.deal(old, lambda work: links.link(work.ledger, "person", *pair, yes), words)

    def next(self) -> Next:
        """Return what comes next."""
        if self.old is not None and self.old.settled is not None and not self.old.settled.stands:
            return Next(say("后来又改过，打不开了。", "It was changed since and cannot be opened."), say("定过的", "Settled"))
        return Next(say("定错了就重新打开；打开也能撤销。", "Open again what was settled wrongly; that can be undone too."), say("定过的", "Settled"))

    def actions(self) -> list[Action]:
        """Return opening again, or parting and taking back."""
        old = self.old
        if old is None:
            return []
        if old.pair is None:
            return [Action(say("重新打开", "Open again"), self.reopen, "Return",
                           why_not="" if old.settled and old.settled.stands else say("后来又改过", "Changed since"))]
        other = Action(say("分开，不是同一个人", "Part them, surely different"), lambda: self.say(False), "1") if old.same else \
            Action(say("是同一个人", "The same person"), lambda: self.say(True), "1")
        return [other, Action(say("收回这个说法", "Take back"), lambda: self.say(None), "2")]


def _home(ledger: Ledger, rec: str) -> str:
    record = ledger.get(rec)
    home = ledger.get(str(record.values.get("household_id") or "")) if record else None
    return str(home.values.get("dwelling_no") or home.values.get("household_code") or rec[:8]) if home else rec[:8]


def _value_words(ledger: Ledger, one: deciding.Settled, change: Change) -> str:
    if one.unit == VOID:
        reason = change.value(VOID) if VOID in change.fields else None
        return say(f"删除（{reason}）", f"deleted ({reason})") if reason else say("留着", "kept")
    if one.unit == PLACE:
        return places.path(change.place, ledger) if change.place else ""
    fields = dictionary().types[one.type].fields
    names = [n for n in dictionary().fields_of_unit(one.type, one.unit) if n in change.fields and n in fields]
    said = [told(fields[n], change.value(n), ledger) for n in names]
    return say("，", ", ").join(w for w in said if w) or say("没有填", "not given")
