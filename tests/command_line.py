"""The command line as tests use it: in this process (fast), or as a process of its own (real).

Promises that every call is looked at: no traceback, one JSON document and nothing beside it where --json was asked,
trouble in one or two plain lines on standard error.
"""
import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from app import cli
from app.sync import seal

PASSPHRASE = "练习口令"
ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command did: its exit status, what it printed, what it said on standard error."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Return the one JSON document on standard output."""
        return json.loads(self.out)

    @property
    def last(self) -> str:
        """Return the last word printed: the id or code that was made."""
        return self.out.split()[-1]


@dataclass(frozen=True, slots=True)
class CommandLine:
    """`leye` on one workspace."""

    folder: Path
    passphrase: str = PASSPHRASE

    def __call__(self, *arguments: object, status: int = 0) -> Ran:
        """Run a command in this process; it must leave with this status."""
        words = [str(a) for a in arguments]
        out, err = _stream(), _stream()
        with (patch.dict(os.environ, self.environment()), patch.object(seal, "_stretch", stretched),
              contextlib.redirect_stdout(out), contextlib.redirect_stderr(err)):
            left = cli.run(words)
        return _looked_at(words, Ran(left, _text(out), _text(err)), status)

    def process(self, *arguments: object, status: int = 0) -> Ran:
        """Run a command as a process of its own; it must leave with this status."""
        words = [str(a) for a in arguments]
        done = subprocess.run([*LEYE, *words], env={**os.environ, **self.environment()}, cwd=ROOT, timeout=120,
                              stdin=subprocess.DEVNULL, capture_output=True)
        return _looked_at(words, Ran(done.returncode, done.stdout.decode(), done.stderr.decode()), status)

    @contextlib.contextmanager
    def serving(self, *arguments: str) -> Iterator[str]:
        """Serve this workspace as a hub in a process of its own; yields its address, and stops it with TERM."""
        process = subprocess.Popen([*LEYE, "hub", "run", "--listen", "127.0.0.1:0", *arguments], cwd=ROOT, text=True,
                                   env={**os.environ, **self.environment()}, encoding="utf-8",
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            assert line.startswith("listening https://"), (line, process.stderr.read() if process.stderr else "")
            yield line.split()[-1]
        finally:
            process.terminate()
            _, err = process.communicate(timeout=30)
        assert process.returncode == 0, err

    def environment(self) -> dict[str, str]:
        """Return what the environment says of the workspace."""
        return {"LEYE_WORKSPACE": str(self.folder), "LEYE_PASSPHRASE": self.passphrase, "LEYE_LANG": "zh"}

    def digest(self) -> str:
        """Return the strict digest: every record and every change."""
        return self("digest", "--strict").last


_STRETCH: Callable[[str, seal.Wrap], bytes] = seal._stretch
_STRETCHED: dict[tuple[object, ...], bytes] = {}


def stretched(passphrase: str, wrap: seal.Wrap) -> bytes:
    """Return what argon2id makes of a passphrase; worked out once for each salt, since tests open a workspace many times."""
    asked = (passphrase, wrap.salt, wrap.memory, wrap.iterations, wrap.lanes)
    if asked not in _STRETCHED:
        _STRETCHED[asked] = _STRETCH(passphrase, wrap)
    return _STRETCHED[asked]


LEYE = (sys.executable, "-m", "app")


def _stream() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    return stream.buffer.getvalue().decode()  # type: ignore[attr-defined]


def _looked_at(words: list[str], ran: Ran, status: int) -> Ran:
    told = f"leye {' '.join(words)}: {ran.status}\n{ran.out[-2000:]}\n{ran.err[-2000:]}"
    assert ran.status == status, told
    assert "Traceback" not in ran.out + ran.err, told
    if ran.status == 2:
        assert ran.err.strip(), told
    if "--json" in words and ran.out:
        json.loads(ran.out)
    return ran
