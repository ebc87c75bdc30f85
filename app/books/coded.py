"""Coded: the answers that a head itself offers. Promises options only where the head says them, with what is to be written for each.

    options_of("性别（男1女2）") -> (("男", 1), ("女", 2))        options_of("劳动合同（有/无）") -> (("有", "有"), ("无", "无"))
"""
import re
import unicodedata
from functools import lru_cache

Options = tuple[tuple[str, int | str], ...]
_IN_BRACKETS = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]")
_TAIL = re.compile(r"(?<!\d)[(]?[01][).、:=-]?[\u3400-\u9fff].*$")  # 1.男2.女 after the words of the head
_TOKENS = re.compile(r"\d+|[^\d.,、;:=|()\[\]\s-][^\d,、;:=|]*")
_SPACE = re.compile(r"\s+")
_BETWEEN = re.compile(r"[/、,;|]|或")
_FILL = re.compile(r"填写?|代表|表示|打|选|为(?=\d)")
LONGEST = 12  # characters of an option in words


@lru_cache(maxsize=4096)
def options_of(head: str) -> Options:
    """Return the options of a head, as (what it means, what is written for it); () where it offers none."""
    text = _SPACE.sub("", unicodedata.normalize("NFKC", head))
    for note in _IN_BRACKETS.findall(text):
        if found := _numbered(note):
            return found
    if found := _numbered(text):  # a head that begins with its options says no more than they do
        return ()
    if (tail := _TAIL.search(text)) is not None and (found := _numbered(tail.group())):
        return found
    for note in _IN_BRACKETS.findall(text):
        parts = [part for part in _BETWEEN.split(_FILL.sub("", note)) if part]
        if len(set(parts)) == len(parts) > 1 and all(len(part) <= LONGEST and not part.isdigit() for part in parts):
            return tuple((part, part) for part in parts)
    return ()


def numbered(note: str) -> bool:
    """Return whether a note in brackets numbers answers (1.未婚 2.有配偶): then its words speak of nobody else."""
    return by_number(options_of(f"甲{note}"))


def by_number(options: Options) -> bool:
    """Return whether what is written for options are numbers, also such as 01."""
    return any(str(written).isdigit() for _, written in options)


def _numbered(text: str) -> Options:
    """Return options and their numbers, whichever comes first: 1.男 2.女, 男1女2, 是=1，否=0."""
    tokens = [token for found in _TOKENS.findall(_FILL.sub("", text)) if (token := _closed(found.strip("./")))]
    firsts, seconds = tokens[::2], tokens[1::2]
    if len(tokens) < 4 or len(tokens) % 2:
        return ()
    numbers, labels = (firsts, seconds) if firsts[0].isdigit() else (seconds, firsts)
    if not all(one.isdigit() and len(one) < 3 for one in numbers) or any(one.isdigit() for one in labels):
        return ()
    if len(set(numbers)) < len(numbers) or len(set(labels)) < len(labels):
        return ()
    if int(numbers[0]) > 2 and not (len(numbers) > 2 and {len(one) for one in numbers} == {2}):  # codes of a standard: 10 研究生 20 本科 …
        return ()
    return tuple((label, number if number[0] == "0" and len(number) > 1 else int(number)) for label, number in zip(labels, numbers, strict=True))


def _closed(token: str) -> str:
    """Return a label whose brackets are whole: 高中(含中职) stays, the bracket that closes the list of options goes."""
    return token.strip(")(") if token.count("(") != token.count(")") else token
