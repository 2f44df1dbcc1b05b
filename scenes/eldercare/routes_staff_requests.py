"""The care desk over HTTP: the queue, one request, and each step of a visit."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.wire import Page
from scenes.eldercare.service import desk
from scenes.eldercare.wire_care_staff import (
    AgreeRequest,
    ArriveRequest,
    AssignRequest,
    CareDeskItem,
    CompleteRequest,
    StaffCareRequest,
)

TAGS = ["staff"]
HERE = "/staff/requests"


@get(HERE, operation_id="listDeskQueue", tags=TAGS)
async def list_queue(
    staff: NamedDependency[Staff], reading: NamedDependency[AsyncSession], clock: NamedDependency[Clock]
) -> Page[CareDeskItem]:
    """List alarms and requests that are open, what is due first; a carer sees their own visits."""
    now = clock()
    return Page(items=[CareDeskItem.of(item, now) for item in await desk.queue(reading, staff)])


@get(HERE + "/{request_id:uuid}", operation_id="getDeskRequest", tags=TAGS)
async def get_request(
    request_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
) -> StaffCareRequest:
    """Open a request with its place and who could go; who looked is written down."""
    return await _shown(session, staff, request_id, cipher=cipher, now=clock())


@post(HERE + "/{request_id:uuid}/assign", operation_id="assignCare", tags=TAGS, status_code=200)
async def assign(
    request_id: FromPath[UUID],
    data: JSONBody[AssignRequest],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
) -> StaffCareRequest:
    """Send a carer, who then has some minutes to accept."""
    now = clock()
    await desk.assign(session, staff, request_id, carer_id=data.carer_id, cipher=cipher, now=now)
    return await _shown(session, staff, request_id, cipher=cipher, now=now)


@post(HERE + "/{request_id:uuid}/agree", operation_id="agreeCareHour", tags=TAGS, status_code=200)
async def agree(
    request_id: FromPath[UUID],
    data: JSONBody[AgreeRequest],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
) -> StaffCareRequest:
    """Write down the hour agreed on the phone where a later one was wished for; the person is told."""
    now = clock()
    await desk.agree(session, staff, request_id, at=data.at, now=now)
    return await _shown(session, staff, request_id, cipher=cipher, now=now)


@post(HERE + "/{request_id:uuid}/accept", operation_id="acceptCare", tags=TAGS, status_code=200)
async def accept(
    request_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
) -> StaffCareRequest:
    """Accept a visit, by the carer or at the desk for them."""
    await desk.step(session, staff, request_id, event="accept", now=clock())
    return await _shown(session, staff, request_id, cipher=cipher, now=clock())


@post(HERE + "/{request_id:uuid}/release", operation_id="releaseCare", tags=TAGS, status_code=204)
async def release(
    request_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> None:
    """Give a visit back to the desk, so that somebody else is sent."""
    await desk.step(session, staff, request_id, event="release", now=clock())


@post(HERE + "/{request_id:uuid}/decline", operation_id="declineCare", tags=TAGS, status_code=204)
async def decline(
    request_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> None:
    """Say at the desk that this cannot be done; what was paid goes back."""
    await desk.step(session, staff, request_id, event="refuse", now=clock())


@post(HERE + "/{request_id:uuid}/arrive", operation_id="arriveForCare", tags=TAGS, status_code=200)
async def arrive(
    request_id: FromPath[UUID],
    data: JSONBody[ArriveRequest],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
) -> StaffCareRequest:
    """Note the arrival, by the code that the elder tells or by a note."""
    now = clock()
    await desk.arrive(session, staff, request_id, code=data.code, note=data.note, now=now)
    return await _shown(session, staff, request_id, cipher=cipher, now=now)


@post(HERE + "/{request_id:uuid}/complete", operation_id="completeCare", tags=TAGS, status_code=200)
async def complete(
    request_id: FromPath[UUID],
    data: JSONBody[CompleteRequest],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
) -> StaffCareRequest:
    """Note that the visit is done."""
    now = clock()
    await desk.complete(session, staff, request_id, report=data.report, cipher=cipher, now=now)
    return await _shown(session, staff, request_id, cipher=cipher, now=now)


async def _shown(
    session: AsyncSession, staff: Staff, request_id: UUID, *, cipher: FieldCipher, now: datetime
) -> StaffCareRequest:
    return StaffCareRequest.of(await desk.detail(session, staff, request_id, cipher=cipher, now=now))


ROUTES: list[Any] = [list_queue, get_request, assign, agree, accept, release, decline, arrive, complete]
