"""RuleView: one rule for many disagreements, laid out before anything is written. Promises that what is shown is what is decided."""
from collections import Counter
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt

from app.models import places, ruling
from app.models.change import PLACE, VOID
from app.models.dictionary import dictionary
from app.models.language import say
from app.models.reading import Conflict
from app.models.record import Version
from app.models.ruling import Ruling
from app.ui.page import Action, Next
from app.ui.pages.review_section import Mode, Parts
from app.ui.telling import field_label, near, source_words, told
from app.ui.widgets import Cell, Chip, Column, DigitChips, LineInput, Panel, Rows, Table, Tag, Words, column, row

if TYPE_CHECKING:
    from app.ui.pages.review_differences import Differences

FIRST, HIGH = 20, 34
MOST_FIELDS = 2  # of a group, how many differing fields are told in a line


class RuleView(Mode):
    """Digits choose the rule, arrows the unit; Enter decides exactly what is listed."""

    def __init__(self, page: Any, section: "Differences") -> None:
        super().__init__(page)
        assert section.case is not None  # the deed is only offered for an open case
        self.section, conflict = section, section.case.conflict
        counted = Counter((h.conflict.type, h.conflict.unit) for h in section.rows if h.conflict.unit not in (VOID, PLACE))
        self.units = [unit for unit, _ in counted.most_common()]
        self.counted = counted
        self.at = self.units.index((conflict.type, conflict.unit))
        root = self.ledger.get(conflict.root)
        self.village = (root.place if root is not None else "") or ""
        self.only_village, self.rule = False, ruling.RULES[0]
        self.found: Ruling | None = None
        self.names = {h.conflict.rec: h.who for h in section.rows}
        self.why, self.title, self.where, self.rows = LineInput(), Words("", 18, bold=True), Tag(""), Rows(_columns())
        self.chips = DigitChips([(rule, _capital(ruling.rule_words(rule))) for rule in ruling.RULES], name=say("按什么定", "By which rule"))
        self.read()

    @property
    def unit(self) -> tuple[str, str]:
        """Return (type, unit) that the rule is for."""
        return self.units[self.at]

    # -- reading

    def read(self) -> None:
        """Ask what the rule would decide."""
        kind, unit = self.unit
        prefix, rule, clocks = (self.village if self.only_village else ""), self.rule, self.section.clocks
        self.found = None
        self.desk.jobs.read(lambda work: ruling.preview(work.ledger, f"{kind}.{unit}", rule, prefix=prefix, clocks=clocks), self._put,
                            self.page.failed, slot="rule")

    def _put(self, found: Ruling) -> None:
        if self.page.mode is self:
            self.found = found
            self._fill()
            self.page.refresh()

    def choose(self, at: int) -> None:
        """Choose a rule."""
        self.rule = ruling.RULES[at]
        self.chips.set_value(self.rule)
        self.read()
        self.page.refresh()

    def turn(self, onward: bool) -> None:
        """Go to the next unit that differs somewhere."""
        self.at = (self.at + (1 if onward else -1)) % len(self.units)
        self.read()
        self.page.refresh()

    def scope(self) -> None:
        """Only this village, or everybody."""
        self.only_village = not self.only_village
        self.read()
        self.page.refresh()

    # -- showing

    def parts(self) -> Parts:
        """Return the rule, what it decides, and what it leaves."""
        self.why.setAccessibleName(say("理由", "Reason"))
        self.why.setPlaceholderText(say("Tab 写一句理由，会留在每个人的变更记录里", "Tab: one sentence why; it stays in each history"))
        self.chips.set_value(self.rule)
        for chip in self.chips.findChildren(Chip):
            chip.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.chips.chosen.connect(lambda rule: self.choose(ruling.RULES.index(rule)) if rule in ruling.RULES and rule != self.rule else None)
        table = Table(self.rows, say("会这样定", "What would be settled"), HIGH, opens=False)
        table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        panel, holder = Panel(edge="ask", padding=12), Panel(padding=1)
        panel.body.addLayout(column(row(self.title, None, self.where, gap=12), self.chips, self.why, gap=6))
        holder.body.addWidget(table)
        self._fill()
        return [(panel, 0), (holder, 1)]

    def _fill(self) -> None:
        kind, unit = self.unit
        self.title.setText(say(f"{field_label(kind, unit)}：{self.counted[self.unit]} 件一起定",
                               f"{field_label(kind, unit)}: {self.counted[self.unit]} at once"))
        self.where.put(places.path(self.village, self.ledger) if self.only_village else say("全部", "Everywhere"), "plain")
        rows = [self._row(c.conflict, c.version) for c in self.found.chosen[:FIRST]] if self.found else []
        if self.found and len(self.found.chosen) > FIRST:
            rows.append([Cell(say(f"还有 {len(self.found.chosen) - FIRST} 件", f"{len(self.found.chosen) - FIRST} more"), ink="ink2"),
                         Cell(say("也按这条定", "by the same rule"), ink="ink2"), Cell(), Cell()])
        for left in self.found.left if self.found else ():
            rows.append([Cell(self.names.get(left.conflict.rec, ""), bold=True), Cell(say("留给您定", "Left to you"), tag="ask"),
                         Cell(ruling.left_words(self.found, left), ink="ink2"), Cell(self._others(left.conflict, None), ink="ink2")])
        self.rows.put(rows)

    def _row(self, conflict: Conflict, version: Version) -> list[Cell]:
        by = f"{version.author_name} {near(version.at)} {source_words(version.source)}"
        return [Cell(self.names.get(conflict.rec, ""), bold=True), Cell(self._told(conflict, version), bold=True), Cell(by, ink="ink2"),
                Cell(self._others(conflict, version), ink="ink2")]

    def _others(self, conflict: Conflict, version: Version | None) -> str:
        return say("；", "; ").join(self._told(conflict, other) for other in conflict.versions if other is not version)

    def _told(self, conflict: Conflict, version: Version) -> str:
        if not isinstance(version.value, dict) or conflict.unit in dictionary().types[conflict.type].fields:
            return told(dictionary().field(conflict.type, conflict.unit), version.value, self.ledger) or say("没有填", "not given")
        names = [n for n in dictionary().fields_of_unit(conflict.type, conflict.unit)
                 if any(v.value.get(n) != version.value.get(n) for v in conflict.versions)]
        said = [told(dictionary().field(conflict.type, n), version.value.get(n), self.ledger) or say("没有填",
                "not given") for n in names[:MOST_FIELDS]]
        return say("，", ", ").join(said) + ("…" if len(names) > MOST_FIELDS else "")

    def begin(self) -> None:
        """Keep the cursor where somebody writes a reason; else leave the digits to the page."""
        if not self.why.hasFocus():
            self.page.setFocus()

    # -- doing

    def carry_out(self) -> None:
        """Decide what is listed."""
        found, why = self.found, self.why.text().strip()
        if found is None or not found.chosen:
            return
        self.found = None

        def done(decided: Any) -> None:
            late = len(decided.left)
            count = len(found.chosen) - late
            words = say(f"{count} 件{field_label(*self.unit)}已按“{ruling.rule_words(found.rule)}”定下",
                        f"{count} settled: {ruling.rule_words(found.rule)}")
            self.page.put_mode(None)
            self.desk.toast(words + (say(f"，{late} 件刚有新填的，没动", f"; {late} changed just now, left alone") if late else ""), undo=True)
            self.page.read_all()

        self.write(lambda work: found.carry_out(work.ledger, why), done, say("正在定", "Settling"))

    def next(self) -> Next:
        """Return what comes next."""
        if self.found is None:
            return Next(say("正在看会怎么定…", "Looking at what it would settle…"), say("一批一起定", "Many at once"))
        count, left = len(self.found.chosen), len(self.found.left)
        if not count:
            return Next(say(f"这条规则一件也定不了，{left} 件都留给您。换一条看看。",
                            f"This rule settles none; all {left} are left to you. Try another."),
                        say("一批一起定", "Many at once"), "Q")
        return Next(say(f"会定 {count} 件，留 {left} 件。一次撤销就全部退回。", f"Settles {count}, leaves {left}. One undo takes all of it back."),
                    say("一批一起定", "Many at once"))

    def actions(self) -> list[Action]:
        """Return the rules, the scope, going back, and doing it."""
        count = len(self.found.chosen) if self.found else 0
        found = [Action(ruling.rule_words(rule), lambda at=at: self.choose(at), str(at + 1), place="hidden") for at, rule in enumerate(ruling.RULES)]
        if self.village:
            found.append(Action(say("全部都定", "Everywhere") if self.only_village else say("只定这个村", "Only this village"), self.scope, "5"))
        found.append(Action(say("不定了", "Back"), self.leave, "Esc"))
        found.append(Action(say(f"定下 {count} 件", f"Settle {count}"), self.carry_out, "Return", "primary",
                            why_not="" if count else say("没有能定的", "There is nothing to settle")))
        return found

    def hints(self) -> list[tuple[str, str]]:
        """Return more keys."""
        return [("1–4", say("换规则", "another rule")), ("← / →", say("换一项", "another field")), ("Tab", say("写理由", "a reason"))]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _columns() -> list[Column]:
    return [Column(say("谁", "Who"), 110), Column(say("取这个", "Takes"), 0), Column(say("谁填的", "Given by"), 0),
            Column(say("不取", "Not taken"), 0)]
