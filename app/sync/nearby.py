"""Nearby: hubs say on the office network where they are, laptops listen. A hint and no more.

Promises that what is heard is only ever an address to try, which TLS and the pinned root decide about; that nothing waits for
it (it works in a thread of its own, imported when it is first needed); and that where it fails it is silently not there.
"""
import logging
import re
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from app.sync import seal

log = logging.getLogger(__name__)
SERVICE = "_leye._tcp.local."
PIN_BYTES = 8  # enough to tell offices apart; the whole root is compared by TLS
MOST = 64  # hubs listened to at once: who shouts more often is not heard
ELSEWHERE = "192.0.2.1"  # an address nobody has; asking the way there sends nothing
_PIN = re.compile(r"[0-9a-f]{16}")
_ASK_MS, _TRIES = 2000, 3
ROUND = 60.0  # seconds after which a listener begins anew, and a hub looks whether it is still where it said
INTERFACES: list[str] | None = None  # the network cards to use, by their address; None for all


@dataclass(frozen=True, slots=True)
class Seen:
    """A hub that says that it is here: what it calls itself, its address, the beginning of its pin (16 hex digits)."""

    name: str
    url: str
    pin: str


def short_pin(root: str) -> str:
    """Return what a hub of this root (PEM) announces of its pin."""
    return seal.pin_of(root)[:PIN_BYTES].hex()


def own_address() -> str:
    """Return the address other computers of the office network reach this one at."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        try:
            way.connect((ELSEWHERE, 9))
            return str(way.getsockname()[0])
        except OSError:
            return "127.0.0.1"


class _Radio:
    """Zeroconf in a thread of its own, round after round: cards come and go, and what one round missed the next one hears.

    Whatever goes wrong there is noted and nothing else.
    """

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, without waiting for it."""
        self._thread = threading.Thread(target=self._run, name="leye-nearby", daemon=True)
        self._thread.start()

    def stop(self, patience: float = 3.0) -> None:
        """End it; waits a moment for the good-bye."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(patience)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                from zeroconf import InterfaceChoice, Zeroconf

                with Zeroconf(interfaces=INTERFACES or InterfaceChoice.All) as zero:
                    self._round(zero)
            except Exception as trouble:  # no network card, a port that is taken, a firewall: then there is no discovery now
                log.info("no discovery: %s", type(trouble).__name__)
                self._stopped.wait(ROUND)

    def _round(self, zero: Any) -> None:
        """Work until the round is over or somebody stops it."""
        raise NotImplementedError


class Announcer(_Radio):
    """Says where a hub is for as long as it serves: at the addresses given, else where this computer is, also when that changes."""

    def __init__(self, name: str, root: str, port: int, addresses: Sequence[str] = ()) -> None:
        super().__init__()
        self.name, self.pin, self.port, self.addresses = name, short_pin(root), port, list(addresses)

    def _here(self) -> list[str]:
        return self.addresses or [own_address()]

    def _round(self, zero: Any) -> None:
        from zeroconf import ServiceInfo

        here = self._here()
        info = ServiceInfo(SERVICE, f"{self.pin}-{self.port}.{SERVICE}", self.port, server=f"leye-{self.pin}-{self.port}.local.",
                           properties={"pin": self.pin, "name": self.name[:60]}, parsed_addresses=here)
        zero.register_service(info, allow_name_change=True)
        while not self._stopped.wait(ROUND) and self._here() == here:
            pass
        zero.unregister_service(info)


class Finder(_Radio):
    """Listens for hubs; `changed()` is called from its thread when one comes or goes."""

    def __init__(self, changed: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self._changed = changed
        self._lock = threading.Lock()
        self._found: dict[str, list[Seen]] = {}  # in this round
        self._before: dict[str, list[Seen]] = {}  # in the one before, so that nobody is gone only because a round begins

    def seen(self) -> list[Seen]:
        """Return the hubs that say that they are here, by name."""
        with self._lock:
            return sorted({one for some in (self._before | self._found).values() for one in some}, key=lambda one: (one.name, one.url))

    def ways(self, root: str) -> list[str]:
        """Return the addresses at which the hub of this root may be."""
        pin = short_pin(root)
        return [one.url for one in self.seen() if one.pin == pin]

    def _round(self, zero: Any) -> None:
        from zeroconf import ServiceBrowser

        with self._lock:
            self._before, self._found = self._found, {}
        with ServiceBrowser(zero, SERVICE, handlers=[self._heard]):  # its thread ends with the round; zeroconf leaves it waiting for ever
            self._stopped.wait(ROUND)

    def _heard(self, zeroconf: Any, service_type: str, name: str, state_change: Any) -> None:
        from zeroconf import ServiceStateChange

        gone = state_change is ServiceStateChange.Removed
        info = None if gone else self._ask(zeroconf, service_type, name)
        with self._lock:
            if gone:
                self._found.pop(name, None)
                self._before.pop(name, None)
            elif info is not None and (name in self._found or len(self._found) < MOST):
                self._found[name] = read(info.properties, info.parsed_addresses(), info.port)
        if not self._stopped.is_set():
            self._changed()

    def _ask(self, zeroconf: Any, service_type: str, name: str) -> Any:
        """Return where a service is; None where it does not say. Nobody announces again what a busy machine did not take in at once."""
        from zeroconf import Error

        for _ in range(_TRIES):
            if self._stopped.is_set():
                break
            with suppress(Error):  # the machine is so busy that the question itself got stuck
                if (info := zeroconf.get_service_info(service_type, name, _ASK_MS)) is not None:
                    return info
        return None


def read(properties: dict[bytes, bytes | None], addresses: Sequence[str], port: int | None) -> list[Seen]:
    """Return what an announcement says, one for each address; nothing where it is not of our shape. It is a stranger's word."""
    pin = (properties.get(b"pin") or b"").decode(errors="replace")
    name = "".join(c for c in (properties.get(b"name") or b"").decode(errors="replace") if c.isprintable()).strip()[:60]
    if not _PIN.fullmatch(pin) or not port or not 0 < port < 65536:
        return []
    return [Seen(name or pin[:4], f"https://{f'[{one}]' if ':' in one else one}:{port}", pin) for one in list(addresses)[:4]]
