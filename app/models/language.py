"""The language in use. Promises that every sentence has both languages, because both stand side by side in the code."""
import locale
import os
import sys
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
