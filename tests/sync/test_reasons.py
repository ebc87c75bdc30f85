"""A reason given for a doubt travels with the values it belongs to."""
from app.models.ledger import Write
from tests.simulation.directed import CALM
from tests.simulation.world import World


def test_a_write_with_a_reason_passes_the_wire() -> None:
    world = World(0, can=CALM)
    world.quiet = True
    try:
        with world.running(), world.at(laptop := world.laptops[0]):
            laptop.ledger.write([Write("person", {"phone": "1"}, rec="5" * 32, place="529999001201", why={"V3": "x"})], source="screen")
            done = world.talk(laptop)
        assert done is not None
        assert done.level
        assert [e.why for e in world.top.ledger.history("5" * 32) if e.field == "phone"] == [{"V3": "x"}]
    finally:
        world.close()
