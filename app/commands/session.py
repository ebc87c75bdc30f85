"""What every command shares: the workspace it opens, how it prints, how it fails.

Promises one JSON document on standard output where --json is asked, plain lines on standard error for trouble, and
exit status 0 done, 1 it failed, 2 the input was refused and nothing was changed.
"""
import contextlib
import getpass
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.commands.wording import Command, Pair, option
from app.models import clock
from app.models.language import printable, say
from app.models.problem import Problem

if TYPE_CHECKING:
    from app.models.ledger import Ledger
    from app.sync.workspace import Workspace


@dataclass(slots=True)
class Session:
    """One run of the command line. Attributes: folder (the workspace), debug (show a traceback for a bug), mask (names, numbers
    and phones are to be masked)."""

    folder: Path
    debug: bool = False
    mask: bool = False
    _workspace: "Workspace | None" = None

    @property
    def workspace(self) -> "Workspace":
        """Return the open workspace; the passphrase comes from LEYE_PASSPHRASE, the keyring or a prompt."""
        if self._workspace is None:
            from app.sync.workspace import Workspace

            self._workspace = Workspace.open(self.folder, passphrase_for(self.folder))
            if (wrong := clock.wrong_day()) is not None:
                note(str(wrong))
        return self._workspace

    @property
    def ledger(self) -> "Ledger":
        """Return the ledger of the workspace."""
        return self.workspace.ledger

    @property
    def there(self) -> bool:
        """Return whether there is a workspace in the folder, without opening it."""
        return (self.folder / "keys.json").is_file()

    def close(self) -> None:
        """Close what was opened."""
        if self._workspace is not None:
            _copy(self._workspace)
            self._workspace.close()


def _copy(workspace: "Workspace") -> None:
    """Bring the second copy up to date after a command, where a place was chosen; a missing stick is said once, not each time."""
    if not workspace.ledger.settings.get("second_copy"):
        return
    from app.sync import second_copy

    before = second_copy.trouble(workspace)
    try:
        second_copy.keep_up(workspace)
    except Problem as problem:
        if before is None or before.key != problem.key:
            note(str(problem))


def passphrase_for(folder: Path, *, new: bool = False) -> str:
    """Return the passphrase; ask on a terminal where no other way gives one. Raises Problem where none can be had."""
    from app.sync import workspace

    known = workspace.passphrase(folder) if not new else os.environ.get("LEYE_PASSPHRASE")
    if known:
        return known
    if not sys.stdin.isatty():
        raise Problem("passphrase.none", "没有口令。请设置环境变量 LEYE_PASSPHRASE，或在终端里运行。",
                      "No passphrase. Set LEYE_PASSPHRASE, or run this in a terminal.")
    first = getpass.getpass(say("口令：", "Passphrase: "))
    if new and getpass.getpass(say("再输一次：", "Once more: ")) != first:
        raise Problem("passphrase.differs", "两次口令不一样，没有建。请再来一次。", "The two differ; nothing was made. Try again.")
    return first


def default_folder() -> Path:
    """Return LEYE_WORKSPACE, else the per-user data folder of the platform."""
    if named := os.environ.get("LEYE_WORKSPACE"):
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_data_dir("leye", appauthor=False))


def out(text: str = "") -> None:
    """Print a line on standard output."""
    with _printing():
        click.echo(printable(text))


def flush() -> None:
    """See that what was printed is out."""
    if sys.stdout is not None:  # closed, or a windowed bundle
        with _printing():
            sys.stdout.flush()


@contextlib.contextmanager
def _printing() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise  # who read it has seen enough
    except OSError as error:
        _let_go()
        raise Problem("print.failed", f"结果没能打印出来：{error.strerror}。命令也许已经做完，请核对后再决定要不要重做。",
                      f"The result could not be printed: {error.strerror}. The command may be done; look before doing it again.", status=1) from error


def _let_go() -> None:
    """Let what could not be printed go nowhere: Python tries once more as it ends, and would leave with a status of its own (120)."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def note(text: str) -> None:
    """Print a line on standard error: progress and trouble."""
    click.echo(printable(text), err=True)


def note_first(name: str, lines: list[str]) -> None:
    """Print the first of some troubles with a file, and how many more there are; nothing where there is none."""
    if lines:
        more = say(f"（另有 {len(lines) - 1} 处）", f" (and {len(lines) - 1} more)") if len(lines) > 1 else ""
        note((lines[0] if name in lines[0] else say(f"{name}：{lines[0]}", f"{name}: {lines[0]}")) + more)


def stream_of(file: Path) -> str:
    """Return the text of a file, or of standard input where it is "-". Raises OSError, and UnicodeError where it is no UTF-8."""
    return sys.stdin.buffer.read().decode("utf-8-sig") if str(file) == "-" else file.read_text(encoding="utf-8-sig")


def as_json(document: Any) -> None:
    """Print one JSON document."""
    out(json.dumps(document, ensure_ascii=False, indent=1))  # \u202e says the same in JSON


class Progress:
    """Progress on standard error, as a bar on a terminal only."""

    def __init__(self, what: str) -> None:
        self._what, self._shown = what, sys.stderr.isatty()

    def __call__(self, done: int, total: int | None = None) -> None:
        """Show how far it is."""
        if self._shown:
            width = int(24 * done / total) if total else 0
            bar = f"[{'#' * width}{'.' * (24 - width)}] {done}/{total}" if total else str(done)
            click.echo(f"\r{self._what} {bar}", err=True, nl=bool(total and done >= total))


def _hide(context: click.Context, _: click.Parameter, given: bool) -> None:
    if given:
        context.find_object(Session).mask = True  # type: ignore[union-attr]


# --mask goes with every --json: what a command reports in full it can report masked
mask_option = option("--mask", is_flag=True, expose_value=False, callback=_hide, help=("遮住姓名、号码和电话。", "Mask names, numbers and phones."))


def json_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command --json (json_) and --mask (session.mask)."""
    told = option("--json", "json_", is_flag=True, help=("在标准输出给出一份 JSON。", "One JSON document on standard output."))
    return told(mask_option(function))


pass_session = click.make_pass_decorator(Session)


def command(group: click.Group, name: str | None = None, short_help: Pair | None = None) -> Callable[[Callable[..., Any]], click.Command]:
    """Return a decorator: a command of this group that gets the session first; short_help: its line in the list of commands."""
    def decorate(function: Callable[..., Any]) -> click.Command:
        @wraps(function)
        @click.pass_obj
        def run(session: Session, /, **options: Any) -> Any:
            return function(session, **options)

        # click reads the options that decorators left on the function
        run.__click_params__ = getattr(function, "__click_params__", [])  # type: ignore[attr-defined]
        made = group.command(name or function.__name__.replace("_", "-"), cls=Command)(run)
        assert isinstance(made, Command)
        made.pair = short_help
        return made

    return decorate
