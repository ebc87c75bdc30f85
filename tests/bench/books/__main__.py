"""python -m tests.bench.books [--rows N] [--memory] [--peers]: export and taking back, as CPU ratios of works run in turn.

--peers installs the other writers under build/ first. A run of 100,000 rows is kept in RESULTS.md with its commit.
"""
import argparse
import gc
import platform
import re
import subprocess
import sys
import tempfile
import zipfile
from datetime import date
from pathlib import Path
from random import Random

from app.books import take_back
from app.books.export import export
from app.books.shelf import template_for
from app.models.ledger import Ledger
from tests.bench.books import dataset, writers
from tests.bench.measure import HEAD, Ratio, in_turn

RESULTS = Path(__file__).with_name("RESULTS.md")
PEERS = dataset.CACHE / "peers"
FULL = 100_000
EDITED = .01
FIRST = 5  # the first row of the body


def run(rows: int = 10_000) -> list[Ratio]:
    """Return the ratios at this size."""
    with tempfile.TemporaryDirectory() as folder, dataset.ledger(rows) as ledger, dataset.ledger(rows, plain=True) as plain:
        here = Path(folder)
        export(ledger, dataset.BOOK, here / "first.xlsx", dataset.SITE)
        edited = _edited(ledger, here / "first.xlsx", here / "edited.xlsx", rows)
        heads, body = writers.rows_of(here / "first.xlsx")
        gc.collect()
        gc.freeze()  # nobody shall pay for looking through these rows again and again
        what, mine = f"export {rows:,} × {len(dataset.FIELDS)} from the encrypted store", lambda: lambda: export(
            ledger, dataset.BOOK, here / "ours.xlsx", dataset.SITE)
        others = [("openpyxl write-only", writers.openpyxl)]
        if PEERS.exists():
            others += [("XlsxWriter, constant memory", writers.xlsxwriter), ("the Rust-backed writer (values alone)", writers.rust)]
        out = [in_turn(what, f"{name}, rows in memory", mine, lambda write=write: lambda: write(here / "theirs.xlsx", heads, body),
                       count=rows, unit="rows", times=2) for name, write in others]
        out.append(in_turn(what, "the same from a plain store (the cipher's cost)", mine,
                           lambda: lambda: export(plain, dataset.BOOK, here / "plain.xlsx", dataset.SITE), count=rows, unit="rows"))
        out.append(in_turn(f"take back {rows:,} rows, {edited:,} cells edited (encrypted store)", "openpyxl reading it read-only",
                           lambda: lambda: take_back.compare(ledger, take_back.read(ledger, here / "edited.xlsx")),
                           lambda: lambda: _read(here / "edited.xlsx"), count=rows, unit="rows", times=2))
        gc.unfreeze()
        return out


def _edited(ledger: Ledger, path: Path, to: Path, rows: int) -> int:
    """Edit one remark in a hundred rows, and save the book as office programs do, with one list of texts; returns how many."""
    letter = next(c.letter for c in template_for(ledger, dataset.BOOK).columns if c.marker == "person.remark").encode()
    picked = set(Random(1).sample(range(FIRST, FIRST + rows - rows // 100), int(rows * EDITED)))

    def change(found: re.Match[bytes]) -> bytes:
        return found[1] + b' t="inlineStr"><is><t>' + "改过了".encode() + b"</t></is></c>" if int(found[2]) in picked else found[0]

    with zipfile.ZipFile(path) as old, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                part = re.sub(rb'(<c r="' + letter + rb'(\d+)" s="\d+")(?:/>| t="inlineStr"><is><t[^>]*>[^<]*</t></is></c>)', change, part)
            new.writestr(name, part)
    writers.with_one_list_of_texts(to, to)
    found = take_back.compare(ledger, take_back.read(ledger, to))
    assert found.count("change") == len(found.edits) == len(picked) and not found.refused, found.as_dict()
    return len(picked)


def _read(path: Path) -> None:
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True)
    for row in book.worksheets[0].iter_rows(values_only=True):
        assert row is not None
    book.close()


def memory(rows: int) -> str:
    """Return a table row: the peak memory of a process that exports so many rows, above the same process idle with the ledger open."""
    with dataset.ledger(rows):
        pass
    code = f"""
import sys
from pathlib import Path
from app.books.export import export
from tests.bench.books import dataset
def peak():
    return next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM'))
with dataset.ledger({rows}) as ledger:
    told = [peak()]
    export(ledger, dataset.BOOK, Path(sys.argv[1]), dataset.NOBODY)
    told.append(peak())
    told += [export(ledger, dataset.BOOK, Path(sys.argv[1]), dataset.SITE).rows, peak()]
print(*told)
"""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([sys.executable, "-c", code, f"{folder}/b.xlsx"], capture_output=True, text=True, cwd=dataset.HOME, check=True)
        size = Path(f"{folder}/b.xlsx").stat().st_size / 2**20
    idle, ready, count, most = map(int, done.stdout.split())
    return (f"| {count:,} | {size:.0f} MB | {idle / 1024:.0f} MB | {(ready - idle) / 1024:.1f} MB | {(most - ready) / 1024:.1f} MB |"
            f" **{(most - idle) / 1024:.1f} MB** |")


def main() -> None:
    """Measure and print; keep a full run."""
    ask = argparse.ArgumentParser(prog="python -m tests.bench.books")
    ask.add_argument("--rows", type=int, default=10_000)
    ask.add_argument("--memory", action="store_true", help="peak memory at 10,000 to 1,100,000 rows, the last on two sheets")
    ask.add_argument("--peers", action="store_true", help="install the other writers under build/ first")
    told = ask.parse_args()
    if told.peers and not PEERS.exists():
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--target", str(PEERS),
                        "XlsxWriter", "rustpy-xlsxwriter"], check=True)
    sys.path.append(str(PEERS))
    lines = [HEAD, *(ratio.row() for ratio in run(told.rows))]
    sys.stdout.write("\n".join(lines) + "\n")
    if told.memory:
        lines += ["", "Peak memory of the process (VmHWM), the ledger being open before:", "",
                  "| rows | the file | idle | openpyxl loaded, a book of nobody | the rows, above that | in all, above idle |",
                  "| --- | --- | --- | --- | --- | --- |"]
        for rows in (10_000, 100_000, 1_000_000, 1_100_000):  # the last takes two sheets
            lines.append(memory(rows))
            sys.stdout.write(lines[-1] + "\n")
            sys.stdout.flush()
    if told.rows >= FULL:
        commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
        RESULTS.write_text(f"# Books measured\n\n{date.today()}, commit {commit}, Python {platform.python_version()}, {platform.machine()}."
                           " CPU seconds, medians of works run in turn; below 1 is faster than what stands beside it.\n\n"
                           + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
