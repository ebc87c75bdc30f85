"""The hub as a process: says where it listens, stops cleanly on TERM, and says what is wrong with an address."""
import os
import signal
import subprocess
import sys

import pytest

from app.sync.exchange import HubCarrier, exchange
from app.sync.hub import Hub
from app.sync.pairing import invite, pair
from app.sync.peers import the_hub
from tests.sync.conftest import Make, Refused, household

SERVE = """
import sys
from pathlib import Path
from app.sync import hub
from app.sync.workspace import Workspace
with Workspace.open(Path(sys.argv[1]), "practice") as ws:
    hub.run(ws, "127.0.0.1", 0, yes=True, ready=lambda url: print(url, flush=True))
print("stopped", flush=True)
"""


LITTER = """
import gc, signal, weakref
from app.models.store import uncollected
from app.sync import hub
class Litter: pass
with uncollected():
    litter = Litter()
    litter.itself = litter
    weakref.finalize(litter, print, "swept", flush=True)
    del litter
gc.disable()
hub.WAKE_S, hub.SWEEP_S = 0.01, 0.1
signal.alarm(300)  # else it would be waited for without end
"""


@pytest.mark.skipif(os.name != "posix", reason="TERM is a POSIX signal")
def test_a_hub_that_runs_for_weeks_sweeps(make: Make) -> None:
    office = make("hub", role="township")
    with subprocess.Popen([sys.executable, "-c", LITTER + SERVE, str(office.folder)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert {process.stdout.readline().strip()[:5] for _ in range(2)} == {"https", "swept"}
        process.send_signal(signal.SIGTERM)
        assert process.stdout.read().strip() == "stopped"


@pytest.mark.skipif(os.name != "posix", reason="TERM is a POSIX signal")
def test_term_stops_it_cleanly_while_a_command_shares_the_workspace(make: Make) -> None:
    office, one = make("hub", role="township"), make("one")
    with subprocess.Popen([sys.executable, "-c", SERVE, str(office.folder)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        pair(one, url, invite(office))  # made by another process than the one that serves
        household(one, "练习甲")
        assert exchange(one, HubCarrier(the_hub(one.ledger))).level
        process.send_signal(signal.SIGTERM)
        assert process.stdout.read().strip() == "stopped"
        assert process.wait(60) == 0
    assert office.ledger.digest() == one.ledger.digest()


def test_a_taken_port_and_a_foreign_address_are_said(make: Make, refused: Refused) -> None:
    office = make("hub", role="township")
    with Hub(office, "127.0.0.1", 0) as hub:
        taken = int(hub.url.rsplit(":", 1)[1])
        with refused("hub.port"):
            Hub(office, "127.0.0.1", taken).start()
    with refused("hub.port"):
        Hub(office, "192.0.2.1", 0).start()
