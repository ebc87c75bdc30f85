"""Messages and containers with a right signature and a wrong inside: refused in words, nothing changed, and the office goes on."""
import struct
import time
from typing import Any

import httpx
import msgspec
import pytest
import zstandard

from app.models.problem import Problem
from app.sync import pairing, peers, seal, segment
from app.sync.desk import hello_words
from app.sync.hub import Hub
from app.sync.inbox import Inbox, merge_first
from app.sync.wire import ChallengeAsk, HelloAsk
from tests.hostile.attacker import Attacker
from tests.sync.conftest import Make, Refused
from tests.sync.offices import STONE

HUGE = 10**30
DEEP = b'{"a":' * 20_000 + b"1" + b"}" * 20_000


def sealed(attacker: Attacker, inside: bytes, **about: Any) -> bytes:
    """Return a segment with his laptop's right signature around any bytes."""
    me = attacker.mine.ledger.me
    told = {"sender": me.device, "instance": me.instance, "to": attacker.office.ledger.me.device, "size": len(inside), "count": 1} | about
    header, body = msgspec.json.encode(told), zstandard.ZstdCompressor().compress(inside)
    data = segment.MAGIC + struct.pack(">I", len(header)) + header + struct.pack(">I", len(body)) + body
    digest = segment.hashlib.sha256(data).digest()
    return data + digest + attacker.mine.keys.signature(digest)


def inside_of(attacker: Attacker, **header: Any) -> bytes:
    """Return the inside of a segment with one change, some of whose header is replaced (by position)."""
    sent = msgspec.json.decode(msgspec.json.encode(segment._all_sent([attacker.next()])))
    for at, value in header.items():
        sent[0][0][int(at.removeprefix("h"))] = value
    return msgspec.json.encode(sent)


WRONG = {
    "a sequence number beyond the store": {"h13": 2**63}, "one beyond any machine": {"h13": HUGE}, "none": {"h13": 0},
    "a kind there is not": {"h2": "become"}, "an id that is none": {"h1": "x" * 32}, "a payload hash of another": {"h15": "0" * 64},
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_header_is_refused(attacker: Attacker, refused: Refused, what: str) -> None:
    with refused("segment.damaged"):
        attacker.desk.push(attacker.office, attacker.peer(attacker.mine), sealed(attacker, inside_of(attacker, **WRONG[what])))
    attacker.nothing_changed()


def test_depth_and_numbers_beyond_measure_are_refused(attacker: Attacker, refused: Refused) -> None:
    payload = b'[[["a"],' + DEEP + b',"00"]]'
    for data in (sealed(attacker, payload), sealed(attacker, DEEP), sealed(attacker, b"[" * 200_000),
                 sealed(attacker, inside_of(attacker), n1=HUGE), sealed(attacker, inside_of(attacker), n0=-HUGE),
                 sealed(attacker, inside_of(attacker), size=-1), sealed(attacker, inside_of(attacker), count=HUGE)):
        with refused("segment.damaged"):
            attacker.desk.push(attacker.office, attacker.peer(attacker.mine), data)
    attacker.nothing_changed()


def test_what_inflates_beyond_measure_is_refused_before_it_is_unpacked(attacker: Attacker, refused: Refused) -> None:
    blank = b"[" + b" " * (200 * 2**20) + b"]"
    data = sealed(attacker, blank, count=0)
    assert len(data) < 100_000
    begun = time.process_time()
    with refused("segment.large"):
        attacker.desk.push(attacker.office, attacker.peer(attacker.mine), data)
    assert time.process_time() - begun < 5  # no measurement: unpacking and reading it would take a gigabyte and more
    attacker.nothing_changed()


def test_one_poisoned_segment_does_not_stop_the_merging_of_the_others(attacker: Attacker) -> None:
    """What is accepted is judged later; what cannot be merged is let go, and the next one is merged."""
    inbox = Inbox.of(attacker.office)
    assert inbox is not None
    me = attacker.mine.ledger.me.device
    for data in (sealed(attacker, DEEP), sealed(attacker, inside_of(attacker, h13=HUGE)), sealed(attacker, b"[" * 99_999)):
        inbox.append([(me, data)])
    inbox.append([(me, attacker.packed([attacker.next()]))])
    became = [merge_first(attacker.office, inbox) for _ in range(4)]
    assert [one.refused is not None for one in became if one] == [True, True, True, False]
    assert merge_first(attacker.office, inbox) is None
    inbox.close()


VALUES = (HUGE, -HUGE, 1e308, True, [], {}, [[["x"]]], {"a": {"b": 1}}, "x" * 1_000_000, "\0", "a\0b", "\u202e", "=1+1", "';--", "\ud7ff")


@pytest.mark.parametrize("value", VALUES, ids=[str(v)[:10].encode("unicode_escape").decode() for v in VALUES])
def test_a_value_of_any_kind_is_kept_as_it_came(attacker: Attacker, value: object) -> None:
    """Merge refuses nothing that is well signed and in its area: the row for screens shows what it can."""
    payload = {"full_name": value, "phone": value, "birth_date": value, "labour_status": value, "household_id": value, "x; DROP": value}
    assert attacker.push(attacker.next(payload=payload)).new == 1
    assert attacker.office.ledger.verify().ok
    record = attacker.office.ledger.get(attacker.own)
    assert record is not None
    assert record.values["x; DROP"] == value
    attacker.office.ledger.rebuild()
    assert attacker.office.ledger.verify().ok


@pytest.mark.parametrize("kind", ["machine_setting", "peer", "change", "sqlite_master", 'person"; DROP TABLE change; --', "", "x" * 300])
def test_a_type_is_never_a_table(attacker: Attacker, kind: str) -> None:
    rec = "d" * 32
    assert attacker.push(attacker.next(type=kind, rec=rec, root=rec, payload={"key": "me", "value": "{}"})).new == 1
    assert attacker.office.ledger.me.area and peers.peers(attacker.office.ledger)
    assert attacker.office.ledger.verify().ok


def test_messages_of_any_shape_are_answered(attacker: Attacker) -> None:
    """Every address, with a session and without: 400, 401 or 413, never a fault of ours."""
    with Hub(attacker.office, "127.0.0.1", 0, yes=True) as hub:
        context = seal.laptop_context(attacker.office.hub_keys().root)
        with httpx.Client(base_url=hub.url, verify=context, trust_env=False, timeout=30) as client:
            token = _session(attacker, client)
            bodies = (b"", b"{}", b"[]", b"null", DEEP, b'{"x":' + DEEP + b"}", b'{"n":1e99,"h":"","limit":1,"prefix":"529999001201"}',
                      b'{"n":%d,"h":"","limit":1,"prefix":"529999001201"}' % HUGE, b'{"n":-1,"h":"","limit":-5,"prefix":"529999001201"}',
                      b'{"n":9,"h":"\\ud800","limit":1,"prefix":"529999001201"}', b'{"prefix":"529999001201","ranges":[["g",""]],"ids":true}',
                      b'{"prefix":"529999001201","cids":["x"]}', b'{"cids":[["x",%d]]}' % HUGE, b'{"names":[["%s",%d]]}' % (b"0" * 64, HUGE),
                      b'{"sha":"%s","at":%d,"limit":%d}' % (b"0" * 64, HUGE, HUGE))
            for path in ("challenge", "hello", "pair", "push", "accept", "settled", "pull", "compare", "fetch", "lack", "blobs", "piece",
                         "take_piece"):
                for body in bodies:
                    for headers in ({}, {"authorization": f"Bearer {token}"}):
                        status = client.post(f"/v1/{path}", content=body, headers=headers).status_code
                        assert status in (200, 400, 401, 409), (path, body[:60], status)
            assert client.post("/v1/settled", content=b"{}", headers={"authorization": f"Bearer {token}"}).status_code == 200
    attacker.nothing_changed()


def _session(attacker: Attacker, client: httpx.Client, **lies: Any) -> str:
    me = attacker.mine.ledger.me
    told = client.post("/v1/challenge", content=msgspec.json.encode(ChallengeAsk(me.device))).json()["challenge"]
    words = hello_words(told, attacker.office.hub_keys().root, me.instance)
    ask = HelloAsk(me.device, told, attacker.mine.keys.signature(words).hex(), me.instance, {}, peers.moment())
    said = client.post("/v1/hello", content=msgspec.json.encode(msgspec.structs.replace(ask, **lies)))
    return str(said.json().get("token", said.status_code))


LIES = ({"signature": "abc"}, {"signature": ""}, {"time": "0001-01-01T00:00:00+23:59"}, {"time": "9999-12-31T23:59:59-23:59"},
        {"time": "yesterday"}, {"have": {"529999001201": (HUGE, "")}}, {"have": {"529999001201": (-5, "x")}}, {"protocol": HUGE},
        {"instance": ""}, {"challenge": "0" * 31})


@pytest.mark.parametrize("lie", LIES, ids=[str(lie)[:40] for lie in LIES])
def test_a_lying_hello_gets_a_session_or_words(attacker: Attacker, lie: dict[str, Any]) -> None:
    with Hub(attacker.office, "127.0.0.1", 0, yes=True) as hub:
        context = seal.laptop_context(attacker.office.hub_keys().root)
        with httpx.Client(base_url=hub.url, verify=context, trust_env=False) as client:
            assert "5" not in _session(attacker, client, **lie)[:1] or len(_session(attacker, client, **lie)) == 32
    attacker.nothing_changed()


def test_keys_that_are_none_are_refused_when_pairing(attacker: Attacker, make: Make, refused: Refused) -> None:
    """A laptop whose key cannot be written to would spoil every stick of the office."""
    for lies in ({"age": "age1nothing"}, {"age": ""}, {"age": "x" * 300}):
        with refused("pair.code"):
            attacker.join(make(f"liar{len(str(lies))}", STONE), STONE, **lies)
    for lies in ({"sign": "ab"}, {"sign": "abc"}, {"signature": "abc"}, {"token": "abc"}):
        with pytest.raises((Problem, msgspec.ValidationError)):
            told = msgspec.structs.replace(pairing.ask_of(attacker.mine, b"0" * 16), **lies)
            pairing.answer(attacker.office, msgspec.json.decode(msgspec.json.encode(told), type=type(told)), yes=True)


def test_a_flood_of_views_and_sessions_is_forgotten(attacker: Attacker) -> None:
    from app.sync.wire import CompareAsk

    one = attacker.peer(attacker.mine)
    for number in range(200):
        attacker.desk.compare(attacker.office, one, CompareAsk(STONE + str(number), [("", "g")]))
    assert len(attacker.desk._views) <= 64
    with pytest.raises(Problem):  # the same ids asked for many times in one message
        attacker.desk.compare(attacker.office, one, CompareAsk(STONE, [("", "g")] * 50, ids=True))
