"""Parcels: whole or refused, at any byte and any length; no more of one in memory than an item, however large it is."""
import hashlib
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest

from app.models.problem import Problem
from app.sync import parcel, seal
from app.sync.parcel import SIGNED, Part
from app.sync.seal import DeviceKeys, signed_by
from app.sync.spelled import spell_age
from tests.disks import ERRORS, failing
from tests.sync.conftest import Refused

KEYS = seal.new_device_keys()


class Kept:
    """Keeps what a part says, and whether its signature is right."""

    def __init__(self) -> None:
        self.items: list[tuple[bytes, bytes]] = []
        self.right = self.ended = False

    def take(self, kind: bytes, said: bytes, before: bytes) -> None:
        if kind == SIGNED:
            self.right = signed_by(KEYS.sign_public, said, before)
        else:
            self.items.append((kind, said))

    def end(self) -> None:
        self.ended = True


def opened(path: Path, keys: DeviceKeys = KEYS) -> list[Kept]:
    """Return what these keys read of a parcel."""
    found: list[Kept] = []

    def begin() -> Kept:
        found.append(Kept())
        return found[-1]
    assert parcel.read(path, [keys], begin) == len(found)
    assert all(one.right and one.ended for one in found)
    return found


def test_each_reader_reads_its_part_and_no_other(tmp_path: Path, refused: Refused) -> None:
    other, stranger, path = seal.new_device_keys(), seal.new_device_keys(), tmp_path / "a.leye"
    parts = [Part([KEYS.age_public], [(b"H", b"one"), (b"S", bytes(200_000))], KEYS),
             Part([other.age_public, KEYS.age_public], [(b"H", b"two"), (b"?", b"")], KEYS), Part([other.age_public], [], KEYS)]
    assert parcel.write(path, parts, b"wrapped") == path.stat().st_size
    assert [one.items[0][1] for one in opened(path)] == [b"one", b"two"]
    assert [one.items for one in opened(path, other)] == [[(b"H", b"two"), (b"?", b"")], []]
    assert opened(path, stranger) == []
    assert parcel.keys_of(path) == b"wrapped"
    assert b"two" not in path.read_bytes()
    with refused("stick.missing"):
        opened(tmp_path / "none.leye")
    later = path.read_bytes().replace(parcel.MAGIC, parcel.MAGIC[:-1] + b"\x07")
    path.write_bytes(later)
    with refused("stick.damaged"):  # one byte of the magic is not another version: the sum of the whole says so
        opened(path)
    body = later[:-37]
    path.write_bytes(body + parcel.framed(b"Z", hashlib.sha256(body).digest()))
    with refused("stick.newer"):
        opened(path)


def test_each_byte_flipped_and_each_length_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.leye"
    parcel.write(path, [Part([KEYS.age_public], [(b"H", b"head"), (b"T", b"tail")], KEYS)], b"wrapped")
    good = path.read_bytes()
    for at in range(len(good)):
        for data in (good[:at] + bytes([good[at] ^ 1 << at % 8]) + good[at + 1:], good[:at], good + good[:at + 1]):
            path.write_bytes(data)
            with pytest.raises(Problem) as caught:
                opened(path)
            assert caught.value.key == "stick.damaged"


@pytest.mark.parametrize("error", ERRORS)
def test_a_stick_that_fails_at_any_act_leaves_what_was_there(tmp_path: Path, error: int, refused: Refused) -> None:
    path = tmp_path / "a.leye"
    parcel.write(path, [Part([KEYS.age_public], [(b"H", b"old")], KEYS)])

    def again() -> None:
        parcel.write(path, [Part([KEYS.age_public], [(b"H", b"new"), (b"S", bytes(100_000))], KEYS)])
    with failing() as counted:
        again()
    assert {"create", "write", "flush", "open", "rename"} <= set(counted.names)
    for at in range(1, counted.acts + 1):
        parcel.write(path, [Part([KEYS.age_public], [(b"H", b"old")], KEYS)])
        with failing(at, error, torn=True, stays=True), refused("stick.write"):
            again()
        assert opened(path)[0].items == [(b"H", b"old")]


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path, item = tmp_path / "large.leye", bytes(1024 * 1024)
    taken = 0

    class Count(Kept):
        def take(self, kind: bytes, said: bytes, before: bytes) -> None:
            nonlocal taken
            taken += len(said)

    def items() -> Iterator[tuple[bytes, bytes]]:
        for _ in range(96):
            yield b"S", item
    tracemalloc.start()
    try:
        parcel.write(path, [Part([KEYS.age_public], items(), KEYS)])
        parcel.read(path, [KEYS], Count)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert path.stat().st_size > 96 * len(item)
    assert taken >= 96 * len(item)
    assert peak < 12 * len(item), f"{peak / len(item):.1f} MiB for a file of 96"


def test_what_stops_a_reading_is_what_the_caller_raised(tmp_path: Path) -> None:
    path = tmp_path / "a.leye"
    parcel.write(path, [Part([KEYS.age_public], [(b"S", bytes(300_000))], KEYS)])

    def stop(done: int, of: int) -> None:
        assert 0 < done <= of
        if done > of / 2:
            raise KeyError("stop")
    with pytest.raises(KeyError):
        parcel.read(path, [KEYS], Kept, stop)


def test_keys_that_follow_from_a_secret_are_age_keys() -> None:
    one = seal.keys_from(bytes(32), "test")
    assert one == seal.keys_from(bytes(32), "test") != seal.keys_from(bytes(32), "other")
    for n in range(20):
        told = spell_age(bytes([n * 11]) * 32)
        assert str(pyrage.x25519.Identity.from_str(told)) == told
