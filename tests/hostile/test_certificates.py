"""Over TLS on the loopback: another certificate, a right name under a wrong root, a token used twice, late, elsewhere; a replay."""
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app.models import clock
from app.models.problem import Problem
from app.sync import pairing, peers, seal
from app.sync.exchange import HubCarrier, exchange
from app.sync.hub import Hub
from app.sync.link import SessionLost
from app.sync.pairing import invite, pair
from app.sync.seal import HubKeys
from app.sync.wire import HelloAsk
from tests.hostile.attacker import Attacker
from tests.sync.conftest import Make, Refused
from tests.sync.offices import STONE


@contextmanager
def pretender(keys: HubKeys, heard: list[bytes]) -> Iterator[str]:
    """Serve TLS with these keys and note what is said; whoever comes through has been deceived."""
    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # a root is no secret: he shows whichever suits him
            self.send_response(200)
            self.end_headers()
            self.wfile.write(keys.root.encode())

        def do_POST(self) -> None:
            heard.append(self.rfile.read(int(self.headers.get("content-length", 0))))
            self.send_error(500)

        def log_message(self, *_: object) -> None:
            pass
    server = HTTPServer(("127.0.0.1", 0), Page)
    server.socket = seal.hub_context(keys).wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def reissued(office: HubKeys, signer: str) -> HubKeys:
    """Return a working key in the office's name, certified by another key than its root."""
    key = ec.generate_private_key(ec.SECP256R1())
    by = serialization.load_pem_private_key(signer.encode(), None)
    assert isinstance(by, ec.EllipticCurvePrivateKey)
    name = x509.load_pem_x509_certificate(office.root.encode()).subject
    made = seal._certificate(x509.load_pem_x509_certificate(office.work.encode()).subject, name, key, by, authority=False)
    return HubKeys(office.root_key, office.root, seal._private_pem(key), seal._pem(made))


@pytest.mark.parametrize("how", ["another office", "the right name, another root", "signed by the office's working key", "signed by itself"])
def test_whoever_does_not_hold_the_pinned_root_hears_nothing(attacker: Attacker, refused: Refused, how: str) -> None:
    office = attacker.office.hub_keys()
    own = seal.new_hub_keys()
    keys = {"another office": own, "the right name, another root": reissued(office, own.root_key),
            "signed by the office's working key": reissued(office, office.work_key), "signed by itself": reissued(own, own.work_key)}[how]
    heard: list[bytes] = []
    with pretender(keys, heard) as url:
        hub = peers.the_hub(attacker.mine.ledger)
        with refused("sync.another_hub"):
            exchange(attacker.mine, HubCarrier(replace(hub, url=url)))
        with refused("sync.another_hub"):
            pair(attacker.mine, url, invite(attacker.office))
    assert heard == []  # neither the token nor the name of a device was said to it


def test_old_tls_is_not_spoken(attacker: Attacker) -> None:
    for context in (seal.laptop_context(attacker.office.hub_keys().root), seal.hub_context(attacker.office.hub_keys())):
        assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


def test_a_photographed_code_serves_nobody_else(attacker: Attacker, make: Make, refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    """Used twice, by another device, after half an hour, at another office."""
    other = make("other-office", "529999001000", "township")
    with Hub(attacker.office, "127.0.0.1", 0, yes=True) as hub, Hub(other, "127.0.0.1", 0, yes=True) as elsewhere:
        code, unused = invite(attacker.office), invite(attacker.office)
        pair(make("invited", STONE), hub.url, code)
        with refused("pair.code"):
            pair(make("photographer", STONE), hub.url, code)
        with refused("sync.another_hub"):
            pair(make("lured", STONE), elsewhere.url, unused)
        with monkeypatch.context() as then:
            then.setattr(clock.source, "read", lambda: datetime.now(UTC) + timedelta(minutes=30, seconds=1))
            with refused("pair.code"):
                pair(make("late", STONE), hub.url, unused)
        with monkeypatch.context() as then:  # a laptop's clock set back does not help: the office's counts
            pair(make("in-time", STONE), hub.url, unused)
    assert {p.name for p in peers.peers(attacker.office.ledger)} == {"mine", "victim", "invited", "in-time"}


def test_a_hello_is_good_once_for_one_office_and_one_store(attacker: Attacker, make: Make) -> None:
    heard: list[HelloAsk] = []
    hello = attacker.desk.hello

    def listening(ws: object, ask: HelloAsk) -> object:
        heard.append(ask)
        return hello(ws, ask)  # type: ignore[arg-type]
    attacker.desk.hello = listening  # type: ignore[assignment, method-assign]
    from app.sync.hub import ROUTES
    route = ROUTES["/v1/hello"]
    ROUTES["/v1/hello"] = route._replace(answer=lambda desk, ws, ask: listening(ws, ask))
    try:
        attacker.sync(attacker.victim)
    finally:
        ROUTES["/v1/hello"] = route
    assert heard
    with pytest.raises(SessionLost):  # replayed
        hello(attacker.office, heard[0])
    told = attacker.desk.challenge(attacker.office, _ask(attacker))
    for stolen in (msgspec.structs.replace(heard[0], challenge=told.challenge),  # an old signature on a new challenge
                   msgspec.structs.replace(heard[0], challenge=told.challenge, instance="another store")):
        with pytest.raises((Problem, SessionLost)):
            hello(attacker.office, stolen)


def _ask(attacker: Attacker) -> object:
    from app.sync.wire import ChallengeAsk

    return ChallengeAsk(attacker.victim.ledger.me.device)


def test_a_card_of_another_root_or_altered_is_refused(attacker: Attacker, make: Make, refused: Refused) -> None:
    signed, root = pairing.card_of(attacker.office), attacker.office.hub_keys().root
    pairing.check_card(signed, root, "https://hub.test")
    stranger = pairing.card_of(make("stranger", "529999001000", "township"))
    altered = msgspec.structs.replace(signed.card, age=attacker.mine.keys.age_public)
    for bad in (stranger, msgspec.structs.replace(signed, card=altered), msgspec.structs.replace(signed, signature=stranger.signature),
                msgspec.structs.replace(signed, signature="00")):
        with refused("sync.another_hub"):
            pairing.check_card(bad, root, "https://hub.test")


