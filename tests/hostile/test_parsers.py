"""Random bytes, and valid ones slightly wrong, into every reader of what others made: a Problem or a result, never a fault, never a hang.

make test tries the same cases each time, make soak new ones (LEYE_PROPERTIES=new).
"""
import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.books import roster
from app.books.incoming import read_workbook
from app.commands.forms import _steps
from app.forms.contract import load
from app.models import identity, places
from app.models.dictionary import dictionary
from app.models.problem import Problem
from app.models.values import parse
from app.sync import parcel, seal, segment
from app.sync.backup import restore
from app.sync.hub import ROUTES, _told
from app.sync.pairing import read_invitation
from app.sync.spelled import unspell
from tests.hostile.attacker import Attacker

ROUTE_SHAPES = sorted({route.shape for route in ROUTES.values() if route.shape}, key=str)
WORDS = st.text(max_size=60) | st.from_regex(r"[0-9Xx年月./\-, ]{0,25}") | st.sampled_from(
    ["５２９９９９", "1e999", "٣", "Ⅷ", "²", "\ud800", "\0", "nan", "-0", "９" * 500, "1" * 5000, "2026-02-30", "=1+1"])
BOUNDED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def answered(act: Callable[[], Any]) -> None:
    """A Problem with both sentences, or a result."""
    try:
        act()
    except Problem as problem:
        assert problem.zh and problem.en and problem.status in (1, 2)


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(st.characters(codec="utf-8"), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=8), inner, max_size=4), max_leaves=12)


def fields_of(shape: Any) -> st.SearchStrategy[Any]:
    """Return objects with the names of a message and anything in them."""
    return st.fixed_dictionaries({}, optional={f.encode_name: JSON for f in msgspec.structs.fields(shape)})


@pytest.mark.parametrize("shape", ROUTE_SHAPES, ids=lambda shape: shape.__name__)
def test_messages(shape: Any) -> None:
    @BOUNDED
    @given(st.binary(max_size=200) | JSON.map(msgspec.json.encode) | fields_of(shape).map(msgspec.json.encode))
    def run(data: bytes) -> None:
        answered(lambda: _told(data, shape))
    run()


@BOUNDED
@given(data=st.binary(max_size=300), at=st.integers(0, 10**6), put=st.binary(max_size=6))
def test_segments_and_what_is_nearly_one(data: bytes, at: int, put: bytes) -> None:
    keys = seal.new_device_keys()
    about = segment.About(sender="a" * 32, instance="i")
    good = segment.pack(about, [], keys)
    at %= len(good)
    for bad in (data, segment.MAGIC + data, good[:at] + put + good[at + len(put):]):
        answered(lambda bad=bad: segment.unpack(bad, lambda _: keys.sign_public))  # type: ignore[misc]


@BOUNDED
@given(inside=JSON, about=fields_of(segment.About))
def test_segments_sealed_around_anything(inside: Any, about: dict[str, Any]) -> None:
    import zstandard

    keys = seal.new_device_keys()
    body = msgspec.json.encode(inside)
    header = msgspec.json.encode({"sender": "a" * 32, "instance": "i", "size": len(body), "count": 1} | about)
    packed = zstandard.ZstdCompressor().compress(body)
    data = segment.MAGIC + struct.pack(">I", len(header)) + header + struct.pack(">I", len(packed)) + packed
    digest = segment.hashlib.sha256(data).digest()
    answered(lambda: segment.unpack(data + digest + keys.signature(digest), lambda _: keys.sign_public))


class Nobody:
    """Takes whatever a parcel holds."""

    def take(self, kind: bytes, said: bytes, before: bytes) -> None:
        """Take an item."""

    def end(self) -> None:
        """The part was whole."""


@BOUNDED
@given(data=st.binary(max_size=400))
def test_files(data: bytes, tmp_path: Path) -> None:
    """Sticks, backups, invitations, keys, workbooks, questionnaires, answers."""
    path = tmp_path / "file.xlsx"
    for head in (b"", parcel.MAGIC, b"LEYEBAK\x01", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b'{"leye":1,', b"[{"):
        path.write_bytes(head + data)
        answered(lambda: parcel.read(path, [seal.new_device_keys()], Nobody))
        answered(lambda: restore(tmp_path / "ws", path, "practice"))
        answered(lambda: read_invitation(path))
        answered(lambda: seal.read_keys(path.read_bytes()))
        answered(lambda: read_workbook(path))
        answered(lambda: roster.read(path))
        answered(lambda: _steps(path))
    path.write_bytes(data)
    answered(lambda: load(path))
    assert not (tmp_path / "ws" / "ledger.db").exists()


@BOUNDED
@given(told=fields_of(seal.KeysFile) | st.fixed_dictionaries(
    {"leye": st.just(1), "passphrase": fields_of(seal.Wrap), "recovery": fields_of(seal.Wrap)}),
       memory=st.integers(-5, 5000), lanes=st.integers(-2, 40), iterations=st.integers(-1, 3), text=st.text(max_size=30))
def test_key_files(told: Any, memory: int, lanes: int, iterations: int, text: str) -> None:
    answered(lambda: seal.read_keys(msgspec.json.encode(told)))
    wrap = seal.Wrap("argon2id", text, text, text, memory, iterations, lanes)
    keys = seal.KeysFile(1, wrap, msgspec.structs.replace(wrap, kdf="hkdf-sha256"))
    answered(lambda: seal.key_by_passphrase(keys, "practice"))
    answered(lambda: seal.key_by_recovery(keys, seal.new_keys.__doc__ or ""))


@BOUNDED
@given(word=WORDS)
def test_what_people_type(word: str) -> None:
    """Recovery and pairing codes, places, ID numbers, and a value of every kind of field."""
    assert unspell(word, 16) is None
    answered(lambda: places.complete(word))
    answered(lambda: places.read(word))
    answered(lambda: identity.normalise(word))
    answered(lambda: identity.check_name(word))
    seen: set[str] = set()
    for kind in dictionary().types.values():
        for field in kind.fields.values():
            if field.kind not in seen:
                seen.add(field.kind)
                answered(lambda field=field: parse(field, word))  # type: ignore[misc]


@BOUNDED
@given(parts=st.dictionaries(st.sampled_from(["xl/workbook.xml", "[Content_Types].xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml",
                                              "_rels/.rels", "xl/_rels/workbook.xml.rels", "../../escape", "xl/styles.xml"]),
                             st.binary(max_size=120) | st.text(max_size=80).map(lambda t: f"<a>{t}</a>".encode("utf-8", "ignore"))))
def test_workbooks_of_rubbish(parts: dict[str, bytes], tmp_path: Path) -> None:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as out:
        for name, data in parts.items():
            out.writestr(name, data)
    path = tmp_path / "book.xlsx"
    path.write_bytes(kept.getvalue())
    answered(lambda: read_workbook(path))
    answered(lambda: load(path))
    assert sorted(p.name for p in tmp_path.parent.glob("escape")) == []


def test_a_workbook_that_inflates_is_refused(tmp_path: Path) -> None:
    """Whether its directory owns up to the size or not."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("xl/workbook.xml", b"<a/>")
        out.writestr("xl/worksheets/sheet1.xml", b" " * 120_000_000)
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(kept.getvalue())
    assert path.stat().st_size < 200_000
    with pytest.raises(Problem):
        read_workbook(path)
    with pytest.raises(Problem):
        load(path)


@BOUNDED
@given(payload=st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(sorted(dictionary().types["person"].fields)),
                               JSON, max_size=6), kind=st.sampled_from([*sorted(dictionary().types), "unknown"]))
def test_well_signed_changes_with_anything_inside(payload: dict[str, Any], kind: str, attacker: Attacker) -> None:
    """Merged or kept aside; the office holds together and can be rebuilt."""
    said = attacker.push(attacker.next(type=kind, rec="e" * 32, root="e" * 32, payload=payload))
    assert said.new + said.aside >= 0
    assert attacker.office.ledger.verify().ok


