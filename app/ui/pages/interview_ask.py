"""AskView: asking. Promises that an answer is on disk before the next question shows, and that keys suffice."""
from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.forms.contract import Changed, Interview, Question, title_of
from app.models import clock
from app.models.language import language, say
from app.models.problem import Problem
from app.ui import theme
from app.ui.page import Action, Desk, Next
from app.ui.pages.interview_doubts import Doubts
from app.ui.pages.interview_parts import Beside, Stepper
from app.ui.pages.interview_sheet import QuestionSheet
from app.ui.pages.interview_walk import Walk, bare, label_of
from app.ui.questions import members
from app.ui.questions.reading import aside
from app.ui.widgets import Sheet, TextInput, Words, ask, panel_of, row


class AskView(QWidget):
    """The screen of an interview under way. `paused` and `ended` tell the page; `changed` asks it to read again."""

    paused = Signal()
    ended = Signal()
    changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.talk: Interview | None = None
        self.walk: Walk | None = None
        self.saved = ""
        self.doubts: Doubts | None = None
        self.stepper, self.beside, self.sheet = Stepper(), Beside(), QuestionSheet()
        self.group, self.part = Words("", 18, bold=True), Words("", 13, "2")
        middle, inside = panel_of()
        inside.setContentsMargins(theme.px(18), theme.px(12), theme.px(14), theme.px(8))
        inside.addLayout(row(self.group, self.part, None, gap=14))
        inside.addWidget(self.sheet, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.px(12))
        whole.addWidget(self.stepper)
        whole.addWidget(middle, 1)
        whole.addWidget(self.beside)
        self._bind()

    def _bind(self) -> None:
        sheet = self.sheet
        sheet.answered.connect(self.answer)
        sheet.went_on.connect(self.onward)
        sheet.entered.connect(self._entered)
        sheet.explained.connect(lambda path, words: self.doubts.explain(path, words))
        sheet.stepped.connect(lambda on: self.onward(self.walk.at) if on else self.backward(self.walk.at))
        sheet.resized.connect(lambda: self._show() if self.walk and self.isVisible() else None)
        sheet.opened.connect(self._open_instance)
        sheet.added.connect(self._add)
        sheet.removed.connect(self._remove)
        sheet.filed.connect(self.attach)
        sheet.shelf = lambda value: self.talk.attachment(value) if self.talk else None
        self.stepper.chosen.connect(self._section)
        self.beside.changed_known.connect(self.change_known)

    # -- beginning

    def open(self, talk: Interview) -> None:
        """Ask this interview, from where it was left."""
        self.talk, self.saved, self.doubts = talk, "", Doubts(self.desk.ledger, talk)
        talk.language = language()
        self.walk = Walk(talk)
        self.walk.start()
        self.sheet.context = ("",)
        self._show(focus=True)

    def retitle(self) -> None:
        """Show everything in the language in use."""
        if self.talk is not None:
            self.talk.language = language()
            self.walk.again()
            self.sheet.context = ("",)
            self._show(focus=self.isVisible())

    # -- showing

    def _show(self, focus: bool = False, back: bool = False) -> None:
        walk = self.walk
        self.sheet.put((walk.section, walk.instance), walk.here(), walk.questions(walk.section), walk.at)
        self._show_doubts()
        self._show_round()
        if focus:
            self.talk.go(walk.at)
            self.sheet.focus(walk.at, back)
        self.changed.emit()

    def _show_doubts(self, answered: str = "") -> None:
        self.sheet.put_doubts(self.doubts.again(answered), self.walk.at)

    def _show_round(self) -> None:
        walk, now = self.walk, self.walk.now()
        done, total = self.talk.progress()
        self.stepper.put(walk.sections(), walk.section, done, total)
        label = f"{now.letter}  {bare(now)}" if now else ""
        if walk.instance and (who := self._who()):
            label = f"{label} · {who}"
        self.group.setText(label)
        count, number = len(self.sheet.screens), self.sheet.number_of(walk.at) + 1
        self.part.setText(say(f"第 {number} 组，共 {count} 组", f"group {number} of {count}") if count > 1 else "")
        known = walk.known(walk.section) or [q for one in walk.sections() if one.relevant for q in walk.known(one.path)]
        self.beside.put_known(known)
        later = [one for one in walk.sections() if one.relevant and one.missing and one.path != walk.section]
        self.beside.put_missing(self._missing(), later, sum(one.missing for one in walk.sections() if one.relevant))
        self.beside.put_saved(self.saved)

    def _missing(self) -> list[tuple[str, str]]:
        names = {one.instance: one.name for q in self.walk.questions(self.walk.section) if q.kind == "repeat"
                 for one in members(self.walk.questions(self.walk.section), q)}
        return [(str(q.number or ""), (f"{names[q.instance]} " if names.get(q.instance) else "") + aside(q.label)[0])
                for q in self.walk.missing()]

    def _who(self) -> str:
        repeat = self.talk.question(self.walk.instance.rpartition("[")[0])
        found = [one for one in members(self.walk.questions(self.walk.section), repeat) if one.instance == self.walk.instance]
        return (found[0].name or say("新的一位", "a new one")) if found else ""

    # -- answering

    def answer(self, path: str, value: str) -> None:
        """Store an answer and show what it changed."""
        self._store(path, lambda: self.talk.answer(path, value))

    def attach(self, path: str, data: bytes, ending: str) -> None:
        """Store a picture or file as the answer and show what it changed."""
        self._store(path, lambda: self.talk.attach(path, data, ending))

    def _store(self, path: str, act: Callable[[], Changed]) -> None:
        try:
            changed = act()
        except Problem as problem:
            self.sheet.refuse(path, str(problem))
            return
        if changed.refused:
            self.sheet.refuse(path, changed.refused)
            return
        self.saved = clock.now().astimezone().strftime("%H:%M:%S")
        self._repaint(changed, path)

    def _repaint(self, changed: Changed, answered: str = "") -> None:
        self.walk.again()
        self._show_doubts(answered)
        if changed.relevance or changed.choices or changed.repeats or changed.labels:
            self._show()
            return
        for path in {*changed.values, *changed.validity}:
            if path in self.sheet.widgets:
                self.sheet.repaint_question(self.talk.question(path))
        self._show_round()
        self.changed.emit()

    def _commit(self, path: str) -> bool:
        """Store what is typed; stay where it is no value or was refused."""
        if not self.sheet.commit(path):
            return False
        one = self.sheet.widgets.get(path)
        return one is None or one.pending() == self.talk.question(path).value

    # -- walking

    def onward(self, path: str) -> None:
        """Go to the next question; after the last one the interview can be finished."""
        if not self._commit(path) or self.sheet.wants_reason(path):
            return
        if self.walk.after(path):
            self._show(focus=True)
        else:
            self.ended.emit()

    def backward(self, path: str) -> None:
        """Go to the question before."""
        if self._commit(path) and self.walk.before(path):
            self._show(focus=True, back=True)

    def next_group(self) -> None:
        """Go to the next screen."""
        if not self._commit(self.walk.at):
            return
        number = self.sheet.number_of(self.walk.at)
        if number + 1 < len(self.sheet.screens):
            self.walk.at = self.sheet.first_of(number + 1)
        elif not self.walk.after(self.walk.here()[-1].path):
            self.ended.emit()
            return
        self._show(focus=True)

    def last_group(self) -> None:
        """Go to the screen before."""
        if not self._commit(self.walk.at):
            return
        number = self.sheet.number_of(self.walk.at)
        if number:
            self.walk.at = self.sheet.first_of(number - 1)
        elif self.walk.before(self.walk.here()[0].path):
            self._show()
            self.walk.at = self.sheet.first_of(self.sheet.number_of(self.walk.at))
        self._show(focus=True)

    def go(self, path: str) -> None:
        """Go to a question from elsewhere."""
        if self.walk.go(path):
            self._show(focus=True)

    def change_known(self) -> None:
        """F4: something known has changed; ask it."""
        if self.walk.change_known():
            self._show(focus=True)

    def _section(self, path: str) -> None:
        if self._commit(self.walk.at) and self.walk.open_section(path):
            self._show(focus=True)

    def _entered(self, path: str) -> None:
        if self.walk is None or path == self.walk.at or path not in self.sheet.widgets:
            return
        self.walk.at = path
        self.talk.go(path)

    # -- repeats

    def _open_instance(self, instance: str) -> None:
        if self.walk.open_instance(instance):
            self._show(focus=True)

    def _add(self, repeat: str) -> None:
        instance = self.talk.add(repeat)
        self.walk.again()
        if self.walk.open_instance(instance):
            self._show(focus=True)

    def _remove(self, instance: str, name: str) -> None:
        who = name or say("这个人", "this person")
        if ask(self, say(f"把{who}从名单里拿掉？", f"Take {who} off the list?"),
               say("只影响这份调查；以前的记录都还在。", "This interview only; earlier records stay."),
               say("拿掉", "Take off"), say("不拿了", "Keep"), danger=True):
            self._repaint(self.talk.remove(instance))
        self.sheet.focus(self.walk.at)

    # -- a remark, and leaving

    def note(self) -> None:
        """F2: write a remark; it is the answer to the form's question of that name."""
        remark = self.walk.find("remark")
        if remark is None or not self._commit(self.walk.at):
            return
        sheet = Sheet(self, say("记备注", "Note"), say("Enter 存好，Shift Enter 换行。", "Enter saves, Shift Enter makes a line."))
        words = TextInput(say("备注", "Remark"), 4)
        words.setPlainText(remark.value)
        words.moveCursor(words.textCursor().MoveOperation.End)
        sheet.body.addWidget(words)
        sheet.add_button(say("不记了", "Leave it"), "secondary", "Esc").clicked.connect(sheet.reject)
        done = sheet.add_button(say("存好", "Save"), "primary", "Return")
        done.clicked.connect(sheet.accept)
        keys = _EnterSaves(sheet)
        words.installEventFilter(keys)
        words.setFocus()
        if sheet.exec():
            self.answer(remark.path, words.toPlainText().strip())
        self.sheet.focus(self.walk.at)

    def pause(self) -> None:
        """Esc: leave it; the draft stays."""
        if self.walk is not None:
            self.sheet.commit(self.walk.at)
            self.talk.go(self.walk.at)
        self.paused.emit()

    # -- what the page says

    def current(self) -> Question | None:
        """Return the question now asked."""
        return next((q for q in self.walk.here() if q.path == self.walk.at), None) if self.walk else None

    def facts(self) -> str:
        """Return form, way of visit and who answers."""
        said = [title_of(self.desk.ledger, self.talk.form.id)]
        for name in ("visit_mode", "respondent"):
            question = self.walk.find(name)
            if question is not None and question.value:
                said.append(label_of(question.choices, question.value))
        return " · ".join(said)

    def next(self) -> Next:
        """Return what comes next: the first error here, else how many answers the section needs."""
        shown = {path: self.sheet.widgets[path].question for path in self.sheet.paths()}
        for question in shown.values():
            if question.error:
                return Next(f"{aside(question.label)[0]}：{question.error}" if language() == "zh"
                            else f"{aside(question.label)[0]}: {question.error}", level="E")
        for path in shown:
            if path in self.doubts.open():
                return Next(say("有一处要说明：没有错就写一句原因。", "One thing to explain: if it is right, say why."), level="W")
        missing, now = len(self.walk.missing()), self.walk.now()
        if missing:
            return Next(say(f"再答 {missing} 题，这一节就齐了。", f"{missing} more answers complete this section.")
                        if missing > 1 else say("再答 1 题，这一节就齐了。", "1 more answer completes this section."))
        return Next(say(f"“{bare(now)}”齐了，接着往下问。", f"{bare(now)} is complete. Go on.") if now else "")

    def actions(self) -> list[Action]:
        """Return pause, back, next and the keys that stand elsewhere."""
        return [Action(say("先停一停", "Pause"), self.pause, "Esc"),
                Action(say("上一组", "Back"), self.last_group, "PgUp"),
                Action(say("下一组", "Next group"), self.next_group, "PgDown", "primary"),
                Action(say("记备注", "Note"), self.note, "F2", place="hidden"),
                Action(say("变了，要改", "It changed"), self.change_known, "F4", place="hidden")]

    def hints(self) -> list[tuple[str, str]]:
        """Return the keys of the header."""
        return [("1–9", say("选", "choose")), ("Enter", say("下一题", "next")), ("Shift Tab", say("上一题", "back")),
                ("F2", say("记备注", "note")), ("Backspace", say("不选了", "take a choice back"))]


class _EnterSaves(QWidget):
    """Enter in the note saves it, Shift+Enter makes a line."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__(sheet)
        self.hide()
        self.sheet = sheet

    def eventFilter(self, watched, event) -> bool:
        """See Enter."""
        if event.type() == event.Type.KeyPress and event.key() in (0x01000004, 0x01000005) \
                and not event.modifiers() & event.modifiers().ShiftModifier:
            self.sheet.accept()
            return True
        return False
