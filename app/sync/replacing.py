"""Replacing: the files of a folder give way to others, all of them or none, whenever the power goes.

Promises that from one rename on it is so: what was cut after it is finished at the next opening, what was cut before it
never happened. The files that give way are kept in a folder of their own.
"""
import shutil
from collections.abc import Sequence
from pathlib import Path

import msgspec

from app.models import disk
from app.models.clock import now

READY = "restored.ready"
_NOTE = "replacing.json"


class _Note(msgspec.Struct):
    aside: str
    away: list[str]


def replace(folder: Path, fresh: Path, away: Sequence[str]) -> Path | None:
    """Put the files of `fresh` (a folder inside this one) in the place of those here; returns where these are kept.

    away: names that go with what was here though nothing comes in their place. None where nothing was here. OSError where
    it cannot be done: before the point from which it is so, nothing has changed.
    """
    leave = [name for name in (*away, *sorted(p.name for p in fresh.iterdir())) if (folder / name).exists()]
    aside = _free_name(folder)
    if leave:
        aside.mkdir(mode=0o700)
    try:
        disk.write_whole(fresh / _NOTE, msgspec.json.encode(_Note(aside.name, list(away))))
        disk.settle(fresh)
        disk.source.files.rename(fresh, folder / READY)
    except OSError:
        if leave:
            aside.rmdir()
        raise
    disk.settle(folder)
    finish(folder)
    return aside if leave else None


def begun(folder: Path) -> bool:
    """Return whether a replacement was cut and has to be finished before anything here is opened."""
    return (folder / READY / _NOTE).is_file()


def finish(folder: Path) -> None:
    """Finish a replacement; may be cut and called again. OSError where it cannot go on."""
    ready, rename = folder / READY, disk.source.files.rename
    note = msgspec.json.decode((ready / _NOTE).read_bytes(), type=_Note)
    aside = folder / note.aside
    fresh = sorted(p.name for p in ready.iterdir() if p.name != _NOTE)
    for name in note.away if fresh else ():  # before the first file comes in, or they would be taken for its own
        if (folder / name).exists() and not (aside / name).exists():
            rename(folder / name, aside / name)
    for name in fresh:
        if (folder / name).exists():
            rename(folder / name, aside / name)
        rename(ready / name, folder / name)
    if aside.exists():
        disk.settle(aside)
    disk.settle(folder)
    shutil.rmtree(ready)


def _free_name(folder: Path) -> Path:
    aside, number = folder / f"aside-{now():%Y%m%d-%H%M%S}", 1
    while aside.exists():
        number += 1
        aside = folder / f"aside-{now():%Y%m%d-%H%M%S}-{number}"
    return aside
