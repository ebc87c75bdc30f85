"""Attachments: what a record names is kept whole, what nobody names is gone, and the check finds what was altered."""
import hashlib

import pytest

from app.models import attachments, erasure
from app.models.identity import new_id
from app.models.ledger import Ledger, Write
from app.models.problem import Problem
from tests.models.conftest import MakeLedger

PHOTO = bytes(range(256)) * 5000  # more than one piece


def named(ledger: Ledger, ref: str, person: str = "") -> str:
    """Write a response that names an attachment; returns the person."""
    person = person or ledger.write([Write("person", {"full_name": "练习甲"})], source="screen").ids[0]
    ledger.write([Write("survey_response", {"subject_id": person, "answers": {"/data/photo": ref}})], source="form")
    return person


def rows(ledger: Ledger, table: str) -> int:
    """Return how many rows a table has."""
    return int(ledger.db.conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_kept_and_read(ledger: Ledger) -> None:
    ref = attachments.keep(ledger, PHOTO, "jpg")
    named(ledger, ref)
    assert attachments.read(ledger, ref) == PHOTO
    assert ref == f"blob:{hashlib.sha256(PHOTO).hexdigest()}:{len(PHOTO)}:jpg"
    assert ledger.verify().ok
    assert attachments.read(ledger, "blob:") is None and attachments.ref_of("blob:12:3:jpg") is None


def test_nothing_lies_in_clear(ledger: Ledger) -> None:
    named(ledger, attachments.keep(ledger, b"a photo of nobody " * 200, "jpg"))
    ledger.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert not any(b"a photo of nobody" in file.read_bytes() for file in ledger.path.parent.iterdir() if file.is_file())


@pytest.mark.parametrize("data", [b"", b"x" * (attachments.MOST + 1)])
def test_none_and_too_much_are_refused(ledger: Ledger, data: bytes) -> None:
    with pytest.raises(Problem) as caught:
        attachments.keep(ledger, data, "jpg")
    assert caught.value.key == "attachment.size" and not rows(ledger, "blob")


def test_pieces_count_only_in_order_and_whole(ledger: Ledger) -> None:
    sha = hashlib.sha256(PHOTO).hexdigest()
    named(ledger, ref := f"blob:{sha}:{len(PHOTO)}:jpg")
    take = attachments.take_piece
    assert take(ledger, sha, len(PHOTO), 0, PHOTO[:1000]) == 1000
    assert take(ledger, sha, len(PHOTO), 0, PHOTO[:1000]) == 1000, "a piece that comes twice"
    assert take(ledger, sha, len(PHOTO), 5000, b"later") == 1000, "a piece from further on"
    assert attachments.read(ledger, ref) is None and attachments.piece(ledger, sha, 0) == b""
    assert take(ledger, sha, len(PHOTO), 1000, PHOTO[1000:900_000]) == 900_000
    assert take(ledger, sha, len(PHOTO), 900_000, PHOTO[900_000:]) == len(PHOTO)
    assert attachments.read(ledger, ref) == PHOTO and ledger.verify().ok
    back = b""
    while data := attachments.piece(ledger, sha, len(back), 7000):
        assert len(data) <= 7000
        back += data
    assert back == PHOTO


def test_what_does_not_hash_to_its_name_is_dropped(ledger: Ledger) -> None:
    sha = hashlib.sha256(PHOTO).hexdigest()
    named(ledger, f"blob:{sha}:1000:jpg")
    attachments.take_piece(ledger, sha, 1000, 0, PHOTO[:600])
    with pytest.raises(Problem) as caught:
        attachments.take_piece(ledger, sha, 1000, 600, PHOTO[600:1000])
    assert caught.value.key == "attachment.hash"
    assert not rows(ledger, "blob") and not rows(ledger, "blob_piece") and ledger.verify().ok


def test_what_no_record_names_or_is_larger_is_refused(ledger: Ledger) -> None:
    sha = hashlib.sha256(PHOTO).hexdigest()
    for size, data in ((len(PHOTO), PHOTO[:10]), (5, b"12345")):
        with pytest.raises(Problem) as caught:
            attachments.take_piece(ledger, sha, size, 0, data)
        assert caught.value.key == "attachment.unnamed"
    named(ledger, f"blob:{sha}:{len(PHOTO)}:jpg")
    with pytest.raises(Problem):
        attachments.take_piece(ledger, sha, 5, 0, b"12345")
    with pytest.raises(Problem) as caught:
        attachments.take_piece(ledger, sha, len(PHOTO), 0, PHOTO + b"more")
    assert caught.value.key == "attachment.piece" and not rows(ledger, "blob_piece")


@pytest.fixture
def office(make_ledger: MakeLedger) -> Ledger:
    """Return the ledger of an office that may erase."""
    ledger = make_ledger("office", role="township")
    erasure.grant(ledger, ledger.me.device)
    return ledger


def test_an_erased_person_has_no_photo_and_none_that_comes_later(office: Ledger) -> None:
    ledger = office
    ref = attachments.keep(ledger, PHOTO, "jpg")
    person = named(ledger, ref)
    other = attachments.keep(ledger, b"somebody else's", "jpg")
    named(ledger, other)
    erasure.erase(ledger, person)
    assert attachments.read(ledger, ref) is None and attachments.read(ledger, other) == b"somebody else's"
    assert rows(ledger, "blob_piece") == 1 and ledger.verify().ok
    sha = attachments.ref_of(ref).sha  # type: ignore[union-attr]
    with pytest.raises(Problem):
        attachments.take_piece(ledger, sha, len(PHOTO), 0, PHOTO[:10])


def test_a_photo_that_two_people_share_stays_for_the_other(office: Ledger) -> None:
    ledger = office
    ref = attachments.keep(ledger, PHOTO, "jpg")
    person = named(ledger, ref)
    named(ledger, ref)
    erasure.erase(ledger, person)
    assert attachments.read(ledger, ref) == PHOTO


def test_a_rebuild_keeps_the_bytes_and_the_check_finds_what_was_altered(ledger: Ledger) -> None:
    ref = attachments.keep(ledger, PHOTO, "jpg")
    named(ledger, ref)
    ledger.rebuild()
    assert attachments.read(ledger, ref) == PHOTO and ledger.verify().ok
    ledger.db.conn.execute("UPDATE blob_piece SET data = ? WHERE at = 0", (PHOTO[1:attachments.PIECE + 1],))
    assert any("attachment" in line for line in ledger.verify().problems)


def test_a_laptop_takes_photos_only_within_its_quota_or_when_asked(ledger: Ledger) -> None:
    small, large = f"blob:{'a' * 64}:1000:jpg", f"blob:{'b' * 64}:3000000:jpg"
    named(ledger, small)
    named(ledger, large)
    form = f"blob:{'c' * 64}:5000:xlsx"
    ledger.write([Write("form", {"form_id": "f", "workbook": form}, rec=new_id())], source="screen")
    wanted = lambda: [one.sha[0] for one in attachments.wanted(ledger)]  # noqa: E731
    assert wanted() == ["c"] and attachments.missing(ledger) == 3
    ledger.settings.set(attachments.QUOTA, 1)
    assert wanted() == ["c", "a"]
    attachments.ask_for(ledger, large)
    assert wanted() == ["c", "b", "a"]
