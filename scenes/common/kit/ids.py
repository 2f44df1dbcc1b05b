"""Identifiers: UUIDv7, so that new rows land at the end of every index."""

from uuid import UUID

from asyncpg.pgproto import pgproto
from uuid_utils import uuid7


def new_id() -> UUID:
    """Make a fresh time-ordered identifier."""
    return _quick(uuid7().bytes)


def quick_id(known: UUID) -> UUID:
    """Return an equal identifier whose text, hash and comparison cost a tenth.

    It is asyncpg's subclass of the standard UUID, the one that rows come with; worth it for what the
    ledger handles a hundred thousand times a minute.
    """
    return _quick(known.bytes)


def _quick(content: bytes) -> UUID:
    return pgproto.UUID(content)
