"""Reserving a connector over HTTP: the terms first, then the reservation."""

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import HeaderParameter, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.service import reservations
from scenes.charging.service.reservations import Wish
from scenes.charging.wire_sessions import ReservationRequest, ReservationTerms
from scenes.common.booking.ledger import Ledger
from scenes.common.booking.wire import Booking
from scenes.common.kit.answers import respond
from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import Clock
from scenes.common.kit.database import Database
from scenes.common.kit.idempotency import checked_key
from scenes.common.kit.limits import Limits
from scenes.common.kit.wire import fingerprint

Key = Annotated[str | None, HeaderParameter(name="Idempotency-Key")]
RESERVATIONS: Final = "/charging/reservations"
TAGS: Final = ["charging"]
HALF_AN_HOUR: Final = 30


@get(f"{RESERVATIONS}/terms", operation_id="getReservationTerms", tags=TAGS)
async def get_terms(
    reading: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    *,
    station_id: Annotated[UUID, QueryParameter(name="stationId")],
    starts_at: Annotated[datetime, QueryParameter(name="startsAt")],
    minutes: Annotated[int, QueryParameter(ge=15, le=600)] = HALF_AN_HOUR,
    connector_id: Annotated[UUID | None, QueryParameter(name="connectorId")] = None,
    connector_type: Annotated[int | None, QueryParameter(name="connectorType")] = None,
) -> ReservationTerms:
    """Say the terms of a reservation before it is made; takes nothing."""
    wish = Wish(
        station_id=station_id, connector_id=connector_id, kind=connector_type, starts_at=starts_at,
        minutes=minutes,
    )  # fmt: skip
    return ReservationTerms.of(await reservations.quote(reading, wish, now=clock()))


@post(
    RESERVATIONS,
    operation_id="reserveConnector",
    tags=TAGS,
    responses={201: ResponseSpec(Booking, description="Confirmed; kept until the start plus the grace")},
)
async def reserve(
    data: JSONBody[ReservationRequest],
    resident: NamedDependency[Resident],
    limits: NamedDependency[Limits],
    ledger: NamedDependency[Ledger],
    database: NamedDependency[Database],
    clock: NamedDependency[Clock],
    key: Key = None,
) -> Response[bytes]:
    """Reserve a named connector, any of a kind, or any; free of charge."""
    wish = Wish(
        station_id=data.station_id, connector_id=data.connector_id, kind=data.connector_type,
        starts_at=data.starts_at, minutes=data.minutes,
    )  # fmt: skip
    await limits.check("chargingReserve", resident.person_id)
    outcome = await reservations.reserve(
        ledger, database, resident=resident, wish=wish, key=checked_key(key),
        fingerprint=fingerprint(RESERVATIONS, data), clock=clock,
    )  # fmt: skip
    return respond(outcome.answer)


ROUTES: list[Any] = [get_terms, reserve]
