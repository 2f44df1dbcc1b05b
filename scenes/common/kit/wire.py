"""How things look on the wire: camelCase, frozen, unknown fields refused on the way in."""

import hashlib
from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")


class Wire(msgspec.Struct, frozen=True, rename="camel"):
    """A thing that leaves the system; subclasses say `frozen=True, kw_only=True` again."""


class WireRequest(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """A thing that comes in; unknown fields and bad types are refused with their path."""


class Page(Wire, Generic[T], frozen=True, kw_only=True):
    """One page of a list; `next_cursor` is null on the last."""

    items: list[T]
    next_cursor: str | None = None


_encoder = msgspec.json.Encoder()


def encode(value: object) -> bytes:
    """Encode a wire value as JSON bytes."""
    return _encoder.encode(value)


def fingerprint(path: str, request: object) -> bytes:
    """Digest of what an idempotent call asks for: its path and its decoded body, 16 bytes."""
    return hashlib.blake2b(path.encode() + b"\n" + _encoder.encode(request), digest_size=16).digest()
