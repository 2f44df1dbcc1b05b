"""The statements about the walking network and the walks over it, one a function."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from scenes.common.places.tables import WalkNetworkRow, WalkReachRow

_VERSION = text("SELECT max(version) FROM walk_network")
_DIGEST = text("SELECT digest FROM walk_network ORDER BY version DESC LIMIT 1")
_HELD = text("SELECT version FROM walk_network WHERE version = :version FOR SHARE")
_STALE = text(
    """
    SELECT p.id, p.lat, p.lng FROM place p
    WHERE p.closed_at IS NULL AND NOT EXISTS (
      SELECT FROM walk_reach r
      WHERE r.place_id = p.id AND r.network = :network AND r.lat = p.lat AND r.lng = p.lng)
    ORDER BY p.id LIMIT :most
    """
)
_GONE = text("DELETE FROM walk_reach r USING place p WHERE p.id = r.place_id AND p.closed_at IS NOT NULL")
_KEPT = {"place_id"}


async def network_version(session: AsyncSession) -> int | None:
    """Read the version of the network in force; none where none was loaded."""
    return (await session.execute(_VERSION)).scalar_one_or_none()


async def network_digest(session: AsyncSession) -> str | None:
    """Read what tells the network in force from others."""
    return (await session.execute(_DIGEST)).scalar_one_or_none()


async def network(session: AsyncSession) -> WalkNetworkRow | None:
    """Read the network in force."""
    wanted = select(WalkNetworkRow).order_by(col(WalkNetworkRow.version).desc()).limit(1)
    return await session.scalar(wanted)


async def hold_network(session: AsyncSession, version: int) -> bool:
    """Keep a network in force until the transaction ends; false when it is not in force any more."""
    return (await session.execute(_HELD, {"version": version})).first() is not None


async def replace_network(session: AsyncSession, row: WalkNetworkRow) -> None:
    """Put a network in the place of the one before."""
    await session.execute(delete(WalkNetworkRow))
    session.add(row)
    await session.flush()


async def stale_places(
    session: AsyncSession, *, network: int, most: int
) -> Sequence[Row[tuple[UUID, float, float]]]:
    """Return places (id, lat, lng) whose walks are missing or of another network or other coordinates."""
    return (await session.execute(_STALE, {"network": network, "most": most})).all()


async def put_reaches(session: AsyncSession, reaches: Sequence[dict[str, Any]]) -> None:
    """Insert walks or overwrite those to the same place."""
    statement = insert(WalkReachRow)
    changed = {name: statement.excluded[name] for name in reaches[0] if name not in _KEPT}
    await session.execute(statement.on_conflict_do_update(index_elements=["place_id"], set_=changed), reaches)


async def drop_closed(session: AsyncSession) -> None:
    """Forget the walks to places that closed for good."""
    await session.execute(_GONE)


async def reaches_since(
    session: AsyncSession, version: int, *, network: int, after: UUID, most: int
) -> Sequence[WalkReachRow]:
    """Return walks over a network that were reckoned after a value of the counter, a page in id order."""
    wanted = (
        select(WalkReachRow)
        .where(
            col(WalkReachRow.version) > version,
            col(WalkReachRow.network) == network,
            col(WalkReachRow.place_id) > after,
        )
        .order_by(col(WalkReachRow.place_id))
        .limit(most)
    )
    return (await session.scalars(wanted)).all()
