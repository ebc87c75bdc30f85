"""Records: acts on what is asked, decided and brought in, killed."""
from pathlib import Path

from app.forms.contract import Interview, drafts, load
from app.models import ruling
from app.models.ledger import Write
from app.sync.workspace import Workspace
from tests.kills.acts import Act
from tests.kills.answers import answer_to
from tests.kills.moments import Tell, Watch
from tests.kills.processes import Process
from tests.kills.rosters import RELATIONS, roster


def adult(ws: Workspace) -> str:
    """Return somebody of an age to be asked about work."""
    return next(rec for rec, values in ws.ledger.rows("person") if str(values["birth_date"]) < "2005")


class Answers(Act):
    """An interview: what was acknowledged is there, and it reopens at its question."""

    phase = "interview answer"

    def work(self, ws: Workspace, watch: Watch, tell: Tell) -> None:
        talk = Interview.start(load("person_interview"), ws.ledger, subject=("person", adult(ws)))
        tell("talk", talk.id)
        asked: set[str] = set()
        while question := next((q for s in talk.sections() if s.relevant for q in talk.questions(s.path)
                                if q.path not in asked and q.kind not in ("note", "repeat") and not q.readonly), None):
            asked.add(question.path)
            tell("going", question.path)
            with watch.within("interview answer"):
                talk.go(question.path)
                tell("at", question.path)
                value = answer_to(talk, question)
            if value is not None:
                tell("answered", question.path, value)
        tell("finishing")
        with watch.within("finish"):
            talk.finish()
        tell("finished")

    def judge(self, ws: Workspace, died: Process) -> str:
        begun, responses = drafts(ws.ledger), ws.ledger.rows("survey_response")
        if not died.heard("talk"):
            return "not begun"
        (talk_id,) = died.heard("talk")[0]
        if died.heard("finished"):
            assert (begun, [rec for rec, _ in responses]) == ([], [talk_id])
            return "finished"
        assert len(begun) + len(responses) == 1, "an interview is a draft or a response, never both or neither"
        if responses:
            assert died.heard("finishing")
            return "finished, not yet told"
        self._stands(Interview.reopen(ws.ledger, talk_id), died)
        return "draft, all acknowledged answers there"

    @staticmethod
    def _stands(talk: Interview, died: Process) -> None:
        at, going = died.heard("at"), died.heard("going")
        assert talk.position in {*(line[0] for line in at[-1:]), *(line[0] for line in going[-1:]), *([""] if not at else [])}
        given = dict(line for line in died.heard("answered") if len(line) == 2)
        in_play = set(talk.relevant())
        lost = {path for path, value in given.items() if path in in_play and talk.question(path).value != value}
        assert not lost, f"acknowledged and gone: {lost}"


class Finish(Answers):
    """The end of an interview: a draft or a response, never both or neither; a draft can be finished."""

    phase = "finish"

    def judge(self, ws: Workspace, died: Process) -> str:
        found = super().judge(ws, died)
        if found.startswith("draft"):
            Interview.reopen(ws.ledger, died.heard("talk")[0][0]).finish()
            assert (drafts(ws.ledger), len(ws.ledger.rows("survey_response"))) == ([], 1)
        return found


class Import(Act):
    """A roster: all of it is in, or nothing."""

    phase = "import"
    households = 0
    HOMES = 8

    def prepare(self, ws: Workspace) -> None:
        self.book = roster(self.room / f"{self.base.name}.xlsx", self.HOMES)
        self.nothing = ws.ledger.digest(strict=True)

    def work(self, ws: Workspace, watch: Watch, tell: Tell) -> None:
        self._bring(ws, watch)

    def _bring(self, ws: Workspace, watch: Watch | None = None) -> None:
        from app.books import roster as rosters

        preview = rosters.read(Path(self.book))
        if watch is None:
            preview.commit(ws.ledger)
            return
        with watch.within(self.phase):
            preview.commit(ws.ledger)

    def judge(self, ws: Workspace, died: Process) -> str:
        people = len(ws.ledger.rows("person"))
        assert people in (0, self.HOMES * len(RELATIONS)), "half an import"
        assert people or ws.ledger.digest(strict=True) == self.nothing
        self._bring(ws)
        assert len(ws.ledger.rows("person")) == self.HOMES * len(RELATIONS)
        return "whole" if people else "absent"


class Decision(Act):
    """A decision in Review: the disagreement is open, or it is settled as decided."""

    phase = "review decision"

    def prepare(self, ws: Workspace) -> None:
        self.recs = [rec for rec, _ in ws.ledger.rows("person", limit=3)]
        for rec in self.recs:  # as one who had seen nothing
            ws.ledger.write([Write("person", {"phone": "13900007777"}, rec=rec, seen={})], source="screen")
        assert {(c.rec, c.unit) for c in ws.ledger.conflicts()} == {(rec, "phone") for rec in self.recs}

    def work(self, ws: Workspace, watch: Watch, tell: Tell) -> None:
        with watch.within(self.phase):
            for rec in self.recs:
                for cid in ws.ledger.resolve(rec, "phone", "13900007777").cids:
                    tell("acknowledged", cid)

    def judge(self, ws: Workspace, died: Process) -> str:
        still = {c.rec for c in ws.ledger.conflicts()}
        assert len(self.recs) - len(still) >= len(died.heard("acknowledged"))
        for rec in still:
            ws.ledger.resolve(rec, "phone", "13900007777")
        assert not ws.ledger.conflicts()
        return f"{len(self.recs) - len(still)} of {len(self.recs)} settled"


class Rule(Decision):
    """A rule for many disagreements: all that it decides are settled, or none."""

    phase = "bulk rule"

    def work(self, ws: Workspace, watch: Watch, tell: Tell) -> None:
        with watch.within(self.phase):
            ruling.preview(ws.ledger, "phone", ruling.NEWEST).carry_out(ws.ledger)
        tell("ruled")

    def judge(self, ws: Workspace, died: Process) -> str:
        still = {c.rec for c in ws.ledger.conflicts()}
        assert still in (set(), set(self.recs)), "half a rule"
        assert not (still and died.heard("ruled"))
        ruling.preview(ws.ledger, "phone", ruling.NEWEST).carry_out(ws.ledger)
        assert not ws.ledger.conflicts()
        return "open" if still else "settled"


class Undo(Act):
    """Taking back an import: all of it is back, or nothing."""

    phase = "undo"
    households = 0

    def prepare(self, ws: Workspace) -> None:
        from app.books import roster as rosters

        rosters.read(roster(self.room / f"{self.base.name}.xlsx", 4)).commit(ws.ledger)

    def work(self, ws: Workspace, watch: Watch, tell: Tell) -> None:
        with watch.within(self.phase):
            ws.ledger.undo()

    def judge(self, ws: Workspace, died: Process) -> str:
        people = len(ws.ledger.rows("person"))
        assert people in (0, 4 * len(RELATIONS)), "half an undo"
        if people:
            ws.ledger.undo()
            assert not ws.ledger.rows("person")
        return "standing" if people else "taken back"
