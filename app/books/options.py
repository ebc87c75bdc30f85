"""Options: what an answer that a table offers means in our codes. Promises an option only where it means what the ledger says.

An option is a label or an alias of a code, or a word of the list `option` in resources/dictionary/heads.csv for several (小学及以下, 县内)."""
from collections.abc import Sequence

from app.books.units import bare
from app.books.words import EDGE, words_of
from app.models.dictionary import CodeList, fold

_YES = frozenset(["是", "有", "yes", "y", "√", "愿意", "1", "已", "会", "能"])
_NO = frozenset(["否", "无", "没有", "no", "n", "×", "不愿意", "0", "未", "不会", "不能"])
_DONE, _NOT = "已", ("未", "没", "不", "非")


def meant(codes: CodeList, option: str) -> frozenset[str]:
    """Return the codes that an option stands for, several where it is a word for several; none where it means nothing here."""
    words = words_of("option")
    for way in (fold(option).strip(EDGE), fold(bare(option)).strip(EDGE)):
        name, _, several = words.get(way, "").partition("=")
        if name == codes.name:
            return frozenset(several.split(","))
    found = codes.find(option) or codes.find(bare(option))
    return frozenset([found]) if found else frozenset()


def fitting(codes: CodeList, code: str, options: Sequence[str]) -> str | None:
    """Return the option that names this code alone; else the only one that takes it in; else the only one that names the wider code it
    belongs to (21 is of 20)."""
    told = {option: meant(codes, option) for option in options}
    for fit in ([one for one, found in told.items() if found == {code}], [one for one, found in told.items() if code in found],
                [one for one, found in told.items() if any(_wider(wide, code) for wide in found)]):
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


def yes_and_no(options: Sequence[str]) -> bool:
    """Return whether options are a yes and a no."""
    told = sorted((fold(one) for one in options), key=lambda one: one in _NO)
    return len(told) == 2 and told[0] in _YES and told[1] in _NO


def _wider(wide: str, code: str) -> bool:
    return wide.endswith("0") and wide[0] == code[0] and len(wide) == len(code)
