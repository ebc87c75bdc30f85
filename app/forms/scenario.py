"""Scenario: fills a form without a screen, for tests and for `leye form fill`. Promises the JSON of the contract.

Steps: {"set": path, "value": text}, {"add": repeat path}, {"remove": instance path}.
"""
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.forms.form import Form
from app.forms.interview import Interview, Subject
from app.forms.shown import Error
from app.models.attachments import MOST, ref_of
from app.models.language import say
from app.models.problem import Problem

if TYPE_CHECKING:
    from app.models.ledger import Ledger

Step = Mapping[str, Any]


def fill(ledger: "Ledger", form: Form, steps: Sequence[Step], subject: Subject | None = None, *, draft: bool = False,
         household: str | None = None, masked: bool = False, folder: Path | None = None) -> dict[str, Any]:
    """Return what became of a form: status complete, draft or refused, answers, relevant, errors, choices, wrote.

    masked: the messages mask names, for where they go to standard error. folder: where files that answer a question for
    a picture or a file lie; their paths stand as values.

    A refused form leaves nothing behind; a draft stays and carries its id as "draft".
    """
    try:
        talk = Interview.start(form, ledger, subject, household)
    except Problem as trouble:
        return {"status": "refused", "answers": {}, "relevant": [], "errors": [{"path": "", "message": str(trouble)}], "choices": {},
                "wrote": []}
    talk.masked = masked
    errors = [e for step in steps if (e := take(talk, step, folder)) is not None]
    result = report(talk, errors)
    if draft:
        return {**result, "status": "draft", "draft": talk.id}
    if not result["errors"]:
        try:
            done = talk.finish()
        except Problem as trouble:
            result["errors"] = [{"path": "", "message": str(trouble)}]
        else:
            wrote = [{"type": kind, "id": rec} for kind, rec in done.wrote]
            return {**result, "status": "complete", "wrote": wrote, "response": done.response}
    talk.discard()
    return {**result, "status": "refused"}


def take(talk: Interview, step: Step, folder: Path | None = None) -> Error | None:
    """Carry out one step; return why not where it is refused."""
    path = str(next((step[k] for k in ("set", "add", "remove") if k in step), ""))
    try:
        if "set" in step:
            value = step.get("value")
            text = "" if value is None else _text(value)
            refused = _attach(talk, path, text, folder) if folder else talk.answer(path, text).refused
            return Error(path, refused) if refused else None
        if "add" in step:
            talk.add(path)
        elif "remove" in step:
            talk.remove(path)
        else:
            return Error("", say("每一步应写 set、add 或 remove。", "Each step has to be a set, an add or a remove."))
    except Problem as trouble:
        return Error(path, str(trouble))
    return None


def _attach(talk: Interview, path: str, text: str, folder: Path) -> str | None:
    """Answer a question; one for a picture or file by the path of a file. Return why not where it is refused."""
    if not text.strip() or ref_of(text) or talk.question(path).kind not in ("image", "file"):
        return talk.answer(path, text).refused
    file = folder / text
    try:
        if file.stat().st_size > MOST:
            return say(f"{file.name} 超过 {MOST // 2**20} MB，没有收下。", f"{file.name} is larger than {MOST // 2**20} MB and was not taken.")
        data = file.read_bytes()
    except OSError:
        return say(f"找不到文件 {file.name}。", f"The file {file.name} cannot be read.")
    ending = "".join(c for c in file.suffix.lower() if c.isascii() and c.isalnum())[:5] or "bin"
    return talk.attach(path, data, ending).refused


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, list):
        return " ".join(str(v) for v in value)
    return str(value)


def report(talk: Interview, errors: Sequence[Error] = ()) -> dict[str, Any]:
    """Return an interview as the contract's JSON has it, before it is finished."""
    found = [*errors, *talk.errors()]
    return {
        "status": "draft",
        "answers": talk.answers(),
        "relevant": talk.relevant(),
        "errors": [{"path": e.path, "message": e.message} for e in dict.fromkeys(found)],
        "choices": talk.offers(),
        "wrote": [],
    }
