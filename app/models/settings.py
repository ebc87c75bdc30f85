"""Settings of this machine and its workspace. Never synced, never part of the digest; encrypted with the store."""
import json
from dataclasses import asdict, dataclass
from typing import Any

from app.models.store import Database, transaction


@dataclass(frozen=True, slots=True)
class Me:
    """Who and where this workspace is.

    Attributes: area (12-character place code), device (id of this device, of its log and of its record), user (id of
    the staff record), role (surveyor, township or county), practice, instance (changes when a disk was cloned or a
    backup restored; peers' cursors name it).
    """

    area: str
    device: str
    device_name: str
    user: str
    user_name: str
    role: str
    practice: bool
    instance: str

    @property
    def log(self) -> str:
        """Return the id of this device's log."""
        return self.device

    def as_dict(self) -> dict[str, Any]:
        """Return the plain fields."""
        return asdict(self)


class Settings:
    """A small key-value store; values are JSON."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._me: Me | None = None

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value of a setting, or the default."""
        row = self._db.conn.execute("SELECT value FROM machine_setting WHERE key = ?", (key,)).fetchone()
        return default if row is None else json.loads(row[0])

    def set(self, key: str, value: Any) -> None:
        """Keep a setting; joins the transaction that is open, else is one of its own."""
        with transaction(self._db) as conn:
            conn.execute("INSERT OR REPLACE INTO machine_setting VALUES (?,?)", (key, json.dumps(value, ensure_ascii=False)))
        if key == "me":
            self._me = None

    def me(self) -> Me:
        """Return who and where this workspace is."""
        if self._me is None:
            self._me = Me(**self.get("me"))
        return self._me
