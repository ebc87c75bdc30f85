"""The language in use. Promises that every sentence has both languages, because both stand side by side in the code."""
import locale
import os
from typing import Literal

Language = Literal["zh", "en"]


def _at_start() -> Language:
    wish = os.environ.get("LEYE_LANG", "").lower()
    if not wish:
        wish = (locale.getlocale()[0] or "").lower()
        if wish in ("c", "posix", "c.utf-8"):
            wish = ""
    return "en" if wish.startswith("en") else "zh"


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
