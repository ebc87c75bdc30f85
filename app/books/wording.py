"""Wording: the ways to read a head. Promises that what is left out changes nothing of what the head asks for.

    forms("现就业状况\\nEmployment") -> "现就业状况employment", "现就业状况", "就业状况"

What may be left out (目前, 详细, 全称, and who the row is about: 学生, 申请人) stands in resources/dictionary/heads.csv: `before`, `who`, `after`.
"""
import re
from collections.abc import Iterator
from functools import cache

from app.books.units import bare
from app.books.words import EDGE, words_of
from app.models.dictionary import fold

ASKS = ("是否", "有无", "有没有", "是不是", "能否", "会否")  # heads that want yes or no
_SERIAL = re.compile(r"^[(]?[0-9一二三四五六七八九十]{1,2}[).、]")
_LATIN = re.compile(r"[a-z][a-z.'’&/-]*")
_HAN = re.compile(r"[\u3400-\u9fff]")
_ASKED_HOW = re.compile(r"^(?:目前|现在|当前|现|已经|已|正在|仍|尚)*(?:属于|为|是|有|存在|参加过?|接受|享受|办理|纳入|取得|持有)?")
_NUMBERED = re.compile(r"[(]?[01][).、:=-]?[\u3400-\u9fff].*$")
AGAIN = ("是否", "是否有", "有无", "是否为", "是否参加", "是否享受", "是否取得", "是否持有")


def forms(text: str) -> Iterator[str]:
    """Yield the ways to read a head, folded, the fullest first; none twice."""
    seen: set[str] = set()
    for one in _forms(text):
        if one and one not in seen:
            seen.add(one)
            yield one


def exact(text: str) -> tuple[str, ...]:
    """Return the ways to read a head in which nothing but notes and its number is left out."""
    return tuple(dict.fromkeys((fold(text).strip(EDGE), *_plain(text))))


def without_options(plain: str) -> str:
    """Return a folded head without the numbered options at its end: 性别 of 性别1.男2.女."""
    return _NUMBERED.sub("", plain).strip(EDGE)


def about(plain: str) -> str:
    """Return the word at the beginning that says whom the row is about (学生 of 学生姓名), "" where there is none."""
    found = _at_first().match(plain)
    return found.group() if found is not None and found.end() < len(plain) and found.group() not in _longest("before") else ""


def _plain(text: str) -> tuple[str, ...]:
    plain = fold(bare(text)).strip(EDGE)
    return plain, _SERIAL.sub("", plain), without_options(plain)


def _forms(text: str) -> Iterator[str]:
    yield from exact(text)
    for plain in _plain(text):
        for one in dict.fromkeys((plain, _LATIN.sub("", plain).strip(EDGE) if _HAN.search(plain) else plain)):
            yield one
            yield from _shorter(one)
            if one.startswith(ASKS):
                yield from _asked(one)


def _shorter(plain: str) -> Iterator[str]:
    """Yield a head without words that add nothing, the nearest to the whole first."""
    bases = [plain]
    for after in _longest("after"):
        if plain.endswith(after) and len(plain) > len(after) + 1:
            bases.append(plain[:-len(after)])
            break
    for base in bases:
        yield base
        rest = base
        for _ in range(3):
            found = _at_first().match(rest)
            if found is None or found.end() == len(rest):
                break
            rest = rest[found.end():].removeprefix("的")
            yield rest


def _asked(plain: str) -> Iterator[str]:
    """Yield the other ways to ask for yes or no: 是否属于脱贫户 is 是否脱贫户, 有无技能证书 is 是否有技能证书."""
    ask = next(one for one in ASKS if plain.startswith(one))
    rest = plain[len(ask):]
    for core in dict.fromkeys((rest, _ASKED_HOW.sub("", rest))):
        if core:
            yield from (f"{again}{core}" for again in AGAIN)


@cache
def _at_first() -> re.Pattern[str]:
    """Return what a head may begin with: a word that adds nothing (目前), or whom the row is about (务工人员, 公益性岗位人员)."""
    before, doing, who = ("|".join(map(re.escape, _longest(list))) for list in ("before", "doing", "who"))
    return re.compile(f"(?:{before})|(?:{doing})*(?:{who})")


@cache
def _longest(list: str) -> tuple[str, ...]:
    return tuple(sorted(words_of(list), key=len, reverse=True))
