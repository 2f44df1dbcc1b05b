"""What operators say of their connectors, stamped when it was received: kept, and told on at once.

PostgreSQL is the truth. Redis holds the fast-moving copy that every process reads within a second, and
the fan-out tells live pages to look again.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.rules.messages import ConnectorStatus
from scenes.charging.rules.status import Reported
from scenes.charging.store import live as store
from scenes.charging.tables import ConnectorStatusRow
from scenes.common.kit.cache import Cache
from scenes.common.kit.fanout import Fanout
from scenes.common.kit.ids import new_id

COPY: Final = "charging:live"
"""The Redis hash of all connectors by id."""

COPY_SECONDS: Final = 3600
CHANGED: Final = b"changed"

_decode = msgspec.json.Decoder(Reported).decode


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """What a message did: stations with a changed connector, each connector told of, codes not known."""

    stations: frozenset[UUID]
    connectors: Mapping[UUID, Reported]
    unknown: tuple[str, ...] = ()


NOTHING: Final = Recorded(stations=frozenset(), connectors={})


async def record_statuses(
    session: AsyncSession,
    operator_id: UUID,
    statuses: Sequence[ConnectorStatus],
    *,
    source: str,
    now: datetime,
) -> Recorded:
    """Keep what was said of connectors, all of it at `now`; call `publish` after the commit.

    `source` says how it came: notification, poll or session. A code that is not this operator's is left
    out and reported back: the rest of the message is still true. Said twice in one message, the last counts.
    """
    told = {status.connector_code: status for status in statuses}
    known = await store.by_codes(session, operator_id, told)
    unknown = tuple(sorted(told.keys() - {each.code for each in known}))
    if not known:
        return Recorded(stations=frozenset(), connectors={}, unknown=unknown)
    before = await store.statuses(session, [each.connector_id for each in known], lock=True)
    heard = [(each, _reported(told[each.code], before.get(each.connector_id), now)) for each in known]
    await store.put_statuses(session, [_row(each, reported, source) for each, reported in heard])
    changed = [pair for pair in heard if _differs(before.get(pair[0].connector_id), pair[1])]
    if changed:
        await store.add_changes(session, [_change(each, reported) for each, reported in changed])
    moved = {each.station_id for each, reported in heard if _moved(before.get(each.connector_id), reported)}
    return Recorded(
        stations=frozenset(moved),
        connectors={each.connector_id: reported for each, reported in heard},
        unknown=unknown,
    )


async def publish(cache: Cache, fanout: Fanout, recorded: Recorded) -> None:
    """Tell every process, after the commit; never fails, since PostgreSQL is read again within seconds."""
    if recorded.connectors:
        await _copy(cache, recorded.connectors)
    if recorded.stations:
        await fanout.publish_all([topic(station_id) for station_id in recorded.stations], CHANGED)


def topic(station_id: UUID) -> str:
    """Name the fan-out topic of a station."""
    return f"station:{station_id}"


async def read_copy(cache: Cache) -> dict[UUID, Reported]:
    """Read the fast-moving copy; empty while Redis is away."""

    async def read(redis: Redis) -> dict[bytes, bytes]:
        found: Any = redis.hgetall(cache.prefix + COPY)
        return await found

    fields = await cache.attempt(read, dict[bytes, bytes]())
    return {UUID(name.decode()): _decode(value) for name, value in fields.items()}


async def _copy(cache: Cache, connectors: Mapping[UUID, Reported]) -> None:
    fields: Any = {str(key): msgspec.json.encode(reported) for key, reported in connectors.items()}
    key = cache.prefix + COPY

    async def write(redis: Redis) -> None:
        async with redis.pipeline(transaction=False) as pipeline:
            pipeline.hset(key, mapping=fields)
            pipeline.expire(key, COPY_SECONDS)
            await pipeline.execute()

    await cache.attempt(write, None)


def reported_of(row: ConnectorStatusRow) -> Reported:
    """Take a stored status as a value."""
    return Reported(row.status, row.park_status, row.lock_status, row.since, row.received_at)


def _reported(told: ConnectorStatus, before: ConnectorStatusRow | None, now: datetime) -> Reported:
    same = before is not None and before.status == told.status
    since = before.since if before is not None and same else now
    return Reported(
        told.status, told.park_status, told.lock_status, since.astimezone(UTC), now.astimezone(UTC)
    )


def _differs(before: ConnectorStatusRow | None, reported: Reported) -> bool:
    return before is None or before.status != reported.status


def _moved(before: ConnectorStatusRow | None, reported: Reported) -> bool:
    """Tell whether a page that shows the connector has to change."""
    if before is None:
        return True
    shown = (before.status, before.park_status, before.lock_status)
    return shown != (reported.status, reported.park_status, reported.lock_status)


def _row(known: store.Known, reported: Reported, source: str) -> dict[str, Any]:
    return {
        "connector_id": known.connector_id,
        "status": reported.status,
        "park_status": reported.park_status,
        "lock_status": reported.lock_status,
        "source": source,
        "since": reported.since,
        "received_at": reported.received_at,
    }


def _change(known: store.Known, reported: Reported) -> dict[str, Any]:
    return {
        "id": new_id(),
        "connector_id": known.connector_id,
        "station_id": known.station_id,
        "status": reported.status,
        "at": reported.received_at,
    }
