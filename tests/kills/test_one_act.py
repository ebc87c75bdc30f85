"""What must be one act on disk is one act: shown where no random kill would often land."""
from pathlib import Path

import pytest

from app.forms.contract import Interview, drafts, load
from app.forms.journal import Journal
from app.sync.workspace import Workspace
from tests.command_line import PASSPHRASE
from tests.kills.acts import made
from tests.kills.answers import answer_to


def test_a_finish_that_is_cut_leaves_the_draft_and_no_response(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Workspace.open(made(tmp_path, "one", 2), PASSPHRASE) as ws:
        person = next(rec for rec, values in ws.ledger.rows("person") if str(values["birth_date"]) < "2005")
        talk = Interview.start(load("person_interview"), ws.ledger, subject=("person", person))
        asked: set[str] = set()
        while question := next((q for s in talk.sections() if s.relevant for q in talk.questions(s.path)
                                if q.path not in asked and q.kind not in ("note", "repeat") and not q.readonly), None):
            asked.add(question.path)
            answer_to(talk, question)
        before = ws.ledger.digest(strict=True)

        def cut(_: Journal) -> None:
            raise InterruptedError
        with monkeypatch.context() as power:
            power.setattr(Journal, "close", cut)
            with pytest.raises(InterruptedError):
                talk.finish()
        assert ws.ledger.digest(strict=True) == before
        assert [draft.id for draft in drafts(ws.ledger)] == [talk.id]
        Interview.reopen(ws.ledger, talk.id).finish()
        assert (drafts(ws.ledger), len(ws.ledger.rows("survey_response"))) == ([], 1)
