"""Wording: how the commands explain themselves and what a mistyped one is told, in the language in use.

A command's docstring holds its paragraphs in English, then the same in Chinese, then its examples; the help of an option is a
pair (zh, en). Promises that a mistyped command is told in one or two lines what is wrong and where to look.
"""
import inspect
import re
from functools import partial
from typing import Any

import click

from app.models.language import language, say
from app.models.problem import Problem

Pair = tuple[str, str]
EXAMPLE = "Example: "
_CHINESE = re.compile("[\u3400-\u9fff]")


class Option(click.Option):
    """An option whose help is a pair (zh, en)."""

    def __init__(self, *names: Any, help: Pair | None = None, **settings: Any) -> None:
        super().__init__(*names, **settings)
        self.pair = help or ("", "")

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return the option and its help."""
        self.help = say(*self.pair)
        record = super().get_help_record(ctx)
        if record is None or language() == "en":
            return record
        return record[0], record[1].replace("required]", "必填]").replace("[default: ", "[默认：").replace("; ", "；")


option = partial(click.option, cls=Option)


class Command(click.Command):
    """A command that explains itself in the language in use."""

    pair: Pair | None = None  # its line in the list of commands

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write how it is called."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), say("用法 Usage: ", "Usage: "))

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what it does, and the examples."""
        with formatter.indentation():
            for paragraph in paragraphs(self.help or ""):
                formatter.write_paragraph()
                formatter.write_text(paragraph)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options."""
        records = [record for one in self.get_params(ctx) if not isinstance(one, click.Argument) and (record := one.get_help_record(ctx))]
        with formatter.section(say("选项", "Options")):
            formatter.write_dl(records)

    def get_short_help_str(self, limit: int = 45) -> str:
        """Return its line in the list of commands."""
        return say(*self.pair) if self.pair else next(iter(paragraphs(self.help or "")), "")

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return --help, explained in the language in use."""
        found = super().get_help_option(ctx)
        if found is not None:
            found.help = say("显示这些说明。", "Show this message and exit.")
        return found


class Group(Command, click.Group):
    """A group of commands that explains itself in the language in use."""

    command_class = Command

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, then the commands."""
        Command.format_options(self, ctx, formatter)
        with formatter.section(say("命令", "Commands")):
            formatter.write_dl([(name, self.commands[name].get_short_help_str()) for name in self.list_commands(ctx)])


def family(parent: click.Group, name: str, line: Pair, text: str) -> Group:
    """Return a new group of commands in another; line: its line in the list of commands, text: like a command's docstring."""
    made = Group(name, help=text)
    made.pair = line
    parent.add_command(made)
    return made


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a docstring that are in the language in use, and the examples."""
    kept = []
    for paragraph in inspect.cleandoc(text).split("\n\n"):
        line = " ".join(paragraph.split())
        if line.startswith(EXAMPLE):
            kept.append(say("例 ", "") + line)
        elif line and is_chinese(line) == (language() == "zh"):
            kept.append(line)
    return kept


def is_chinese(text: str) -> bool:
    """Return whether a text begins in Chinese."""
    return bool(_CHINESE.match(text.lstrip("“《（")))


def mistyped(error: click.UsageError) -> Problem:
    """Return what is wrong with a command line, and where to look, in both languages."""
    path = error.ctx.command_path if error.ctx is not None else "leye"
    zh, en = _what(error)
    return Problem("usage", f"{zh}。用法见 {path} --help。", f"{en}. See {path} --help.")


def _what(error: click.UsageError) -> Pair:
    if isinstance(error, click.exceptions.NoArgsIsHelpError) or error.message == "Missing command.":
        group = error.ctx.command if error.ctx is not None else None
        names = list(group.commands) if isinstance(group, click.Group) else []
        return f"后面还要写做什么：{'、'.join(names)}", f"Say what to do: {', '.join(names)}"
    if isinstance(error, click.NoSuchOption):
        zh, en = _like(error.possibilities)
        return f"没有 {error.option_name} 这个选项{zh}", f"There is no option {error.option_name}{en}"
    if isinstance(error, click.exceptions.NoSuchCommand):
        zh, en = _like(error.possibilities)
        return f"没有“{error.command_name}”这个命令{zh}", f"There is no command {error.command_name}{en}"
    if isinstance(error, click.BadParameter):
        return _parameter(error)
    if isinstance(error, click.BadOptionUsage):
        return f"{error.option_name} 后面要写一个值", f"{error.option_name} wants a value after it"
    extra = re.fullmatch(r"Got unexpected extra arguments? \((.*)\)\.?", error.message, re.DOTALL)
    return (f"多写了：{extra[1]}", f"There is more than is wanted: {extra[1]}") if extra else (error.message.rstrip("."),) * 2


def _like(possibilities: list[str] | None) -> Pair:
    return ("，是不是 " + "、".join(possibilities), "; did you mean " + ", ".join(possibilities)) if possibilities else ("", "")


def _parameter(error: click.BadParameter) -> Pair:
    one = error.param
    name = ""
    if one is not None:
        name = max(one.opts, key=len) if isinstance(one, click.Option) else one.make_metavar(error.ctx or click.Context(Command(None)))
    if isinstance(error, click.MissingParameter):
        return f"还缺 {name.rstrip('.…')}", f"{name.rstrip('.…')} is missing"
    kind = one.type if one is not None else None
    if isinstance(kind, click.Choice):
        names = [str(choice) for choice in kind.choices]
        return f"{name} 只能是 {'、'.join(names)}", f"{name} must be one of {', '.join(names)}"
    if isinstance(kind, click.IntRange):
        ends = (f"{kind.min} 到 {kind.max}", f"from {kind.min} to {kind.max}") if kind.max is not None else (
            f"{kind.min} 或更大", f"of {kind.min} or more")
        return f"{name} 要写整数，{ends[0]}", f"{name} wants a whole number {ends[1]}"
    if isinstance(kind, click.types.IntParamType):
        return f"{name} 要写整数", f"{name} wants a whole number"
    if isinstance(kind, click.Path):
        return f"{name} 打不开，请看看在不在、有没有权限", f"{name} cannot be opened: see whether it is there and permitted"
    return f"{name} 的值不对", f"{name} has a wrong value"
