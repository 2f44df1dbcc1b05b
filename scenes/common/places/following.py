"""What one process knows at a moment: the places, and the walks to them, read as they change."""

import asyncio
from typing import Final, NamedTuple
from uuid import UUID

import msgspec
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.places import mapping, store_walks
from scenes.common.places.snapshot import Snapshot
from scenes.common.places.walks import Known, Walkable, Walks, known_of

PAGE: Final = 500
"""Stored walks read by one statement: a few megabytes."""

_FIRST: Final = UUID(int=0)
log = structlog.stdlib.get_logger(__name__)


class Held(NamedTuple):
    """The places, and the walks to them where a network is loaded; replaced as a whole."""

    snapshot: Snapshot
    walkable: Walkable | None = None


def held(snapshot: Snapshot, walks: Walks | None) -> Held:
    """Pair places with walks."""
    return Held(snapshot, Walkable(walks, snapshot) if walks is not None else None)


async def read_walks(session: AsyncSession, known: Walks | None, *, since: int) -> Walks | None:
    """Return the walks in force, with what changed after a value of the counter; none without a network.

    A network that cannot be read counts as none and is logged: estimates serve on.
    """
    try:
        return await _read(session, known, since=since)
    except (ValueError, IndexError, msgspec.MsgspecError) as fault:
        log.warning("walks_unreadable", fault=str(fault))
        return None


async def _read(session: AsyncSession, known: Walks | None, *, since: int) -> Walks | None:
    version = await store_walks.network_version(session)
    if version is None:
        return None
    if known is None or known.network.version != version:
        network = await mapping.stored_network(session)
        if network is None:
            return None
        known, since = await asyncio.to_thread(Walks, network), -1
    changed = await _changed(session, known.network.version, since=since)
    return await asyncio.to_thread(known.with_changes, changed) if changed else known


async def _changed(session: AsyncSession, network: int, *, since: int) -> list[Known]:
    """Read the walks that changed, page by page."""
    changed: list[Known] = []
    after = _FIRST
    while rows := await store_walks.reaches_since(session, since, network=network, after=after, most=PAGE):
        changed += [known_of(row) for row in rows]
        after = rows[-1].place_id
        session.expunge_all()
    return changed
