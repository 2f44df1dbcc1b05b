"""The catalogue and requests for care over HTTP, for residents."""

from collections.abc import AsyncGenerator
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Response, get, post, put
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, HeaderParameter, JSONBody
from litestar.response import ServerSentEvent, ServerSentEventMessage
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.booking.ledger import Ledger
from scenes.common.kit.answers import respond
from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.fanout import Fanout
from scenes.common.kit.idempotency import Answer, checked_key, once
from scenes.common.kit.wire import Page, encode, fingerprint
from scenes.eldercare.service import asking, catalogue, escort, requests
from scenes.eldercare.wire_care import CareRatingRequest, CareRequest, CareRequestRequest, CareService
from scenes.eldercare.wire_escort import AppointmentRequest

TAGS = ["eldercare"]
HERE: Final = "/eldercare/requests"
TICK_SECONDS: Final = 5.0
Key = Annotated[str | None, HeaderParameter(name="Idempotency-Key")]


@get("/eldercare/services", operation_id="listCareServices", tags=TAGS)
async def list_services(
    reading: NamedDependency[AsyncSession], clock: NamedDependency[Clock]
) -> Page[CareService]:
    """List what can be asked for, with today's terms; open one to see its times."""
    return Page(items=[CareService.of(each) for each in await catalogue.catalogue(reading, now=clock())])


@get("/eldercare/services/{service_id:uuid}", operation_id="getCareService", tags=TAGS)
async def get_service(
    service_id: FromPath[UUID], reading: NamedDependency[AsyncSession], clock: NamedDependency[Clock]
) -> CareService:
    """Show one service with the times that are still free."""
    return CareService.of(await catalogue.offer(reading, service_id, now=clock()))


@post(
    HERE,
    operation_id="requestCare",
    tags=TAGS,
    responses={
        201: ResponseSpec(CareRequest, description="At the desk, or unpaid until its booking is paid")
    },
)
async def request_care(
    data: JSONBody[CareRequestRequest],
    resident: NamedDependency[Resident],
    ledger: NamedDependency[Ledger],
    database: NamedDependency[Database],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
    key: Key = None,
) -> Response[bytes]:
    """Ask for care, for oneself or a patient of the account; with a time it is a booking of the same id."""
    checked, mark, now = checked_key(key), fingerprint(HERE, data), clock()
    if data.window_id is not None:
        view, again = await asking.ask_with_time(
            ledger, database, resident=resident, wish=data.wish(), cipher=cipher, clock=clock, key=checked,
            mark=mark,
        )  # fmt: skip
        return respond(Answer(201, encode(CareRequest.of(view)), replayed=again))
    async with database.transaction() as session:

        async def act() -> tuple[int, bytes]:
            asked = await requests.check(session, resident, data.wish(), now=now)
            row = await requests.open_now(session, resident, asked, cipher=cipher, now=now)
            return 201, encode(CareRequest.of(await requests.view_of(session, row, cipher)))

        answer = await once(session, resident.person_id, key=checked, fingerprint=mark, now=now, act=act)
    return respond(answer)


@get(HERE, operation_id="listCareRequests", tags=TAGS)
async def list_requests(
    resident: NamedDependency[Resident],
    reading: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
) -> Page[CareRequest]:
    """List one's last requests, newest first."""
    rows = await requests.own_list(reading, resident)
    return Page(items=[CareRequest.of(await requests.view_of(reading, row, cipher)) for row in rows])


@get(HERE + "/{request_id:uuid}", operation_id="getCareRequest", tags=TAGS)
async def get_request(
    request_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    reading: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
) -> CareRequest:
    """Show a request: how it stands, who comes, and when."""
    row = await requests.own(reading, resident, request_id)
    return CareRequest.of(await requests.view_of(reading, row, cipher))


@get(HERE + "/{request_id:uuid}/events", operation_id="followCareRequest", tags=TAGS)
async def follow_request(
    request_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    database: NamedDependency[Database],
    cipher: NamedDependency[FieldCipher],
    fanout: NamedDependency[Fanout],
) -> ServerSentEvent:
    """Follow a request: an event `request` whenever it has moved, looked at every five seconds."""

    async def read() -> bytes:
        async with database.read() as session:
            row = await requests.own(session, resident, request_id)
            return encode(CareRequest.of(await requests.view_of(session, row, cipher)))

    await read()  # refuses before the stream begins

    async def events() -> AsyncGenerator[ServerSentEventMessage]:
        async with fanout.listen(f"care:{request_id}", tick_seconds=TICK_SECONDS) as changes:
            last = await read()
            yield ServerSentEventMessage(data=last.decode(), event="request")
            async for _ in changes:
                if (present := await read()) != last:
                    last = present
                    yield ServerSentEventMessage(data=present.decode(), event="request")

    return ServerSentEvent(events())


@post(HERE + "/{request_id:uuid}/cancel", operation_id="cancelCareRequest", tags=TAGS, status_code=200)
async def cancel_request(
    request_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    ledger: NamedDependency[Ledger],
    database: NamedDependency[Database],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
) -> CareRequest:
    """Take a request back before the carer is there; twice is the same."""
    view = await asking.take_back(
        ledger, database, resident=resident, request_id=request_id, cipher=cipher, clock=clock
    )
    return CareRequest.of(view)


@post(HERE + "/{request_id:uuid}/rate", operation_id="rateCareRequest", tags=TAGS, status_code=200)
async def rate_request(
    request_id: FromPath[UUID],
    data: JSONBody[CareRatingRequest],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
) -> CareRequest:
    """Say how the visit was, once it is done."""
    row = await requests.own(session, resident, request_id, lock=True)
    await requests.rate(session, row, stars=data.stars, by=resident.person_id, now=clock())
    return CareRequest.of(await requests.view_of(session, row, cipher))


@put(HERE + "/{request_id:uuid}/appointment", operation_id="nameCareAppointment", tags=TAGS)
async def name_appointment(
    request_id: FromPath[UUID],
    data: JSONBody[AppointmentRequest],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
) -> CareRequest:
    """Say which clinic booking of the same person a visit goes along to; the carer comes before it."""
    row = await requests.own(session, resident, request_id, lock=True)
    await escort.name_appointment(session, resident, row, booking_id=data.booking_id)
    return CareRequest.of(await requests.view_of(session, row, cipher))


ROUTES: list[Any] = [
    list_services, get_service, request_care, list_requests, get_request, follow_request, cancel_request,
    rate_request, name_appointment,
]  # fmt: skip
