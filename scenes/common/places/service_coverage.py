"""Keeping the last reckoning of who is within the circle, and telling when a new one is due."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.database import Database
from scenes.common.places.coverage.circle import Coverage, reckon
from scenes.common.places.coverage.tally import Cell
from scenes.common.places.directory import PlaceDirectory
from scenes.common.places.errors import CoverageNotReady
from scenes.common.places.tables_coverage import CoverageRow

FRESH_FOR: Final = timedelta(days=1)
"""People move: a reckoning is made anew at least so often."""

REST: Final = timedelta(minutes=10)
"""Places may change every minute; a reckoning that only they made old is renewed no oftener."""


class Known(msgspec.Struct, frozen=True):
    """The last reckoning and its instant."""

    coverage: Coverage
    as_of: datetime


async def known(session: AsyncSession) -> Known:
    """Return the last reckoning (CoverageNotReady before the first)."""
    row = await session.get(CoverageRow, 1)
    if row is None:
        raise CoverageNotReady
    return Known(msgspec.convert(row.report, Coverage), row.as_of)


async def is_due(session: AsyncSession, directory: PlaceDirectory, *, now: datetime) -> bool:
    """Tell whether there is none yet, or people, places or streets have changed since the last one."""
    if directory.counter is None:
        return False
    row = await session.get(CoverageRow, 1)
    if row is None or row.network != _network(directory):
        return True
    age = now - row.as_of
    return age >= FRESH_FOR or (row.counter != directory.counter and age >= REST)


async def renew(
    database: Database, directory: PlaceDirectory, cells: Sequence[Cell], *, now: datetime
) -> Coverage:
    """Reckon anew and keep it in the place of the last one; no transaction is open meanwhile."""
    counter, network = directory.counter or 0, _network(directory)
    coverage = await asyncio.to_thread(reckon, directory, cells, at=now)
    facts = {"as_of": now, "counter": counter, "network": network, "report": msgspec.to_builtins(coverage)}
    statement = insert(CoverageRow).values(id=1, **facts)
    async with database.transaction() as session:
        await session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=facts))
    return coverage


def _network(directory: PlaceDirectory) -> int | None:
    walkable = directory.walkable
    return walkable.walks.network.version if walkable is not None else None
