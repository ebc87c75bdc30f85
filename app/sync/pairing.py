"""Pairing: an invitation made at the office, carried by voice, screen or file, lets one laptop in.

Promises that an invitation lives 30 minutes and serves one device, that the laptop trusts only the root whose pin stands
in the code, and that no record flows before the office has confirmed the laptop by name.
"""
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec

from app.models import disk, places
from app.models.clock import now
from app.models.ledger import Ledger
from app.models.problem import Problem
from app.models.settings import Me
from app.models.store import Connection
from app.sync import peers, revocation, seal, succession, tables
from app.sync.link import Link, another_hub, plain_url
from app.sync.peers import GRANTED, HUB, LAPTOP, PENDING, REVOKED, Peer, moment
from app.sync.shapes import decoded, is_recipient
from app.sync.spelled import spell, unspell
from app.sync.wire import Card, Grant, PairAnswer, PairAsk, SignedCard
from app.sync.workspace import Workspace

MINUTES = 30
CONFIRM_WAIT = 120.0  # seconds a laptop waits for the office to confirm it
_POLL = 1.0
TOKEN = 16
GRANT = "grant"  # setting of a laptop: what its office has signed when it let it in
INVITATION_MOST = 65536  # bytes of a file; more is none


# -- at the hub ---------------------------------------------------------------------------------------------------------
def invite(ws: Workspace, area: str | None = None, name: str | None = None, minutes: int = MINUTES) -> str:
    """Return a one-time pairing code for a laptop, valid for 30 minutes; its scope is the area, or all of the office's."""
    own = ws.ledger.me.area
    given = places.complete(area) if area else own
    if not given.startswith(places.prefix(own)):
        raise Problem("invite.area", f"{places.path(given, ws.ledger)} 不在本单位（{places.path(own, ws.ledger)}）辖区内，不能邀请。",
                      f"{places.path(given, ws.ledger)} does not lie in this office's area ({places.path(own, ws.ledger)}).")
    token = seal.token()
    expires = (now() + timedelta(minutes=minutes)).isoformat(timespec="seconds")
    with tables.transaction(ws.ledger.db) as conn:
        conn.execute("INSERT INTO invitation (token, area, name, expires_at) VALUES (?,?,?,?)",
                     (seal.digest(token), given, name or "", expires))
    return spell(token + seal.pin_of(ws.hub_keys().root))


class Invitation(NamedTuple):
    """What a computer needs to come to an office: where it may be, the code (token and pin), and what people want to read.

    place: what the area is called; name: whose computer it is for; expires_at: ISO, by the office's clock.
    """

    url: str
    code: str
    others: tuple[str, ...] = ()
    place: str = ""
    name: str = ""
    expires_at: str = ""

    def text(self) -> str:
        """Return it as one line: for a QR picture, to be copied and pasted."""
        return " ".join((self.url, *self.others, self.code))


def invitation(ws: Workspace, code: str, urls: Sequence[str]) -> Invitation:
    """Return the whole invitation of a code that this office has just made."""
    told = unspell(code, TOKEN + seal.PIN) or b""
    row = ws.ledger.db.conn.execute("SELECT area, name, expires_at FROM invitation WHERE token = ?", (seal.digest(told[:TOKEN]),)).fetchone()
    area, name, expires_at = row or (ws.ledger.me.area, "", "")
    return Invitation(urls[0], code, tuple(urls[1:]), places.path(area, ws.ledger), name, expires_at)


def write_invitation(path: Path, url: str, code: str, more: Invitation | None = None) -> None:
    """Write the invitation as a small file for a stick: address and code, and what people want to read."""
    told = {"leye": "invitation", "url": plain_url(url), "code": code}
    if more is not None:
        told |= {"others": " ".join(more.others), "place": more.place, "name": more.name, "expires_at": more.expires_at}
    disk.write_whole(path, msgspec.json.encode(told))


def read_invitation(path: Path) -> Invitation:
    """Return the invitation in a file; Problem invite.file where it is none."""
    try:
        with path.open("rb") as file:
            found = invitation_in(file.read(INVITATION_MOST).decode())
    except UnicodeDecodeError:
        found = None
    if found is None or not found.url:
        raise Problem("invite.file", f"{path.name} 不是乐业的邀请文件。请向乡镇重新要一份。",
                      f"{path.name} is not a Leye invitation. Ask the office for another.")
    return found


def invitation_in(text: str) -> Invitation | None:
    """Return the invitation in a text: that of a file, of a QR picture, or a code alone (then without an address); else None."""
    try:
        told = decoded(text.encode(errors="replace"), dict[str, str])
        return Invitation(told["url"], told["code"], tuple(told.get("others", "").split()), told.get("place", ""), told.get("name", ""),
                          told.get("expires_at", ""))
    except (msgspec.DecodeError, KeyError):
        pass
    words = text.split()
    urls = [one for one in words if one.startswith("https://")]
    code = " ".join(one for one in words if one not in urls)
    if not code or unspell(code, TOKEN + seal.PIN) is None:
        return None
    return Invitation(urls[0] if urls else "", code, tuple(urls[1:]))


def card_of(ws: Workspace) -> SignedCard:
    """Return who this hub is, signed by its root."""
    me, keys = ws.ledger.me, ws.keys
    above = [p for p in peers.peers(ws.ledger, HUB) if p.state == GRANTED]
    card = Card(device=me.device, instance=me.instance, name=me.device_name, area=me.area, sign=keys.sign_public,
                age=keys.age_public, parent_age=above[-1].age_key if above else "", practice=me.practice)
    return SignedCard(card, seal.root_signature(ws.hub_keys(), card.message()).hex())


def answer(ws: Workspace, ask: PairAsk, *, yes: bool) -> PairAnswer:
    """Return the hub's answer to a laptop with an invitation; the first time it is kept, pending or granted."""
    if not is_recipient(ask.age) or not seal.signed_by(ask.sign, bytes.fromhex(ask.signature), ask.message()):
        raise refused_code()
    with tables.transaction(ws.ledger.db) as conn:
        row = conn.execute("SELECT area, expires_at, used_by FROM invitation WHERE token = ?",
                           (seal.digest(bytes.fromhex(ask.token)),)).fetchone()
        if row is None or datetime.fromisoformat(row[1]) < now() or row[2] not in ("", ask.device):
            raise refused_code()
        prefix = places.prefix(row[0])
        _check_fits(ws.ledger, ask, prefix)
        known = peers.peer(ws.ledger, ask.device)
        if peers.key_of(ws.ledger, ask.device) not in (None, ask.sign):  # of a peer, or of a log an office has vouched for
            raise Problem("pair.clone", "这台电脑的编号已被另一台电脑占用（可能是复制的磁盘）。请在本机重新建立工作区后再配对。",
                          "Another computer already has this one's identity (a copied disk?). Make a new workspace here, then pair.")
        if row[2] == "":
            conn.execute("UPDATE invitation SET used_by = ? WHERE token = ?",
                         (ask.device, seal.digest(bytes.fromhex(ask.token))))
            known = _admit(ws.ledger, ask, prefix, GRANTED if yes else PENDING, known)
    if known is None:
        raise refused_code()
    return PairAnswer(card_of(ws), known.state, known.prefix, _grant_of(ws, known) if known.state == GRANTED else None)


def _grant_of(ws: Workspace, one: Peer) -> Grant:
    grant = Grant(one.device, one.sign_key, one.prefix, one.expires_at, ws.ledger.me.device)
    return msgspec.structs.replace(grant, signature=ws.keys.signature(grant.message()).hex())


def key_granted(grant: Grant | None, device: str, office: Peer) -> str | None:
    """Return the signing key that an office below us has signed for a computer it let in; None where it does not say so today."""
    if (grant is None or (grant.device, grant.office) != (device, office.device) or not grant.prefix.startswith(office.prefix)
            or not seal.signed_by(office.sign_key, bytes.fromhex(grant.signature), grant.message())):
        return None
    try:
        return grant.sign if datetime.fromisoformat(grant.expires_at) > now() else None
    except (ValueError, TypeError):
        return None


def _admit(ledger: Ledger, ask: PairAsk, prefix: str, state: str, known: Peer | None) -> Peer:
    was = succession.proved(ask.device, ask.sign, ask.was)
    continued = (old for old, key in was.items() if (of := peers.peer(ledger, old)) is not None and of.sign_key == key)
    parent = known.parent if known is not None and known.parent else next(continued, "")
    one = Peer(device=ask.device, kind=LAPTOP, state=state, name=ask.name, area=ask.area, instance=ask.instance,
               sign_key=ask.sign, age_key=ask.age, prefix=prefix, users=(ask.user,), expires_at=peers.expiry(), made_at=moment(),
               role=ask.role, parent=parent)
    if state == GRANTED:
        revocation.let_in(ledger, [*peers.line(ledger, ask.device), *(peers.line(ledger, parent) if parent else ())])
    peers.save(ledger, one)
    with tables.transaction(ledger.db) as conn:
        conn.execute("INSERT OR REPLACE INTO log_key VALUES (?,?,?)", (ask.device, ask.sign, ledger.me.device))
        conn.executemany("INSERT OR IGNORE INTO log_key VALUES (?,?,?)",  # what it wrote before it was put back, or copied
                         [(old, key, ask.device) for old, key in was.items()])
    return one


def _check_fits(ledger: Ledger, ask: PairAsk, prefix: str) -> None:
    if ask.device in (ledger.me.device, *ledger.settings.get("earlier_logs", [])):
        raise Problem("pair.self", "不能与自己配对。请在入户用的电脑上输入配对码。", "A hub cannot pair with itself. Enter the code on the laptop.")
    check_area(ask, prefix, ledger.me.practice)


def check_area(one: PairAsk | Me, prefix: str, practice: bool) -> None:
    """Raise a Problem where a laptop and what it is invited to do not fit."""
    if one.practice != practice:
        raise Problem("pair.practice", "练习用的工作区只能与练习用的配对，没有交换任何数据。",
                      "A practice workspace pairs only with a practice workspace; nothing was exchanged.")
    if not one.area.startswith(prefix):
        raise Problem("pair.area", f"这台电脑的工作地区 {one.area} 不在邀请的范围 {prefix} 之内。请让乡镇按正确的地区重新邀请。",
                      f"This computer works in {one.area}, outside the invited area {prefix}. Ask the office to invite it for the right area.")


def waiting(ledger: Ledger) -> list[Peer]:
    """Return the laptops that wait to be confirmed by name."""
    return [p for p in peers.peers(ledger, LAPTOP) if p.state == PENDING]


def confirm(ledger: Ledger, device: str) -> None:
    """Let a laptop in, also one that was shut out; Problem peer.shut_above where only an office above may."""
    with tables.transaction(ledger.db):
        revocation.let_in(ledger, peers.line(ledger, device))
        peers.update(ledger, device, state=GRANTED, expires_at=peers.expiry())


def revoke(ledger: Ledger, device: str) -> None:
    """Shut a laptop out, here and wherever it may go; what it sends from now on waits. Problem peer.unknown for an id that is none.

    Who holds the disk can go on as whatever it was, and as a copy of it: all of them are shut out. Who waits to be confirmed is
    only not let in here.
    """
    found = peers.peer(ledger, device)
    if found is None or found.kind != LAPTOP:
        raise Problem("peer.unknown", "没有这台电脑。用 leye devices 查看已配对的电脑。", "There is no such computer. See leye devices.")
    line = peers.line(ledger, device)
    kin = [p.device for p in peers.peers(ledger, LAPTOP) if set(line) & set(peers.line(ledger, p.device))]
    with tables.transaction(ledger.db):
        if found.state == PENDING or not revocation.speaks(ledger):
            for one in kin:
                peers.update(ledger, one, state=REVOKED)
        else:
            revocation.shut_out(ledger, [*kin, *line])


def refused_code() -> Problem:
    """Return the Problem of an invitation that does not hold; one sentence for all reasons, so that it tells no stranger which."""
    return Problem("pair.code", "配对码无效：可能输错、已被使用，或超过30分钟。请向乡镇要一个新的配对码。",
                   "The pairing code does not hold: mistyped, already used, or older than 30 minutes. Ask the office for a new one.")


# -- at the laptop ------------------------------------------------------------------------------------------------------
def pair(ws: Workspace, url: str, code: str, *, wait: float = CONFIRM_WAIT, patience: float = 30.0) -> Peer:
    """Return the hub this laptop is now paired with. Raises Problem where code, hub or area do not fit, or nobody confirms."""
    token, pin = read_code(code)
    root = _pinned_root(url, pin, patience)
    link = Link(url, root, patience)
    try:
        said = _ask_until_confirmed(link, ask_of(ws, token), wait)
    finally:
        link.close()
    check_card(said.signed, root, link.url)
    with tables.transaction(ws.ledger.db):
        keep_grant(ws.ledger, said.grant)
        return keep_hub(ws.ledger, said.signed.card, link.url, root, said.prefix)


def read_code(code: str) -> tuple[bytes, bytes]:
    """Return (token, pin of the hub's root) of a typed code; Problem pair.mistyped where it is none."""
    told = unspell(code, TOKEN + seal.PIN)
    if told is None:
        raise Problem("pair.mistyped", "配对码输错了（校验不符）。请逐组核对后再输入。",
                      "The pairing code was mistyped (its check part does not fit). Compare it group by group.")
    return told[:TOKEN], told[TOKEN:]


def pair_at(ws: Workspace, urls: Sequence[str], code: str, *, patience: float = 8.0) -> Peer:
    """Pair at the first of these addresses where the office of the code is; raises the Problem of the first where it is at none."""
    told: Problem | None = None
    for url in dict.fromkeys(urls):
        try:
            return pair(ws, url, code, patience=patience if len(urls) > 1 else 30.0)
        except Problem as problem:
            if problem.key not in ("sync.silent", "sync.another_hub", "sync.strange"):
                raise
            told = told or problem
    assert told is not None
    raise told


def _pinned_root(url: str, pin: bytes, patience: float) -> str:
    link = Link(url, None, patience)
    try:
        root = link.text("/v1/root")
    finally:
        link.close()
    try:
        if seal.pin_of(root) == pin:
            return root
    except ValueError:
        pass
    raise another_hub(link.url)


def ask_of(ws: Workspace, token: bytes) -> PairAsk:
    """Return who this computer is, with the token of its invitation, signed."""
    me, keys = ws.ledger.me, ws.keys
    ask = PairAsk(token=token.hex(), device=me.device, instance=me.instance, name=me.device_name, area=me.area, user=me.user,
                  sign=keys.sign_public, age=keys.age_public, practice=me.practice, role=me.role,
                  was=succession.line(ws.ledger))
    return msgspec.structs.replace(ask, signature=keys.signature(ask.message()).hex())


def _ask_until_confirmed(link: Link, ask: PairAsk, wait: float) -> PairAnswer:
    end = time.monotonic() + wait
    while True:
        said = link.ask("/v1/pair", ask, PairAnswer)
        if said.state == GRANTED:
            return said
        if said.state == REVOKED:
            raise Problem("pair.refused", "乡镇没有同意这台电脑配对。请与乡镇联系。", "The office did not let this computer in. Speak to the office.")
        if time.monotonic() + _POLL > end:
            raise Problem("peer.pending", "乡镇还没有确认这台电脑。请联系乡镇按姓名确认，然后用同一个配对码再试（30分钟内）。",
                          "The office has not confirmed this computer yet. Ask staff there to confirm it by name, then try the same "
                          "code again (within 30 minutes).")
        time.sleep(_POLL)


def check_card(signed: SignedCard, root: str, url: str) -> None:
    """Raise a Problem where the hub's card is not signed by the root that is pinned."""
    if not seal.signed_by_root(root, bytes.fromhex(signed.signature), signed.card.message()):
        raise another_hub(url)


def keep_hub(ledger: Ledger, card: Card, url: str, root: str, prefix: str) -> Peer:
    """Keep the hub's card, address and root; the same hub again only updates them. Returns the peer."""
    known = next((p for p in peers.peers(ledger, HUB) if p.root == root), None)
    same = known if known and known.instance == card.instance else None
    one = Peer(device=card.device, kind=HUB, state=GRANTED, name=card.name, area=card.area, instance=card.instance,
               sign_key=card.sign, age_key=card.age, parent_age_key=card.parent_age, url=url, root=root, prefix=prefix,
               made_at=known.made_at if known else moment(), last_at=known.last_at if known else "",
               level=known.level if known else None, acked_n=same.acked_n if same else 0, acked_h=same.acked_h if same else "")
    with tables.transaction(ledger.db) as conn:
        if known is not None:
            conn.execute("DELETE FROM peer WHERE device = ?", (known.device,))
            if known.prefix != prefix:
                _rescope(conn, card.instance, known.prefix, prefix)
        peers.save(ledger, one)
        conn.execute("INSERT OR REPLACE INTO log_key VALUES (?,?,?)", (card.device, card.sign, card.device))
    return one


def keep_grant(ledger: Ledger, grant: Grant | None) -> None:
    """Keep what the office has signed, for the office above it, which reads a stick where this one cannot."""
    ledger.settings.set(GRANT, None if grant is None else msgspec.to_builtins(grant))


def grant_of(ledger: Ledger, office: str) -> Grant | None:
    """Return what this office has signed for this computer; None where it has not, or for what it was before it was copied."""
    kept = ledger.settings.get(GRANT)
    grant = None if kept is None else msgspec.convert(kept, Grant)
    return grant if grant is not None and (grant.device, grant.office) == (ledger.me.device, office) else None


def keep_card(ledger: Ledger, signed: SignedCard, root: str) -> None:
    """Keep who a hub is at present, as its root has signed it."""
    with tables.transaction(ledger.db) as conn:
        conn.execute("INSERT OR REPLACE INTO card VALUES (?,?,?)", (signed.card.device, root, msgspec.json.encode(signed)))


def cards_of(ledger: Ledger) -> list[SignedCard]:
    """Return who the hubs have been that this workspace has spoken with."""
    return [msgspec.json.decode(row[0], type=SignedCard) for row in ledger.db.conn.execute("SELECT body FROM card ORDER BY device")]


def _rescope(conn: Connection, instance: str, old: str, new: str) -> None:
    """A narrower scope inherits the wider cursor, whose debt holds its own; any other begins anew. The old one never serves again."""
    if new.startswith(old):
        tables.set_cursor(conn, instance, new, *tables.cursor_of(conn, instance, old))
    conn.execute("DELETE FROM cursor WHERE instance = ? AND prefix NOT IN (?,?,?)", (instance, new, tables.HIGH, tables.BLOBS))
