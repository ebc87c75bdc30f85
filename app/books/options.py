"""Options: what an answer that a table offers means in our codes. Promises an option only where it means what the ledger says.

An option is a label or an alias of a code, or a word of a list `option:…` in resources/dictionary/heads.csv for several (小学及以下, 县内)."""
import re
from collections.abc import Sequence

from app.books.units import bare
from app.books.words import EDGE, words_of
from app.models.dictionary import CodeList, fold

_YES = frozenset(["是", "有", "yes", "y", "√", "愿意", "1", "已", "会", "能"])
_NO = frozenset(["否", "无", "没有", "no", "n", "×", "不愿意", "0", "未", "不会", "不能"])
_PREFIX = re.compile(r"^[0-9A-Za-z]{1,3}\s*[-.、:：．]\s*")  # 1-男
_BY_MARRIAGE = frozenset(["28", "38", "45", "46", "53", "54", "55", "56", "57", "58", "65", "68", "72", "74", "76", "78"])  # GB/T 4761
_DONE, _NOT = "已", ("未", "没", "不", "非")


def meant(codes: CodeList, option: str) -> frozenset[str]:
    """Return the codes that an option stands for, several where it is a word for several; none where it means nothing here."""
    words, plain = words_of(f"option:{codes.name}"), _PREFIX.sub("", option)
    for way in (option, bare(option), plain):
        if several := words.get(fold(way).strip(EDGE)):
            return frozenset(several.split(","))
    found = codes.find(option) or codes.find(bare(option)) or codes.find(plain)
    return frozenset([found]) if found else frozenset()


def fitting(codes: CodeList, code: str, options: Sequence[str]) -> str | None:
    """Return the option that names this code alone; else the only one that takes it in; else the only one that names the wider code it
    belongs to (21 is of 20)."""
    told = {option: meant(codes, option) for option in options}
    for fit in ([one for one, found in told.items() if found == {code}], [one for one, found in told.items() if code in found],
                [one for one, found in told.items() if any(wider(codes.name, wide, code) for wide in found)]):
        if fit:
            return fit[0] if len(fit) == 1 or told[fit[0]] == {code} else None
    return None


def saying(options: Sequence[str], answer: bool) -> str | None:
    """Return the option that means yes or no, None where there is none, or several."""
    wanted = _YES if answer else _NO
    exact = next((option for option in options if fold(option) in wanted), None)
    if exact is not None or len(options) != 2:
        return exact
    told = {option: fold(option).startswith(_NOT) for option in options}
    if sorted(told.values()) != [False, True] or not any(fold(option).startswith((_DONE, *_YES)) for option, no in told.items() if not no):
        return None
    return next(option for option, no in told.items() if no is not answer)


def said_yes(word: str) -> bool | None:
    """Return whether a word under a question of yes or no says yes (参加过) or no (未参加); None where it says neither."""
    text = fold(word)
    return False if text.startswith(_NOT) else True if text.startswith((_DONE, "参加", "有", "愿", "享受", "签")) else None


def yes_and_no(options: Sequence[str]) -> bool:
    """Return whether options are a yes and a no."""
    told = sorted((fold(one) for one in options), key=lambda one: one in _NO)
    return len(told) == 2 and told[0] in _YES and told[1] in _NO


def wider(list: str, wide: str, code: str) -> bool:
    """Return whether a code is a wider one that another belongs to: 21 is of 20, but a son's wife is no daughter."""
    if list == "relation" and code in _BY_MARRIAGE:
        return False
    return len(wide) == len(code) == 2 and wide.isdigit() and wide.endswith("0") and wide[0] == code[0]
