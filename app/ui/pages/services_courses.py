"""Courses: services and trainings at the left, who signed in at the right; digits say how it ended for each."""
from typing import Any

from app.assistance import services
from app.assistance.services import Participant, Service
from app.models import clock
from app.models.dictionary import dictionary
from app.models.language import counted, say
from app.models.search import Hit
from app.ui.page import Action, Next
from app.ui.pages.batches_reading import Face
from app.ui.pages.deed_sheet import DeedSheet
from app.ui.pages.finding import FindSheet
from app.ui.pages.services_reading import Courses, courses
from app.ui.pages.sides import ListedSide, SidedPage
from app.ui.widgets import Cell, Column, ask_reason

LIST = 300
PLAN = ("kind", "topic", "start_on", "end_on", "provider", "venue", "hours", "cost", "certificate_no")


class CoursesSide(ListedSide):
    """Services and who took part."""

    def __init__(self, page: SidedPage) -> None:
        super().__init__(page, LIST, 76, 5, opens=False)
        self.shown, self._wanted = Courses([], {}), ""

    # -- what the side says

    def word(self) -> str:
        """Return the words of the tab."""
        return say("服务与培训", "Services and training")

    def facts(self) -> str:
        """Return what came of the trainings."""
        some = [one for one in self.shown.services if one.kind == services.TRAINING]
        people = [p for one in some for p in one.people]
        certified, works = sum(1 for p in people if p.certified), sum(1 for p in people if p.works)
        return say(f"培训 {len(some)} 期 {len(people)} 人次，取证 {certified} 人，训后上岗 {works} 人",
                   f"{counted(len(some), 'training')}, {counted(len(people), 'attendance')}, {certified} certified, {works} at work since")

    def next(self) -> Next:
        """Return what comes next with this course."""
        one, today = self.course(), clock.today().isoformat()
        if one is None:
            return Next(say("先建一次服务或一期培训。", "Make a service or a training first."))
        open_ = [p for p in one.people if not p.result]
        if one.end < today and open_ and one.kind == services.TRAINING:
            return Next(say(f"已结束，还有 {len(open_)} 人没写结果：完成按 1，发证按 2，没完成按 3。",
                            f"It has ended and {len(open_)} have no result: completed 1, certified 2, not completed 3."))
        return Next(say("来了的人按 F7 签到：打首字母，按 Enter，一个接一个。", "F7 signs in who comes: letters, Enter, one after the other."))

    def actions(self) -> list[Action]:
        """Return the deeds."""
        acts = [Action(say("新服务或培训", "New service or training"), self.plan, "Ctrl+N", icon="plus", place="header")]
        if self.course() is None:
            return acts
        if self.chosen() is not None:
            for digit, words, result in (("1", say("完成", "Completed"), services.COMPLETED), ("2", say("发证", "Certified"), services.CERTIFIED),
                                         ("3", say("没完成", "Not completed"), services.NOT_COMPLETED)):
                acts.append(Action(words, lambda result=result: self.end(result), digit, place="hidden"))  # type: ignore[misc]
            acts.append(Action(say("看这个人", "Open the person"), self._person, "Ctrl+O", icon="person"))
        return [*acts, Action(say("改这一期", "Change it"), self.change, "F2", icon="edit"), Action(say("签到", "Sign in"), self.sign_in, "F7",
                                                                                                    "primary")]

    def hints(self) -> list[tuple[str, str]]:
        """Return the digits."""
        return [("1", say("完成", "completed")), ("2", say("发证", "certified")), ("3", say("没完成", "not"))] if self.chosen() else []

    def retitle(self) -> None:
        """Set the texts in the language in use."""
        self.list.setAccessibleName(self.word())
        self.table.setAccessibleName(say("参加的人", "Who took part"))
        self.rows.columns = [Column(say("签到", "Signed in"), 140), Column(say("姓名", "Name"), 150), Column(say("结果", "Result"), 140),
                             Column(say("证书编号", "Certificate"), 0), Column(say("训后", "Since then"), 130)]
        self.table.fit(self.rows.columns)

    # -- showing

    def read(self) -> None:
        """Read services and who took part."""
        self.ask(lambda work: courses(work.ledger), self._put)

    def ready(self) -> None:
        """Take the cursor."""
        (self.table if self.shown.services else self.list).setFocus()

    def course(self) -> Service | None:
        """Return what is open."""
        return self.shown.services[self.at()] if 0 <= self.at() < len(self.shown.services) else None

    def chosen(self) -> Participant | None:
        """Return who is chosen."""
        one, at = self.course(), self.table.currentIndex().row()
        return one.people[at] if one is not None and 0 <= at < len(one.people) else None

    def _put(self, found: Courses) -> None:
        kept = self._wanted or (self.course().id if self.course() else "")  # type: ignore[union-attr]
        self._wanted, self.shown, self.count = "", found, len(found.services)
        kinds = dictionary().codes["service_kind"]
        ids = [one.id for one in found.services]
        self.put_list([(Cell(str(one.said.get("topic") or ""), f"{one.start} {kinds.label(one.kind) if one.kind else ''}", bold=True),
                        Cell(say(f"{len(one.people)} 人", str(len(one.people))), right=True)) for one in found.services],
                      ids.index(kept) if kept in ids else 0)

    def show_open(self) -> None:
        """Show the course that is open, and who took part."""
        one = self.course()
        self.head.setVisible(one is not None)
        if one is None:
            self.put_people([], say("还没有服务", "No service yet"), say("按 Ctrl N 建一次。", "Ctrl N makes one."))
            return
        self._head(one)
        self.put_people([self._cells(p) for p in one.people], say("还没有人签到", "Nobody has signed in"), say("按 F7 签到。", "F7 signs people in."))

    def _head(self, one: Service) -> None:
        said = one.said
        days = one.start if one.end == one.start else say(f"{one.start} 到 {one.end}", f"{one.start} to {one.end}")
        hours = say(f"{said['hours']} 课时", counted(said['hours'], "hour")) if said.get("hours") else ""
        figures = [(say("签到", "Signed in"), str(len(one.people)), "")]
        if one.kind == services.TRAINING:
            done = sum(1 for p in one.people if p.result in (services.COMPLETED, services.CERTIFIED))
            works = sum(1 for p in one.people if p.works)
            figures += [(say("完成", "Completed"), str(done), ""), (say("取证", "Certified"), str(sum(1 for p in one.people if p.certified)), ""),
                        (say("训后上岗", "At work since"), f"{works} / {len(one.people)}", "ok" if works else "")]
        if said.get("cost"):
            figures.append((say("经费", "Cost"), say(f"{said['cost']} 元", f"{said['cost']} yuan"), ""))
        self.head.put(str(said.get("topic") or ""), (dictionary().codes["service_kind"].label(one.kind) if one.kind else "", "accent"),
                      (days, said.get("provider"), said.get("venue"), hours), figures)

    def _cells(self, p: Participant) -> list[Cell]:
        face = self.shown.faces.get(p.person, Face(p.person, ""))
        result = dictionary().codes["service_result"].label(p.result) if p.result else ""
        kind = {services.COMPLETED: "accent", services.CERTIFIED: "ok", services.NOT_COMPLETED: "warn"}.get(p.result, "plain")
        return [Cell(p.at, ink="ink2"), Cell(face.name, bold=True), Cell(result, tag=kind) if result else Cell(""), Cell(p.certificate),
                Cell(say("上岗了", "at work"), tag="ok") if p.works else Cell("")]

    # -- deeds

    def plan(self) -> None:
        """Ask for a new service or training."""
        DeedSheet(self.page, say("新服务或培训", "New service or training"), "service", PLAN, {},
                  lambda ledger, values: services.plan(ledger, values), self._made).exec()

    def _made(self, rec: str) -> None:
        self._wanted = rec
        self.desk.toast(say("记好了", "Written"), undo=True)
        self.read()

    def change(self) -> None:
        """Ask what it shall say."""
        one = self.course()
        if one is None:
            return
        from app.models.writing import Write

        def deed(ledger: Any, values: dict[str, Any]) -> str:
            ledger.write([Write("service", values, rec=one.id)], source=services.SOURCE)
            return one.id
        DeedSheet(self.page, str(one.said.get("topic") or ""), "service", PLAN[1:], {}, deed, self._made, rec=one.id).exec()

    def sign_in(self) -> None:
        """Sign people in, one after the other."""
        one = self.course()
        if one is None:
            return

        def take(hit: Hit) -> str:
            services.sign_in(self.ledger, one.id, str(hit.person))
            return say(f"{hit.name}签到了", f"{hit.name} is signed in")
        FindSheet(self.page, self.ledger, say("签到", "Sign in"), str(one.said.get("topic") or ""), take, many=True).exec()

    def end(self, result: str) -> None:
        """Write how it ended for who is chosen, then the next one."""
        one, who = self.course(), self.chosen()
        if one is None or who is None:
            return
        name, number = self.shown.faces.get(who.person, Face("", "")).name, ""
        if result == services.CERTIFIED and not who.certificate and not one.said.get("certificate_no"):
            asked = ask_reason(self.page, say(f"{name}的证书编号？", f"The number of {name}'s certificate?"),
                               say("全班一个批次号的，写在这一期里就不再问。", "Where one number serves the whole course, write it there."),
                               say("记下", "Write it"), say("算了", "Leave it"), say("证书编号", "Certificate number"))
            if not asked:
                return
            number = asked
        self.do(lambda work: services.end(work.ledger, who.id, result, number), say(f"{name}：记好了", f"{name}: written"), self._step)

    def _step(self, _: Any) -> None:
        at = self.table.currentIndex().row()
        if at + 1 < self.rows.rowCount():
            self.table.choose(at + 1)

    def _person(self) -> None:
        if (who := self.chosen()) is not None:
            self.desk.go("people", person=who.person)
