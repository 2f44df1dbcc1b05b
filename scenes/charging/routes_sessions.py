"""Charging over HTTP: ask for it, pay, follow it live, stop it, see the bill."""

from collections.abc import AsyncGenerator
from functools import partial
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, HeaderParameter, JSONBody
from litestar.response import ServerSentEvent, ServerSentEventMessage
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.service import charges
from scenes.charging.service.charges import Charge
from scenes.charging.service.driving import topic
from scenes.charging.service.sessions import Ask, begin
from scenes.charging.wire_sessions import ChargeBill, ChargingSession, SessionRequest
from scenes.common.booking.ledger import Ledger
from scenes.common.booking.wire import PlaceNames
from scenes.common.kit.answers import respond
from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import Clock
from scenes.common.kit.database import Database
from scenes.common.kit.fanout import Fanout
from scenes.common.kit.idempotency import checked_key
from scenes.common.kit.limits import Limits
from scenes.common.kit.wire import encode, fingerprint

Key = Annotated[str | None, HeaderParameter(name="Idempotency-Key")]
SESSIONS: Final = "/charging/sessions"
ONE: Final = f"{SESSIONS}/{{session_id:uuid}}"
TAGS: Final = ["charging"]
TICK_SECONDS: Final = 2.0
"""A running meter is read again this often, whether or not anybody told of a change."""


@post(
    SESSIONS,
    operation_id="beginCharge",
    tags=TAGS,
    responses={
        201: ResponseSpec(ChargingSession, description="Requested; it begins once the deposit is paid")
    },
)
async def begin_charge(
    data: JSONBody[SessionRequest],
    resident: NamedDependency[Resident],
    limits: NamedDependency[Limits],
    ledger: NamedDependency[Ledger],
    database: NamedDependency[Database],
    place_names: NamedDependency[PlaceNames],
    clock: NamedDependency[Clock],
    key: Key = None,
) -> Response[bytes]:
    """Ask for a charge at a connector, walking up or from one's reservation."""

    def show(charge: Charge) -> bytes:
        return encode(ChargingSession.of(charge, place_names(charge.row.station_id), clock()))

    ask = Ask(
        resident=resident, connector_id=data.connector_id, reservation_id=data.reservation_id,
        key=checked_key(key), fingerprint=fingerprint(SESSIONS, data), show=show,
    )  # fmt: skip
    admit = partial(limits.check, "chargingBegin", resident.person_id)
    return respond(await begin(ledger, database, ask, admit=admit, clock=clock))


@get(ONE, operation_id="getCharge", tags=TAGS)
async def get_charge(
    session_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    place_names: NamedDependency[PlaceNames],
    clock: NamedDependency[Clock],
) -> ChargingSession:
    """Look at a charge of one's own; always from the primary, since one waits for it to change."""
    charge = await charges.own_charge(session, session_id, resident)
    return ChargingSession.of(charge, place_names(charge.row.station_id), clock())


@get(f"{ONE}/events", operation_id="followCharge", tags=TAGS)
async def follow_charge(
    session_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    database: NamedDependency[Database],
    fanout: NamedDependency[Fanout],
    place_names: NamedDependency[PlaceNames],
    clock: NamedDependency[Clock],
) -> ServerSentEvent:
    """Follow a charge live: an event `session` with the whole session whenever it changed."""

    async def read() -> ChargingSession:
        async with database.read() as session:
            charge = await charges.own_charge(session, session_id, resident)
            return ChargingSession.of(charge, place_names(charge.row.station_id), clock())

    await read()  # refuses before the stream begins

    async def events() -> AsyncGenerator[ServerSentEventMessage]:
        async with fanout.listen(topic(session_id), tick_seconds=TICK_SECONDS) as changes:
            last = await read()
            yield _event(last)
            async for _ in changes:
                present = await read()
                if present != last:
                    last = present
                    yield _event(last)

    return ServerSentEvent(events())


def _event(shown: ChargingSession) -> ServerSentEventMessage:
    return ServerSentEventMessage(event="session", data=encode(shown).decode())


@post(f"{ONE}/stop", operation_id="stopCharge", tags=TAGS, status_code=200)
async def stop_charge(
    session_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    database: NamedDependency[Database],
    fanout: NamedDependency[Fanout],
    place_names: NamedDependency[PlaceNames],
    clock: NamedDependency[Clock],
) -> ChargingSession:
    """Stop a charge from the phone; stopping again changes nothing, so it needs no key."""
    async with database.transaction() as session:
        await charges.stop(session, session_id, resident, now=clock())
    await fanout.publish(topic(session_id), b"changed")
    async with database.read() as session:
        charge = await charges.own_charge(session, session_id, resident)
    return ChargingSession.of(charge, place_names(charge.row.station_id), clock())


@get(f"{ONE}/bill", operation_id="getChargeBill", tags=TAGS)
async def get_bill(
    session_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    place_names: NamedDependency[PlaceNames],
) -> ChargeBill:
    """Show the itemised bill of a charge; BillNotReady before there is one."""
    charge = await charges.own_charge(session, session_id, resident)
    return ChargeBill.of(charge, place_names(charge.row.station_id))


ROUTES: list[Any] = [begin_charge, get_charge, follow_charge, stop_charge, get_bill]
