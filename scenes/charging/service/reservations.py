"""Reserving a connector or any of a kind; the ledger counts, the live status says what may be offered."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.errors import ConnectorNotUsable, StationUnknown
from scenes.charging.rules import windows as grid
from scenes.charging.rules.reservation import Connector, offered
from scenes.charging.rules.rule import QUARTER_MINUTES, ChargingRule
from scenes.charging.rules.status import state_of
from scenes.charging.service.live import reported_of
from scenes.charging.service.rules import rule_at
from scenes.charging.service.windows import SCENE, connector_words
from scenes.charging.store import live as live_store
from scenes.charging.store import reservations as store
from scenes.charging.store import stations as station_store
from scenes.charging.store import windows as window_store
from scenes.charging.tables import ChargingStationRow
from scenes.common.booking.counter import DESK_STAFF
from scenes.common.booking.errors import Suspended, WindowFull
from scenes.common.booking.ledger import Claim, Ledger, Outcome, Want
from scenes.common.booking.rules import Terms
from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import Clock
from scenes.common.kit.database import Database

BAN: Final = "suspended:charging:reservation"
"""The standing of someone who missed too often: it stops reservations, never a charge at the station."""


class Site(msgspec.Struct, frozen=True):
    """A station with its rule and its connectors as they stand."""

    station: ChargingStationRow
    rule: ChargingRule
    connectors: tuple[Connector, ...]


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody would reserve: a named connector, or any of a kind, or any."""

    station_id: UUID
    connector_id: UUID | None = None
    kind: int | None = None
    starts_at: datetime
    minutes: int


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """The terms of a wish before it is confirmed. `free` is how many connectors could take it now.

    `locked` and `unlocked` count those with and without a ground lock.
    """

    wish: Wish
    terms: Terms
    ends_at: datetime
    held_until: datetime
    free: int
    locked: int
    unlocked: int


async def site_of(session: AsyncSession, station_id: UUID, *, now: datetime) -> Site:
    """Read a station with its connectors as they stand (StationUnknown)."""
    station = await store.station(session, station_id)
    if station is None:
        raise StationUnknown
    rule = await rule_at(session, station_id, now)
    rows = [row for row in await station_store.connectors(session, [station_id]) if row.gone_at is None]
    ids = [row.id for row in rows]
    told, ours = await live_store.statuses(session, ids), await store.ours(session, ids)
    connectors: list[Connector] = []
    for row in rows:
        status = told.get(row.id)
        state = state_of(
            reported_of(status) if status is not None else None, now,
            stale_after=timedelta(minutes=rule.stale_minutes),
            out_of_service=row.out_of_service_at is not None, station_status=station.status,
        )  # fmt: skip
        connectors.append(
            Connector(
                id=row.id, number=row.number, name=connector_words(row), kind=row.kind,
                has_lock=row.has_lock, reservable=row.reservable, state=state, ours=row.id in ours,
                status=status.status if status is not None else None,
                since=status.since if status is not None else None,
            )
        )  # fmt: skip
    return Site(station, rule, tuple(connectors))


async def sets_of(
    session: AsyncSession,
    connectors: Sequence[UUID],
    wanted: Sequence[datetime],
    *,
    now: datetime,
) -> tuple[list[tuple[UUID, ...]], list[tuple[UUID, ...]]]:
    """Return each connector's windows of a stay, best fit first: all of them, and those free now."""
    around = await window_store.quarters(
        session, connectors, since=wanted[0] - grid.QUARTER, until=wanted[-1] + 2 * grid.QUARTER, now=now
    )
    windows: dict[UUID, dict[datetime, UUID]] = {}
    free: dict[UUID, dict[datetime, UUID]] = {}
    taken: dict[UUID, dict[datetime, bool]] = {}
    for each in around:
        windows.setdefault(each.connector_id, {})[each.starts_at] = each.window_id
        taken.setdefault(each.connector_id, {})[each.starts_at] = each.free <= 0
        if each.free > 0:
            free.setdefault(each.connector_id, {})[each.starts_at] = each.window_id
    ordered = grid.by_fit(connectors, taken, wanted)
    return grid.sets_for(windows, ordered, wanted), grid.sets_for(free, ordered, wanted)


async def quote(session: AsyncSession, wish: Wish, *, now: datetime) -> Quote:
    """Say the terms of a wish, without taking anything.

    Refuses with StationUnknown, ReservationTimeInvalid and ConnectorNotUsable.
    """
    site = await site_of(session, wish.station_id, now=now)
    wanted = grid.quarters_wanted(wish.starts_at, wish.minutes, rule=site.rule, now=now)
    ids = _offered(site, wish, now)
    _, free = await sets_of(session, ids, wanted, now=now)
    locks = [each.has_lock for each in site.connectors if each.id in ids]
    return Quote(
        wish=wish,
        terms=grid.quarter_terms(wish.starts_at, site.rule),
        ends_at=wanted[-1] + grid.QUARTER,
        held_until=wish.starts_at + timedelta(minutes=site.rule.grace_minutes),
        free=len(free),
        locked=locks.count(True),
        unlocked=locks.count(False),
    )


def _offered(site: Site, wish: Wish, now: datetime) -> list[UUID]:
    ids = offered(
        site.connectors, wish.starts_at, connector_id=wish.connector_id, kind=wish.kind, rule=site.rule,
        now=now,
    )  # fmt: skip
    if not ids:
        raise ConnectorNotUsable
    return ids


async def reserve(  # noqa: PLR0913 - each is one fact of the call
    ledger: Ledger,
    database: Database,
    *,
    resident: Resident,
    wish: Wish,
    key: str,
    fingerprint: bytes,
    clock: Clock,
    desk_staff_id: UUID | None = None,
) -> Outcome:
    """Reserve a connector's quarter-hours, of whichever connector of the wish has them; free of charge.

    Refuses with what `quote` refuses, Suspended, AlreadyBooked while another reservation stands, and
    WindowFull when no connector has all of the stay. `desk_staff_id` is who of the staff makes it for them.
    """
    now = clock()
    async with database.read() as session:
        await check_conduct(session, resident.subject_id, now=now)
        site = await site_of(session, wish.station_id, now=now)
        wanted = grid.quarters_wanted(wish.starts_at, wish.minutes, rule=site.rule, now=now)
        sets, _ = await sets_of(session, _offered(site, wish, now), wanted, now=now)
    if not sets:
        raise WindowFull
    first, *others = (tuple(Want(window) for window in several) for several in sets)
    claim = Claim(
        scene=SCENE,
        booker_id=resident.person_id,
        subject_id=resident.subject_id,
        wants=first,
        alternatives=tuple(others),
        key=key,
        fingerprint=fingerprint,
        exclusivity=f"charging:{resident.subject_id}",
        details={
            "kind": store.RESERVATION,
            "connectorKind": wish.kind,
            "named": wish.connector_id is not None,
            "minutes": wish.minutes,
            **({DESK_STAFF: str(desk_staff_id)} if desk_staff_id is not None else {}),
        },
    )
    return await ledger.claim(claim)


async def check_conduct(session: AsyncSession, person_id: UUID, *, now: datetime) -> None:
    """Refuse someone who missed too many reservations (Suspended)."""
    ban = await store.standing(session, person_id, BAN)
    if ban is not None and ban.valid_from <= now and (ban.valid_until is None or now < ban.valid_until):
        raise Suspended("多次约了没来,暂时不能预约。可以到站直接充电。")


async def starts_of(  # noqa: PLR0913 - one fact each
    session: AsyncSession,
    site: Site,
    *,
    kind: int | None,
    minutes: int,
    now: datetime,
    within: tuple[datetime, datetime] | None = None,
) -> list[tuple[datetime, int]]:
    """List the quarter-hours a stay can start at, with how many connectors could take it.

    `within` bounds the starts that are wanted, the second instant not included; else all that can be booked.
    """
    first = grid.quarter_of(now)
    until = first + timedelta(days=site.rule.days_ahead)
    if within is not None:
        first, until = max(first, within[0]), min(until, within[1] + timedelta(minutes=minutes))
    ids = [each.id for each in site.connectors if kind in {None, each.kind}]
    quarters = await window_store.quarters(session, ids, since=first, until=until, now=now)
    free = {(each.connector_id, each.starts_at) for each in quarters if each.free > 0}
    count = minutes // QUARTER_MINUTES
    found: list[tuple[datetime, int]] = []
    for start in sorted({each.starts_at for each in quarters}):
        if within is not None and start >= within[1]:
            break
        able = offered(site.connectors, start, kind=kind, rule=site.rule, now=now)
        fits = sum(all((each, start + n * grid.QUARTER) in free for n in range(count)) for each in able)
        found.append((start, fits))
    return found
