"""Commands on account books: list and export."""
from pathlib import Path

import click

from app.commands.session import Progress, Session, as_json, command, json_option, mask_option, out
from app.models.language import say


def register(group: click.Group) -> None:
    """Add these commands to the group."""
    book = click.Group("book", help="Excel account books.\n\nExample: leye book export labour 劳动力台账.xlsx", short_help="Excel account books.")
    group.add_command(book)
    command(book, name="list")(list_)
    command(book)(export)


@json_option
def list_(session: Session, json_: bool) -> None:
    """List the books there are.

    Example: leye book list
    """
    from app.books.catalogue import books

    found = [{"id": b.id, "zh": b.zh, "en": b.en} for b in books()]
    if json_:
        as_json(found)
    for b in () if json_ else found:
        out(f"{b['id']} {say(b['zh'], b['en'])}")


@click.argument("book")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--area", metavar="CODE", help="Only this place; the workspace's own if left out.")
@mask_option
def export(session: Session, book: str, file: Path, area: str | None, mask: bool) -> None:
    """Write a book as an Excel workbook; counted against the records, or it fails aloud.

    Example: leye book export labour 劳动力台账.xlsx
    """
    from app.books import export as exports

    done = exports.export(session.ledger, book, file, area=area, mask=mask, progress=Progress(say("写台账", "Writing")))
    out(say(f"写了 {done.rows} 行：{done.path}", f"Wrote {done.rows} rows: {done.path}"))
