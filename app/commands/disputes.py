"""Commands on disagreements: conflicts, resolve (one, or many by a rule), reopen, ask-again, to-ask."""
import json
from typing import Any

import click

from app.commands.session import Session, as_json, command, json_option, note, out
from app.commands.values import (
    field_named,
    line,
    masked_version,
    record_of,
    told_version,
    type_named,
    value_of,
    versions_json,
)
from app.commands.wording import option
from app.models import asking, deciding, entry, links, places, ruling
from app.models.dictionary import dictionary
from app.models.language import say
from app.models.ledger import Ledger
from app.models.problem import Problem
from app.models.reading import Conflict

FIRST = 20  # how many of a rule's decisions are shown before the rest is counted


def register(group: click.Group) -> None:
    """Add these commands to the group."""
    command(group, short_help=("两个人填得不一样的。", "What two people filled in differently."))(conflicts)
    command(group, short_help=("决定取哪个，或按规则一批定。", "Settle a disagreement, or many by a rule."))(resolve)
    command(group, short_help=("把定了的重新打开。", "Open a settled disagreement again."))(reopen)
    command(group, short_help=("列进下次入户再问。", "Ask about it again at the next visit."))(ask_again)
    command(group, short_help=("下次入户要问什么。", "What is asked at the next visit."))(to_ask)


@json_option
def conflicts(session: Session, json_: bool) -> None:
    """List what two people filled in differently, with all values, who and when.

    列出两个人填得不一样的，各填了什么、谁、什么时候。

    Example: leye conflicts --json
    """
    found = deciding.waiting(session.ledger)
    if json_:
        as_json([{"type": c.type, "id": c.rec, "unit": c.unit,
                  "values": [masked_version(c.type, c.unit, v) if session.mask else v for v in versions_json(c.versions)]}
                 for c in found])
        return
    for c in found:
        out(f"{c.type} {c.rec} {c.unit}")
        for number, version in enumerate(versions_json(c.versions), start=1):
            out(f"  #{number} {told_version(c.type, c.unit, version['value'])} · {version['author']} · {version['device']} · {version['at']}")
    if not found:
        out(say("没有要定的。", "Nothing waits for a decision."))


@click.argument("type_", metavar="TYPE", required=False)
@click.argument("id_", metavar="ID", required=False)
@click.argument("unit", required=False)
@option("--take", metavar="VALUE|#N", help=("一个值，或 #2 表示显示的第二个。", "A value, or #2 for the second one shown."))
@option("--rule", metavar="UNIT=RULE",
        help=(f"把这一项的不一致一批定：{'、'.join(ruling.RULES)}。", f"Settle all of a unit at once: {', '.join(ruling.RULES)}."))
@option("--area", metavar="CODE", help=("和 --rule 一起：只定那里的。", "With --rule: only there."))
@option("--why", default="", metavar="TEXT",
        help=("和 --rule 一起：原因；记在每一条的历史里。", "With --rule: the reason; it is kept in each history."))
@option("--dry-run", is_flag=True, help=("和 --rule 一起：只列出会定哪些。", "With --rule: only list what would be decided."))
@json_option
def resolve(session: Session, type_: str | None, id_: str | None, unit: str | None, take: str | None, rule: str | None, area: str | None,
            why: str, dry_run: bool, json_: bool) -> None:
    """Settle a disagreement on a field or a merge group, or all of a unit by a rule; undo takes a whole rule back.

    决定一个字段或一组字段取哪个，或按规则一批定；undo 能整批撤销。

    Example: leye resolve placement 0190a3 work --take '#2'

    Example: leye resolve --rule phone=newest-interview --area 529999001 --dry-run
    """
    if rule is not None:
        if type_ is not None or take is not None:
            raise Problem("resolve.both", "--rule 是一批一起定，不能再写哪一条。请二选一。",
                          "--rule settles many; leave out TYPE, ID, UNIT and --take.")
        _by_rule(session, rule, area, why, dry_run, json_)
        return
    if type_ is None or id_ is None or unit is None or take is None:
        raise Problem("resolve.which", "请写明哪一条、哪一项、取哪个：TYPE ID UNIT --take；或者用 --rule 一批一起定。",
                      "Say which and what: TYPE ID UNIT --take; or settle many with --rule.")
    if area is not None or dry_run or json_:
        raise Problem("resolve.only", "--area、--dry-run、--json 只和 --rule 一起用。", "--area, --dry-run and --json go with --rule only.")
    _one(session.ledger, type_, id_, unit, take)


def _one(ledger: Ledger, type_: str, id_: str, unit: str, take: str) -> None:
    kind = type_named(type_)
    record = links.shown(ledger, record_of(ledger, kind, id_))
    assert record is not None  # record_of found it
    versions = record.conflicts.get(unit)
    if not versions:
        raise Problem("resolve.none", f"“{unit}”没有不一致的地方。用 leye conflicts 看有哪些。",
                      f'Nothing disagrees in "{unit}". See: leye conflicts')
    if take.startswith("#"):
        if not take[1:].isdigit() or not 1 <= int(take[1:]) <= len(versions):
            raise Problem("resolve.number", f"只有 #1 到 #{len(versions)}。", f"There are only #1 to #{len(versions)}.")
        value = versions[int(take[1:]) - 1].value
    elif unit in dictionary().groups(kind.name):
        value = _group_value(ledger, kind, take)
    elif unit.startswith("_"):
        value = None if take == "" else take
    else:
        value = value_of(ledger, field_named(kind, unit), take)
    if not unit.startswith("_") and all(version.value != value for version in versions):  # a value nobody said is typed, as with set
        entry.judge_change(ledger, record, value if isinstance(value, dict) else {unit: value}, reasons={}, masked=True)
    ledger.resolve(record.id, unit, value)


def _group_value(ledger: Ledger, kind: Any, text: str) -> dict[str, Any]:
    try:
        given = json.loads(text)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise Problem("resolve.group", "这是一组字段。请用 #1、#2 选一个，或给出一个 JSON 对象。",
                      "This is a group of fields. Choose with #1, #2, or give a JSON object.")
    return {name: value_of(ledger, field_named(kind, name), str(value)) if value is not None else None
            for name, value in given.items()}


# -- many ----------------------------------------------------------------------------------------------------------------

def _by_rule(session: Session, text: str, area: str | None, why: str, dry_run: bool, json_: bool) -> None:
    from app.sync.peers import clocks

    ledger = session.ledger
    unit, equals, rule = text.partition("=")
    if not equals:
        raise Problem("rule.form", f"“{text}”后面少了等号。请写成 项目=规则，例如 phone=newest-interview。",
                      f'"{text}" lacks "=". Write UNIT=RULE, for example phone=newest-interview.')
    prefix = places.prefix(places.read(area, places.prefix(ledger.me.area), ledger)) if area else ""
    found = ruling.preview(ledger, unit, rule, prefix=prefix, clocks=clocks(ledger))
    late = len(found.carry_out(ledger, why).left) if found.chosen and not dry_run else 0
    if json_:
        as_json({"unit": found.unit, "rule": found.rule, "dry_run": dry_run, "decided": len(found.chosen) - late, "late": late,
                 "chosen": [{"type": c.conflict.type, "id": c.conflict.rec, "unit": c.conflict.unit, **_version(session, c),
                             "of": len(c.conflict.versions)} for c in found.chosen],
                 "left": [{"type": one.conflict.type, "id": one.conflict.rec, "unit": one.conflict.unit, "why": one.why} for one in found.left]})
        return
    for choice in found.chosen[:FIRST]:
        out(_told(choice.conflict) + " " + say("取", "takes") + f" {_shown(choice)}")
    if len(found.chosen) > FIRST:
        out(say(f"……还有 {len(found.chosen) - FIRST} 件。", f"... and {len(found.chosen) - FIRST} more."))
    for left in found.left:
        out(_told(left.conflict) + " " + say("留给人定：", "left to people: ") + ruling.left_words(found, left))
    count, rest = len(found.chosen) - late, len(found.left)
    out(say(f"会定 {count} 件，留 {rest} 件，什么都没写。", f"Would settle {count}, leave {rest}; nothing was written.") if dry_run
        else say(f"定了 {count} 件，留 {rest} 件。leye undo 能整批撤销。", f"Settled {count}, left {rest}. leye undo takes all of it back."))
    if late:
        note(say(f"{late} 件刚刚又有新填的到，没有动。", f"{late} changed just now and were left alone."))


def _told(conflict: Conflict) -> str:
    return f"{conflict.type} {conflict.rec} {conflict.unit}:"


def _version(session: Session, choice: ruling.Choice) -> dict[str, Any]:
    told = versions_json([choice.version])[0]
    return masked_version(choice.conflict.type, choice.conflict.unit, told) if session.mask else told


def _shown(choice: ruling.Choice) -> str:
    version = versions_json([choice.version])[0]
    told = told_version(choice.conflict.type, choice.conflict.unit, version["value"])
    return f"{told} · {version['author']} · {version['device']} · {version['at']} · {version['source']}"


# -- again ---------------------------------------------------------------------------------------------------------------

@click.argument("type_", metavar="TYPE")
@click.argument("id_", metavar="ID")
@click.argument("unit")
def reopen(session: Session, type_: str, id_: str, unit: str) -> None:
    """Open a settled disagreement again: what stood before the decision stands for decision once more. Undo takes it back.

    把定了的重新打开：决定以前有哪些说法，又都摆出来。undo 能撤销。

    Example: leye reopen person 0190a3 phone
    """
    deciding.reopen(session.ledger, record_of(session.ledger, type_named(type_), id_), unit)


@click.argument("type_", metavar="TYPE")
@click.argument("id_", metavar="ID")
@click.argument("unit")
@option("--note", "text", default="", metavar="TEXT", help=("怎么问。", "How to ask."))
def ask_again(session: Session, type_: str, id_: str, unit: str, text: str) -> None:
    """Put a disagreement on the list of what is asked at the next visit; the laptop of the village gets it by sync.

    把不一致的列进下次入户要问的；村里的电脑同步就能收到。

    Example: leye ask-again person 0190a3 phone --note 打给他儿子
    """
    ledger = session.ledger
    rec = record_of(ledger, type_named(type_), id_)
    found = next((c for c in deciding.waiting(ledger, among=[rec]) if c.unit == unit), None)
    if found is None:
        raise Problem("resolve.none", f"“{unit}”没有不一致的地方。用 leye conflicts 看有哪些。",
                      f'Nothing disagrees in "{unit}". See: leye conflicts')
    out(asking.ask_again(ledger, found, text).ids[0])


@json_option
def to_ask(session: Session, json_: bool) -> None:
    """List what is to be asked again at the next visit: of whom, what, who wants to know.

    列出下次入户要再问的：问谁、问什么、谁要知道。

    Example: leye to-ask --json
    """
    ledger = session.ledger
    found = asking.open_questions(ledger)
    if json_:
        as_json([{"id": q.rec, "subject": q.subject, "type": q.type, "about": q.about, "unit": q.unit, "by": q.by, "on": q.on,
                  "note": "***" if session.mask and q.note else q.note}
                 for q in found])
        return
    for q in found:
        subject = ledger.get(q.subject)
        who = line(dictionary().types[subject.type], _named(subject.values)) if subject else q.subject
        out(f"{who} · {q.type} {q.about} {q.unit} · {q.by} · {q.on}" + (f" · {q.note}" if q.note else ""))
    if not found:
        out(say("没有要再问的。", "Nothing is to be asked again."))


def _named(values: dict[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in ("full_name", "household_code") if name in values}
