"""Codes that people read aloud and type: Crockford base32 in groups of five, with a check part.

Promises that a code survives lower case, full-width letters, blanks, O for 0 and I or L for 1, and that a slip of the
hand is noticed before anything else happens.
"""
import hashlib
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUP = 5
CHECK = 3  # check characters at least; the last group is filled up with more of them


def spell(data: bytes) -> str:
    """Return the bytes as groups of five letters and digits, joined by hyphens, ending in a check part."""
    letters = _letters(data)
    text = letters + _check(data, _check_length(len(letters)))
    return "-".join(text[i:i + GROUP] for i in range(0, len(text), GROUP))


def unspell(text: str, size: int) -> bytes | None:
    """Return the `size` bytes that a typed code stands for; None when it was typed wrongly."""
    typed = unicodedata.normalize("NFKC", text).upper().translate(str.maketrans("OIL", "011"))
    typed = "".join(c for c in typed if c.isalnum())
    length = -(-size * 8 // 5)
    if len(typed) != length + _check_length(length) or any(c not in ALPHABET for c in typed):
        return None
    number = 0
    for letter in typed[:length]:
        number = number << 5 | ALPHABET.index(letter)
    spare = length * 5 - size * 8
    if number & ((1 << spare) - 1):
        return None
    data = (number >> spare).to_bytes(size, "big")
    return data if typed[length:] == _check(data, _check_length(length)) else None


def _letters(data: bytes) -> str:
    length = -(-len(data) * 8 // 5)
    number = int.from_bytes(data, "big") << (length * 5 - len(data) * 8)
    return "".join(ALPHABET[number >> 5 * (length - 1 - i) & 31] for i in range(length))


def _check_length(letters: int) -> int:
    return CHECK + -(letters + CHECK) % GROUP


def _check(data: bytes, length: int) -> str:
    return _letters(hashlib.sha256(b"leye code " + data).digest())[:length]
