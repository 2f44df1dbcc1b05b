"""Putting venues and their special days into the district; every process notices within seconds."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.places import store
from scenes.common.places.errors import PlaceInvalid, PlaceNotFound
from scenes.common.places.rules import HolidayRule, parse_holiday, parse_spans, parse_weekly

BATCH = 1000
"""Places written by one statement."""


class PlaceFacts(msgspec.Struct, frozen=True, kw_only=True):
    """All that is to be known of a venue; coordinates are WGS-84.

    `weekly_hours` is `{"mon": ["08:00-11:30"], …}`; `hours_source` says who told the hours.
    """

    id: UUID
    scene: str
    kind: str
    name: str
    address: str
    phone: str | None
    lat: float
    lng: float
    subdistrict: str
    step_free: bool
    weekly_hours: Mapping[str, Sequence[str]]
    holiday_rule: HolidayRule = "closed"
    holiday_hours: Sequence[str] = ()
    hours_source: str
    synthetic: bool


async def upsert_places(session: AsyncSession, places: Sequence[PlaceFacts], *, now: datetime) -> int:
    """Store places, overwriting those with the same id (and opening them again); return how many.

    All or nothing; raises PlaceInvalid naming every wrong one by its position. Large imports are fine.
    """
    wrong = tuple(fault for position, facts in enumerate(places) for fault in _faults(position, facts))
    if wrong:
        raise PlaceInvalid(errors=wrong)
    version = await store.count_change(session) if places else 0
    for start in range(0, len(places), BATCH):
        batch = [_columns(facts, now=now, version=version) for facts in places[start : start + BATCH]]
        await store.put_places(session, batch)
    return len(places)


async def add_exception(  # noqa: PLR0913 - each is one fact of the exception
    session: AsyncSession, place_id: UUID, *, day: date, hours: Sequence[str], reason: str, now: datetime
) -> None:
    """Give a place other hours on one day (none: closed), overwriting what was said of that day.

    Raises PlaceInvalid for hours that cannot be and PlaceNotFound.
    """
    try:
        parse_spans(hours)
    except ValueError as fault:
        raise PlaceInvalid(errors=(("hours", str(fault)),)) from fault
    version = await store.count_change(session)
    if not await store.touch(session, place_id, at=now, version=version):
        raise PlaceNotFound
    exception = {"place_id": place_id, "day": day, "hours": list(hours), "reason": reason}
    await store.put_exceptions(session, [exception])


async def close_place(session: AsyncSession, place_id: UUID, *, now: datetime) -> None:
    """Close a place for good; raises PlaceNotFound."""
    version = await store.count_change(session)
    if not await store.close(session, place_id, at=now, version=version):
        raise PlaceNotFound


async def situations_of(session: AsyncSession, place_ids: Collection[UUID]) -> dict[UUID, tuple[str, bool]]:
    """Return the subdistrict of places and whether they are step-free; those not known are left out."""
    return await store.situations(session, place_ids)


async def name_of(session: AsyncSession, place_id: UUID) -> str | None:
    """Return what a place is called; none when there is no such place."""
    return await store.name(session, place_id)


def _faults(position: int, facts: PlaceFacts) -> list[tuple[str, str]]:
    """List what is wrong with one place."""
    faults: list[tuple[str, str]] = []
    if not (-90 <= facts.lat <= 90 and -180 <= facts.lng <= 180):  # noqa: PLR2004 - the whole earth
        faults.append((f"{position}.lat", "坐标不在地球上 / not on earth"))
    for path, parse in (
        ("weeklyHours", lambda: parse_weekly(facts.weekly_hours)),
        ("holidayHours", lambda: parse_holiday(facts.holiday_rule, facts.holiday_hours)),
    ):
        try:
            parse()
        except ValueError as fault:
            faults.append((f"{position}.{path}", str(fault)))
    return faults


def _columns(facts: PlaceFacts, *, now: datetime, version: int) -> dict[str, Any]:
    columns = {name: getattr(facts, name) for name in facts.__struct_fields__}
    return columns | {
        "weekly_hours": {day: list(spans) for day, spans in facts.weekly_hours.items()},
        "holiday_hours": list(facts.holiday_hours),
        "closed_at": None,
        "updated_at": now,
        "version": version,
    }
