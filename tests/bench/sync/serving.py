"""A hub in a process of its own for the measurements: `python -m tests.bench.sync.serving FOLDER`, commands on its standard input.

Promises the real hub behind real TLS; what it is asked to tell is its own CPU time and memory. `hold` keeps it from merging.
"""
import json
import secrets
import sys
import time
from pathlib import Path

from app.models.store import connect
from app.sync import peers, seal
from app.sync.hub import Hub
from app.sync.workspace import Workspace
from tests.bench.sync.dataset import KEY


def main(folder: Path) -> None:
    """Serve until the input ends."""
    from app.models.ledger import Ledger

    ws = Workspace(folder, KEY, Ledger._ready(folder / "ledger.db", KEY, connect(folder / "ledger.db", KEY)))
    with Hub(ws, "127.0.0.1", 0, yes=True) as hub:
        tell({"url": hub.url, "root": ws.hub_keys().root, "sessions": sessions(hub, ws)})
        for line in sys.stdin:
            match line.strip():
                case "hold":
                    hub.desk._writing.acquire()
                case "release":
                    hub.desk._writing.release()
                case "settle":
                    hub.desk.settle(ws)
            tell({"cpu": time.process_time(), "peak": peak(), "waiting": hub.desk.inbox.waiting() if hub.desk.inbox else 0,
                  "feed": ws.ledger.feed_mark()[0]})
    ws.close()


def sessions(hub: Hub, ws: Workspace) -> dict[str, str]:
    """Return device -> token of a session for each granted laptop, as if each had said hello."""
    out = {}
    for one in peers.peers(ws.ledger, peers.LAPTOP):
        out[one.device] = secrets.token_hex(16)
        hub.desk._sessions[seal.digest(out[one.device].encode())] = (one.device, time.monotonic() + 3600)
    return out


def peak() -> float:
    """Return the most memory this process has held, in MiB."""
    try:
        told = Path("/proc/self/status").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    return int(told.split("VmHWM:")[1].split()[0]) / 1024


def tell(said: object) -> None:
    """Say one line of JSON."""
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
