"""What hub and laptop say to each other, as typed messages; the addresses are those of decisions/sync-protocol.md.

Promises that a message is either of its shape or refused; unknown fields of newer programs are ignored.
"""
from typing import Annotated

import msgspec

from app.models.problem import Problem
from app.sync.shapes import Count, Hex, Id, Sha, Text, Whole
from app.sync.succession import Succession, Was
from app.sync.voucher import Receipt

PROTOCOL = 1
JSON_MOST = 8 * 1024 * 1024

Mark = tuple[Count, Text]  # (length of a feed, hash of it)


class Card(msgspec.Struct, frozen=True):
    """Who a hub is at present; its root signs these words, so that a successor is known without visiting its laptops."""

    device: Id
    instance: Text
    name: Text
    area: Text
    sign: Hex
    age: Text
    parent_age: Text = ""
    practice: bool = False

    def message(self) -> bytes:
        """Return the bytes that the root signs."""
        return b"leye hub card 1 " + msgspec.json.encode(self, order="sorted")


class SignedCard(msgspec.Struct, frozen=True):
    """A card with the signature of the hub's root."""

    card: Card
    signature: Hex


class PairAsk(msgspec.Struct, frozen=True):
    """A laptop with an invitation: the token, who it is, its public keys, whom it continues; signed with its key."""

    token: Hex
    device: Id
    instance: Text
    name: Text
    area: Text
    user: Id
    sign: Hex
    age: Text
    practice: bool
    signature: Hex = ""
    role: Text = ""
    was: Annotated[list[Was], msgspec.Meta(max_length=100)] = []

    def message(self) -> bytes:
        """Return the bytes that the laptop signs."""
        return b"leye pair 1 " + msgspec.json.encode(msgspec.structs.replace(self, signature=""), order="sorted")


class Grant(msgspec.Struct, frozen=True):
    """An office's signed word that it has let a computer in: whose key this is, where, until when (ISO)."""

    device: Id
    sign: Hex
    prefix: Text
    expires_at: Text
    office: Id
    signature: Hex = ""

    def message(self) -> bytes:
        """Return the bytes that the office signs."""
        return b"leye grant 1 " + msgspec.json.encode(msgspec.structs.replace(self, signature=""), order="sorted")


class PairAnswer(msgspec.Struct, frozen=True):
    """The hub's answer: its card, the state of the grant (pending until confirmed), the scope, and the grant once it is given."""

    signed: SignedCard
    state: str
    prefix: Text
    grant: Grant | None = None


class ChallengeAsk(msgspec.Struct, frozen=True):
    """A device asks for something to sign."""

    device: Id


class Challenge(msgspec.Struct, frozen=True):
    """What to sign, once and soon."""

    challenge: Hex


class HelloAsk(msgspec.Struct, frozen=True):
    """Who is here, proved by a signature; where its store stands; how far it holds our feed; what its clock says; whom it
    continues, where its store was copied or put back; how many records and unfinished interviews are only there (None: not told);
    how far our attachments had come when it last heard which are here."""

    device: Id
    challenge: Hex
    signature: Hex
    instance: Text
    have: dict[str, Mark]
    time: Text
    protocol: Whole = PROTOCOL
    name: Text = ""
    was: list[Succession] = []
    only_here: Whole | None = None
    drafts: Whole | None = None
    blobs: Mark = (0, "")


class Hello(msgspec.Struct, frozen=True):
    """The session: its token, the hub's card, the scope, how far the hub holds our feed, its receipts, its clock, how
    many of our changes it keeps aside as beyond the grant, how much of its feed its own parent holds, whether it takes
    attachments, whether it accepts segments that it merges later, and whether all attachments are still there that it had named."""

    token: Hex
    signed: SignedCard
    prefix: Text
    holds: Mark
    intact: bool
    receipts: list[Receipt]
    time: Text
    aside: Whole = 0
    confirmed: Mark = (0, "")
    blobs: bool = False
    accepts: bool = False
    blobs_intact: bool = True


class Pushed(msgspec.Struct, frozen=True):
    """What became of a pushed segment, and for how long merging it held the hub's store (0: not told)."""

    new: Whole
    conflicts: Whole
    aside: Whole
    holds: Mark
    receipts: list[Receipt]
    held_ms: Whole = 0


class Accepted(msgspec.Struct, frozen=True):
    """How many segments of this laptop are on the hub's disk and wait to be merged; no word yet on what becomes of them."""

    waiting: Whole


class SettleAsk(msgspec.Struct, frozen=True):
    """Ask the hub to merge what it has accepted from this laptop."""


class PullAsk(msgspec.Struct, frozen=True):
    """Ask for the next step of the hub's feed."""

    n: Whole
    h: Text
    limit: Whole
    prefix: Text


class CompareAsk(msgspec.Struct, frozen=True):
    """Ask for count and fingerprint of what a prefix is owed in ranges of ids [low, high), or for the ids themselves.

    mine: count and fingerprint of all that is held there, so that the hub too knows whether both are level.
    """

    prefix: Text
    ranges: list[tuple[Text, Text]]
    ids: bool = False
    mine: tuple[Count, Text] | None = None


class Compared(msgspec.Struct, frozen=True):
    """Counts and fingerprints, or ids with their forms; and the hub's mark that they hold for."""

    mark: Mark
    sums: list[tuple[Whole, str]] = []
    ids: list[tuple[str, Whole]] = []


class FetchAsk(msgspec.Struct, frozen=True):
    """Ask for these changes, as far as the prefix is owed them."""

    prefix: Text
    cids: list[str]


class LackAsk(msgspec.Struct, frozen=True):
    """Name changes (id, form); asks which of them the hub lacks."""

    cids: list[tuple[str, Whole]]


class Lack(msgspec.Struct, frozen=True):
    """The ids that the hub lacks."""

    cids: list[str]


class BlobsAsk(msgspec.Struct, frozen=True):
    """Name attachments (sha256, size); asks how much of each is there."""

    names: list[tuple[Sha, Count]]


class Blobs(msgspec.Struct, frozen=True):
    """Of each attachment that was asked about: the bytes that are there (-1: no record there names it), and whether the
    office above holds it too; how far attachments have come there."""

    got: list[Whole]
    twice: list[bool]
    mark: Mark = (0, "")


class BlobPiece(msgspec.Struct, frozen=True):
    """Ask for a piece of an attachment: from which byte, and how many at most."""

    sha: Sha
    at: Count
    limit: Whole


class BlobIn(msgspec.Struct, frozen=True):
    """What is said of a piece that is sent: of which attachment, how large it is in all, from which byte the piece is."""

    sha: Sha
    size: Whole
    at: Count


class BlobTaken(msgspec.Struct, frozen=True):
    """How many bytes of the attachment are there now, and how far attachments have come there."""

    got: Whole
    mark: Mark = (0, "")


class Trouble(msgspec.Struct, frozen=True):
    """A Problem on the wire."""

    key: str
    zh: str
    en: str

    def problem(self) -> Problem:
        """Return it as raised there."""
        return Problem(self.key, self.zh, self.en)
