"""What the strip and the rail always say: only here, waiting, last sync, where. Promises one short read."""
from dataclasses import dataclass
from datetime import datetime

from app.models import clock, places
from app.models.language import say
from app.models.ledger import Ledger


@dataclass(frozen=True)
class Standing:
    """How this computer stands: records only here, disagreements that wait, when it last met whom (local ISO)."""

    only_here: int
    conflicts: int
    synced_at: str
    synced_with: str

    def synced(self) -> str:
        """Return the sentence about the last sync."""
        if not self.synced_at:
            return say("还没有同步过", "Not synced yet")
        when = near(self.synced_at)
        tail = say(f"，{self.synced_with}", f", {self.synced_with}") if self.synced_with else ""
        return say(f"上次同步：{when}{tail}", f"Last sync: {when}{tail}")


def standing(ledger: Ledger) -> Standing:
    """Return how this computer stands."""
    last = ledger.settings.get("last_sync") or {}
    waiting = ledger.db.conn.execute("SELECT count(*) FROM conflict").fetchone()[0]
    return Standing(ledger.only_here(), waiting, last.get("at", ""), last.get("with", ""))


def where(ledger: Ledger) -> str:
    """Return the name of the place this workspace is for."""
    place = places.get(ledger.me.area)
    return place.name if place else ledger.me.area


DAYS_ZH = "一二三四五六日"
DAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WEEK = 7


def near(iso: str, time: bool = True) -> str:
    """Return a moment as people say it: 今天 08:31, 昨天 17:20, 周五, 11-21 15:10, 2025-11-21."""
    if not iso:
        return ""
    moment = datetime.fromisoformat(iso)
    if moment.tzinfo is not None:
        moment = moment.astimezone()
    days = (clock.today() - moment.date()).days
    hour = moment.strftime(" %H:%M") if time and len(iso) > 10 else ""
    if days == 0:
        return say("今天", "today") + hour
    if days == 1:
        return say("昨天", "yesterday") + hour
    if 1 < days < WEEK:
        return say(f"周{DAYS_ZH[moment.weekday()]}", DAYS_EN[moment.weekday()]) + hour
    return (moment.strftime("%m-%d") + hour) if moment.year == clock.today().year else moment.strftime("%Y-%m-%d")
