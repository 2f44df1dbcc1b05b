"""Learning each station's usual day from its connectors' changes, at night."""

import asyncio
from collections.abc import Hashable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from scenes.charging.rules.forecast import Profile
from scenes.charging.rules.learning import Change, learn
from scenes.charging.store import live as live_store
from scenes.charging.store import stations as store
from scenes.common.kit.database import Database

Kinds = Mapping[Hashable, tuple[UUID, int]]
"""By connector its station, and whether it is fast or slow."""

LEARNT_FROM: Final = timedelta(days=56)
"""Eight weeks: a season's habits, and enough rest days."""


async def learn_stations(database: Database, *, now: datetime) -> int:
    """Learn every station anew, one after the other; return how many have something to show."""
    since, learnt = now - LEARNT_FROM, 0
    async with database.read() as session:
        kinds: Kinds = {row.id: (row.station_id, row.kind) for row in await store.connectors(session)}
    for station_id in sorted({station_id for station_id, _ in kinds.values()}):
        async with database.read() as session:
            changes = await live_store.changes_since(session, station_id, since)
        rows = await asyncio.to_thread(_rows, station_id, changes, kinds, since=since, until=now)
        if rows:
            async with database.transaction() as session:
                await store.put_profiles(session, rows)
            learnt += 1
    return learnt


def _rows(
    station_id: UUID,
    changes: Sequence[Change],
    kinds: Kinds,
    *,
    since: datetime,
    until: datetime,
) -> list[dict[str, Any]]:
    by_kind: dict[int, list[Change]] = {}
    for change in changes:
        if change.connector in kinds:
            by_kind.setdefault(kinds[change.connector][1], []).append(change)
    return [
        _row(station_id, kind, day_kind, profile=profile, until=until)
        for kind, several in by_kind.items()
        for day_kind, profile in learn(several, since=since, until=until).items()
    ]


def _row(station_id: UUID, kind: int, day_kind: str, *, profile: Profile, until: datetime) -> dict[str, Any]:
    return {
        "station_id": station_id,
        "connector_kind": kind,
        "day_kind": day_kind,
        "busy": [round(share, 4) for share in profile.busy],
        "turnover": [round(share, 4) for share in profile.turnover],
        "weight": list(profile.weight),
        "learnt_until": until,
    }
