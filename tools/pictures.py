"""Pictures of the real program, for the README and to be looked at: python tools/pictures.py [FOLDER].

Without a folder it makes those of docs/. With one it makes each page there, in both languages
and at the two heights of the laptops. The people are those of a practice village: invented.
"""
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PySide6.QtWidgets import QApplication

from app.demo.village import everyday, job
from app.forms.contract import Interview, load
from app.models.language import language, set_language
from app.models.pinyin import pinyin_keys
from app.models.practice import generate
from app.sync.workspace import Workspace
from app.ui import theme
from app.ui.page import Desk
from app.ui.window import Window

DOCS = Path(__file__).resolve().parent.parent / "docs"
SETTLE_S = 1.2


def main(folder: Path | None) -> None:
    """Make the pictures."""
    app = QApplication(sys.argv[:1])
    theme.use(app)
    set_language("zh")
    with tempfile.TemporaryDirectory() as here:
        workspace, _ = Workspace.create(Path(here) / "village", "practice", "529999001L01", "向阳1号", "韦敏")
        generate(workspace.ledger, 60, 1)
        draft, person = _begun(workspace)
        found = workspace.ledger.get(person)
        initials = pinyin_keys(str(found.values["full_name"])).split()[1] if found else ""
        desk = Desk(workspace.ledger, workspace)
        window = Window(desk)
        if folder is None:
            _draw(app, window, DOCS / "people.png", "people", find=initials)
            _draw(app, window, DOCS / "interview.png", "interview", draft=draft)
            _draw(app, window, DOCS / "dispatch.png", "dispatch")
        else:
            _all(app, window, folder, draft, person)
        desk.close()
        window.hide()
        window.deleteLater()
        app.processEvents()
        workspace.close()


def _all(app: QApplication, window: Window, folder: Path, draft: str, person: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for short in ("zh", "en"):
        if language() != short:
            window.switch_language()
        for height in (768, 696):
            window.resize(1366, height)
            for page in ("todo", "people", "roster", "interview", "review", "targets", "dispatch", "books", "sync", "settings"):
                args = {"people": {"person": person}, "interview": {"draft": draft}}.get(page, {})
                _draw(app, window, folder / f"{page}_{short}_{height}.png", page, height, **args)


def _begun(workspace: Workspace) -> tuple[str, str]:
    """Return an interview that stands in the middle of section D, and its person."""
    ledger = workspace.ledger
    spells = {values["person_id"]: values for _, values in ledger.rows("placement", {"labour_status": "1"})}
    person = next(rec for rec, v in ledger.rows("person", {"labour_capacity": "1"}) if rec in spells and v.get("phone"))
    talk = Interview.start(load("person_interview"), ledger, subject=("person", person))
    answers = everyday() | job(work_area_level="1", employment_type="3")
    for section in talk.sections()[:4]:
        asked: set[str] = set()
        while question := next((q for q in talk.questions(section.path) if q.path not in asked), None):
            asked.add(question.path)
            if question.name in answers and not question.value:
                talk.answer(question.path, answers[question.name])
            if question.name in ("work_place", "occupation"):
                talk.go(question.path)
                return talk.id, person
    return talk.id, person


def _draw(app: QApplication, window: Window, file: Path, page: str, height: int = 768, **args: str) -> None:
    window.resize(1366, height)
    window.show()
    window.open(page, **args)
    until = time.monotonic() + SETTLE_S
    while time.monotonic() < until or window.desk.jobs.busy():
        app.processEvents()
        time.sleep(0.01)
    window.grab().save(str(file))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
