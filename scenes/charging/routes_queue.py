"""The queue of a full station over HTTP: join, let others go first, leave."""

from typing import Annotated
from uuid import UUID

from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, HeaderParameter, JSONBody
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.service import guidance, queue
from scenes.charging.wire_queue import ChargingQueueEntry, ChargingQueueRequest, SnoozeRequest
from scenes.common.booking.ledger import Ledger
from scenes.common.kit.answers import respond
from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import Clock
from scenes.common.kit.database import Database
from scenes.common.kit.idempotency import checked_key, once
from scenes.common.kit.limits import Limits
from scenes.common.kit.wire import Page, encode, fingerprint
from scenes.common.places.directory import PlaceDirectory

Key = Annotated[str | None, HeaderParameter(name="Idempotency-Key")]


@post(
    "/charging/queue",
    operation_id="joinChargingQueue",
    tags=["charging"],
    responses={201: ResponseSpec(ChargingQueueEntry, description="Waiting")},
)
async def join_queue(
    data: JSONBody[ChargingQueueRequest],
    resident: NamedDependency[Resident],
    limits: NamedDependency[Limits],
    session: NamedDependency[AsyncSession],
    directory: NamedDependency[PlaceDirectory],
    key: Key = None,
) -> Response[bytes]:
    """Wait for a connector of a kind at a full station; an offer comes as a held booking and a message."""
    now, checked, board = directory.clock(), checked_key(key), guidance.loaded(directory)

    async def act() -> tuple[int, bytes]:
        await limits.check("chargingQueue", resident.person_id)
        place = await queue.join(
            session, board, resident=resident, station_id=data.station_id, kind=data.connector_type, now=now
        )
        return 201, encode(ChargingQueueEntry.of(place))

    mark = fingerprint("/charging/queue", data)
    return respond(await once(session, resident.person_id, key=checked, fingerprint=mark, now=now, act=act))


@get("/charging/queue", operation_id="listChargingQueue", tags=["charging"])
async def list_queue(
    resident: NamedDependency[Resident], reading: NamedDependency[AsyncSession]
) -> Page[ChargingQueueEntry]:
    """List where one waits, and what one was offered."""
    places = await queue.mine(reading, resident.subject_id)
    return Page(items=[ChargingQueueEntry.of(place) for place in places])


@post(
    "/charging/queue/{entry_id:uuid}/snooze",
    operation_id="snoozeChargingQueue",
    tags=["charging"],
    status_code=200,
)
async def snooze_queue(
    entry_id: FromPath[UUID],
    data: JSONBody[SnoozeRequest],
    resident: NamedDependency[Resident],
    database: NamedDependency[Database],
    ledger: NamedDependency[Ledger],
    directory: NamedDependency[PlaceDirectory],
) -> ChargingQueueEntry:
    """Let those behind go first for some minutes; an offer in hand goes to the next."""
    place = await queue.snooze(
        database, ledger, resident=resident, entry_id=entry_id, minutes=data.minutes,
        rule=guidance.loaded(directory).rule, now=directory.clock(),
    )  # fmt: skip
    return ChargingQueueEntry.of(place)


@delete("/charging/queue/{entry_id:uuid}", operation_id="leaveChargingQueue", tags=["charging"])
async def leave_queue(
    entry_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    database: NamedDependency[Database],
    ledger: NamedDependency[Ledger],
    clock: NamedDependency[Clock],
) -> None:
    """Stop waiting."""
    await queue.leave(database, ledger, resident=resident, entry_id=entry_id, now=clock())


ROUTES = [join_queue, list_queue, snooze_queue, leave_queue]
