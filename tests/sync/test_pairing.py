"""Pairing: only the pinned hub, only once, only who was invited, and nothing flows before the office says yes."""
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from app.models import clock
from app.sync import pairing, peers, seal
from app.sync.exchange import HubCarrier, exchange
from app.sync.hub import Hub
from app.sync.link import Link, SessionLost
from app.sync.pairing import grant_of, invite, pair, read_invitation, write_invitation
from app.sync.spelled import spell, unspell
from app.sync.wire import PairAnswer, PullAsk
from app.sync.workspace import Workspace
from tests.sync.conftest import Make, Refused, household, sync

Room = tuple[Hub, Workspace]


@pytest.fixture
def room(make: Make) -> Iterator[Room]:
    """Return a running hub that lets invited laptops in, and its office."""
    office = make("hub", role="township")
    with Hub(office, "127.0.0.1", 0, yes=True) as hub:
        yield hub, office


def test_a_wrong_pin_is_refused(make: Make, room: Room, refused: Refused) -> None:
    told = unspell(invite(room[1]), 32)
    assert told is not None
    with refused("sync.another_hub"):
        pair(make("one"), room[0].url, spell(told[:16] + bytes(16)))
    with refused("pair.mistyped"):
        pair(make("two"), room[0].url, invite(room[1])[:-1] + "*")
    assert not peers.peers(room[1].ledger)


def test_a_hub_with_another_certificate_is_refused(make: Make, room: Room, refused: Refused) -> None:
    one = make("one")
    mine = pair(one, room[0].url, invite(room[1]))
    household(one, "练习甲")
    stranger = make("stranger", role="township")
    with Hub(stranger, "127.0.0.1", 0, yes=True) as other:
        peers.update(one.ledger, mine.device, url=other.url)
        with refused("sync.another_hub"):
            sync(one)
        assert not stranger.ledger.rows("person")
        with pytest.raises(httpx.ConnectError):  # and the system's authorities are no way round
            httpx.get(room[0].url + "/v1/root", trust_env=False)


def test_a_token_serves_one_device_once(make: Make, room: Room, refused: Refused) -> None:
    code = invite(room[1])
    one, two = make("one"), make("two")
    first = pair(one, room[0].url, code)
    with refused("pair.code"):  # photographed
        pair(two, room[0].url, code)
    assert pair(one, room[0].url, code).device == first.device  # an answer that got lost on the way is given again
    granted = grant_of(one.ledger, first.device)
    assert granted is not None and seal.signed_by(first.sign_key, bytes.fromhex(granted.signature), granted.message())
    assert granted.sign == one.keys.sign_public and grant_of(one.ledger, one.ledger.me.device) is None
    with refused("pair.code"):
        pair(two, room[0].url, spell(seal.token() + seal.pin_of(room[1].hub_keys().root)))
    assert [p.device for p in peers.peers(room[1].ledger)] == [one.ledger.me.device]


def test_a_token_lives_half_an_hour(make: Make, room: Room, refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    code = invite(room[1])
    monkeypatch.setattr(clock.source, "read", lambda: datetime.now(UTC) + timedelta(minutes=31))
    with refused("pair.code"):
        pair(make("one"), room[0].url, code)


def test_nothing_flows_before_the_office_confirms(make: Make, refused: Refused) -> None:
    office, one = make("hub", role="township"), make("one")
    asked: list[str] = []
    with Hub(office, "127.0.0.1", 0, asked=lambda p: asked.append(p.name)) as hub:
        code = invite(office)
        with refused("peer.pending"):
            pair(one, hub.url, code, wait=0)
        assert asked == ["one"]
        assert [p.name for p in pairing.waiting(office.ledger)] == ["one"]
        threading.Timer(0.3, pairing.confirm, (office.ledger.again(), one.ledger.me.device)).start()
        pair(one, hub.url, code, wait=300)
        assert asked == ["one"]
        assert sync(one).level


def test_pairing_again_updates_the_address(make: Make, room: Room) -> None:
    one = make("one")
    pair(one, room[0].url, invite(room[1]))
    household(one, "练习甲")
    assert sync(one).sent == 4
    with Hub(room[1], "127.0.0.1", 0, yes=True) as moved:
        again = pair(one, moved.url, invite(room[1]))
        assert again.url == moved.url != room[0].url
        assert [p.url for p in peers.peers(one.ledger)] == [moved.url]
        assert sync(one).sent == 0


def test_area_and_practice_must_fit(make: Make, room: Room, refused: Refused) -> None:
    with refused("invite.area"):
        invite(room[1], "529999002000")
    with refused("pair.area"):
        pair(make("elsewhere", "529999002000"), room[0].url, invite(room[1]))
    with refused("pair.area"):
        pair(make("one"), room[0].url, invite(room[1], "529999001201"))
    with refused("pair.practice"):
        pair(make("real", "520100"), room[0].url, invite(room[1]))
    with refused("pair.self"):
        pair(room[1], room[0].url, invite(room[1]))


def test_a_session_needs_the_device_key(make: Make, room: Room, refused: Refused) -> None:
    one = make("one")
    pair(one, room[0].url, invite(room[1]))
    thief = make("thief")
    thief.keys = one.keys._replace(sign=seal.new_device_keys().sign)
    hub = peers.the_hub(one.ledger)
    peers.save(thief.ledger, hub)
    thief.ledger.settings.set("me", {**thief.ledger.me.as_dict(), "device": one.ledger.me.device})
    with refused("peer.unknown"):
        exchange(thief, HubCarrier(hub))
    link = Link(hub.url, hub.root, 5)
    link.token = "0" * 32
    with pytest.raises(SessionLost):
        link.fetch("/v1/pull", PullAsk(0, "", 1, hub.prefix))
    link.close()


def test_rubbish_is_refused(room: Room) -> None:
    with httpx.Client(base_url=room[0].url, verify=seal.laptop_context(room[1].hub_keys().root), trust_env=False) as client:
        for path in ("pair", "challenge", "hello"):
            for body in (b"", b"{}", b"[" * 9000, b"\xff" * 50):
                assert client.post(f"/v1/{path}", content=body).status_code == 400
        for path in ("push", "pull", "compare", "fetch", "lack"):
            assert client.post(f"/v1/{path}", content=b"{}").status_code == 401
        assert client.post("/v1/pair", content=b" " * (9 * 1024 * 1024)).status_code == 413


def test_an_invitation_travels_as_a_file(make: Make, room: Room, refused: Refused) -> None:
    one = make("one")
    path = one.folder.parent / "invitation.json"
    write_invitation(path, room[0].url, invite(room[1]))
    assert pair(one, *read_invitation(path)[:2]).name == "hub"
    path.write_bytes(b"nothing")
    with refused("invite.file"):
        read_invitation(path)


def test_a_card_of_another_root_is_refused(room: Room, make: Make, refused: Refused) -> None:
    stranger = make("stranger", role="township")
    said = PairAnswer(pairing.card_of(stranger), "granted", "")
    with refused("sync.another_hub"):
        pairing.check_card(said.signed, room[1].hub_keys().root, room[0].url)


def test_nobody_continues_whom_it_cannot_show(make: Make) -> None:
    from app.sync.seal import new_device_keys
    from app.sync.succession import line, proved

    one, other = make("one"), make("other")
    old, key = one.ledger.me.device, one.keys.sign_public
    one.renew()
    one.renew()
    told = line(one.ledger)
    me, mine = one.ledger.me.device, one.keys.sign_public
    assert proved(me, mine, told).get(old) == key and len(proved(me, mine, told)) == 2
    assert proved(other.ledger.me.device, other.keys.sign_public, told) == {}
    assert proved(me, mine, told[:1]) == {}, "no gap"
    forged = [type(was)(was.step, new_device_keys().sign_public) for was in told]
    assert proved(me, mine, forged) == {}
