"""Commands on what an office agrees for itself and everything below it: settings with a date, codes of its own."""
import click

from app.commands.session import Session, as_json, command, json_option, out
from app.commands.wording import family, option
from app.models.language import say
from app.models.problem import Problem


def register(group: click.Group) -> None:
    """Add these commands to the group."""
    settings = family(group, "setting", ("单位约定的设置。", "What offices agree."),
                    "What offices agree for everything below them.\n\n"
                    "单位约定、下级都照办的设置。\n\n"
                    "Example: leye setting set status_valid_days 90")
    command(settings, name="list")(list_)
    command(settings, name="set")(set_)
    codes = family(group, "code", ("单位自己的代码。", "An office's own codes."),
                 "Codes that an office adds to a list, or offers no more.\n\n"
                 "单位给代码表加的代码，或停用的代码。\n\n"
                 "Example: leye code add skill 95 编竹器")
    command(codes, name="list")(list_codes)
    command(codes, name="add")(add_code)
    command(codes, name="retire")(retire_code)


@json_option
def list_(session: Session, json_: bool) -> None:
    """List what can be agreed, and what holds here today.

    列出有哪些设置，今天在这里是多少。

    Example: leye setting list
    """
    from app.models import office, places

    settings = office.settings_of(session.ledger)
    found = [(term, settings.agreed(key)) for key, term in office.terms().items()]
    if json_:
        as_json([{"key": t.key, "value": a.value, "label": t.label(), "unit": t.unit_label(), "valid_from": a.valid_from, "place": a.place}
                 for t, a in found])
        return
    for term, agreed in found:
        who = places.path(agreed.place, session.ledger) if agreed.place else say("默认", "default")
        value = "-" if agreed.value is None else f"{agreed.value} {term.unit_label()}".strip()
        out(f"{term.key} {value} · {term.label()} · {who} {agreed.valid_from}".rstrip())


@click.argument("key")
@click.argument("value")
@option("--from", "since", default="", metavar="DATE",
        help=("从哪天起算；不写就是一直如此。", "The day it begins to hold; from ever on if left out."))
def set_(session: Session, key: str, value: str, since: str) -> None:
    """Say what holds at this office and below it, from a day on.

    定下本单位和下级从某天起用什么。

    Example: leye setting set status_valid_days 90 --from 2027-01-01
    """
    from app.models import office

    rec = office.agree(session.ledger, key, value, since)
    term = office.terms()[key]
    out(say(f"“{term.zh}”定好了，下次同步就送到各台电脑。 {rec}", f"“{term.en}” is agreed and goes out with the next sync. {rec}"))


@click.argument("list_name", metavar="LIST")
@json_option
def list_codes(session: Session, list_name: str, json_: bool) -> None:
    """List the codes of a list that are offered here; all that are known stay readable.

    列出一个代码表在这里可选的代码；停用的仍然看得懂。

    Example: leye code list skill
    """
    from app.models.dictionary import dictionary

    session.ledger  # noqa: B018 - opening it lets the dictionary know the offices' codes
    if list_name not in dictionary().codes:
        raise Problem("code.list", f"没有“{list_name}”这个代码表。可用的有：{'、'.join(sorted(dictionary().codes))}。",
                      f"There is no code list {list_name}. There are: {', '.join(sorted(dictionary().codes))}.")
    items = dictionary().codes[list_name].offered()
    if json_:
        as_json([{"code": i.code, "zh": i.zh, "en": i.en} for i in items])
    for item in () if json_ else items:
        out(f"{item.code} {item.label()}")


@click.argument("list_name", metavar="LIST")
@click.argument("code")
@click.argument("label")
@option("--en", default="", metavar="LABEL", help=("英文名称。", "The English label."))
@option("--alias", multiple=True, metavar="WORD", help=("表格里的别的叫法。", "Another word that workbooks use for it."))
@option("--from", "since", default="", metavar="DATE", help=("从哪天起可选。", "The day it is offered from."))
def add_code(session: Session, list_name: str, code: str, label: str, en: str, alias: tuple[str, ...], since: str) -> None:
    """Add a code to a list, for this office and everything below it.

    给代码表加一个代码，本单位和下级都能用。

    Example: leye code add skill 95 编竹器 --en "Bamboo ware" --alias 竹编
    """
    from app.models import office

    rec = office.add_code(session.ledger, list_name, code, label, en, alias, since)
    out(say(f"“{label}”加好了，下次同步就送到各台电脑。 {rec}", f"{en or label} is added and goes out with the next sync. {rec}"))


@click.argument("list_name", metavar="LIST")
@click.argument("code")
@option("--on", default="", metavar="DATE", help=("从哪天起不再可选；不写就是今天。", "The day from which it is offered no more; today if left out."))
def retire_code(session: Session, list_name: str, code: str, on: str) -> None:
    """Offer a code no more, at this office and below it. Where it stands already, it stays.

    停用一个代码，本单位和下级不再可选。已经填了的不变。

    Example: leye code retire skill 95
    """
    from app.models import office

    rec = office.retire_code(session.ledger, list_name, code, on)
    out(say(f"停用了，已填的不变。 {rec}", f"It is offered no more; what has it keeps it. {rec}"))
