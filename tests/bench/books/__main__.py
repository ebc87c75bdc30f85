"""python -m tests.bench.books [--rows N] [--memory] [--peers]: export and taking back, as CPU ratios of works run in turn.

--peers installs the other writers under build/ first. A run of 100,000 rows is kept in RESULTS.md with its commit.
"""
import argparse
import platform
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from random import Random

from app.books import take_back
from app.books.export import export
from tests.bench.books import dataset, writers
from tests.bench.measure import HEAD, Ratio, in_turn

RESULTS = Path(__file__).with_name("RESULTS.md")
PEERS = dataset.CACHE / "peers"
FULL = 100_000
EDITED = .01


def run(rows: int = 10_000) -> list[Ratio]:
    """Return the ratios at this size."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        with dataset.ledger(rows) as ledger:
            export(ledger, dataset.BOOK, here / "first.xlsx", dataset.SITE)
            heads, body = writers.rows_of(here / "first.xlsx")
            out = [in_turn(f"export {rows:,} × {len(dataset.FIELDS)} from the encrypted store", "openpyxl write-only, rows in memory",
                           lambda: lambda: export(ledger, dataset.BOOK, here / "ours.xlsx", dataset.SITE),
                           lambda: lambda: writers.openpyxl(here / "theirs.xlsx", heads, body), count=rows, unit="rows", times=2)]
            edited = _edited(here / "first.xlsx", here / "edited.xlsx", rows)
            out.append(in_turn(f"take back {rows:,} rows, {edited:,} cells edited (encrypted store)", "openpyxl reading it read-only",
                               lambda: lambda: take_back.compare(ledger, take_back.read(ledger, here / "edited.xlsx")),
                               lambda: lambda: _read(here / "edited.xlsx"), count=rows, unit="rows", times=2))
        with dataset.ledger(rows, plain=True) as plain:
            mine = lambda: lambda: export(plain, dataset.BOOK, here / "plain.xlsx", dataset.SITE)  # noqa: E731
            out.append(in_turn(f"export {rows:,} × {len(dataset.FIELDS)} from a plain store", "openpyxl write-only, rows in memory", mine,
                               lambda: lambda: writers.openpyxl(here / "theirs.xlsx", heads, body), count=rows, unit="rows", times=2))
            for name, write in (("XlsxWriter, constant memory", writers.xlsxwriter), ("the Rust-backed writer (values alone)", writers.rust)):
                if PEERS.exists():
                    out.append(in_turn(f"export {rows:,} × {len(dataset.FIELDS)} from a plain store", f"{name}, rows in memory", mine,
                                       lambda write=write: lambda: write(here / "theirs.xlsx", heads, body), count=rows, unit="rows", times=2))
        return out


def _edited(path: Path, to: Path, rows: int) -> int:
    """Let one cell in a hundred rows be edited, and save it as office programs do, with one list of texts; returns how many."""
    from openpyxl import load_workbook

    book, rnd = load_workbook(path), Random(1)
    sheet = book.worksheets[0]
    at = {cell.value: cell.column for cell in sheet[4]}
    picked = rnd.sample(range(5, 5 + rows), int(rows * EDITED))
    for row in picked:
        sheet.cell(row, at["备注"]).value = "改过了"
    book.save(to)
    writers.with_one_list_of_texts(to, to)
    return len(picked)


def _read(path: Path) -> None:
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True)
    for row in book.worksheets[0].iter_rows(values_only=True):
        assert row is not None
    book.close()


def memory(rows: int) -> str:
    """Return a table row: peak memory of a process that exports so many rows, above the same process idle."""
    with dataset.ledger(rows):
        pass
    told = []
    for what in ("pass", f"export(ledger, dataset.BOOK, Path(sys.argv[1]), dataset.SITE)"):  # noqa: F541
        code = ("import sys\nfrom pathlib import Path\nfrom app.books.export import export\nfrom tests.bench.books import dataset\n"
                f"with dataset.ledger({rows}) as ledger:\n    export(ledger, dataset.BOOK, Path(sys.argv[1]), '529999999000')\n    {what}\n"
                "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))\n")
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([sys.executable, "-c", code, f"{folder}/b.xlsx"], capture_output=True, text=True, cwd=dataset.HOME, check=True)
        told.append(int(done.stdout.split()[-1]) / 1024)
    return f"| export {rows:,} rows: peak memory above the idle program | {told[1] - told[0]:.1f} MB | (idle {told[0]:.0f} MB) |"


def main() -> None:
    """Measure and print; keep a full run."""
    ask = argparse.ArgumentParser(prog="python -m tests.bench.books")
    ask.add_argument("--rows", type=int, default=10_000)
    ask.add_argument("--memory", action="store_true", help="peak memory at 10,000, 100,000 and 1,000,000 rows")
    ask.add_argument("--peers", action="store_true", help="install the other writers under build/ first")
    told = ask.parse_args()
    if told.peers and not PEERS.exists():
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--target", str(PEERS),
                        "XlsxWriter", "rustpy-xlsxwriter"], check=True)
    sys.path.append(str(PEERS))
    lines = [HEAD, *(ratio.row() for ratio in run(told.rows))]
    sys.stdout.write("\n".join(lines) + "\n")
    if told.memory:
        lines += ["", "| what | above idle | |", "| --- | --- | --- |"]
        for rows in (10_000, 100_000, 1_000_000):
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
