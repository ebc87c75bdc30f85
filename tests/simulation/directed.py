"""Directed worlds: what seeds rarely meet, played on purpose. Each returns what is wrong, "" where all holds."""
from collections.abc import Callable
from datetime import timedelta
from unittest.mock import patch

from app.models import links
from app.models.ledger import Write
from app.sync import exchange, outgoing, pairing, segment
from app.sync.unload import import_stick
from tests.simulation.judge import judge
from tests.simulation.lands import TOWN, pair
from tests.simulation.officials import Ended
from tests.simulation.replica import Replica
from tests.simulation.world import Abilities, Broken, World

CALM = Abilities(wild=False)


def unread_values() -> str:
    """A decision taken where another laptop's value had not arrived yet: the value is asked about when it comes."""
    world = World(0, can=CALM)
    try:
        with world.running(), world.at(world.top):
            one, other = world.top.ledger, world.laptops[0].ledger
            rec = other.write([Write("person", {"phone": "1"}, rec="5" * 32, place="529999001201")], source="screen")
            late = other.changes(rec.cids)
            one.write([Write("person", {"phone": "2"}, rec="5" * 32, place="529999001201")], source="screen")
            one.merge([segment.without_payload(c) for c in late])
            one.resolve("5" * 32, "phone", "3")
            one.merge(late)
            return "" if one.conflicts() else "an unread value was written over"
    finally:
        world.close()


def dies_everywhere() -> str:
    """The office dies at one step of its store after the other while it takes a push: its cursor is never ahead."""
    world = World(0, can=CALM)
    try:
        with world.running():
            laptop = world.laptops[0]
            for steps in range(100, 30_000, 200):
                with world.at(laptop):
                    laptop.ledger.write([Write("person", {"phone": str(steps)}, rec="5" * 32, place="529999001201")], source="screen")
                world.dies = (world.top, steps)
                world.talk(laptop)
            return ""
    except Broken as broken_promise:
        return str(broken_promise)
    finally:
        world.close()


def emptied_office() -> str:
    """An office that lost everything gets back also what it had given to a laptop and what has left its scope since."""
    world = World(0, can=CALM)
    try:
        with world.running():
            laptop, world.quiet = world.laptops[0], True
            with world.at(world.top):
                world.top.ledger.write([Write("person", {"phone": "1"}, rec="5" * 32, place="529999001201")], source="screen")
                world.talk(laptop)
                world.top.ledger.write([Write("person", {}, rec="5" * 32, place="529999002201")], source="screen")
                world.talk(laptop)
            world.disasters.put_back(world.top, empty=True, noticed=False)
            world.talk(laptop)
            return "the office did not get back what it had given" if laptop.cids(whole=True) - world.top.cids(whole=True) - world.top.aside() else ""
    finally:
        world.close()


def clones() -> str:
    """Two machines of one disk write one record each and then pull the same: the place in the feed looks the same to both."""
    world = World(0, can=CALM)
    try:
        with world.running():
            one, world.quiet = world.laptops[0], True
            world.talk(one)
            while not world.disasters.forks:
                world.disasters.clone(one)
            other = world.laptops[-1]
            made = {_person(world, one, "6" * 32), _person(world, other, "7" * 32)}
            shared = _person(world, world.top, "5" * 32)
            for each in (one, other):  # a stick brings both the same change
                each.ledger.merge(world.top.ledger.changes([shared]), came_from=world.top.ledger.me.instance)
            with patch.object(exchange._Session, "compare", lambda self: True):  # the cursor alone must notice it
                for each in (one, other):
                    world.talk(each)
            return "" if made <= world.top.cids() else "a clone hid behind an equal length"
    except Broken as broken_promise:
        return str(broken_promise)
    finally:
        world.close()


def rescoped_then_emptied() -> str:
    """An office that lost everything gives a laptop another area: what it had given before is still sent back to it."""
    world = World(0, can=CALM)
    try:
        with world.running():
            laptop, world.quiet = world.laptops[0], True
            world.talk(laptop)
            given = _person(world, world.top, "5" * 32)
            world.talk(laptop)
            world.disasters.put_back(world.top, empty=True, noticed=False)
            with world.at(world.top), world.at(laptop):
                pair(laptop.ws, world.top.ws, TOWN)
            with patch.object(exchange._Session, "compare", lambda self: True):  # it must not need the comparison
                world.talk(laptop)
            return "" if given in world.top.cids(whole=True) else "the office did not get back what it had given"
    except Broken as broken_promise:
        return str(broken_promise)
    finally:
        world.close()


def stick_of_an_earlier_office() -> str:
    """A laptop reads a stick of the office's earlier life, after it has met the new one: what was lost goes back."""
    world = World(0, can=CALM)
    try:
        with world.running():
            laptop, world.quiet, given = world.laptops[0], True, _person(world, world.top, "5" * 32)
            path = world.sticks.write(world.top, "all")
            world.disasters.put_back(world.top, empty=True, noticed=False)
            for at in range(6, 10):
                _person(world, world.top, f"{at}" * 32)
            world.talk(laptop)
            with world.at(laptop):
                import_stick(laptop.ws, path)
            with patch.object(exchange._Session, "compare", lambda self: True):  # it must not need the comparison
                world.talk(laptop)
            return "" if given in world.top.cids(whole=True) else "the office did not get back what its own stick had kept"
    except Broken as broken_promise:
        return str(broken_promise)
    finally:
        world.close()


def dropped_too_early() -> str:
    """An answer given to one who has moved away, acknowledged by the township; then the township's disk dies."""
    world = World(4, can=Abilities("tiers", wild=False))
    try:
        with world.running():
            one, town = next(lap for lap in world.laptops if lap.name == "one"), world.offices[1]
            world.quiet, rec = True, "5" * 32
            _person(world, one, rec)
            for each in (one, town, town, one):
                world.talk(each)
            with world.at(world.top):
                world.top.ledger.write([Write("person", {}, rec=rec, place="529999002201")], source="screen")
            world.talk(town)
            with world.at(one):
                late = one.ledger.write([Write("person", {"phone": "2"}, rec=rec)], source="screen").cids[0]
            for _ in range(3):
                world.talk(one)
            world.disasters.put_back(town, empty=True, noticed=True)
            for each in (one, town, one, town):
                world.talk(each)
            return "" if late in world.top.cids(whole=True) else "an answer went with the disk of one office"
    except Broken as broken_promise:
        return str(broken_promise)
    finally:
        world.close()


def cut_runs() -> str:
    """A laptop seals the end of a run; the township hands it up in pieces of one, so that the seal comes last."""
    world = World(4, can=Abilities("tiers", wild=False))
    try:
        with world.running():
            one, town = next(lap for lap in world.laptops if lap.name == "one"), world.offices[1]
            world.quiet, made = True, {_person(world, one, f"{at}" * 32) for at in (5, 6, 7)}
            world.talk(one)
            with patch.object(outgoing, "ROWS", 1), patch.object(exchange._Session, "compare", lambda self: True):
                world.talk(town)
            return "" if made <= world.top.cids() and not world.top.aside() else "what was cut off its seal waits for ever"
    except Broken as broken_promise:
        return str(broken_promise)
    finally:
        world.close()


def moved_before_it_came() -> str:
    """A laptop makes a dossier and moves it out of its area; the county hears of the end of that first."""
    world = World(4, can=Abilities("tiers", wild=False))
    try:
        with world.running():
            one, town = next(lap for lap in world.laptops if lap.name == "one"), world.offices[1]
            rec = "01a20b48100c7715b7658c03c26b4976"  # drawn by chance: nobody else may register it
            world.quiet, made = True, {_person(world, one, rec)}
            with world.at(one):
                made.update(one.ledger.write([Write("person", {"phone": "2"}, rec=rec)], source="screen").cids)
                made.update(one.ledger.write([Write("person", {}, rec=rec, place="529999001202")], source="screen").cids)
            world.talk(one)
            with patch.object(outgoing, "ROWS", 1), patch.object(exchange._Session, "compare", lambda self: True):
                world.talk(town)
            return "" if made <= world.top.cids() else "where a dossier was made is refused, for it has left"
    finally:
        world.close()


def undo_of_a_copy() -> str:
    """The office's disk is put back unnoticed and its log goes on from an earlier place; what it had written comes back."""
    world = World(0, can=CALM)
    try:
        with world.running():
            laptop, world.quiet, rec = world.laptops[0], True, "5" * 32
            _person(world, world.top, rec)
            world.talk(laptop)
            world.disasters.put_back(world.top, empty=True, noticed=False)
            with world.at(world.top):
                world.top.ledger.write([Write("person", {"phone": "3"}, rec=rec, place="529999001201")], source="screen")
                world.talk(laptop)
                world.top.ledger.undo()
                record = world.top.ledger.get(rec)
            return "" if record and record.values.get("phone") == "1" else "an undo took back what the other machine of this log wrote"
    finally:
        world.close()


def linked_edit() -> str:
    """Two records of one person say the same; who changes it on one of them has seen both."""
    world = World(0, can=CALM)
    try:
        with world.running(), world.at(world.top):
            ledger = world.top.ledger
            for rec in ("5" * 32, "6" * 32):
                _person(world, world.top, rec)
            links.link(ledger, "person", "5" * 32, "6" * 32)
            ledger.write([Write("person", {"phone": "2"}, rec="5" * 32, seen=links.seen(ledger, "5" * 32))], source="screen")
            met = links.together(ledger, "6" * 32)
            return "" if met is not None and not met.record.conflicts else "one answer, given once, is asked about"
    finally:
        world.close()


def wider_area_forgotten() -> list[str]:
    """Township and county give a laptop a wider area; the township's disk dies, and with it its word. Returns what is wrong at rest."""
    world = World(4, can=Abilities("tiers", wild=False))
    try:
        with world.running():
            two = next(lap for lap in world.laptops if lap.name == "two")
            world.quiet = True
            for office in world.offices_of(two):
                with world.at(office), world.at(two):
                    pair(two.ws, office.ws, TOWN)
            world.disasters.put_back(world.offices[1], empty=True, noticed=True)
            with world.at(world.top):  # a dossier of the wider area, on the roster of another village
                world.people.write(world.top, [Write("person", {"phone": "1"}, rec="5" * 32, place="529999001201")], {}, "roster:1")
            return judge(world)
    finally:
        world.close()


def shut_out_at_one_tier() -> str:
    """A laptop is shut out at its township; the county has heard, and is tried: by network, by stick, with the clock set back.
    What the township had accepted before comes up by another laptop, and stays good."""
    world = World(4, can=Abilities("tiers", wild=False))
    try:
        with world.running():
            one, two, wide = (next(lap for lap in world.laptops if lap.name == name) for name in ("one", "two", "wide"))
            town, world.quiet, before = world.offices[1], True, _person(world, one, "5" * 32)
            world.talk(one)
            with world.at(town):
                pairing.revoke(town.ledger, one.ledger.me.device)
            world.officials.ended = Ended(town, set(one.ws.lineage))
            for each in (two, wide):
                world.talk(each)
                world.talk(each, world.top)  # one of another village brings the county the word, then one what lies before it
            if before not in world.top.cids():
                return "what an office had accepted is refused above"
            one.off = -timedelta(days=365 * 30)
            late, path = _person(world, one, "6" * 32), world.sticks.write(one, "all")
            world.talk(one, world.top)
            with world.at(world.top):
                import_stick(world.top.ws, path)
            return "an office took in what a laptop wrote after another had shut it out" if late in world.top.cids() else ""
    except Broken as broken_promise:
        return str(broken_promise)
    finally:
        world.close()


def photo_of_an_earlier_office() -> str:
    """An office has a photo and its disk is put back; the record that names it comes back by another way before its author does,
    so that the feed is what it was: he still finds out that the bytes are gone."""
    world = World(0, can=CALM)
    try:
        with world.running():
            one, world.quiet, rec = world.laptops[0], True, "5" * 32
            world.talk(one)
            world.disasters.keep(world.top)
            with world.at(one):
                one.ledger.write([Write("person", {"remark": world.photos.take(one)}, rec=rec, place="529999001201")], source="screen")
            world.talk(one)
            mark = world.top.ledger.feed_mark()
            world.disasters.put_back(world.top, noticed=False)
            with world.at(world.top):
                world.top.ledger.merge(one.ledger.changes_of_root(rec), came_from="a stick")
            if world.photos.whole(world.top) or world.top.ledger.feed_mark() != mark:
                return "the case is not the one that is meant"
            world.talk(one)
            return "" if world.photos.whole(one) <= world.photos.whole(world.top) else "the office is believed to have a photo that it lost"
    finally:
        world.close()


def _person(world: World, one: Replica, rec: str) -> str:
    with world.at(one):
        return one.ledger.write([Write("person", {"phone": "1"}, rec=rec, place="529999001201")], source="screen").cids[0]


DIRECTED: dict[str, Callable[[], str]] = {"values that had not arrived count as seen": unread_values,
                                          "cursor saved outside the transaction": dies_everywhere,
                                          "echo skipped without a check": emptied_office,
                                          "cursor with the id of its place alone": clones,
                                          "dropped on the word of one office": dropped_too_early,
                                          "what was cut off its seal is not proved later": cut_runs,
                                          "the echo is trusted after a change of scope": rescoped_then_emptied,
                                          "a stick says what an office holds now": stick_of_an_earlier_office,
                                          "where a dossier was is known from what came alone": moved_before_it_came,
                                          "an undo takes back a place of the log": undo_of_a_copy,
                                          "an edit of a linked record names its own words alone": linked_edit,
                                          "an office is believed to have kept its attachments": photo_of_an_earlier_office,
                                          "a revocation stays at home": shut_out_at_one_tier,
                                          "what was accepted before a revocation waits with the rest": shut_out_at_one_tier}
