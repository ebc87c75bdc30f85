"""Succession: a store that was copied or put back goes on as a new device, and can show whom it continues.

Promises that no log's sequence numbers are used twice: the new device has a log, an instance and keys of its own; its
record and a statement signed with the old keys name the old log and its last place. A grant of the old device passes on.
"""
import secrets
from collections.abc import Sequence
from dataclasses import replace

import msgspec

from app.models import erasure
from app.models.identity import new_id
from app.models.ledger import Ledger
from app.models.store import transaction
from app.models.writing import Write
from app.sync import seal
from app.sync.seal import DeviceKeys
from app.sync.shapes import Count, Hex, Id, Text


class Succession(msgspec.Struct, frozen=True):
    """A device's word that another continues its log from here; signed with its own key."""

    old: Id
    new: Id
    seq: Count
    hash: Hex
    sign: Hex
    age: Text
    signature: Hex = ""

    def message(self) -> bytes:
        """Return the bytes that are signed."""
        return f"leye succession 1 {self.old} {self.new} {self.seq} {self.hash} {self.sign} {self.age}".encode()


class Was(msgspec.Struct, frozen=True):
    """A step with the public key of the device that was continued, for who never knew it: the step is signed by that key."""

    step: Succession
    key: Hex


class _Kept(msgspec.Struct):
    keys: list[str]
    step: Succession


def renew(ledger: Ledger, keys: DeviceKeys) -> DeviceKeys:
    """Begin a new device, log and instance in this store; returns its keys."""
    settings, me, fresh = ledger.settings, ledger.me, seal.new_device_keys()
    with transaction(ledger.db) as conn:
        seq, tip = ledger.log_end()
        step = Succession(me.device, new_id(), seq, tip, fresh.sign_public, fresh.age_public)
        step = msgspec.structs.replace(step, signature=keys.signature(step.message()).hex())
        kept = msgspec.to_builtins(_Kept(list(keys), step))
        settings.set("lineage", [*settings.get("lineage", []), kept])
        settings.set("earlier_logs", [*settings.get("earlier_logs", []), me.log])
        settings.set("device_keys", list(fresh))
        settings.set("me", replace(me, device=step.new, instance=secrets.token_hex(16)).as_dict())
        conn.execute("UPDATE peer SET acked_n = 0, acked_h = ''")  # said of another instance
        if erasure.may(ledger, me.device):
            erasure.grant(ledger, step.new)
        ledger.write([Write("device", {"name": me.device_name, "assigned_to": me.user, "status": "active",
                                       "continues": f"{me.device} {seq} {tip}"}, rec=step.new, place=me.area)], source="setup")
    return fresh


def steps(ledger: Ledger) -> list[Succession]:
    """Return whom this device continues, oldest first."""
    return [kept.step for kept in _kept(ledger)]


def line(ledger: Ledger) -> list[Was]:
    """Return whom this device continues with their public keys, oldest first."""
    return [Was(kept.step, DeviceKeys(*kept.keys).sign_public) for kept in _kept(ledger)]


def proved(device: str, key: str, line: Sequence[Was]) -> dict[str, str]:
    """Return log -> public key of those a device of this key continues, as far back as each has signed for the next."""
    out: dict[str, str] = {}
    for was in reversed(line):
        step = was.step
        if (step.new, step.sign) != (device, key) or not seal.signed_by(was.key, bytes.fromhex(step.signature), step.message()):
            break
        device, key = step.old, was.key
        out[device] = key
    return out


def lineage(ledger: Ledger, keys: DeviceKeys) -> dict[str, DeviceKeys]:
    """Return log -> keys of this device and of those it continues."""
    return {kept.step.old: DeviceKeys(*kept.keys) for kept in _kept(ledger)} | {ledger.me.log: keys}


def _kept(ledger: Ledger) -> Sequence[_Kept]:
    return msgspec.convert(ledger.settings.get("lineage", []), list[_Kept])
