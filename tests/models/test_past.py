"""The past: what was shown at a place of the feed can be told later, whatever has come since."""
from pathlib import Path
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from app.models.identity import new_id
from app.models.ledger import Ledger
from app.models.past import folded_at, touched_since
from app.models.writing import Write

KEY = bytes(range(32))
FIELDS = {"phone": ("13800000001", "13800000002", None), "remark": ("甲", "乙", None), "full_name": ("杨一", "杨二")}


def ledger_in(folder: Path) -> Ledger:
    return Ledger.create(folder / f"{new_id()}.db", KEY, area="529999001201", device_name="d", user_name="u", role="surveyor", practice=True)


@given(seed=st.integers(0, 10**6))
def test_each_place_of_the_feed_can_be_told_again(tmp_path_factory, seed: int) -> None:
    rnd, ledger = Random(seed), ledger_in(tmp_path_factory.mktemp("past"))
    people = [new_id() for _ in range(3)]
    stood: list[tuple[int, dict[str, object]]] = []
    for _ in range(8):
        old = rnd.choice(stood)[1] if stood and rnd.random() < .4 else {}  # somebody who had seen an older state
        rec, name = rnd.choice(people), rnd.choice(list(FIELDS))
        seen = old.get(rec).heads if old.get(rec) else None  # type: ignore[union-attr]
        ledger.write([Write("person", {name: rnd.choice(FIELDS[name])}, rec=rec, seen=seen, place="529999001201")], source="t")
        stood.append((ledger.feed_mark()[0], {p: ledger.folded(p) for p in people if ledger.folded(p)}))
    for n, states in stood:
        assert folded_at(ledger, people, n) == states
    for at, (n, states) in enumerate(stood):
        later = stood[at + 1:]
        differing = {p for p in people for _, after in later if after.get(p) != states.get(p)}
        assert differing <= touched_since(ledger, n) <= set(people)
    ledger.close()
