"""Library: the questionnaires there are here, those that came with the program and those that offices sent down.

Promises that a new version is used for the next interview and never touches one under way, and that a workbook that does
not run here, or has not come yet, leaves the version before it in use.

    for form in offered(ledger): ...         what can be begun, with titles
    form_for(ledger, "person_interview")     the Form to begin with
    add(ledger, Path("调查表.xlsx"))          an office sends one down
"""
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from app.forms.checks import check_workbook
from app.forms.convert import convert
from app.forms.form import Form, known, load, make
from app.models import attachments, workbooks
from app.models.dictionary import dictionary
from app.models.language import say
from app.models.problem import Problem
from app.models.workbooks import Workbook

if TYPE_CHECKING:
    from app.models.ledger import Ledger

KIND = "form"
ENDINGS = ("xlsx", "xlsm", "xls")


@dataclass(frozen=True, slots=True)
class Offer:
    """A questionnaire that can be begun. Attributes: id, version, zh, en (titles), about (person, household, employer, post, agency or "": nobody),
    serial (which version of an office's it is; 0: it came with the program), coming (a newer version is still on its way).
    """

    id: str
    version: str
    zh: str
    en: str
    about: str
    serial: int = 0
    coming: bool = False

    def title(self) -> str:
        """Return the title in the language in use."""
        return say(self.zh, self.en or self.zh)


def offered(ledger: "Ledger") -> list[Offer]:
    """Return what can be begun here, without converting any workbook: the program's first, in their order, then the offices' own."""
    by_key: dict[str, list[Workbook]] = {}
    for one in workbooks.all_of(ledger, KIND):
        by_key.setdefault(one.key, []).append(one)
    out = []
    ours = sorted(known(), key=lambda form: list(_SHIPPED).index(form) if form in _SHIPPED else len(_SHIPPED))
    for key in [*ours, *(k for k in by_key if k not in ours)]:
        mine = [one for one in by_key.get(key, []) if one.active]
        here = next((one for one in mine if _here(ledger, one)), None)
        coming = bool(mine) and here is not mine[0]
        if here is not None:
            out.append(Offer(key, here.version, here.zh, here.en, here.about, here.serial, coming))
        elif key in ours:
            out.append(Offer(key, "", *_SHIPPED.get(key, (key, key, "person")), 0, coming))
    return out


_SHIPPED = {"person_interview": ("个人就业调查", "Person interview", "person"), "household": ("户情调查", "Household visit", "household"),
            "follow_up": ("跟踪回访", "Follow-up", "person"), "employer": ("企业问卷", "Employer visit", "employer"),
            "post": ("岗位问卷", "Post", "post"), "agency": ("机构登记", "Agency", "agency")}


def title_of(ledger: "Ledger", form: str) -> str:
    """Return what a form is called, in the language in use; its id where it is not known here."""
    mine = workbooks.all_of(ledger, KIND, form)
    if mine:
        return mine[0].title()
    return say(*_SHIPPED[form][:2]) if form in _SHIPPED else form


def form_for(ledger: "Ledger", name: str) -> Form:
    """Return the form to begin with: of this id, the nearest office's newest that runs here, else the program's own.

    Problem where there is none, or where all there are do not run.
    """
    trouble: Problem | None = None
    for one in workbooks.all_of(ledger, KIND, name):
        if not one.active or not _here(ledger, one):
            continue
        try:
            return form_at(ledger, one.ref)
        except Problem as problem:
            trouble = trouble or problem
    if name in known() or trouble is None:
        return load(name)
    raise trouble


def form_at(ledger: "Ledger", source: str) -> Form:
    """Return the form that an interview began with: `source` is what `Form.source` said then. Problem where it is gone."""
    ref = attachments.ref_of(source)
    if ref is None:
        return load(source)
    data = attachments.read(ledger, source)
    if data is None:
        raise Problem("form.gone", "这份调查用的调查表不在这台电脑上，请先同步一次。",
                      "The questionnaire of this interview is not on this computer. Sync once first.")
    return _made(source, data, dictionary().revision)


@lru_cache(maxsize=16)
def _made(source: str, data: bytes, _revision: int) -> Form:
    ref = attachments.ref_of(source)
    assert ref is not None
    return make(convert(Path(f"{ref.sha[:8]}.{ref.ending}"), data), source)


def faults(ledger: "Ledger") -> list[tuple[Workbook, str]]:
    """Return the offices' workbooks that do not run here, each with why in words, or that have not come yet; converts them all."""
    out = []
    for one in workbooks.all_of(ledger, KIND):
        if not _here(ledger, one):
            out.append((one, say("还没有传到这台电脑", "not on this computer yet")))
            continue
        try:
            form_at(ledger, one.ref)
        except Problem as problem:
            out.append((one, str(problem)))
    return out


def add(ledger: "Ledger", file: Path) -> tuple[Form, str]:
    """Send a questionnaire down from this office; returns it and its record's id. Problem where it does not run here."""
    ending = file.suffix.lower().lstrip(".")
    if ending not in ENDINGS:
        raise Problem("form.ending", f"{file.name} 不是 Excel 工作簿：请用 .xlsx 保存后再加。",
                      f"{file.name} is no Excel workbook: save it as .xlsx, then add it.")
    try:
        data = file.read_bytes()
    except OSError:
        raise Problem("form.missing", f"找不到调查表 {file.name}，请检查文件位置。",
                      f"The form {file.name} cannot be read; check where it is.") from None
    problems = check_workbook(Path(file.name), data)  # without its folder: only the workbook travels
    if problems:
        more = len(problems) - 1
        first = problems[0].as_problem()
        raise Problem(first.key, f"{file.name}：{first.zh}" + (f" 另有 {more} 处，用 leye form check 可看全部。" if more else ""),
                      f"{file.name}: {first.en}" + (f" And {more} more; leye form check shows all." if more else ""))
    ref = attachments.Ref(attachments.sha_of(data), len(data), ending)
    form = _made(str(ref), data, dictionary().revision)
    return form, workbooks.add(ledger, KIND, form.id, data, ending, version=form.version, zh=form.title("zh"), en=form.title("en"), about=about(form))


def about(form: Form) -> str:
    """Return whom a form is about: household, employer, post, agency, person, or "" where it writes to none of them."""
    kinds = {entity.dataset for entity in form.definition.entities}
    for kind in ("household", "employer", "post", "agency"):
        if kind in kinds:
            return kind
    roots = {dictionary().types[kind].root for kind in kinds if kind in dictionary().types}
    return "person" if "person" in kinds or any(root.startswith("person") for root in roots) else ""


def _here(ledger: "Ledger", one: Workbook) -> bool:
    ref = attachments.ref_of(one.ref)
    return ref is not None and attachments.is_here(ledger, ref.sha)
