"""Shapes: what ids, numbers and texts from outside may be, and the one way to read JSON that others wrote.

Promises that what does not fit is a DecodeError and nothing else: neither depth nor size nor a number beyond the store.
"""
from typing import Annotated, Any, TypeVar

import msgspec
import pyrage  # type: ignore[import-untyped]

MOST_DEPTH = 64  # of a value: records nest a few levels, an attack as many as the stack holds
_EXACT = 2**53

Id = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
Sha = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
Hex = Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{2}){0,256}\Z")]
Text = Annotated[str, msgspec.Meta(max_length=300)]
Count = Annotated[int, msgspec.Meta(ge=0, le=_EXACT)]
Place = Annotated[int, msgspec.Meta(ge=1, le=_EXACT)]
Whole = Annotated[int, msgspec.Meta(ge=-_EXACT, le=_EXACT)]

T = TypeVar("T")


def decoded(data: bytes, shape: type[T]) -> T:
    """Return JSON from outside as this shape; msgspec.DecodeError where it is none, or nests beyond all measure."""
    try:
        return msgspec.json.decode(data, type=shape)
    except RecursionError:
        raise msgspec.DecodeError("nested too deeply") from None


def within_depth(value: Any) -> bool:
    """Return whether a value nests no deeper than values do."""
    level = [value]
    for _ in range(MOST_DEPTH):
        level = [inner for one in level for inner in (one.values() if type(one) is dict else one) if type(inner) in (dict, list)]
        if not level:
            return True
    return False


def is_recipient(text: str) -> bool:
    """Return whether this is an age recipient, to whom something can be encrypted."""
    try:
        pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        return False
    return True
