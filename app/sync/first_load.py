"""First load: an office hands a new laptop its scope on a stick, and with it the pairing: no network is needed.

Promises that only who has the code, which never lies on the stick, can open it; that the laptop trusts only the root whose
pin stands in the code; that it can be read again where it was cut; and that nothing of the laptop's reaches the office
before somebody there has confirmed it by name, when its first stick comes back.
"""
import hashlib
from collections.abc import Sequence
from pathlib import Path

from app.models import places
from app.models.problem import Problem
from app.models.store import transaction
from app.sync import pairing, parcel, peers, seal, stick, unload
from app.sync.link import another_hub
from app.sync.peers import LAPTOP, Peer
from app.sync.seal import DeviceKeys
from app.sync.stick import INVITED, Carried, Head, Office, Progress, Way
from app.sync.workspace import Workspace

DAYS = 30  # a stick travels; what comes back is confirmed by name all the same
PURPOSE = "first load"


def write_first_load(ws: Workspace, folder: Path, area: str | None = None, name: str | None = None, *, url: str = "",
                     progress: Progress | None = None, most: int = stick.MOST) -> tuple[str, Carried]:
    """Write all that a new laptop of this area is owed into a stick's folder; returns the code to tell it, and what was written."""
    code = pairing.invite(ws, area, name, minutes=DAYS * 24 * 60)
    token, _ = pairing.read_code(code)
    prefix = places.prefix(places.complete(area) if area else ws.ledger.me.area)
    nobody = Peer("", LAPTOP, peers.GRANTED, name or "", "", "", "", keys_of(token).age_public, prefix=prefix)
    way = Way(nobody, prefix, 0, whole=True, office=Office(pairing.card_of(ws), ws.hub_keys().root, url))
    return code, stick.write_ways(ws, [way], Path(folder) / file_name(token), progress, most)


def join(ws: Workspace, place: Path, code: str, progress: Progress | None = None) -> tuple[Peer, Carried]:
    """Pair with the office whose first load lies in a place, and take it in; returns the office and what was new.

    Raises Problem, having changed nothing, where code, file or area do not fit. Cut in the middle, do it again.
    """
    token, pin = pairing.read_code(code)
    keys, paths = [keys_of(token)], _files(Path(place), token)

    def senders_of(head: Head) -> list[Peer]:
        return [_office(ws, head, pin)]
    checked = [(path, unload.check(ws, path, progress, keys=keys, senders_of=senders_of)) for path in paths]
    checked.sort(key=lambda one: one[1][0].head.n0)
    head = checked[0][1][0].head
    assert head.office is not None
    with transaction(ws.ledger.db):
        hub = pairing.keep_hub(ws.ledger, head.office.signed.card, head.office.url, head.office.root, head.prefix)
        ws.ledger.settings.set(INVITED, token.hex())
    return hub, _take(ws, checked, progress, keys)


def keys_of(token: bytes) -> DeviceKeys:
    """Return the keys that a first load is locked for."""
    return seal.keys_from(token, PURPOSE)


def file_name(token: bytes) -> str:
    """Return the name of a first load: it says nothing to who has not the code."""
    return f"leye-{hashlib.sha256(b'leye first load ' + token).hexdigest()[:12]}{parcel.SUFFIX}"


def _files(place: Path, token: bytes) -> list[Path]:
    """Return the files of this first load: the one named, or all of them in a folder."""
    if place.is_file():
        return [place]
    stem = Path(file_name(token)).stem
    found = sorted(place.glob(f"{stem}*{parcel.SUFFIX}")) if place.is_dir() else []
    if not found:
        raise Problem("pair.no_load", f"{place.name or place} 里没有这个配对码的资料。请看看U盘和配对码对不对。",
                      f"There is nothing for this code in {place.name or place}. See whether stick and code belong together.")
    return found


def _take(ws: Workspace, checked: Sequence[tuple[Path, list[unload.Checked]]], progress: Progress | None, keys: list[DeviceKeys]) -> Carried:
    total = Carried(0)
    for path, parts in checked:
        total += unload.take(ws, path, parts, progress, keys)
    return total


def _office(ws: Workspace, head: Head, pin: bytes) -> Peer:
    """Return the office that a first load comes from, as it will be paired. Problem where it is not the one of the code."""
    told = head.office
    if told is None or head.to:
        raise parcel.damaged(parcel.SUFFIX)
    card, me = told.signed.card, ws.ledger.me
    try:
        right = seal.pin_of(told.root) == pin
    except ValueError:
        right = False
    if not right or head.sender != card.device:
        raise another_hub(card.name)
    pairing.check_card(told.signed, told.root, card.name)
    pairing.check_area(me, head.prefix, card.practice)
    return Peer(card.device, peers.HUB, peers.GRANTED, card.name, card.area, card.instance, card.sign, card.age, card.parent_age,
                told.url, told.root, head.prefix, made_at=peers.moment())
