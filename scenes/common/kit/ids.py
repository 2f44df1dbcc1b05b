"""Identifiers: UUIDv7, so that new rows land at the end of every index."""

from uuid import UUID

from uuid_utils import uuid7


def new_id() -> UUID:
    """Make a fresh time-ordered identifier."""
    return UUID(bytes=uuid7().bytes)
