"""What the strip and the rail always say: only here, waiting, last sync, where. Promises one short read."""
from dataclasses import dataclass
from datetime import datetime

from app.forms.journal import begun
from app.models import clock, deciding, places
from app.models.language import say
from app.models.ledger import Ledger
from app.sync.peers import hub_above, peers
from app.ui.telling import near


@dataclass(frozen=True)
class Standing:
    """How this computer stands: records only here, disagreements that wait, when it last met whom (local ISO).

    drafts: interviews that are not finished, which nobody else has either. paired: there is an office above. level: when
    the two last met they were equal, and nothing was written here since.
    """

    only_here: int
    conflicts: int
    synced_at: str
    synced_with: str
    also: int = 0  # records that no office holds but the second copy does
    copy: str = ""  # "" none chosen, "ok", else the key of what keeps it from being written

    def second(self) -> str:
        """Return the few words about the second copy."""
        if self.copy == "second.away":
            return say("第二份：U 盘不在", "Second copy: not in")
        if self.copy not in ("", "ok"):
            return say("第二份：写不进去", "Second copy: cannot be written")
        if self.also:
            return say(f"第二份有、单位还没有：{self.also} 条", f"{self.also} on the second copy, not at the office yet")
        return ""
    drafts: int = 0
    paired: bool = False
    level: bool = False

    def synced(self) -> str:
        """Return the sentence about the last sync."""
        if not self.synced_at:
            return say("还没有同步过", "Not synced yet")
        when = near(self.synced_at)
        tail = say(f"，{self.synced_with}", f", {self.synced_with}") if self.synced_with else ""
        return say(f"上次同步：{when}{tail}", f"Last sync: {when}{tail}")

    def hour(self) -> str:
        """Return when the last sync was, the hour alone where it was today."""
        moment = datetime.fromisoformat(self.synced_at).astimezone() if self.synced_at else None
        return moment.strftime("%H:%M") if moment and moment.date() == clock.today() else near(self.synced_at)


def standing(ledger: Ledger) -> Standing:
    """Return how this computer stands."""
    last = ledger.settings.get("last_sync") or {}
    met = [(last.get("at", ""), last.get("with", "")), *((peer.last_at, peer.name) for peer in peers(ledger) if peer.last_at)]
    at, whom = max(met, key=lambda pair: datetime.fromisoformat(pair[0]).timestamp() if pair[0] else 0.0)
    only, trouble, away = ledger.only_here(), ledger.settings.get("second_trouble"), ledger.not_at_office()
    copy, hub = trouble[0] if trouble else "ok" if ledger.settings.get("second_copy") else "", hub_above(ledger)
    return Standing(only, deciding.count(ledger), at, whom, away - only, copy, begun(ledger), hub is not None,
                    bool(hub and hub.level and not away))


def only_here_words(count: int, drafts: int) -> str:
    """Return what exists only on this computer, for a pill: records, and interviews that are not finished."""
    records = say(f"{count} 条记录", f"{count} record{'s' if count != 1 else ''}")
    unfinished = say(f"{drafts} 份没填完的调查", f"{drafts} unfinished interview{'s' if drafts != 1 else ''}")
    what = say("、", ", ").join(words for words, some in ((records, count), (unfinished, drafts)) if some)
    return say(f"{what}只在本机", f"{what} only on this computer") if what else say("没有只在本机的记录", "Nothing is only on this computer")


def where(ledger: Ledger) -> str:
    """Return the name of the place this workspace is for."""
    place = places.get(ledger.me.area)
    return place.name if place else ledger.me.area
