"""leye: the command line and the door to the desktop. Promises names, exit statuses and JSON keys that stay the same.

0 done · 1 it failed · 2 the input was refused and nothing was changed. Never a traceback without --debug.
"""
import contextlib
import sys
import traceback
from pathlib import Path
from typing import Any

import click

from app import __version__
from app.commands import (
    attached,
    books,
    disputes,
    doubles,
    forms,
    lists,
    matching,
    offices,
    records,
    reports,
    syncing,
    workspaces,
)
from app.commands.session import Session, default_folder, flush, note, passphrase_for
from app.commands.wording import Group, Option, mistyped, option
from app.models.language import say
from app.models.problem import Problem


@click.group(cls=Group, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="leye", cls=Option, help=("显示版本号。", "Show the version and exit."))
@option("--workspace", type=click.Path(path_type=Path), metavar="DIR",
        help=("本机或本单位的数据文件夹；不写用 LEYE_WORKSPACE，再不然用系统的数据文件夹。",
              "The folder with this laptop's or office's data; else LEYE_WORKSPACE, else the platform's data folder."))
@option("--picture", type=click.Path(path_type=Path), metavar="FILE.png", help=("把页面画成图片后退出。", "Draw a page into a picture and leave."))
@option("--page", default=None, metavar="PAGE",
        help=("打开哪一页：people、interview、review、sync、books……", "The page to open: people, interview, review, sync, books, ..."))
@option("--size", default="1366x768", show_default=True, metavar="WxH", help=("窗口大小。", "The size of the window."))
@option("--debug", is_flag=True, help=("程序自己出错时显示详情。", "Show a traceback where something is wrong with the program."))
@click.pass_context
def leye(context: click.Context, workspace: Path | None, picture: Path | None, page: str | None, size: str, debug: bool) -> None:
    """Leye (乐业): field survey and employment assistance, offline first. Alone it opens the desktop.

    乐业 Leye：入户调查和就业帮扶，不用联网。单独运行打开桌面。

    Example: leye --workspace ./one list person --json
    """
    session = Session(workspace or default_folder(), debug)
    context.obj = session
    context.call_on_close(session.close)
    if context.invoked_subcommand is None:
        raise SystemExit(_desktop(session, picture, page, size))


def _desktop(session: Session, picture: Path | None, page: str | None, size: str) -> int:
    from app.ui.desktop import run

    width, by, height = size.lower().partition("x")
    if not (by and width.isdigit() and height.isdigit()):
        raise Problem("size.form", "窗口大小请写成 宽x高，如 1366x768。", "Write the size as WIDTHxHEIGHT, such as 1366x768.")
    known: str | None = None
    if picture is not None:
        known = passphrase_for(session.folder)
    return run(session.folder, passphrase=known, picture=picture, page=page, size=(int(width), int(height)))


for room in (workspaces, lists, records, disputes, doubles, forms, syncing, books, offices, reports, matching, attached):
    room.register(leye)


def run(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit status. Trouble is one or two plain lines on standard error."""
    try:
        words = sys.argv[1:] if arguments is None else arguments
        _check_encoding(words)
        leye.main(args=common_first(words), prog_name="leye", standalone_mode=False)
        flush()
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except click.Abort:
        note(say("停下了，没有写完的不算数。", "Stopped."))
        return 1
    except click.UsageError as error:
        note(str(mistyped(error)))
        return error.exit_code
    except SystemExit as leave:
        return leave.code if isinstance(leave.code, int) else 1
    except Problem as problem:
        note(str(problem))
        return problem.status
    except OSError as error:
        return _io_trouble(error)
    except Exception as error:  # a bug: say so in one line, show it where asked
        if (trouble := _store_trouble(error)) is not None:
            note(str(trouble))
            return trouble.status
        if "--debug" in (arguments or sys.argv):
            traceback.print_exc()
        note(say(f"乐业自己出了毛病（{type(error).__name__}）。数据没有丢；请加 --debug 再运行一次并把结果交给维护的人。",
                 f"Something is wrong with Leye itself ({type(error).__name__}). No data is lost; run again with --debug and"
                 " show the result to whoever maintains it."))
        return 1
    return 0


def common_first(words: list[str]) -> list[str]:
    """Return the words of a command line with --workspace and --debug in front, where they are read; people write them anywhere."""
    end = words.index("--") if "--" in words else len(words)
    common: list[str] = []
    rest: list[str] = []
    at = 0
    while at < end:
        taken = 2 if words[at] == "--workspace" else 1
        is_common = words[at] == "--debug" or words[at].startswith("--workspace=") or (taken == 2 and at + 1 < end)
        (common if is_common else rest).extend(words[at:min(at + taken, end)])
        at += taken
    return [*common, *rest, *words[end:]]


def _store_trouble(error: Exception) -> Problem | None:
    """Return the sentence for a full, locked or damaged store that was met while reading; None where it is something else."""
    if "app.models.store" not in sys.modules:
        return None
    from app.models.store import DatabaseError, known_problem

    return known_problem(error) if isinstance(error, DatabaseError) else None


def _check_encoding(arguments: list[str]) -> None:
    """Raise a Problem for an argument that is no text: bytes of another encoding, which could be kept nowhere."""
    for number, argument in enumerate(arguments, start=1):
        if not argument.isascii() and any("\ud800" <= letter <= "\udfff" for letter in argument):
            raise Problem("argument.encoding", f"第 {number} 个参数不是 UTF-8 文字。请把终端或脚本的编码改成 UTF-8 再运行。",
                          f"Argument {number} is not UTF-8 text. Set the terminal or script to UTF-8 and run it again.")


def _io_trouble(error: OSError) -> int:
    """Say what the operating system refused: no space, no right to write, no such folder."""
    name = Path(str(error.filename)).name if error.filename else say("文件", "the file")
    note(say(f"“{name}”读写不了：{error.strerror}。请检查路径、权限和磁盘空间。",
             f'"{name}" cannot be read or written: {error.strerror}. Check the path, the rights and the disk space.'))
    return 2  # whatever Leye writes is whole under its name or not there


def main(arguments: list[str] | None = None) -> Any:
    """Be the program."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # a windowed bundle has none
            with contextlib.suppress(AttributeError, ValueError):
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    sys.exit(run(arguments))
