"""The language in use. Promises that every sentence has both languages, because both stand side by side in the code."""
import locale
import os
import sys
import unicodedata
from typing import Literal

Language = Literal["zh", "en"]


def _at_start() -> Language:
    wish = os.environ.get("LEYE_LANG") or _of_the_system()
    return "en" if wish.lower().startswith("en") else "zh"


def _of_the_system() -> str:
    """Return the system's language, "" where it has none: the C locale is nobody's wish for English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "" if value.split(".")[0] in ("C", "POSIX") else value
    return (locale.getlocale()[0] or "") if sys.platform == "win32" else ""


class _Current:
    """The one language of the process; pages re-label themselves when it changes."""

    value: Language = _at_start()


def language() -> Language:
    """Return the language in use: "zh" or "en"."""
    return _Current.value


def set_language(value: Language) -> None:
    """Use this language from now on."""
    _Current.value = value


def say(zh: str, en: str) -> str:
    """Return the sentence in the language in use."""
    return zh if _Current.value == "zh" else en


def count(n: int) -> str:
    """Return a number of people or things as it is read: no separator under 10 000, commas above."""
    return f"{n:,}" if n >= 10_000 else str(n)


def counted(n: int, one: str, more: str = "") -> str:
    """Return a number with its English noun: 1 fair, 2 fairs; `more` where the plural is no mere s."""
    return f"{count(n)} {one if n == 1 else more or f'{one}s'}"


def one_line(text: str) -> str:
    """Return what a stranger calls himself as one plain line: nothing in it moves a cursor, breaks a line or turns the reading."""
    return "".join(letter for letter in text if unicodedata.category(letter) not in _UNSEEN)


def printable(text: str) -> str:
    """Return text that may hold what strangers wrote, for a terminal: lines and tabs stay, what steers it becomes visible."""
    return "".join(letter if letter in "\n\t" or unicodedata.category(letter) not in _UNSEEN else f"\\u{ord(letter):04x}"
                   for letter in text) if not text.isascii() or not text.isprintable() else text


_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
