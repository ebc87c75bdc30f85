"""Commands on records: list, show, add, set, remove, history."""
from typing import Any

import click

from app.commands.session import Session, as_json, command, json_option, note, out
from app.commands.values import (
    in_words,
    line,
    masked,
    masked_version,
    pairs,
    record_of,
    type_named,
    versions_json,
)
from app.commands.wording import option
from app.models import entry, links
from app.models.change import Value
from app.models.dictionary import RecordType
from app.models.language import say
from app.models.ledger import Ledger
from app.models.problem import Problem
from app.models.record import Record

OWN = {"setting": "setting set", "form": "form add", "book_template": "book add"}  # types with a command of their own
MANY = 30_000  # found by a search without a limit; as many as one statement of the store may name


def register(group: click.Group) -> None:
    """Add these commands to the group."""
    command(group, name="list", short_help=("列出一类记录。", "List records of a type."))(list_)
    command(group, short_help=("看一条记录。", "Show one record."))(show)
    command(group, short_help=("新建一条记录。", "Write a new record."))(add)
    command(group, name="set", short_help=("改一条记录的字段。", "Change fields of a record."))(set_)
    command(group, short_help=("删除一条记录，要写原因。", "Delete a record, with a reason."))(remove)
    command(group, short_help=("一条记录的每次改动。", "Every change of a record."))(history)


@click.argument("type_", metavar="TYPE")
@option("--where", multiple=True, metavar="FIELD=VALUE",
        help=("只看这个字段是这个值的；可以写多个。", "Only records with this value; may be repeated."))
@option("--search", metavar="TEXT",
        help=("姓名、拼音首字母、号码末几位、户编号、房号。", "Name, pinyin initials, last digits, household code, dwelling."))
@option("--limit", type=click.IntRange(1))
@json_option
def list_(session: Session, type_: str, where: tuple[str, ...], search: str | None, limit: int | None, json_: bool) -> None:
    """List the records of a type.

    列出一类记录。

    Example: leye list person --where wants_work=1 --search yxm --json
    """
    ledger, kind = session.ledger, type_named(type_)
    wanted = pairs(ledger, kind, where)
    if search is None:
        found = ledger.rows(kind.name, wanted, limit)
    else:  # how many are looked for is not known before it is known how many of them fit
        ids = _searched(ledger, kind.name, search, limit if limit and not wanted and kind.name == "person" else MANY)
        rows = dict(ledger.rows(kind.name, wanted))
        found = [(rec, rows[rec]) for rec in ids if rec in rows][:limit]
    if json_:
        as_json([{"id": rec, "fields": masked(kind, values) if session.mask else values} for rec, values in found])
    else:
        for rec, values in found:
            out(f"{line(kind, values)} · {rec}")


def _searched(ledger: Ledger, kind: str, text: str, limit: int) -> list[str]:
    from app.models import search

    if kind not in ("person", "household"):
        raise Problem("search.type", "只能搜索人员和户（person、household）。", "Only person and household can be searched.")
    hits = search.find(ledger, text, limit=limit)
    return list(dict.fromkeys(str(rec) for hit in hits if (rec := hit.person if kind == "person" else hit.household)))


@click.argument("type_", metavar="TYPE")
@click.argument("id_", metavar="ID")
@json_option
def show(session: Session, type_: str, id_: str, json_: bool) -> None:
    """Show one record with what disagrees.

    看一条记录，连同填得不一样的地方。

    Example: leye show household 5299-0001 --json
    """
    kind = type_named(type_)
    record = session.ledger.get(record_of(session.ledger, kind, id_))
    assert record is not None  # record_of found it
    linked = links.together(session.ledger, record.id)
    fields = {name: value for name, value in record.values.items() if value is not None}
    if json_:
        document: dict[str, Any] = {"id": record.id, "type": record.type, "fields": masked(kind, fields) if session.mask else fields,
                                    "place": record.place,
                                    "conflicts": _conflicts(record, session.mask)}
        if record.void is not None:
            document["removed"] = record.void
        if linked is not None:
            document["same_as"] = [one for one in linked.members if one != record.id]
            document["conflicts"] |= _conflicts(linked.record, session.mask)
        as_json(document)
        return
    out(line(kind, fields))
    if record.void is not None:
        out(say(f"已删除：{record.void}", f"Deleted: {record.void}"))
    if linked is not None:
        out(say(f"与 {'、'.join(linked.members)} 是同一个人", f"The same as {', '.join(linked.members)}"))
    for unit, some in (linked.record if linked is not None else record).conflicts.items():
        out(say(f"{unit} 有 {len(some)} 个说法", f"{unit}: {len(some)} versions"))


def _conflicts(record: Record, mask: bool) -> dict[str, list[dict[str, Any]]]:
    told = {unit: versions_json(some) for unit, some in record.conflicts.items()}
    return {unit: [masked_version(record.type, unit, one) for one in some] for unit, some in told.items()} if mask else told


@click.argument("type_", metavar="TYPE")
@click.argument("assignments", nargs=-1, required=True, metavar="FIELD=VALUE…")
def add(session: Session, type_: str, assignments: tuple[str, ...]) -> None:
    """Write a new record through the same rules as the window; prints its id.

    新建一条记录，规则和窗口里一样；打印它的编号。

    Example: leye add person household_id=5299-0001 full_name=石晓梅 sex=女
    """
    kind = _by_hand(type_)
    entered = entry.add(session.ledger, kind.name, _written(session.ledger, kind, assignments), source="command")
    _tell(entered)
    out(entered.id)


@click.argument("type_", metavar="TYPE")
@click.argument("id_", metavar="ID")
@click.argument("assignments", nargs=-1, required=True, metavar="FIELD=VALUE…")
def set_(session: Session, type_: str, id_: str, assignments: tuple[str, ...]) -> None:
    """Change fields of a record; an empty VALUE clears.

    改一条记录的字段；VALUE 空着就是清掉。

    Example: leye set person 0190a3 phone=13800005678
    """
    kind = _by_hand(type_)
    rec = record_of(session.ledger, kind, id_)
    _tell(entry.change(session.ledger, rec, _written(session.ledger, kind, assignments), source="command"))


@click.argument("type_", metavar="TYPE")
@click.argument("id_", metavar="ID")
@option("--why", required=True, metavar="TEXT", help=("原因；会留下来。", "The reason; it is kept."))
def remove(session: Session, type_: str, id_: str, why: str) -> None:
    """Delete a record with a reason; its history stays.

    删除一条记录，要写原因；历史还在。

    Example: leye remove person 0190a3 --why 重复登记
    """
    kind = type_named(type_)
    rec = record_of(session.ledger, kind, id_)
    if _removed(session.ledger, rec):
        raise Problem("record.removed", "这条记录已经删除了，没有改动。", "This record is deleted already; nothing was changed.")
    entry.remove(session.ledger, rec, why, source="command")


@click.argument("type_", metavar="TYPE")
@click.argument("id_", metavar="ID")
@json_option
def history(session: Session, type_: str, id_: str, json_: bool) -> None:
    """Show every change of a record: who, where, when, field, from, to.

    看一条记录的每次改动：谁、在哪台电脑、什么时候、哪个字段、从什么改成什么。

    Example: leye history person 0190a3 --json
    """
    kind = type_named(type_)
    events = session.ledger.history(record_of(session.ledger, kind, id_))
    hide = session.mask or not json_
    rows = []
    for e in events:
        before, after = e.before, e.after
        if hide:
            before, after = masked(kind, {e.field: before})[e.field], masked(kind, {e.field: after})[e.field]
        rows.append({"cid": e.cid, "at": e.at, "author": e.author_name, "device": e.device_name, "source": e.source,
                     "field": e.field, "from": before, "to": after, "why": [] if hide else sorted(filter(None, (e.why or {}).values()))})
    if json_:
        as_json(rows)
    for row in () if json_ else rows:
        label, before, after = in_words(kind, row["field"], row["from"], row["to"])
        out(f"{row['at']} {row['author']} · {row['device']} · {row['source']} · {label}{say('：', ': ')}{before} → {after}")


def _written(ledger: Ledger, kind: RecordType, assignments: tuple[str, ...]) -> dict[str, Value]:
    """Return field -> value to be written; raise Problem where one names a record that was deleted."""
    values = pairs(ledger, kind, assignments)
    for name, value in values.items():
        field = kind.fields[name]
        named = value if isinstance(value, list) else [value]
        if field.kind in ("ref", "refs") and any(isinstance(one, str) and _removed(ledger, one) for one in named):
            raise Problem("record.removed", f"{field.zh}：那条记录已经删除，没有写。请换一条，或先撤销那次删除（leye undo）。",
                          f"{field.en}: that record was deleted; nothing was written. Name another, or take the deletion back first (leye undo).")
    return values


def _removed(ledger: Ledger, rec: str) -> bool:
    found = ledger.get(rec)
    return found is not None and found.void is not None


def _by_hand(name: str) -> RecordType:
    """Return a type whose records are written field by field; what has a command of its own is checked as a whole there."""
    kind = type_named(name)
    if own := OWN.get(kind.name):
        raise Problem("type.own", f"{kind.zh}要用 leye {own} 来写，那里会整体核对。",
                      f"A {kind.en.lower()} is written by leye {own}, which checks it as a whole.")
    return kind


def _tell(entered: entry.Entered) -> None:
    for finding in entered.findings:
        note(say(f"{finding.text()}（没有写原因）", f"{finding.text()} (reason: not given)") if finding.level == "W" else finding.text())
