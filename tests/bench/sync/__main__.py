"""python -m tests.bench.sync [--quick | --full]: what sync costs, beside its floors and its peers, in one run.

Promises one Markdown table on the screen and in RESULTS.md with its commit; CPU seconds, medians of works run in turn.
"""
import argparse
import platform
import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from tests.bench.sync import besides, evenings
from tests.bench.sync.accepting import CLIENTS, accept
from tests.bench.sync.comparing import find
from tests.bench.sync.dataset import PER, dataset
from tests.bench.sync.lines import Line as Wire
from tests.bench.sync.loads import together
from tests.bench.sync.merging import Line, Merging, in_turn
from tests.bench.sync.stores import Stores

RESULTS = Path(__file__).with_name("RESULTS.md")
HEAD = ("| work | beside it | CPU s | CPU s of it | ratio | per CPU-second | goal |\n| --- | --- | --- | --- | --- | --- | --- |")


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured: people, laptops, runs of each work."""

    people: int
    laptops: int
    times: int


QUICK, USUAL, FULL = Size(10_000, 10, 3), Size(100_000, 100, 3), Size(1_000_000, 100, 3)


def main() -> None:
    """Measure what the arguments ask for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.sync", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the data; nothing is kept in RESULTS.md")
    parser.add_argument("--full", action="store_true", help="a million people besides")
    parser.add_argument("--laptops", type=int, help="so many, and a thousand people for each")
    parser.add_argument("--times", type=int, help="runs of each work; three where nothing is said")
    parser.add_argument("--peers", action="store_true", help="install what is measured beside us, under build/")
    parser.add_argument("--only", nargs="*", choices=sorted(PARTS), help="only these parts; nothing is kept")
    parser.add_argument("--why", type=Path, help="a text that says why a goal is missed; it ends the results")
    asked = parser.parse_args()
    for name in besides.install() if asked.peers else ():
        tell(f"{name} could not be installed.")
    size = QUICK if asked.quick else FULL if asked.full else USUAL
    size = Size(asked.laptops * PER, asked.laptops, size.times) if asked.laptops else size
    size = replace(size, times=asked.times or size.times)
    tell(f"{size.people:,} people, {size.laptops} laptops × {PER:,} edits of ten fields, each work {size.times} times in turn, medians.\n")
    for name in asked.only or PARTS:
        tell(f"\n## {name}\n")
        PARTS[name](size)
    if asked.why:
        tell(asked.why.read_text(encoding="utf-8"))
    if not asked.quick and not asked.only:
        commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
        RESULTS.write_text(f"# Sync, measured\n\n{date.today()}, commit {commit}, Python {platform.python_version()},"
                           f" {platform.machine()}. " + "\n".join(_told) + "\n", encoding="utf-8")


_told: list[str] = []


def tell(line: str) -> None:
    """Say a line on the screen and keep it for the results."""
    _told.append(line)
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def table(lines: list[Line]) -> None:
    """Say a table of works, each beside the one that it names."""
    by_name = {line.name: line for line in lines}
    tell(HEAD)
    for line in lines:
        beside = by_name.get(line.floor)
        ratio = f"**{line.cpu / beside.cpu:.2f}**" if beside else ""
        tell(f"| {line.name} | {line.floor} | {line.cpu:.3f} | {f'{beside.cpu:.3f}' if beside else ''} | {ratio} |"
             f" {line.count / line.cpu:,.0f} {line.note} | {line.goal} |")


def edits(size: Size) -> None:
    """Laptops' edits into a hub full of people."""
    data = dataset(size.people, size.laptops)
    few = max(1, size.laptops // 20)
    for plain in (False, True):
        kind = "plain" if plain else "SQLCipher"
        all_, some = Merging(data, plain=plain), Merging(data, plain=plain, laptops=few)
        count, bare = size.laptops * PER, f"the same change and feed rows and typed values, bare, {kind}"
        table(in_turn([
            (Line(f"merge of {count:,} edits, {kind}", count, bare, "edits", "≤ 1.25"), lambda m=all_: m.merged(m.edits, full=True)),
            (Line(f"the same from sealed bytes: opened, judged, merged, {kind}", count, bare, "edits", "≥ 50,000/s plain" if plain else ""),
             lambda m=all_: m.from_bytes(m.edits, full=True)),
            (Line(bare, count, "", "edits"), all_.updated),
            (Line(f"typed values alone, bare UPDATE, {kind}", count, bare, "edits"), all_.only_updated),
            (Line(f"{few} laptops, from sealed bytes, {kind}", few * PER, f"{few} laptops, bare, {kind}", "edits", "≥ 1/1.1 of all, per record"),
             lambda m=some: m.from_bytes(m.edits, full=True)),
            (Line(f"{few} laptops, bare, {kind}", few * PER, "", "edits"), some.updated)], size.times))
        tell("")


def new(size: Size) -> None:
    """New people into an empty hub."""
    data = dataset(size.people, size.laptops)
    for plain in (False, True):
        kind, m = "plain" if plain else "SQLCipher", Merging(data, plain=plain)
        bare = f"the same rows of every table, bare INSERT, {kind}"
        table(in_turn([
            (Line(f"merge of {size.people:,} new people, {kind}", size.people, bare, "people", "≥ 0.9 of its rate: ratio ≤ 1.11"),
             lambda m=m: m.merged(m.roster, full=False)),
            (Line(f"the same from sealed bytes, {kind}", size.people, bare, "people"), lambda m=m: m.from_bytes(m.roster, full=False)),
            (Line(bare, size.people, "", "people"), m.inserted)], max(1, size.times - 2)))
        tell("")


def accepting(size: Size) -> None:
    """Bundles of a thousand changes into a real HTTPS hub, which accepts them durably and merges afterwards."""
    data, bundles = dataset(size.people, size.laptops), 10 * size.laptops if size.laptops < 100 else 2000
    runs = [accept(data, bundles, merge=False) for _ in range(size.times)]
    merged, patches = accept(data, size.laptops, merge=True), bundles * PER
    cpu, each = statistics.median(run["cpu"] for run in runs), ", ".join(format(patches / run["cpu"], ",.0f") for run in runs)
    tell(f"{CLIENTS} keep-alive clients, {bundles:,} bundles of {PER:,} edits ({runs[0]['bytes'] / PER:.0f} bytes a change), TLS,"
         " a hub in a process of its own; its CPU alone.\n\n| what | | goal |\n| --- | --- | --- |")
    tell("| accepted durably (sum and signature checked, encrypted, flushed), patches per server CPU-second |"
         f" **{patches / cpu:,.0f}** ({each}) | ≥ 1,500,000 |")
    tell(f"| CPU of one bundle | {cpu / bundles * 1000:.2f} ms | |")
    shake = statistics.median(run["handshake"] for run in runs) * 1000
    tell(f"| CPU of a new connection (TLS handshake) | {shake:.2f} ms | |")
    tell("| the same bundles merged afterwards, changes per server CPU-second, SQLCipher |"
         f" {merged['new'] / merged['merge_cpu']:,.0f} | plain: see edits |")
    tell(f"| most memory of the hub while it accepted | {max(run['peak'] for run in runs):.0f} MiB | |\n")


def beside(size: Size) -> None:
    """Others on the same people and edits."""
    data = dataset(size.people, size.laptops)
    ours = Merging(data, plain=True)
    rates = [(f"ours: merged with history, conflicts filed, plain store, {size.laptops} laptops",
              statistics.median(ours.merged(ours.edits, full=True) for _ in range(size.times)), size.laptops * PER, "")]
    tell("| what | CPU s | edits | edits per CPU-second | ours to it | |\n| --- | --- | --- | --- | --- | --- |")
    mine = rates[0][2] / rates[0][1]
    for words, cpu, count, note in rates + besides.measure(data, size.times):
        told = f"{cpu:.3f} | {count:,} | {count / cpu:,.0f} | {mine / (count / cpu):.2f}×" if cpu else "| | |"
        tell(f"| {words} | {told} | {note} |")
    tell("")


def evening(size: Size) -> None:
    """A day's work over a village's line, and over a good one."""
    line = Wire()
    went = evenings.evening(1000, 200, line)
    cut = evenings.evening(1000, 200, Wire(cuts=(8_000, 20_000)))
    quick = evenings.quick(1000, 200, 20 if size.laptops <= 10 else 60)
    asked, up, down = evenings.idle(1000)
    tell("| what | |\n| --- | --- |")
    tell(f"| 200 changes over {line.bits / 1000:.0f} kbit/s, {line.latency * 1000:.0f} ms, {line.loss:.0%} loss |"
         f" **{went['seconds']:.1f} s**, {went['up']:,} bytes up, {went['down']:,} down, {len(went['asked'])} questions,"
         f" {went['connections']} connection, level {went['level']}, equal {went['equal']} |")
    tell(f"| the same, the connection dropped twice on the way | {cut['seconds']:.1f} s, {cut['up']:,} bytes up,"
         f" {cut['connections']} connections, level {cut['level']}, equal {cut['equal']} |")
    tell(f"| bytes a change on the wire, TLS and HTTP and all questions included | {went['up'] / 200:.0f} |")
    tell(f"| 200 changes over the plain loopback, {len(quick)} times: p50, p99 |"
         f" {evenings.middle(quick) * 1000:.0f} ms, {quick[-1 - len(quick) // 100] * 1000:.0f} ms |")
    tell(f"| an exchange when nothing has changed | {asked} questions, {up:,} bytes up, {down:,} down |")
    for changes in (1_000, 100_000) if size.people < 1_000_000 else (1_000, 100_000, 1_000_000):
        found = find(changes, 10)
        tell(f"| find 10 differences in {changes:,} changes | {found['asked']} questions, {found['bytes']:,} bytes,"
             f" {found['found'] * 1000:.1f} ms CPU after {found['listed']:.2f} s of listing and summing |")
    tell("")


def bytes_of(size: Size) -> None:
    """Bytes of a change on the wire and on disk."""
    data = dataset(size.people, size.laptops)
    empty, full = (Stores(data, plain=False).path(full=which).stat().st_size for which in (False, True))
    edits, m = sum(map(len, data.edits)), Merging(data, plain=False)
    with m.stores.hub(full=True) as ws:
        for some in m.edits:
            m.stores.take(ws, some)
        ws.ledger.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        after = ws.ledger.path.stat().st_size
    count = size.laptops * PER
    tell("| what | bytes a change |\n| --- | --- |")
    tell(f"| an edit of ten fields in a segment of {PER:,} | {edits / count:.0f} |")
    tell(f"| a new person of some fifty fields in a segment of 2,500 | {sum(map(len, data.roster)) / size.people:.0f} |")
    tell(f"| an edit on the hub's disk (history, feed, record, typed row) | {(after - full) / count:.0f} |")
    tell(f"| a new person on the hub's disk, search included | {(full - empty) / size.people:.0f} |\n")


def at_once(size: Size) -> None:
    """Forty laptops at once, and a hub that they fill again."""
    laptops, people = (40, 250) if size.laptops >= 100 else (40, 50) if size.laptops > 10 else (10, 50)
    first, again = together(laptops, people)
    tell("| what | wall s | hub CPU s | changes per hub CPU-second | most memory | rounds until level |\n| --- | --- | --- | --- | --- | --- |")
    for words, went in ((f"{laptops} laptops with {people} new people each come at once, until all hold everything", first),
                        ("the hub put back to its first day, filled again by them", again)):
        tell(f"| {words} | {went['seconds']:.1f} | {went['cpu']:.1f} | {went['changes'] / went['cpu']:,.0f} |"
             f" {went['peak']:.0f} MiB | {went['rounds']} |")
    tell("")


PARTS: dict[str, Callable[[Size], None]] = {"edits": edits, "new people": new, "accepting": accepting, "beside": beside,
                                           "a village's line": evening, "bytes": bytes_of, "all at once": at_once}

if __name__ == "__main__":
    main()
