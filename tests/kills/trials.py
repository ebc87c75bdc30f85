"""Trials: what must hold after each kill, for each kind of work. One function a kind; each yields in a
word what was found after each kill.

After every kill `leye verify` holds (store, logs, feed, records, seals). Besides: an import is whole or absent, an
answer that was acknowledged is there and the interview stands at its question, no cursor is ahead of the data, and
under a book's name lies nothing, the old book, or a whole one.
"""
from collections.abc import Iterator
from pathlib import Path

from app.books import roster as rosters
from app.books.export import export
from app.forms.contract import Interview, drafts
from app.sync import tables
from app.sync.audit import check_seals
from app.sync.exchange import exchange
from app.sync.hub import Hub
from app.sync.pairing import invite, pair
from app.sync.peers import the_hub
from app.sync.workspace import Workspace
from tests.command_line import PASSPHRASE
from tests.kills.copies import copies
from tests.kills.killing import Killed, Killing
from tests.kills.rosters import RELATIONS, roster

TOWN = "529999001000"
HOUSEHOLDS, PULLED, BOOKED = 300, 350, 300


def verified(ws: Workspace, killed: Killed) -> None:
    """The workspace holds together."""
    report = ws.ledger.verify()
    assert not report.problems + check_seals(ws), f"killed at {killed.at}: {report.problems}"


def made(folder: Path, name: str, households: int = 0, seed: int = 1) -> Path:
    """Return the folder of a new practice workspace with this many invented households."""
    from app.models.practice import generate

    ws, _ = Workspace.create(folder / name, PASSPHRASE, TOWN, name, f"{name}-user", "township")
    with ws:
        if households:
            generate(ws.ledger, households, seed)
    return folder / name


def imports(folder: Path, times: int, seed: int | None = None) -> Iterator[str]:
    """Kill imports of a roster: all of it is in, or nothing."""
    base = made(folder, "import-base")
    book = roster(folder / "名册.xlsx", HOUSEHOLDS)
    killing = _killing("import", base, folder, seed, lambda _: [str(book)])
    with Workspace.open(base, PASSPHRASE) as ws:
        before, nothing = ws.ledger.digest(strict=True), ws.ledger.digest()
    with killing.whole().opened() as ws:
        whole = ws.ledger.digest()
        assert len(ws.ledger.rows("person")) == HOUSEHOLDS * len(RELATIONS)
    again = True
    for killed in killing.kills(times):
        with killed.opened() as ws:
            verified(ws, killed)
            found = ws.ledger.digest()
            assert found in (nothing, whole), f"half an import, killed at {killed.at}"
            assert found == whole or ws.ledger.digest(strict=True) == before
            if found != whole and again:  # once: it costs as much as the import
                rosters.read(book).commit(ws.ledger)  # and again, as the person would
                assert ws.ledger.digest() == whole
                again = False
        yield "whole" if found == whole else "absent"


def interviews(folder: Path, times: int, seed: int | None = None) -> Iterator[str]:
    """Kill interviews: what was acknowledged is there, the answer in hand may be; it reopens at the same question."""
    base = made(folder, "interview-base", 2)
    with Workspace.open(base, PASSPHRASE) as ws:
        person = next(rec for rec, values in ws.ledger.rows("person") if str(values["birth_date"]) < "2005")
    killing = _killing("interview", base, folder, seed, lambda _: [person])
    whole = killing.whole()
    assert len(whole.heard("answered")) > 30
    with whole.opened() as ws:
        assert drafts(ws.ledger) == []
        assert len(ws.ledger.rows("survey_response")) == 1
    for killed in killing.kills(times):
        with killed.opened() as ws:
            verified(ws, killed)
            yield _judge_interview(ws, killed)


def _judge_interview(ws: Workspace, killed: Killed) -> str:
    (talk_id,) = killed.heard("ready")[0]
    begun, responses = drafts(ws.ledger), ws.ledger.rows("survey_response")
    if killed.heard("finished"):
        assert (begun, [rec for rec, _ in responses]) == ([], [talk_id])
        return "finished"
    assert len(begun) + len(responses) == 1, "an interview is a draft or a response, never both or neither"
    if responses:
        assert killed.heard("finishing")
        return "finished, not yet told"
    talk = Interview.reopen(ws.ledger, talk_id)
    at, going = killed.heard("at"), killed.heard("going")
    assert talk.position in {*(line[0] for line in at[-1:]), *(line[0] for line in going[-1:]), *([""] if not at else [])}
    given = dict(line for line in killed.heard("answered") if len(line) == 2)
    kept = {path: talk.question(path).value for path in given}
    in_play = set(talk.relevant())
    lost = {path for path, value in given.items() if path in in_play and kept[path] != value}
    assert not lost, f"acknowledged and gone, killed at {killed.at}: {lost}"
    return "draft, all acknowledged answers there"


def merges(folder: Path, times: int, seed: int | None = None) -> Iterator[str]:
    """Kill laptops that take in some thousand changes from a hub: nothing is merged partly with the cursor ahead."""
    office, base = made(folder, "hub", PULLED), made(folder, "laptop", 20, seed=2)
    with Workspace.open(office, PASSPHRASE) as hub_ws, Hub(hub_ws, "127.0.0.1", 0, yes=True) as hub:
        with Workspace.open(base, PASSPHRASE) as laptop:
            pair(laptop, hub.url, invite(hub_ws))
        killing = _killing("merge", base, folder, seed)
        with killing.whole().opened() as ws:
            assert ws.ledger.digest(strict=True) == hub_ws.ledger.digest(strict=True)
        whole = hub_ws.ledger.digest()
        for killed in killing.kills(times):
            with killed.opened() as ws:
                verified(ws, killed)
                at = _judge_cursor(ws, hub_ws)
                assert exchange(ws).level  # goes on where it stopped
                assert ws.ledger.digest() == whole
            yield "nothing taken yet" if not at else "part taken, cursor at its end" if at < hub_ws.ledger.feed_mark()[0] else "all taken"
        assert hub_ws.ledger.verify().ok


def _judge_cursor(ws: Workspace, hub: Workspace) -> int:
    """Return where the cursor stands; all before it is here."""
    up = the_hub(ws.ledger)
    n, h = tables.cursor_of(ws.ledger.db.conn, up.instance, up.prefix)
    assert hub.ledger.feed_valid(n, h)
    held = {row[0] for row in ws.ledger.db.conn.execute("SELECT cid FROM change WHERE n IS NOT NULL")}
    missing = [cid for place, _, cid, _ in hub.ledger.feed(0, n) if place <= n and cid not in held]
    assert not missing, f"the cursor stands at {n}, {len(missing)} changes before it are not here"
    return n


def exports(folder: Path, times: int, seed: int | None = None) -> Iterator[str]:
    """Kill exports: under the book's name lies nothing, the old book, or a whole one that opens."""
    base = made(folder, "export-base", BOOKED)
    with Workspace.open(base, PASSPHRASE) as ws:
        rows = export(ws.ledger, "labour", folder / "old.xlsx").rows
    old = (folder / "old.xlsx").read_bytes()

    def target(copy: Path) -> list[str]:
        path = copy.with_suffix(".xlsx")
        if not copy.name.endswith(("1", "3", "5", "7", "9")):  # every second one has a book of this name already
            path.write_bytes(old)
        return [str(path)]
    killing = _killing("export", base, folder, seed, target)
    killing.whole()
    for killed in killing.kills(times):
        book = killed.folder.with_suffix(".xlsx")
        with killed.opened() as ws:
            verified(ws, killed)
            found = "no book" if not book.exists() else "the old book" if book.read_bytes() == old else "a whole book"
            if found == "a whole book":
                assert_whole(book, rows)
            assert export(ws.ledger, "labour", book).rows == rows  # and again, as the person would
        assert not list(folder.glob("*.part"))
        yield found


def assert_whole(book: Path, rows: int) -> None:
    """The book opens, and holds this many people."""
    from openpyxl import load_workbook

    workbook = load_workbook(book, read_only=True)
    cells = list(workbook[workbook.sheetnames[0]].iter_rows(values_only=True))
    heads = next(n for n, row in enumerate(cells) if "证件号码" in row)
    at = cells[heads].index("证件号码")
    assert sum(1 for row in cells[heads + 1:] if row[at]) == rows
    workbook.close()


def _killing(work: str, base: Path, folder: Path, seed: int | None, arguments: object = None) -> Killing:
    killing = Killing(work, base, folder)
    if arguments is not None:
        killing.arguments = arguments  # type: ignore[assignment]
    if seed is not None:
        killing.seed = seed
    return killing


def copying(folder: Path, times: int, seed: int | None = None) -> Iterator[str]:
    """Kill laptops that keep a second copy: what they said was copied comes back from the stick."""
    return copies(made(folder, "copying"), folder, times, seed)


TRIALS = {"interview": interviews, "import": imports, "merge": merges, "export": exports, "copy": copying}
