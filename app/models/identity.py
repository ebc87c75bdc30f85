"""Who is who: identity numbers, record ids and names. Promises to check and to refuse, never to repair.

An identity number is GB 11643: 18 characters, or 20 or 22 where a disability certificate stands in its place.
"""
import re
import unicodedata
import uuid
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from secrets import randbits
from typing import Literal

from app.models import clock
from app.models.problem import Problem

LEYE = uuid.UUID("6c657965-0000-5000-8000-e4b990e4b89a")  # our namespace: spells leye and 乐业; must never change
NAME_LEAST, NAME_MOST = 2, 50
PRACTICE_AREA = "529999"
WORKING_AGE = 16  # full years: who is younger may not work, is not asked about it, and is led to no work
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK = "10X98765432"
_SHAPE = re.compile(r"[1-9]\d{5}(?:19|20)\d{9}[\dX]", re.ASCII)
_TAIL = re.compile(r"[1-7][1-4](?:B\d)?", re.ASCII)
_FLOAT = re.compile(r"\d(?:\.\d+)?[eE]\+?\d{2}|\d{15,}\.0+", re.ASCII)
_HAN = r"[\u3007\u3400-\u9fff\ue000-\uf8ff\uf900-\ufaff\U00020000-\U0003ffff]"
_SEPARATORS = re.compile(rf"(?<={_HAN})\s*[·•・‧∙.．]\s*(?={_HAN})")
_LOOK_ALIKE = str.maketrans("OoＯｏIlＩｌ|", "000011111")
_PUA = str.maketrans({
    # GB 18030-2000, as Python's codec reads it, to Unicode as the 2022 standard places it
    0xE81E: 0x9FB4, 0xE826: 0x9FB5, 0xE82B: 0x9FB6, 0xE82C: 0x9FB7, 0xE832: 0x9FB8, 0xE843: 0x9FB9, 0xE854: 0x9FBA,
    0xE864: 0x9FBB, 0xE816: 0x20087, 0xE817: 0x20089, 0xE818: 0x200CC, 0xE831: 0x215D7, 0xE83B: 0x2298F,
    0xE855: 0x241FE, 0xE7C7: 0x1E3F,
})
_UNSEEN = str.maketrans(dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))  # takes no room on paper, and makes two of one name
_SPELLINGS = str.maketrans({"〇": "零", "呂": "吕", "·": None, " ": None, "　": None})


@dataclass(frozen=True)
class IdNumber:
    """A number that passed: base18 (upper-case X), tail ("" or the certificate's "43" or "43B1"), birth, sex, area6."""

    base18: str
    tail: str
    birth: date
    sex: Literal["1", "2"]
    area6: str


def normalise(text: str) -> str:
    """Return the number without blanks and with an upper-case X; nothing else is touched."""
    return re.sub(r"\s", "", text).upper() if is_plain(text) else text.strip()


def is_plain(text: str) -> bool:
    """Return whether the text holds only the characters an identity number may hold, blanks apart."""
    return re.fullmatch(r"[0-9XxBb\s]*", text) is not None


def likely_meant(text: str) -> str | None:
    """Return the number that look-alikes (full-width digits, O for 0, l for 1) seem to mean, if it would pass; else None."""
    if is_plain(text):
        return None
    reading = normalise(unicodedata.normalize("NFKC", text.translate(_LOOK_ALIKE)))
    try:
        check_id_number(reading)
    except Problem:
        return None
    return reading


def was_a_number(value: object) -> bool:
    """Return whether a cell's value shows that a spreadsheet kept an identity number as a number and lost its end."""
    if isinstance(value, bool) or value is None:
        return False
    if isinstance(value, int | float):
        return True
    text = str(value).strip()
    return _FLOAT.fullmatch(text) is not None


def check_character(first17: str) -> str:
    """Return the 18th character that belongs to these 17 digits."""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, first17, strict=True))
    return CHECK[total % 11]


def check_id_number(text: str) -> IdNumber:
    """Return the parts of an identity number of 18, 20 or 22 characters; raise Problem saying what is wrong (V1, V4)."""
    if was_a_number(text):
        raise Problem("identity.number", "证件号码存成了数字，后三位已经没有了。请改成文本重填。",
                      "The ID was stored as a number and its last three digits are lost."
                      " Set the cell to text and type it again.")
    number = normalise(text)
    if not is_plain(number):
        raise Problem("identity.characters", "证件号码里有全角字符或字母，只能是半角数字和末位 X。请照证件重填。",
                      "The ID holds full-width characters or letters; only digits and a last X may stand there."
                      " Type it again from the document.")
    if len(number) not in (18, 20, 22):
        raise Problem("identity.length", f"证件号码有 {len(number)} 位，应为 18 位（残疾人证 20 或 22 位）。请照证件重填。",
                      f"The ID has {len(number)} characters; it must have 18 (20 or 22 on a disability certificate)."
                      " Type it again from the document.")
    base, tail = number[:18], number[18:]
    birth = _birth(base)
    if check_character(base[:17]) != base[17]:
        raise Problem("identity.check", "证件号码的最后一位对不上，可能有一位抄错了。请照证件核对。",
                      "The last character of the ID does not fit the others; one digit may be wrong."
                      " Compare it with the document.")
    if tail and not _TAIL.fullmatch(tail):
        raise Problem("identity.tail", "残疾人证号末尾应为类别 1–7、等级 1–4（补发的再加 B 和一位数字）。请照证件核对。",
                      "A disability certificate ends with a kind 1-7 and a level 1-4 (and B and a digit when re-issued)."
                      " Compare it with the document.")
    return IdNumber(base, tail, birth, "1" if int(base[16]) % 2 else "2", base[:6])


def _birth(base: str) -> date:
    if not _SHAPE.fullmatch(base):
        raise Problem("identity.shape", "证件号码的前 18 位不是身份证号。请照证件重填。",
                      "The first 18 characters are not an ID number. Type it again from the document.")
    try:
        birth = date(int(base[6:10]), int(base[10:12]), int(base[12:14]))
    except ValueError:
        raise Problem("identity.date", "证件号码里的出生日期不存在。请照证件核对第 7 到 14 位。",
                      "The date of birth inside the ID does not exist."
                      " Compare digits 7 to 14 with the document.") from None
    if birth > clock.today():
        raise Problem("identity.future", "证件号码里的出生日期在今天以后。请照证件核对第 7 到 14 位。",
                      "The date of birth inside the ID is in the future. Compare digits 7 to 14 with the document.")
    return birth


def base18(text: str) -> str:
    """Return the first 18 characters, by which two persons are compared; "" when there are fewer."""
    number = normalise(text)
    return number[:18] if len(number) >= 18 else ""


def may_be(said: str, number: str) -> bool:
    """Return whether a number may be the one that is said, which stars may partly hide: 529999********0010."""
    if "*" not in said:
        return base18(said) != "" and base18(said) == base18(number)
    return _shows(said, base18(number))


def _shows(said: str, whole: str) -> bool:
    return re.fullmatch(".*".join(re.escape(part) for part in re.split(r"\*+", said)), whole) is not None


def age_on(birth: date, day: date) -> int:
    """Return the age in full years (周岁) on that day."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


# -- names ------------------------------------------------------------------------------------------------------------

def from_private(text: str) -> str:
    """Return the text with the private-use letters of GB 18030-2000 as Unicode has them; what it does not know stays."""
    return text.translate(_PUA)


def normalise_name(text: str) -> str:
    """Return the name as it is kept: NFC, GB 18030 private code points mapped, `·` between Han letters, no padding,
    nothing that cannot be seen."""
    name = unicodedata.normalize("NFC", text.translate(_PUA).translate(_UNSEEN))
    name = _SEPARATORS.sub("·", re.sub(r"\s+", " ", name).strip())
    first, blank, second = name.partition(" ")
    if blank and len(first) == len(second) == 1 and not (first + second).isascii():
        return first + second  # 杨　梅: two letters spread to the width of three
    return name


def check_name(text: str, least: int = NAME_LEAST) -> str:
    """Return the name as it is kept; raise Problem unless it has 2 to 50 characters and no digit (domain.md 1.3)."""
    name = normalise_name(text)
    if not least <= len(name) <= NAME_MOST or any(letter.isdigit() for letter in name):
        raise Problem("identity.name", "姓名应为 2 到 50 个字，不能有数字。请照证件重填。",
                      "A name has 2 to 50 characters and no digits. Type it again from the document.")
    return name


def left_over_private(name: str) -> tuple[str, ...]:
    """Return the code points ("U+E123") that no font agrees on: private use, after the known ones were mapped."""
    return tuple(f"U+{ord(letter):04X}" for letter in name.translate(_PUA) if unicodedata.category(letter) == "Co")


@lru_cache(1024)
def searchable_name(name: str) -> str:
    """Return the name as it is compared in a search: no separators or blanks, one spelling of 零 and 吕, lower case."""
    return normalise_name(name).translate(_SPELLINGS).lower()


def may_be_called(said: str, name: str) -> bool:
    """Return whether a name may be the one that is said, which stars may partly hide: 石*."""
    return _shows(searchable_name(said.replace("＊", "*")), searchable_name(name))


# -- masks ------------------------------------------------------------------------------------------------------------

def mask_id(number: str) -> str:
    """Return the number with its first character and its last four."""
    hidden = len(number) - 5
    return number[0] + "*" * hidden + number[-4:] if hidden > 0 else "*" * len(number)


def mask_phone(number: str) -> str:
    """Return 138****5678; of a shorter number only its last two digits."""
    if len(number) < 8:
        return "*" * max(0, len(number) - 2) + number[-2:] if len(number) > 2 else "*" * len(number)
    return number[:3] + "*" * (len(number) - 7) + number[-4:]


def mask_name(name: str) -> str:
    """Return 杨*, 买**·吐**: the first letter of each part."""
    return re.sub(r"[^·\s]+", lambda part: part[0][0] + "*" * (len(part[0]) - 1) if len(part[0]) > 1 else "*", name)


# -- record ids -------------------------------------------------------------------------------------------------------

def record_id(type: str, county6: str, code: str) -> str:
    """Return the id that follows from an issued code: the same on every device that brings in the same roster."""
    issued = re.sub(r"\s", "", unicodedata.normalize("NFKC", code)).upper()
    return uuid.uuid5(LEYE, f"{type}:{county6}:{issued}").hex


def pair_id(one: str, other: str) -> str:
    """Return the id of a pair of records: the same whichever of them is named first."""
    return uuid.uuid5(LEYE, "same_as:" + "~".join(sorted((one, other)))).hex


def new_id() -> str:
    """Return a random id in UUIDv7 layout, for a record without an issued code."""
    random = randbits(74)
    value = (clock.wall_ms() & (2**48 - 1)) << 80 | 0x7 << 76 | (random >> 62) << 64 | 0b10 << 62 | random & (2**62 - 1)
    return f"{value:032x}"


def spell_id(person: str, n: int) -> str:
    """Return the id of a person's n-th work spell, counted from 1."""
    return uuid.uuid5(LEYE, f"placement:{person}:{n}").hex
