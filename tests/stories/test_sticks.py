"""A week without any network: three laptops, one stick, a township; one laptop falls into the river on Wednesday.

Real workspaces and real files; the laptops have never been reached by a network, not even to pair.
"""
import shutil
from pathlib import Path

from app.models.ledger import Write
from app.sync import pairing, second_copy
from app.sync.audit import check_seals
from app.sync.first_load import join, write_first_load
from app.sync.from_copy import restore_copy
from app.sync.stick import export_stick
from app.sync.stick_folder import read_folder
from app.sync.workspace import Workspace

PASS = "练习口令"
VILLAGE = "529999001201"
DAYS = ("周一", "周二", "周三", "周四", "周五")


def survey(ws: Workspace, name: str) -> str:
    """Finish one household on a laptop, and let the second copy be written as the window does; returns the person."""
    home = ws.ledger.write([Write("household", {"household_code": name, "dwelling_no": "3-2-501"}, place=VILLAGE)], source="interview").ids[0]
    person = ws.ledger.write([Write("person", {"full_name": "练习甲", "household_id": home})], source="interview").ids[0]
    second_copy.keep_up(ws)
    return person


def test_a_week_by_one_stick_and_a_laptop_that_is_lost(tmp_path: Path) -> None:
    usb, copies = tmp_path / "usb", tmp_path / "left-in"
    usb.mkdir()
    copies.mkdir()
    office, _ = Workspace.create(tmp_path / "office", PASS, "529999001000", "青禾镇", "龙主任", "township")
    office.ledger.write([Write("employer", {"name": "练习厂"}, place="529999001000")], source="screen")
    laptops: dict[str, Workspace] = {}
    cards: dict[str, str] = {}
    for name in ("向阳1号", "向阳2号", "向阳3号"):
        code, _ = write_first_load(office, usb, VILLAGE, name)
        laptops[name], cards[name] = Workspace.create(tmp_path / name, PASS, VILLAGE, name, name)
        join(laptops[name], usb, code)
        assert laptops[name].ledger.rows("employer"), "what the office made is there before the first day"
        second_copy.choose(laptops[name], copies)

    done: list[str] = []
    for day in DAYS:
        for name, ws in laptops.items():
            done.append(survey(ws, f"{day}{name}"))
            assert ws.ledger.only_here() == 0, "a second copy within the same breath"
            assert ws.ledger.not_at_office() > 0, "and not green: no office has it"
        if day == "周三":  # in the river, with what it wrote on Tuesday evening and today; the stick was in another pocket
            laptops["向阳2号"].close()
            shutil.rmtree(tmp_path / "向阳2号")
            restore_copy(tmp_path / "新电脑", copies, recovery=cards["向阳2号"])
            laptops["向阳2号"] = Workspace.open(tmp_path / "新电脑", recovery=cards["向阳2号"])
            assert all(laptops["向阳2号"].ledger.get(rec) for rec in done[1::3])
        for ws in laptops.values():
            export_stick(ws, usb)
        read_folder(office, usb)  # the first evening they wait to be confirmed by name
        for one in pairing.waiting(office.ledger):
            pairing.confirm(office.ledger, one.device)
        read = read_folder(office, usb)
        assert [f.words for f in read.files if not f.good] == []
        assert all(office.ledger.get(rec) for rec in done), "every evening the township holds the day"
        for ws in laptops.values():
            read_folder(ws, usb)
            assert ws.ledger.not_at_office() == 0, "green on the receipt that came back"

    for ws in laptops.values():
        export_stick(ws, usb)
    read_folder(office, usb)
    for ws in laptops.values():
        read_folder(ws, usb)
    digests = {ws.ledger.digest(strict=True) for ws in (office, *laptops.values())}
    assert len(digests) == 1
    assert len(office.ledger.rows("person")) == len(done) == 15
    for ws in (office, *laptops.values()):
        assert ws.ledger.verify().ok
        assert check_seals(ws) == []
        ws.close()
