"""Codes that people read aloud and type: Crockford base32 in groups of five, with a check part; and Bech32, as age spells keys.

Promises that a code survives lower case, full-width letters, blanks, O for 0 and I or L for 1, and that a slip of the
hand is noticed before anything else happens.
"""
import hashlib
import unicodedata
from collections.abc import Sequence

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


def spell_age(secret: bytes) -> str:
    """Return 32 secret bytes as age spells an identity (Bech32, BIP 173)."""
    left, bits, values, name = 0, 0, [], "age-secret-key-"
    for byte in secret:
        left, bits = left << 8 | byte, bits + 8
        while bits >= 5:
            bits -= 5
            values.append(left >> bits & 31)
    if bits:
        values.append(left << 5 - bits & 31)
    check = _bech32_sum([*(ord(c) >> 5 for c in name), 0, *(ord(c) & 31 for c in name), *values, *[0] * 6]) ^ 1
    values += [check >> 5 * (5 - at) & 31 for at in range(6)]
    return (name + "1" + "".join("qpzry9x8gf2tvdw0s3jn54khce6mua7l"[v] for v in values)).upper()


def _bech32_sum(values: Sequence[int]) -> int:
    total = 1
    for value in values:
        top = total >> 25
        total = (total & 0x1FFFFFF) << 5 ^ value
        for at, part in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            total ^= part if top >> at & 1 else 0
    return total
