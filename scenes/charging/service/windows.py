"""Publishing each connector's quarter-hours, and a station's deposit window, some days ahead."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.rules.rule import ChargingRule, DatedRule, rule_for
from scenes.charging.rules.windows import DEPOSITS, QUARTER, day_span, deposit_terms, quarter_terms
from scenes.charging.service.rules import rules_in_force
from scenes.charging.store import stations as station_store
from scenes.charging.store import windows as store
from scenes.charging.tables import ChargingConnectorRow
from scenes.common.booking import service as booking
from scenes.common.booking.offering import NewWindow
from scenes.common.kit.clock import local_day
from scenes.common.kit.ids import new_id

SCENE: Final = "charging"
TITLE: Final = "充电"
DEPOSIT_TITLE: Final = "充电预付"
DEPOSITS_OF: Final = UUID("01930000-0000-7000-8000-00000000c4a6")
"""The name space of deposit groups: a station's deposits are one group of the ledger."""

BATCH: Final = 25
"""Connectors whose day is written at once."""


async def publish(session: AsyncSession, *, now: datetime) -> int:
    """Publish what is missing of today and the days ahead; return how many quarter-hours are new.

    Only one publishes at a time: connectors are looked at under a lock of their own.
    """
    await store.lock_publishing(session)
    rules = await rules_in_force(session)
    connectors = {row.id: row for row in await station_store.connectors(session)}
    today, new = local_day(now), 0
    for ahead in range(max((r.values.get("daysAhead", 2) for r in rules), default=2) + 1):
        day = today + timedelta(days=ahead)
        since, until = day_span(day)
        missing = [connectors[each] for each in await store.unpublished(session, since, until)]
        for first in range(0, len(missing), BATCH):
            new += await _publish_day(session, missing[first : first + BATCH], day, rules=rules)
        await publish_deposits(session, {row.station_id for row in missing}, day, rules=rules)
    return new


async def _publish_day(
    session: AsyncSession,
    connectors: Sequence[ChargingConnectorRow],
    day: date,
    *,
    rules: Sequence[DatedRule],
) -> int:
    windows = [
        window for row in connectors for window in quarters_of(row, day, rule_for(row.station_id, day, rules))
    ]
    await booking.publish_windows(session, windows)
    facts = [{"window_id": w.id, "connector_id": w.group_id, "starts_at": w.starts_at} for w in windows]
    await store.add(session, facts)
    return len(windows)


def quarters_of(connector: ChargingConnectorRow, day: date, rule: ChargingRule) -> list[NewWindow]:
    """Make a connector's windows of a day."""
    since, until = day_span(day)
    starts = [since + n * QUARTER for n in range((until - since) // QUARTER)]
    return [
        NewWindow(
            id=new_id(), scene=SCENE, place_id=connector.station_id, group_id=connector.id, title=TITLE,
            resource=connector_words(connector), starts_at=at, ends_at=at + QUARTER, capacity=1,
            opens_at=since - timedelta(days=rule.days_ahead), closes_at=at + QUARTER,
            hold_seconds=rule.hold_seconds, terms=msgspec.to_builtins(quarter_terms(at, rule)),
        )
        for at in starts
    ]  # fmt: skip


def connector_words(connector: ChargingConnectorRow) -> str:
    """Name a connector as people call it."""
    return connector.name or f"{connector.number}号桩"


def deposit_group(station_id: UUID) -> UUID:
    """Name the ledger group of a station's deposits."""
    return uuid5(DEPOSITS_OF, station_id.hex)


def deposit_window_id(station_id: UUID, now: datetime) -> UUID:
    """Name the window of a station's deposits of the day; it is fixed, so that a claim needs no look-up."""
    return uuid5(deposit_group(station_id), local_day(now).isoformat())


async def publish_deposits(
    session: AsyncSession, station_ids: set[UUID], day: date, *, rules: Sequence[DatedRule]
) -> None:
    """Publish each station's window of deposits of a day where it is not there."""
    since, until = day_span(day)
    known = await store.existing(
        session, [uuid5(deposit_group(each), day.isoformat()) for each in station_ids]
    )
    windows = [
        NewWindow(
            id=uuid5(deposit_group(station_id), day.isoformat()), scene=SCENE, place_id=station_id,
            group_id=deposit_group(station_id), title=DEPOSIT_TITLE, resource=DEPOSIT_TITLE, starts_at=since,
            ends_at=until, capacity=DEPOSITS, opens_at=since, closes_at=until,
            hold_seconds=rule_for(station_id, day, rules).hold_seconds,
            terms=msgspec.to_builtins(deposit_terms(since)),
        )
        for station_id in sorted(station_ids)
    ]  # fmt: skip
    await booking.publish_windows(session, [window for window in windows if window.id not in known])
