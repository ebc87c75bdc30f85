"""Attachments between offices and laptops: after the changes, in pieces, both ways, and only where a record names them."""
import hashlib
import random
from pathlib import Path
from typing import Any

import pytest

from app.models import attachments, erasure, office
from app.models.identity import new_id
from app.models.ledger import Write
from app.models.problem import Problem
from app.models.writing import Drafting
from app.sync import attachments as moving
from app.sync.link import silent
from app.sync.stick import export_stick
from app.sync.unload import import_stick
from app.sync.wire import BlobIn, BlobPiece, BlobsAsk
from app.sync.workspace import Workspace
from tests.sync.offices import AWAY, CLOUD, COUNTY, STONE, TOWN, Direct, Land, edit, move, person

PHOTO = random.Random(7).randbytes(700_000)


def photo(ws: Workspace, rec: str, data: bytes = PHOTO) -> str:
    """Write a response with a photo; returns its name."""
    ref = attachments.keep(ws.ledger, data, "jpg")
    ws.ledger.write([Write("survey_response", {"subject_id": rec, "answers": {"/data/photo": ref}})], source="form")
    return ref


def sha_of(ref: str) -> str:
    """Return the hash in a name."""
    named = attachments.ref_of(ref)
    assert named is not None
    return named.sha


def test_a_photo_climbs_to_the_county_after_the_changes(land: Land) -> None:
    one = land.laptop("one")
    ref = photo(one, person(one, STONE))
    done = land.go(one)
    assert (done.level, done.blobs, done.blobs_left) == (True, 1, 0)
    assert attachments.read(land.town.ledger, ref) == PHOTO
    assert land.go(land.town).blobs == 1 and attachments.read(land.county.ledger, ref) == PHOTO
    again = land.go(one)
    assert (again.sent, again.blobs, again.blobs_left) == (0, 0, 0)
    land.check()


def test_a_line_that_breaks_costs_one_piece(land: Land, monkeypatch: pytest.MonkeyPatch) -> None:
    one = land.laptop("one")
    ref = photo(one, person(one, STONE))
    reach, sent = Direct.reach, []

    def flaky(self: Direct, method: str, path: str, content: bytes, token: str) -> Any:
        if path == "/v1/take_piece":
            head, data = moving.unpacked(content)
            if len(sent) == 2:
                raise silent("https://hub.test")
            sent.append((head.at, len(data)))
        return reach(self, method, path, content, token)

    monkeypatch.setattr(Direct, "reach", flaky)
    done = land.go(one)
    assert done.level and done.blobs == 0 and done.blobs_left == 1
    assert attachments.read(land.town.ledger, ref) is None
    got = sum(size for _, size in sent)
    resumed = []

    def whole(self: Direct, method: str, path: str, content: bytes, token: str) -> Any:
        if path == "/v1/take_piece":
            resumed.append(moving.unpacked(content)[0].at)
        return reach(self, method, path, content, token)

    monkeypatch.setattr(Direct, "reach", whole)
    assert land.go(one).blobs == 1
    assert resumed[0] == got > 0, "it goes on where it stopped"
    assert attachments.read(land.town.ledger, ref) == PHOTO


def test_what_is_written_meanwhile_goes_first(land: Land, monkeypatch: pytest.MonkeyPatch) -> None:
    one = land.laptop("one")
    photo(one, person(one, STONE))
    order, reach, written = [], Direct.reach, []

    def watched(self: Direct, method: str, path: str, content: bytes, token: str) -> Any:
        order.append(path)
        if order.count("/v1/take_piece") == 2 and not written:
            written.append(person(one, STONE, name="练习乙"))
        return reach(self, method, path, content, token)

    monkeypatch.setattr(Direct, "reach", watched)
    assert land.go(one).blobs == 1
    pieces = [at for at, path in enumerate(order) if path == "/v1/take_piece"]
    assert order[pieces[1] + 1] == "/v1/push" and len(pieces) > 2
    assert land.town.ledger.get(written[0]) is not None


def test_what_is_written_while_we_pull_goes_first_too(land: Land, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also into a dossier that has just left: the comparison does not ask about it."""
    one = land.laptop("one")
    rec = person(one, STONE)
    land.rest()
    move(land.county, rec, CLOUD)
    land.go(land.town)
    photo(one, rec)
    late, way = list[str](), Direct.reach

    def reach(self: Direct, method: str, path: str, content: bytes, token: str) -> tuple[int, bytes]:
        if path == "/v1/pull" and not late:
            late.append(edit(one, rec, "13900000009"))
        if path == "/v1/take_piece":
            assert land.town.ledger.changes(late), "the photo came before what was written"
        return way(self, method, path, content, token)
    monkeypatch.setattr(Direct, "reach", reach)
    assert land.go(one).blobs == 1 and late


def test_an_office_workbook_comes_down_by_itself_and_a_photo_only_when_asked(land: Land) -> None:
    one, two = land.laptop("one"), land.laptop("two")
    workbook = attachments.keep(land.county.ledger, b"a workbook" * 9000, "xlsx")
    land.county.ledger.write([Write("form", {"form_id": "f", "version": "1", "workbook": workbook}, place=COUNTY)], source="form")
    ref = photo(one, person(one, STONE))
    land.rest()
    assert attachments.read(two.ledger, workbook) == b"a workbook" * 9000
    assert attachments.read(two.ledger, ref) is None and attachments.missing(two.ledger) == 1
    attachments.ask_for(two.ledger, ref)
    assert land.go(two).blobs == 1 and attachments.read(two.ledger, ref) == PHOTO
    land.check()


def test_refused_at_the_desk(land: Land) -> None:
    one, away = land.laptop("one"), land.laptop("away", AWAY, land.county)
    ref = photo(one, person(one, STONE))
    land.go(one)
    land.go(land.town)
    sha, desk, town = sha_of(ref), land.desks[land.town.ledger.me.device], land.town
    peer = next(p for p in moving_peers(town) if p.device == one.ledger.me.device)
    nobody = hashlib.sha256(b"nobody's").hexdigest()
    assert desk.blobs(town, peer, BlobsAsk([(nobody, 8), (sha, 5), (sha, len(PHOTO))])).got == [-1, -1, len(PHOTO)]
    for head, data in ((BlobIn(nobody, 8, 0), b"nobody's"), (BlobIn(sha, 10**8, 0), b"x")):
        with pytest.raises(Problem) as caught:
            desk.take_piece(town, peer, moving.packed(head, data))
        assert caught.value.key == "attachment.unnamed"
    for body in (b"", b"\x00\x00\x00\x02{}", b"\xff\xff\xff\xffzz", b"\x00\x00\x00\x01{" + b"x" * 50):
        with pytest.raises(Problem) as caught:
            desk.take_piece(town, peer, body)
        assert caught.value.key == "attachment.message"
    other = next(p for p in moving_peers(land.county) if p.device == away.ledger.me.device)
    with pytest.raises(Problem) as caught:
        land.desks[land.county.ledger.me.device].piece(land.county, other, BlobPiece(sha, 0, 1000))
    assert caught.value.key == "attachment.scope"


def moving_peers(ws: Workspace) -> list[Any]:
    """Return the peers of a workspace."""
    from app.sync import peers
    return peers.peers(ws.ledger)


def test_bytes_that_are_not_theirs_are_dropped_and_hold_up_no_other(land: Land) -> None:
    one = land.laptop("one")
    rec = person(one, STONE)
    bad, good = photo(one, rec, b"bad" * 500), photo(one, rec, b"good" * 5000)
    one.ledger.db.conn.execute("UPDATE blob_piece SET data = ? WHERE sha = ?", (b"BAD" * 500, sha_of(bad)))
    done = land.go(one)
    assert (done.level, done.blobs, done.blobs_left) == (True, 1, 1)
    assert attachments.read(land.town.ledger, bad) is None and attachments.read(land.town.ledger, good) == b"good" * 5000
    assert land.town.ledger.verify().ok
    assert not one.ledger.verify().ok, "the laptop's own check finds it"


def test_erased_everywhere_and_not_taken_later(land: Land) -> None:
    one, late = land.laptop("one"), land.laptop("late")
    rec = person(one, STONE)
    ref = photo(one, rec)
    land.rest()
    later = photo(late, rec, b"a later photo" * 100)
    erasure.grant(land.town.ledger, land.town.ledger.me.device)
    erasure.grant(land.county.ledger, land.town.ledger.me.device)
    erasure.erase(land.town.ledger, rec)
    land.rest()
    for ws in land.all:
        assert attachments.read(ws.ledger, ref) is None and attachments.read(ws.ledger, later) is None
        assert not ws.ledger.db.conn.execute("SELECT count(*) FROM blob_piece").fetchone()[0]
    land.check()


def test_a_dossier_leaves_only_once_two_offices_hold_its_photo(land: Land, monkeypatch: pytest.MonkeyPatch) -> None:
    one = land.laptop("one")
    rec = person(one, STONE)
    ref = photo(one, rec)
    move(one, rec, AWAY)
    with monkeypatch.context() as broken:
        broken.setattr(moving.Queue, "run", lambda self: moving.Moved())
        land.rest()
        assert attachments.read(one.ledger, ref) == PHOTO, "nobody else has it yet"
    land.rest()
    land.rest()
    assert attachments.read(one.ledger, ref) is None and attachments.read(land.county.ledger, ref) == PHOTO
    land.check()


def test_a_type_of_a_later_program_has_its_attachments_relayed(land: Land) -> None:
    one = land.laptop("one")
    rec = person(one, STONE)
    ref = attachments.keep(one.ledger, PHOTO, "jpg")
    one.ledger.write([Write("person", {"portrait_of_a_later_program": ref}, rec=rec)], source="screen")
    land.rest()
    assert attachments.read(land.county.ledger, ref) == PHOTO


def test_a_laptop_cannot_make_rules_for_those_above_or_beside_it(land: Land, monkeypatch: pytest.MonkeyPatch) -> None:
    """A form, template, code or setting binds others: one that claims an office's place, or changes an office's, waits aside.

    The laptop lies about where it holds what it writes: `area` says its own village.
    """
    one, two = land.laptop("one"), land.laptop("two", CLOUD)
    rec = office.agree(land.county.ledger, "site_large", 700)
    land.rest()
    assert office.settings_of(one.ledger).value("site_large") == 700
    make = Drafting._make

    def lying(self: Drafting, rec: str, write: Write, root: str, area: str, *more: Any) -> None:
        make(self, rec, write, root, STONE, *more)

    with monkeypatch.context() as lie:
        lie.setattr(Drafting, "_make", lying)
        one.ledger.write([Write("setting", {"value": 1}, rec=rec)], source="screen")
        one.ledger.write([Write("setting", {"key": "site_huge", "value": 2}, rec=new_id(), place=COUNTY)], source="screen")
    own = office.agree(one.ledger, "site_huge", 5)
    done = land.go(one)
    assert done.aside == 2
    land.go(two)
    assert office.settings_of(land.town.ledger).value("site_large") == 700 == office.settings_of(two.ledger).value("site_large")
    assert office.settings_of(two.ledger).value("site_huge") == 10000
    assert land.town.ledger.get(own) is not None, "for itself a village may say what it likes"


def test_an_employer_and_its_posts_made_at_the_county_reach_a_laptop(land: Land) -> None:
    one = land.laptop("one")
    employer = land.county.ledger.write([Write("employer", {"name": "练习服装厂"}, place=COUNTY)], source="screen").ids[0]
    posts = land.county.ledger.write([Write("post", {"title": t, "employer_id": employer, "headcount": 5}, place=COUNTY)
                                      for t in ("缝纫工", "质检员")], source="screen").ids
    land.rest()
    assert one.ledger.get(employer).values["name"] == "练习服装厂"  # type: ignore[union-attr]
    assert {rec for rec, _ in one.ledger.rows("post", {"employer_id": employer})} == set(posts)
    land.check()


def test_a_stick_carries_photos_up_and_workbooks_down_until_the_other_side_says_it_has_them(land: Land, tmp_path: Path) -> None:
    one, stick = land.laptop("one"), tmp_path / "stick.leye"
    ref = photo(one, person(one, STONE))
    workbook = attachments.keep(land.town.ledger, b"a workbook" * 200_000, "xlsx")
    land.town.ledger.write([Write("form", {"form_id": "f", "version": "1", "workbook": workbook}, place=TOWN)], source="form")
    export_stick(one, stick)
    assert stick.stat().st_size > len(PHOTO)
    done = import_stick(land.town, stick)
    assert done.blobs == 1 and attachments.read(land.town.ledger, ref) == PHOTO
    assert import_stick(land.town, stick).blobs == 0, "the same stick again"
    export_stick(land.town, stick)
    assert import_stick(one, stick).blobs == 1 and attachments.read(one.ledger, workbook) == b"a workbook" * 200_000
    export_stick(one, stick)
    assert stick.stat().st_size < 100_000, "the township has said that it holds the photo"
    assert land.go(one).blobs_left == 0
    land.check()


def test_a_stick_brings_no_bytes_that_no_record_names_and_none_that_are_not_theirs(
        land: Land, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, stick = land.laptop("one"), tmp_path / "stick.leye"
    ref = photo(one, person(one, STONE))
    forged = [moving.packed(BlobIn("e" * 64, 3, 0), b"abc"), moving.packed(BlobIn(sha_of(ref), len(PHOTO), 0), b"x" * 50),
              moving.packed(BlobIn(sha_of(ref), len(PHOTO), 50), PHOTO[50:]), b"\x00\x00\x00\x05junk"]
    monkeypatch.setattr(moving, "pieces_for", lambda *_: iter(forged))
    export_stick(one, stick)
    done = import_stick(land.town, stick)
    assert done.changes > 0 and done.blobs == 0
    assert not land.town.ledger.db.conn.execute("SELECT count(*) FROM blob").fetchone()[0] and land.town.ledger.verify().ok


def test_a_stick_with_no_room_takes_the_changes_and_leaves_photos_for_the_next(land: Land, tmp_path: Path) -> None:
    one, stick = land.laptop("one"), tmp_path / "stick.leye"
    ref = photo(one, person(one, STONE))
    export_stick(one, stick, most=400_000)
    assert import_stick(land.town, stick).changes > 0 and attachments.read(land.town.ledger, ref) is None
    export_stick(one, stick)
    assert import_stick(land.town, stick).blobs == 1
