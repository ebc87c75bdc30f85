"""Commands on forms: check, add, list, fill."""
import json
from pathlib import Path

import click

from app.commands.session import Session, as_json, command, json_option, note, note_first, out, stream_of
from app.commands.values import masked_answers, record_of, type_named
from app.commands.wording import family, option
from app.models.language import counted, language, say
from app.models.problem import Problem


def register(group: click.Group) -> None:
    """Add these commands to the group."""
    forms = family(group, "form", ("调查表。", "Questionnaires."),
                 "Questionnaires: XLSForm workbooks.\n\n"
                 "调查表：XLSForm 工作簿。\n\n"
                 "Example: leye form check 调查表.xlsx")
    command(forms)(check)
    command(forms, name="list")(list_)
    command(forms)(add)
    command(forms)(retire)
    command(forms)(fill)


@click.argument("file", type=click.Path(path_type=Path))
@json_option
def check(session: Session, file: Path, json_: bool) -> None:
    """Say whether this XLSForm runs here; name sheet, row and column of each problem.

    检查这份 XLSForm 能不能用；逐处写明工作表、行和列。

    Example: leye form check 调查表.xlsx
    """
    from app.forms.checks import check_workbook

    problems = check_workbook(file)
    lines = [str(p.as_problem()) for p in problems]
    if json_:
        as_json({"ok": not problems, "problems": [
            {"sheet": p.sheet, "row": p.row, "column": p.column, "message": p.text()} for p in problems]})
    else:
        for line in lines:
            out(line)
        out(say("可以用。", "It runs here.") if not problems else say(f"有 {len(problems)} 处要改。", f"{counted(len(problems), 'thing')} to mend."))
    note_first(file.name, lines)
    if problems:
        raise SystemExit(2)


@json_option
def list_(session: Session, json_: bool) -> None:
    """List the forms there are: the program's own and those that offices sent down. What does not run here is named too.

    列出有哪些调查表：程序自带的和上级发下来的。本机用不了的也写明。

    Example: leye form list
    """
    from app.forms.form import load, shipped
    from app.forms.library import faults, offered

    if session.there:
        forms = [{"id": o.id, "version": o.version or load(o.id).version, "title": o.title()} for o in offered(session.ledger)]
        wrong = [f"{one.title()} {one.version}: {why}" for one, why in faults(session.ledger)]
    else:
        forms, wrong = [{"id": f.id, "version": f.version, "title": f.title(language())} for f in shipped()], []
    if json_:
        as_json(forms)
    for f in () if json_ else forms:
        out(f"{f['id']} {f['version']} {f['title']}")
    for line in wrong:
        note(line)


@click.argument("file", type=click.Path(path_type=Path))
def add(session: Session, file: Path) -> None:
    """Send a form, or a new version of one, to every computer of this office and below it; they use it for the next interview.

    把调查表或它的新版发给本单位和下级的每台电脑；下一次调查就用它。

    Example: leye form add 调查表.xlsx
    """
    from app.forms import library

    form, rec = library.add(session.ledger, file)
    out(say(f"“{form.title('zh')}”{form.version} 已收下，下次同步就送到各台电脑。 {rec}",
            f"{form.title('en')} {form.version} is taken and goes out with the next sync. {rec}"))


@click.argument("form")
def retire(session: Session, form: str) -> None:
    """Offer this office's versions of a form no more; an interview under way ends with the one it began with.

    停用本单位发的这份调查表；已经开始的调查按原来那版做完。

    Example: leye form retire person_interview
    """
    from app.models import workbooks

    many = workbooks.retire(session.ledger, "form", form)
    if not many:
        raise Problem("form.not_ours", f"本单位没有发过“{form}”，什么都没有改。", f"This office has sent no form {form}; nothing was changed.")
    out(say(f"停用了 {many} 个版本。", f"{many} versions are offered no more."))


@click.argument("form")
@option("--answers", type=click.Path(path_type=Path), required=True, metavar="FILE.json",
        help=("一串步骤；- 表示标准输入。", "A list of steps; - for standard input."))
@option("--person", metavar="ID", help=("调查的是哪个人。", "The person who is interviewed."))
@option("--household", metavar="ID", help=("走访的是哪一户。", "The household that is visited."))
@option("--employer", metavar="ID", help=("走访的是哪个用人单位，或要加岗位的单位。", "The employer that is visited, or whose post is added."))
@option("--post", metavar="ID", help=("要更正哪个岗位。", "The post that is corrected."))
@option("--draft", is_flag=True, help=("存成草稿。", "Keep it as a draft."))
@json_option
def fill(session: Session, form: str, answers: Path, draft: bool, json_: bool, **about: str | None) -> None:
    """Fill a form without a screen. A picture or file is answered by its path, from the folder of the answers file.

    不开窗口填一份调查表。照片或文件写它的路径，从答案文件所在的文件夹算起。

    Example: leye form fill person_interview --answers steps.json --person 0190a3 --json
    """
    from app.forms import scenario
    from app.forms.checks import field_of
    from app.forms.library import form_for

    steps = _steps(answers)
    ledger = session.ledger
    subject = None
    for name in ("person", "household", "employer", "post"):
        if subject is None and (rec := about[name]):
            subject = (name, record_of(ledger, type_named(name), rec))
    asked = form_for(ledger, form)
    result = scenario.fill(ledger, asked, steps, subject=subject, draft=draft, folder=answers.parent,
                           masked=session.mask or not json_)
    lines = [f"{error['path']}: {error['message']}".removeprefix(": ") for error in result["errors"]]
    if json_:
        parts = asked.definition.parts
        as_json(masked_answers(result, lambda path: field_of(asked.definition, parts[path]) if path in parts else None) if session.mask else result)
    else:
        for line in lines:
            out(line)
        out(str(result["status"]))
    if result["status"] == "refused":
        note_first(answers.name, lines)
        raise SystemExit(2)


def _steps(file: Path) -> list[dict[str, str]]:
    try:
        steps = json.loads(stream_of(file))
    except OSError:
        raise Problem("answers.missing", f"打不开答案文件 {file.name}。请核对路径和文件名。",
                      f"The answers file {file.name} cannot be read. Check the path and the name.") from None
    except ValueError:
        raise Problem("answers.json", f"{file.name} 不是 JSON。请写成一串步骤。", f"{file.name} is not JSON. Write a list of steps.") from None
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        raise Problem("answers.form", f"{file.name} 里应是一串步骤，如 {{\"set\": …, \"value\": …}}。",
                      f'{file.name} must hold a list of steps such as {{"set": …, "value": …}}.')
    return steps
