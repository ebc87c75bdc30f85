"""A whole stick at once: every file in a folder, in any order. Promises that each is told of in words, that a bad one never
keeps a good one from being taken in, and that an office answers those who came with receipts and news on the same stick.
"""
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.models.language import say
from app.models.problem import Problem
from app.sync import parcel, peers, stick, unload
from app.sync.peers import LAPTOP
from app.sync.stick import Carried, Progress
from app.sync.unload import Checked
from app.sync.workspace import Workspace

NEW, SAME, OWN, OTHERS = "new", "same", "own", "others"
COPIES = "leye-copy"  # folders of second copies: read when a computer is lost, never by an exchange
DEPTH = 2  # folders of a stick that are looked into
MOST = 2000  # files; a folder with more is none of ours


@dataclass(frozen=True, slots=True)
class File:
    """What became of one file.

    Attributes: name, state (new; same: held already; own: written by this computer; others: for another computer; else the
    key of the Problem), words (a sentence), changes (new here).
    """

    name: str
    state: str
    words: str
    changes: int = 0

    @property
    def good(self) -> bool:
        """Return whether nothing needs to be done about it."""
        return self.state in (NEW, SAME, OWN, OTHERS)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a whole stick brought: file by file, in all, the names of the answers written, and why there is none."""

    files: tuple[File, ...]
    carried: Carried
    wrote: tuple[str, ...] = ()
    unanswered: Problem | None = None


def read_folder(ws: Workspace, folder: Path, progress: Progress | None = None, *, yes: bool = False) -> Reading:
    """Read every file of a stick; an office then writes receipts and what the laptops lack beside them.

    yes: computers that came by a first load are let in without being confirmed by name. Raises Problem only where nothing
    could be looked at: no pairing, no such folder, no file of ours.
    """
    unload.awaited(ws)
    found = parcels_in(Path(folder))
    own = {stick.name_for(ws, p, number) for p in peers.peers(ws.ledger) for number in range(1, 10)}
    bar = _Bar(progress, found)
    files: dict[Path, File] = {path: File(path.name, OWN, say("本机自己写的", "written by this computer")) for path in found if path.name in own}
    total = Carried(0)
    for _ in range(2):  # a second time: an office's file may have vouched for computers that were strangers before
        again = [path for path in found if path not in files or files[path].state == "stick.stranger"]
        total += _read_all(ws, again, files, bar, yes)
    wrote, trouble = _answer(ws, Path(folder), total.came)
    return Reading(tuple(files[path] for path in found), total, wrote, trouble)


def _read_all(ws: Workspace, paths: Sequence[Path], files: dict[Path, File], bar: "_Bar", yes: bool) -> Carried:
    """Check these files, then take in the good ones in the order of their senders' feeds; what became of each goes into `files`."""
    checked: dict[Path, list[Checked]] = {}
    for path in paths:
        try:
            checked[path] = unload.check(ws, path, bar.of(path), yes=yes)
        except Problem as problem:
            files[path] = _refused(path, problem)
    total = Carried(0)
    for path in sorted(checked, key=lambda one: _order(checked[one])):
        try:
            done = unload.take(ws, path, checked[path], bar.of(path))
        except Problem as problem:
            files[path] = _refused(path, problem)
            continue
        total += done
        files[path] = File(path.name, NEW if done.changes else SAME, _words(done), done.changes)
    return total


def parcels_in(folder: Path) -> list[Path]:
    """Return the files of a stick that may be ours, by name. Problem stick.missing or stick.empty where there are none."""
    try:
        found = [path for path in _walk(folder, DEPTH) if path.suffix == parcel.SUFFIX]
    except OSError:
        raise parcel.missing(folder.name or str(folder)) from None
    if not found:
        raise Problem("stick.empty", f"{folder.name or folder} 里没有乐业的文件。请看看是不是这个U盘，或先在另一台电脑上存到U盘。",
                      f"There is no Leye file in {folder.name or folder}. See whether this is the right stick, or save to it "
                      "on the other computer first.")
    return found


def _walk(folder: Path, depth: int) -> list[Path]:
    out: list[Path] = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", COPIES)):
            continue
        if path.is_dir() and depth:
            out += _walk(path, depth - 1)
        elif path.is_file():
            out.append(path)
    return out[:MOST]


def _answer(ws: Workspace, folder: Path, came: Sequence[str]) -> tuple[tuple[str, ...], Problem | None]:
    """Write receipts and news for the laptops that came; what cannot be written is said, and what was read stays read."""
    below = {p.device for p in peers.peers(ws.ledger, LAPTOP) if p.state == peers.GRANTED} & set(came)
    if not below:
        return (), None
    try:
        return stick.export_stick(ws, folder, only=sorted(below)).files, None
    except Problem as problem:
        return (), problem


def _refused(path: Path, problem: Problem) -> File:
    if problem.key == "stick.foreign":
        return File(path.name, OTHERS, say("给别的电脑的，跳过了", "for another computer, passed over"))
    return File(path.name, problem.key, str(problem))


def _order(parts: Sequence[Checked]) -> tuple[str, int]:
    """Sort the files of one sender by where they begin: then its cursor moves through all of them."""
    first = parts[0].head
    return first.sender, first.n0


def _words(done: Carried) -> str:
    whom = say("、", ", ").join(done.senders)
    if not done.changes:
        return say(f"{whom}：没有新的", f"{whom}: nothing new")
    return say(f"{whom}：新收到 {done.changes} 处改动", f"{whom}: {done.changes} new changes")


class _Bar:
    """How far a whole stick is: every byte is read twice, once to check and once to take in."""

    def __init__(self, progress: Progress | None, found: Sequence[Path]) -> None:
        self.progress = progress
        self.sizes = {path: path.stat().st_size for path in found}
        self.done, self.whole = 0, 2 * sum(self.sizes.values()) or 1

    def of(self, path: Path) -> Progress | None:
        """Return the progress of one file within the whole."""
        if self.progress is None:
            return None
        tell, before = self.progress, self.done
        self.done += self.sizes[path]
        return lambda step, at, of: tell(step, min(before + at, self.whole), self.whole)
