"""A hub that lies: whatever it says, a laptop ends in words, keeps what it has, and turns green for nothing that is not signed for."""
from typing import Any

import msgspec
import pytest

from app.models.ledger import Write
from app.models.problem import Problem
from app.sync import intake, peers
from app.sync.exchange import HubCarrier, exchange
from app.sync.intake import Receipt
from app.sync.workspace import Workspace
from tests.hostile.attacker import Attacker
from tests.sync.offices import STONE, Direct

HUGE = 10**30


class Lying(Direct):
    """The way to the office, which says something else at one address."""

    def __init__(self, attacker: Attacker, path: str, lie: Any) -> None:
        super().__init__(attacker.office, attacker.desk)
        self.path, self.lie, self.asked = path, lie, 0

    def reach(self, method: str, path: str, content: bytes, token: str) -> tuple[int, bytes]:
        """Return the desk's answer, or the lie."""
        self.asked += 1
        assert self.asked < 500, "an exchange without end"
        status, answer = super().reach(method, path, content, token)
        if path != self.path or status != 200:
            return status, answer
        if isinstance(self.lie, tuple):
            return self.lie
        if isinstance(self.lie, bytes):
            return 200, self.lie
        return 200, msgspec.json.encode({**msgspec.json.decode(answer), **self.lie})


FORGED = {"hub": "0" * 32, "log": "1" * 32, "seq": 9, "hash": "0" * 64, "at": "now", "signature": "00" * 64}
HELLO, PULL, PUSH, COMPARE = "/v1/hello", "/v1/pull", "/v1/push", "/v1/compare"
LIES: list[tuple[str, Any]] = [
    (HELLO, {"time": "yesterday"}), (HELLO, {"time": "2026-01-01T00:00:00"}), (HELLO, {"time": "0001-01-01T00:00:00+23:59"}),
    (HELLO, {"holds": [HUGE, "x"]}), (HELLO, {"holds": [-1, ""]}), (HELLO, {"receipts": [FORGED]}),
    (HELLO, {"receipts": [{**FORGED, "signature": "abc"}]}), (HELLO, {"receipts": [{**FORGED, "seq": HUGE}]}),
    (HELLO, {"confirmed": [HUGE, "x"]}), (HELLO, {"aside": HUGE}), (HELLO, {"prefix": "%"}), (HELLO, {"prefix": "999999999999"}),
    (HELLO, {"token": "g"}), (HELLO, {"signed": {}}),
    (PUSH, {"holds": [HUGE, "x"]}), (PUSH, {"receipts": [FORGED]}), (PUSH, {"new": "many"}),
    (PULL, (409, b"")), (PULL, (401, b"")), (PULL, b""), (PULL, b"LEYESEG\x01"), (PULL, b'{"a":' * 9999), (PULL, (400, b'{"key":"x"}')),
    (COMPARE, {"sums": []}), (COMPARE, {"sums": [[1, "0"]] * 99}), (COMPARE, {"mark": [HUGE, "x"]}), (COMPARE, {"sums": [[HUGE, "x"]]}),
    (COMPARE, (409, b"")), ("/v1/challenge", {"challenge": ""}),
]


def held(ws: Workspace) -> set[tuple[str, bytes]]:
    """Return every change that is here with its values."""
    return set(ws.ledger.db.conn.execute("SELECT cid, payload FROM change WHERE n IS NOT NULL").fetchall())


@pytest.mark.parametrize(("path", "lie"), LIES, ids=[f"{path[4:]} {str(lie)[:45]}" for path, lie in LIES])
def test_a_lie_ends_in_words_and_costs_nothing(attacker: Attacker, path: str, lie: Any) -> None:
    mine = attacker.mine
    mine.ledger.write([Write("person", {"phone": "13900009999"}, rec=attacker.own)], source="screen")
    attacker.victim.ledger.write([Write("household", {"household_code": "H-8"}, place="529999001202")], source="screen")
    before, only = held(mine), mine.ledger.only_here()
    way = Lying(attacker, path, lie)
    try:
        done = exchange(mine, HubCarrier(peers.the_hub(mine.ledger), way=way))
    except Problem as problem:
        assert problem.zh and problem.en
        done = None
    assert before <= held(mine)
    assert mine.ledger.verify().ok
    signed = {(r[0], r[1]) for r in mine.ledger.db.conn.execute("SELECT log, seq FROM receipt")}
    if mine.ledger.only_here() < only:  # green: then the office has signed for it and holds it
        assert (mine.ledger.me.log, mine.ledger.log_end()[0]) in signed
        assert attacker.office.ledger.get(attacker.own).values["phone"] == "13900009999"  # type: ignore[union-attr]
    if done is None:
        assert exchange(mine, HubCarrier(peers.the_hub(mine.ledger), way=Direct(attacker.office, attacker.desk))).level


def test_a_forged_receipt_turns_nothing_green(attacker: Attacker) -> None:
    mine, hub = attacker.mine, peers.the_hub(attacker.mine.ledger)
    mine.ledger.write([Write("person", {"phone": "13900009999"}, rec=attacker.own)], source="screen")
    seq, tip = mine.ledger.log_end()
    honest = Receipt(hub.device, mine.ledger.me.log, seq, tip, peers.moment())
    others = attacker.victim.keys.signature(honest.message()).hex()
    for forged in (honest, msgspec.structs.replace(honest, signature=others), msgspec.structs.replace(honest, signature="zz"),
                   msgspec.structs.replace(honest, hub=attacker.victim.ledger.me.device, signature=others)):
        intake.acknowledge(mine.ledger, [forged], hub)
        assert mine.ledger.only_here() == 1


def test_a_hub_that_withholds_is_not_level(attacker: Attacker) -> None:
    """It claims to hold everything, and takes nothing: the comparison shows it, and no receipt comes."""
    mine = attacker.mine
    mine.ledger.write([Write("person", {"phone": "13900009999"}, rec=attacker.own)], source="screen")
    mark = list(mine.ledger.feed_mark())
    way = Lying(attacker, HELLO, {"holds": mark})
    done = exchange(mine, HubCarrier(peers.the_hub(mine.ledger), way=way))
    assert done.level  # the comparison found what it had not sent, and sent it
    assert attacker.office.ledger.get(attacker.own).values["phone"] == "13900009999"  # type: ignore[union-attr]


def test_a_scope_that_is_not_ours_is_not_taken(attacker: Attacker) -> None:
    """Steps served to another prefix move no cursor of ours."""
    mine = attacker.mine
    exchange(mine, HubCarrier(peers.the_hub(mine.ledger), way=Direct(attacker.office, attacker.desk)))
    assert peers.the_hub(mine.ledger).prefix == STONE
