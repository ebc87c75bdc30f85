"""Printed codes: they survive handwriting and notice slips."""
import secrets

import pytest

from app.sync.spelled import ALPHABET, spell, unspell


@pytest.mark.parametrize("size", [16, 32])
def test_code_comes_back_however_it_is_typed(size: int) -> None:
    data = secrets.token_bytes(size)
    code = spell(data)
    assert all(len(group) == 5 for group in code.split("-"))
    full_width = "".join(chr(ord(c) + 0xFEE0) if c.isalnum() else " " for c in code)
    for typed in (code, code.lower(), code.replace("-", ""), code.replace("0", "o").replace("1", "l"), full_width):
        assert unspell(typed, size) == data


def test_any_single_slip_is_noticed() -> None:
    code = spell(secrets.token_bytes(16))
    for at, letter in enumerate(code):
        if letter != "-":
            other = ALPHABET[(ALPHABET.index(letter) + 1) % 32]
            assert unspell(code[:at] + other + code[at + 1:], 16) is None
    assert unspell(code[:-1], 16) is None
    assert unspell("", 16) is None
    assert unspell(code, 32) is None
