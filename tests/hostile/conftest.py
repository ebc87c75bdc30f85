"""Fixtures of the hostile tests: those of sync, and an office with paired laptops."""
from collections.abc import Iterator

import pytest

from tests.hostile.attacker import Attacker
from tests.kills.acts import cheap_keys
from tests.sync.conftest import Make, make, refused
from tests.sync.offices import CLOUD, STONE, TOWN

__all__ = ["make", "refused"]


@pytest.fixture(autouse=True)
def cheap() -> Iterator[None]:
    """Stretch passphrases cheaply: three workspaces a test, and none of them is attacked there."""
    with cheap_keys():
        yield


@pytest.fixture
def attacker(make: Make) -> Attacker:
    """Return somebody with a paired laptop of one village, and what he attacks: the office and a laptop of another village."""
    return Attacker(make("office", TOWN, "township"), make("mine", STONE), make("victim", CLOUD))
