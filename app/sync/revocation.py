"""Revocation: an office's word that a computer is shut out, or let in again. A change like any other, so everybody hears of it.

Promises a pure function of the set of changes, without a clock: a word stands until somebody who had heard it says otherwise, so
that two offices that speak at once leave the computer shut out. Each word names how far its office had taken that computer's log
in: what lies before that stays good whoever hands it up, and nothing can be dated or numbered back into it.
"""
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from app.models.change import Change, Kind, from_header
from app.models.declaring import Said, declare_all
from app.models.erasure import OFFICES
from app.models.ledger import Ledger
from app.models.problem import Problem
from app.sync import voucher

REVOKE: Kind = "revoke"
SHUT, DEVICE = "shut", "device"


@dataclass(frozen=True, slots=True)
class Word:
    """One word: its change, of which computer, whose (log), shut out or let in, how far (seq, hash) the log had been taken in,
    and which earlier words it answers."""

    cid: str
    device: str
    log: str
    shut: bool
    upto: tuple[int, str]
    seen: frozenset[str]


def word_of(change: Change) -> Word:
    """Return what a change of this kind says; whatever is not plainly shut out is a letting in."""
    try:
        upto = msgspec.convert(change.extra.get("upto"), tuple[int, str])
    except msgspec.ValidationError:
        upto = 0, ""
    return Word(change.cid, change.root, change.log, change.extra.get(SHUT) is True, upto,
                frozenset(cid for cid, names in change.seen.items() if SHUT in names))


def words(ledger: Ledger) -> list[Word]:
    """Return every word that is here, in the order of their changes."""
    return [word_of(from_header(row[0], None, None)) for row in ledger.db.conn.execute(
        "SELECT header FROM change WHERE kind <> 'write' AND kind = ? ORDER BY cid", (REVOKE,))]


def standing(ledger: Ledger) -> dict[str, list[Word]]:
    """Return device -> the words that shut it out and that no later word answers."""
    said = words(ledger)
    answered = {(word.device, cid) for word in said for cid in word.seen}
    out: dict[str, list[Word]] = {}
    for word in said:
        if word.shut and (word.device, word.cid) not in answered:
            out.setdefault(word.device, []).append(word)
    return out


def binding(ledger: Ledger, office: Collection[str]) -> dict[str, list[Word]]:
    """Return those words that are not an office's own (its logs): one that said them judges by itself what it hands up."""
    return {device: left for device, some in standing(ledger).items() if (left := [word for word in some if word.log not in office])}


def of_line(device: str, parents: Mapping[str, str], said: Mapping[str, list[Word]]) -> list[Word]:
    """Return the words on a computer and on those it continues: who holds a disk can go on as everything it was."""
    found, line = list[Word](), list[str]()
    while device and device not in line:
        line.append(device)
        found += said.get(device, ())
        device = parents.get(device, "")
    return found


def speaks(ledger: Ledger) -> bool:
    """Return whether this is an office, whose word binds others."""
    return ledger.me.role in OFFICES


def shut_out(ledger: Ledger, devices: Iterable[str]) -> None:
    """Say that these computers are shut out; nothing more is said of one of which this office has said so."""
    said, own = standing(ledger), _own(ledger)
    new = [d for d in dict.fromkeys(devices) if not any(word.log in own for word in said.get(d, ()))]
    declare_all(ledger, REVOKE, DEVICE, [
        Said(device, {SHUT: True, "upto": list(voucher.reached(ledger, device) or (0, ""))}, (SHUT,)) for device in new])


def let_in(ledger: Ledger, devices: Iterable[str]) -> None:
    """Answer every word that shuts these computers out; Problem peer.shut_above where an office above has said it."""
    said = standing(ledger)
    found = [said[d] for d in dict.fromkeys(devices) if d in said]
    if any(above(ledger, word) for some in found for word in some):
        raise Problem("peer.shut_above", "这台电脑是上级单位停用的，本单位不能放回。请与上级单位联系。",
                      "The office above has shut this computer out; it cannot be let in here. Speak to the office above.")
    declare_all(ledger, REVOKE, DEVICE, [
        Said(some[0].device, {SHUT: False}, (SHUT,), {word.cid: [SHUT] for word in some}) for some in found])


def above(ledger: Ledger, word: Word) -> bool:
    """Return whether a word is of an office above: not this one's, nor of a computer below, and there is an office above."""
    if word.log in _own(ledger):
        return False
    return bool(ledger.db.conn.execute(
        "SELECT EXISTS (SELECT 1 FROM peer WHERE kind = 'hub') AND NOT EXISTS (SELECT 1 FROM peer WHERE kind = 'laptop'"
        " AND device IN (?, (SELECT vouched_by FROM log_key WHERE log = ?)))", (word.log, word.log)).fetchone()[0])


def by_whom(ledger: Ledger, device: str) -> str:
    """Return the name of the other office that has shut a computer out; "" where it is this one, or nobody has."""
    own, parents = _own(ledger), dict(ledger.db.conn.execute("SELECT device, parent FROM peer").fetchall())
    others = [word for word in of_line(device, parents, standing(ledger)) if word.log not in own]
    record = ledger.get(others[-1].log) if others else None
    return "" if not others else str(record.values.get("name") or others[-1].log[:8]) if record else others[-1].log[:8]


def only_above(ledger: Ledger, device: str) -> bool:
    """Return whether an office above has shut a computer out, so that it alone can let it in."""
    parents = dict(ledger.db.conn.execute("SELECT device, parent FROM peer").fetchall())
    return any(above(ledger, word) for word in of_line(device, parents, standing(ledger)))


def answers_only(ledger: Ledger, word: Word, changes: Iterable[Change], line: Collection[str]) -> bool:
    """Return whether a word answers none but those of a line of offices, all of them here or among the changes it came with."""
    known = {one.cid: one.log for one in words(ledger)} | {c.cid: c.log for c in changes if c.kind == REVOKE}
    return all(known.get(cid) in line for cid in word.seen)


def taken_in_before(ledger: Ledger, changes: Sequence[Change], said: Mapping[str, list[Word]]) -> set[str]:
    """Return the ids of the changes that lie before every word on their log: they had been accepted when it was said."""
    out: set[str] = set()
    for device, some in said.items():
        own = [c for c in changes if c.log == device]
        if own:
            out |= set.intersection(*(voucher.before(ledger, own, [(device, 1, *word.upto)]) for word in some))
    return out


def _own(ledger: Ledger) -> set[str]:
    return {ledger.me.log, *ledger.settings.get("earlier_logs", [])}
