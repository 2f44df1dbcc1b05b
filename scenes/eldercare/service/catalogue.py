"""What can be asked for today, under which terms, and at which times."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.booking.tables import BookingWindowRow
from scenes.common.kit.clock import local_day
from scenes.common.kit.dated_rules import DatedRule, values_on
from scenes.eldercare.errors import ServiceNotFound
from scenes.eldercare.rules.care import CareTerms, terms_of
from scenes.eldercare.store import requests as store
from scenes.eldercare.tables.requests import CareServiceRow, CareTermsRow

DISTRICT: Final = UUID(int=0)
"""No venue's id: whoever asks with it gets the district's own terms."""

SHOWN_WINDOWS: Final = 40


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A service with the terms in force, and the times still free where it is asked for with one."""

    row: CareServiceRow
    terms: CareTerms
    windows: Sequence[BookingWindowRow] = ()


async def catalogue(session: AsyncSession, *, now: datetime) -> list[Offer]:
    """List the services in their order, with the district's terms; times are shown by `offer`."""
    rows = await store.services(session)
    dated = await store.terms(session, [row.id for row in rows])
    return [Offer(row=row, terms=_in_force(row.id, dated, DISTRICT, local_day(now))) for row in rows]


async def offer(session: AsyncSession, service_id: UUID, *, now: datetime) -> Offer:
    """Show one service with its free times (ServiceNotFound)."""
    row = await _offered(session, service_id)
    dated = await store.terms(session, [service_id])
    windows: Sequence[BookingWindowRow] = ()
    if row.by_window:
        windows = await store.free_windows(session, service_id, now=now, limit=SHOWN_WINDOWS)
    return Offer(row=row, terms=_in_force(service_id, dated, DISTRICT, local_day(now)), windows=windows)


async def offer_at(session: AsyncSession, service_id: UUID, place_id: UUID, day: date) -> Offer:
    """Show one service under the terms of a venue on a day (ServiceNotFound)."""
    row = await _offered(session, service_id)
    dated = await store.terms(session, [service_id])
    return Offer(row=row, terms=_in_force(service_id, dated, place_id, day))


async def _offered(session: AsyncSession, service_id: UUID) -> CareServiceRow:
    row = await store.service(session, service_id)
    if row is None or not row.active:
        raise ServiceNotFound
    return row


def _in_force(service_id: UUID, rows: Sequence[CareTermsRow], place_id: UUID, day: date) -> CareTerms:
    dated = [
        DatedRule(place_id=row.place_id, since=row.since, until=row.until, values=row.values)
        for row in rows
        if row.service_id == service_id
    ]
    return terms_of(values_on(place_id, day, dated))
