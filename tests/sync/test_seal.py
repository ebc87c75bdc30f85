"""Keys, wraps, certificates: the right secret opens, every other one is refused in words."""
import msgspec
import pytest

from app.sync import seal
from tests.sync.conftest import Refused


def test_store_key_opens_by_passphrase_and_by_recovery_code(refused: Refused) -> None:
    keys, key, code = seal.new_keys("口令 pass")
    assert seal.key_by_passphrase(keys, "口令　pass") == key  # full-width blank: an input method's habit
    assert seal.key_by_recovery(keys, code.lower()) == key
    changed = seal.changed_passphrase(keys, key, "other")
    assert seal.key_by_passphrase(changed, "other") == key
    assert seal.key_by_recovery(changed, code) == key
    with refused("workspace.passphrase"):
        seal.key_by_passphrase(changed, "口令 pass")


def test_wrong_secrets_are_refused_in_words(refused: Refused) -> None:
    keys, _, code = seal.new_keys("one")
    _, _, foreign = seal.new_keys("one")
    for typed in (foreign, code[:-1] + ("2" if code[-1] != "2" else "3"), "", "你好"):
        with refused("workspace.recovery"):
            seal.key_by_recovery(keys, typed)


def test_damaged_or_newer_key_file_is_told_apart(refused: Refused) -> None:
    keys, _, _ = seal.new_keys("one")
    data = msgspec.json.encode(keys)
    assert seal.read_keys(data) == keys
    for bad in (b"", b"[]", b"{}", data[:-2], b"\xff" * 40):
        with refused("workspace.keys"):
            seal.read_keys(bad)
    with refused("workspace.newer"):
        seal.read_keys(data.replace(b'"leye":1', b'"leye":2'))
    with refused("workspace.keys"):  # a file that asks for a terabyte of memory
        greedy = msgspec.structs.replace(keys.passphrase, memory=2**30)
        seal.key_by_passphrase(msgspec.structs.replace(keys, passphrase=greedy), "one")


def test_device_signs_and_reads() -> None:
    here, there = seal.new_device_keys(), seal.new_device_keys()
    signature = here.signature(b"words")
    assert seal.signed_by(here.sign_public, signature, b"words")
    assert not seal.signed_by(here.sign_public, signature, b"other words")
    assert not seal.signed_by(there.sign_public, signature, b"words")
    assert not seal.signed_by("00", signature, b"words")
    sealed: list[bytes] = []
    seal.encrypt_stream([there.age_public], iter([b"wor", b"", b"ds"]), sealed.append)
    assert told_to([here, there], sealed) == b"words"
    assert told_to([here], sealed) is None
    with pytest.raises(seal.Damaged):
        told_to([there], [b"".join(sealed)[:-1] + bytes([sealed[-1][-1] ^ 1])])
    with pytest.raises(seal.Damaged):
        told_to([there], [b"".join(sealed)[:-1]])


def told_to(keys: list[seal.DeviceKeys], sealed: list[bytes]) -> bytes | None:
    """Return what an age file says to these keys."""
    got: list[bytes] = []
    mine = seal.decrypt_stream(keys, iter(sealed), got.append)
    return b"".join(got) if mine else None


def test_root_signs_statements_and_is_pinned() -> None:
    hub, other = seal.new_hub_keys(), seal.new_hub_keys()
    assert len(seal.pin_of(hub.root)) == seal.PIN
    assert seal.pin_of(hub.root) != seal.pin_of(other.root)
    signature = seal.root_signature(hub, b"keys")
    assert seal.signed_by_root(hub.root, signature, b"keys")
    assert not seal.signed_by_root(other.root, signature, b"keys")
    with pytest.raises(ValueError, match="PEM"):
        seal.pin_of("not a certificate")
