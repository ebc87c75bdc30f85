"""Segments: what goes in comes out, and anything else is refused before it is applied."""
import secrets
import struct

import msgspec
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from app.models.change import FIRST, Change, hash_of, header_bytes, new_salt, payload_hash
from app.models.problem import Problem
from app.sync import seal, segment
from tests.sync.conftest import Refused

KEYS = seal.new_device_keys()
SENDER = secrets.token_hex(16)
ABOUT = segment.About(sender=SENDER, instance="i", prefix="529999", n0=3, h0="a", n1=9, h1="b")


def key_of(device: str) -> str | None:
    return KEYS.sign_public if device == SENDER else None


def chain(count: int, log: str = "log") -> list[Change]:
    """Return a device log of so many changes."""
    out: list[Change] = []
    prev = FIRST
    for seq in range(1, count + 1):
        salt, payload = new_salt(), {"full_name": f"练习{seq}"}
        out.append(Change(cid=secrets.token_hex(16), type="person", rec="r", root="r", area="529999001000",
                          fields=("full_name",), seen={secrets.token_hex(16): ["full_name"]}, author="u", source="screen",
                          log=log, seq=seq, prev=prev, phash=payload_hash(salt, payload), payload=payload, salt=salt))
        prev = hash_of(header_bytes(out[-1]))
    return out


def test_changes_come_out_as_they_went_in() -> None:
    changes = chain(5)
    changes[2] = segment.without_payload(changes[2])
    opened = segment.unpack(segment.pack(ABOUT, changes, KEYS), key_of)
    assert opened.changes == changes
    assert (opened.about.n0, opened.about.n1, opened.about.count) == (3, 9, 5)
    assert [header_bytes(c) for c in opened.changes] == [header_bytes(c) for c in changes]


def test_every_flipped_byte_and_every_cut_is_refused() -> None:
    data = segment.pack(ABOUT, chain(1), KEYS)
    for at in range(len(data)):
        with pytest.raises(Problem):
            segment.unpack(data[:at] + bytes([data[at] ^ 0x40]) + data[at + 1:], key_of)
        with pytest.raises(Problem):
            segment.unpack(data[:at], key_of)
    with pytest.raises(Problem):
        segment.unpack(data + b"\0", key_of)


@given(st.binary(max_size=300))
def test_random_bytes_are_refused(noise: bytes) -> None:
    with pytest.raises(Problem):
        segment.unpack(noise, key_of)
    with pytest.raises(Problem):
        segment.unpack(segment.MAGIC + noise, key_of)


def sealed(about: segment.About, body: bytes) -> bytes:
    """Return a container whose seal is right and whose inside is what the test wants."""
    header = msgspec.json.encode(about)
    data = segment.MAGIC + struct.pack(">I", len(header)) + header + struct.pack(">I", len(body)) + body
    digest = segment.hashlib.sha256(data).digest()
    return data + digest + KEYS.signature(digest)


def test_a_paired_but_malicious_sender_gets_no_further(refused: Refused) -> None:
    squeeze = zstandard.ZstdCompressor(level=3).compress
    bomb = squeeze(b" " * 50_000_000)
    for size in (10, 1000):
        with refused("segment.damaged"):
            segment.unpack(sealed(msgspec.structs.replace(ABOUT, size=size, count=1), bomb), key_of)
    with refused("segment.large"):
        segment.unpack(sealed(msgspec.structs.replace(ABOUT, size=segment.MOST_INSIDE + 1), bomb), key_of)
    for inside in (b"[[[1]]]", b"{}", b"[[null]]", b"\xff", b"[" * 5000):
        with refused("segment.damaged"):
            segment.unpack(sealed(msgspec.structs.replace(ABOUT, size=len(inside), count=1), squeeze(inside)), key_of)
    other = chain(1)[0]
    lie = msgspec.structs.replace(other, payload={"full_name": "别人"})
    with refused("segment.damaged"):
        segment.unpack(segment.pack(ABOUT, [lie], KEYS), key_of)


def test_a_stranger_is_refused(refused: Refused) -> None:
    data = segment.pack(ABOUT, chain(1), seal.new_device_keys())
    with refused("segment.foreign"):
        segment.unpack(data, key_of)
    with refused("segment.foreign"):
        segment.unpack(segment.pack(ABOUT, chain(1), KEYS), lambda device: None)


def test_a_seal_covers_the_run_that_ends_at_it() -> None:
    log = chain(6)
    gap = log[:2] + log[3:]  # the third stayed behind: out of scope
    ends = segment.run_ends(gap)
    assert sorted(seq for _, seq in ends) == [2, 6]
    seals = [segment.seal_of(KEYS, name, seq, value, "2026-11-23T00:00:00Z") for (name, seq), value in ends.items()]
    assert all(s.holds() for s in seals)
    assert segment.covered(gap, seals) == {c.cid for c in gap}
    assert segment.covered(gap, [s for s in seals if s.seq == 2]) == {c.cid for c in gap[:2]}
    assert not msgspec.structs.replace(seals[0], seq=3).holds()


def test_a_broken_chain_is_refused(refused: Refused) -> None:
    log, other = chain(3), chain(3)
    nothing_held: set[str] = set()
    segment.check_links(log, lambda name, seq: nothing_held)
    segment.check_links(log[2:], lambda name, seq: nothing_held)
    with refused("segment.chain"):
        segment.check_links([log[0], other[1]], lambda name, seq: nothing_held)
    with refused("segment.chain"):
        segment.check_links(log[2:], lambda name, seq: {"0" * 64})


def test_hashes_that_follow_from_what_stands_beside_them_do_not_travel(refused: Refused) -> None:
    changes = chain(40)
    data = segment.pack(ABOUT, changes, KEYS)
    assert len(data) / 40 < 100  # id, seen, salt: three times 16 random bytes a change, and little besides
    header, body, _, _ = segment._parts(data)
    sent = msgspec.json.decode(zstandard.ZstdDecompressor().decompress(body, max_output_size=10 ** 6))
    assert [one[0][14] for one in sent] == [FIRST] + [segment.MADE_THERE] * 39
    whole = [[[*one[0][:14], c.prev, c.phash, one[0][16]], *one[1:]] for one, c in zip(sent, changes, strict=True)]
    older = segment.unpack(sealed(_of_size(header, whole), zstandard.compress(msgspec.json.encode(whole))), key_of)
    assert older.changes == changes  # as older programs send it
    for rest in (sent[1:], [sent[0], *sent[2:]], [[sent[1][0], None, None]]):  # a hash that nothing here makes
        with refused("segment.damaged"):
            segment.unpack(sealed(_of_size(header, rest), zstandard.compress(msgspec.json.encode(rest))), key_of)


def test_what_is_changed_inside_no_longer_fits_its_seal() -> None:
    changes = chain(5)
    mark = segment.seal_of(KEYS, "log", 5, hash_of(header_bytes(changes[-1])), "")
    assert len(segment.covered(changes, [mark])) == 5
    header, body, _, _ = segment._parts(segment.pack(ABOUT, changes, KEYS))
    sent = msgspec.json.decode(zstandard.ZstdDecompressor().decompress(body, max_output_size=10 ** 6))
    sent[2][1]["full_name"] = "别人"
    opened = segment.unpack(sealed(_of_size(header, sent), zstandard.compress(msgspec.json.encode(sent))), key_of)
    assert segment.covered(opened.changes, [mark]) == set()


def _of_size(header: bytes, sent: list[object]) -> segment.About:
    about = msgspec.json.decode(header, type=segment.About)
    return msgspec.structs.replace(about, count=len(sent), size=len(msgspec.json.encode(sent)))
