"""Who is at the desk and who was turned away: bounded, counted, and told by what really happens at a hub."""
from time import sleep

import pytest

from app.sync.hub import Hub
from app.sync.pairing import (
    INVITATION_MOST,
    confirm,
    invitation,
    invitation_in,
    invite,
    pair,
    read_invitation,
    refused_code,
    revoke,
    write_invitation,
)
from app.sync.peers import LAPTOP, NETWORK, peers, the_hub
from app.sync.presence import LONGEST, MOST, Presence
from app.sync.visit import visit
from tests.sync.conftest import Make, Refused, household, sync


def test_a_session_is_seen_from_hello_to_level_and_the_hub_knows_how_it_ended(make: Make) -> None:
    office, one = make("hub", role="township"), make("one")
    steps: list[str] = []
    with Hub(office, "127.0.0.1", 0, yes=True) as hub:
        pair(one, hub.url, invite(office))
        household(one, "练习甲")
        hub.desk.presence.changed = lambda: steps.extend(v.step for v in hub.desk.presence.here().values())
        assert visit(one).level
        assert steps[0] == "hello" and {"push", "pull"} <= set(steps)
        assert hub.desk.presence.here() == {}  # level: it has left
        told = peers(office.ledger, LAPTOP)[0]
        assert told.level and told.via == NETWORK and told.only_there == 0 and told.drafts == 0


def test_what_a_laptop_says_is_only_there_is_kept_when_the_line_is_cut(make: Make) -> None:
    office, one = make("hub", role="township"), make("one")
    with Hub(office, "127.0.0.1", 0, yes=True) as hub:
        pair(one, hub.url, invite(office))
        household(one, "练习甲")

        def cut(*_: object) -> None:
            raise KeyboardInterrupt
        with pytest.raises(KeyboardInterrupt):
            visit(one, progress=cut)
        assert peers(office.ledger, LAPTOP)[0].only_there == 2


def test_who_is_turned_away_is_named_with_the_reason_and_counted(make: Make, refused: Refused) -> None:
    office, one = make("hub", role="township"), make("one")
    with Hub(office, "127.0.0.1", 0, yes=True) as hub:
        pair(one, hub.url, invite(office))
        sync(one)
        revoke(office.ledger, one.ledger.me.device)
        for _ in range(2):
            with refused("peer.revoked"):
                visit(one)
        told = hub.desk.presence.refusals()
        assert [(r.name, r.times, r.why.key, r.device) for r in told] == [("one", 2, "peer.revoked", one.ledger.me.device)]


def test_a_flood_of_strangers_is_bounded_and_cut_to_a_line() -> None:
    presence = Presence()
    for at in range(3 * MOST):
        presence.refused("x\n" * 500, f"{at:032x}", refused_code())
    told = presence.refusals()
    assert len(told) == MOST and all(len(r.name) <= LONGEST and r.name.isprintable() for r in told)
    assert told[0].device == f"{3 * MOST - 1:032x}"


def test_an_invitation_is_read_from_a_file_a_picture_or_a_code_alone(make: Make, tmp_path, refused: Refused) -> None:
    office = make("hub", role="township")
    code = invite(office, "529999001201", "小李")
    whole = invitation(office, code, ["https://10.8.0.12:8443", "https://192.168.1.9:8443"])
    assert whole.name == "小李" and whole.place and whole.expires_at
    write_invitation(tmp_path / "a.leye-invite", whole.url, code, whole)
    assert read_invitation(tmp_path / "a.leye-invite") == whole
    assert invitation_in(whole.text()) == whole._replace(place="", name="", expires_at="")
    alone = invitation_in(f"  {code.lower()}\n")
    assert alone is not None and alone.url == "" and alone.code == code.lower()
    for nonsense in ("", "https://10.8.0.12:8443", "7K4M2-Q2XD7", "{}", '{"url": 1}', "x" * INVITATION_MOST):
        assert invitation_in(nonsense) is None
    (tmp_path / "b").write_bytes(b"\xff\xfe")
    with refused("invite.file"):
        read_invitation(tmp_path / "b")


def test_what_is_only_here_stays_only_here_until_a_receipt(make: Make, tmp_path) -> None:
    from app.sync.stick import export_stick
    from app.sync.unload import import_stick

    office, one = make("hub", role="township"), make("one")
    with Hub(office, "127.0.0.1", 0) as hub:
        code = invite(office)
        from threading import Thread
        asking = Thread(target=lambda: pair(one.again(), hub.url, code, wait=300))
        asking.start()
        while not (waiting := peers(office.ledger, LAPTOP)):
            assert asking.is_alive()
            sleep(0.02)  # else the hub has to fight for its turn
        confirm(office.ledger, waiting[0].device)
        asking.join()
    household(one, "练习甲")
    export_stick(one, tmp_path / "out.leye")
    assert one.ledger.only_here() == 2  # on the stick, but nobody has signed for it
    import_stick(office, tmp_path / "out.leye")
    assert one.ledger.only_here() == 2
    export_stick(office, tmp_path / "back.leye")
    import_stick(one, tmp_path / "back.leye")
    assert one.ledger.only_here() == 0 and the_hub(one.ledger).device == office.ledger.me.device
    assert peers(office.ledger, LAPTOP)[0].via == "stick"
