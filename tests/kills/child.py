"""The process that is killed: opens a workspace, says `ready`, works, says `done` and how long it took. What it prints it has on disk.

    python -m tests.kills.child interview|import|merge|export|copy WORKSPACE [ARGUMENT ...]
"""
import sys
import time
from pathlib import Path

from app.sync.workspace import Workspace
from tests.command_line import PASSPHRASE

started = [0.0]


def tell(*words: str) -> None:
    """Say a line now: what was said before the kill was acknowledged to the person."""
    if words[0] == "ready":
        started[0] = time.monotonic()
    sys.stdout.write("\t".join(words) + "\n")
    sys.stdout.flush()


def interview(ws: Workspace, person: str) -> None:
    """Ask a person everything, one question at a time, and finish."""
    from app.forms.contract import Interview, load
    from tests.kills.answers import answer_to

    form = load("person_interview")
    talk = Interview.start(form, ws.ledger, subject=("person", person))
    tell("ready", talk.id)
    asked: set[str] = set()
    while question := next((q for s in talk.sections() if s.relevant for q in talk.questions(s.path)
                            if q.path not in asked and q.kind not in ("note", "repeat") and not q.readonly), None):
        asked.add(question.path)
        tell("going", question.path)
        talk.go(question.path)
        tell("at", question.path)
        value = answer_to(talk, question)
        if value is not None:
            tell("answered", question.path, value)
    tell("finishing", *(e.path + " " + e.message for e in talk.errors()))
    talk.finish()
    tell("finished")


def roster(ws: Workspace, path: str) -> None:
    """Bring in a roster."""
    from app.books import roster as rosters

    preview = rosters.read(Path(path))
    tell("ready")
    preview.commit(ws.ledger)


def merge(ws: Workspace) -> None:
    """Sync with the hub, small steps at first."""
    from app.sync.exchange import exchange

    tell("ready")
    exchange(ws)


def export(ws: Workspace, path: str) -> None:
    """Write the labour book."""
    from app.books.export import export as write

    tell("ready")
    write(ws.ledger, "labour", Path(path))


def copy(ws: Workspace, usb: str) -> None:
    """Keep a second copy, record by record."""
    from tests.kills.copies import work

    tell("ready")
    for rec in work(ws, usb):
        tell("copied", rec)


WORKS = {"copy": copy, "interview": interview, "import": roster, "merge": merge, "export": export}

if __name__ == "__main__":
    work, folder, *arguments = sys.argv[1:]
    with Workspace.open(Path(folder), PASSPHRASE) as opened:
        WORKS[work](opened, *arguments)
        tell("done", str(time.monotonic() - started[0]))
