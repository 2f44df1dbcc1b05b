"""Family and help at a counter over HTTP: delegations, for whom one may act, codes and assistance."""

from typing import Annotated
from uuid import UUID

from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, HeaderParameter, JSONBody
from litestar.status_codes import HTTP_200_OK, HTTP_201_CREATED
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.answers import respond
from scenes.common.kit.caller import Resident, Staff
from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.idempotency import checked_key, once
from scenes.common.kit.wire import Page, encode, fingerprint
from scenes.common.people import service
from scenes.common.people.service import SignInTools
from scenes.common.people.wire_family import (
    ActingFor,
    ActInName,
    Assist,
    AssistRequest,
    Delegation,
    NewDelegationRequest,
    ShownCode,
)

TAGS = ["people"]
STAFF_TAGS = ["people", "staff"]
DELEGATES = "/me/delegates"


@get(DELEGATES, operation_id="listDelegates", tags=TAGS)
async def list_delegates(
    resident: NamedDependency[Resident], session: NamedDependency[AsyncSession], clock: NamedDependency[Clock]
) -> Page[Delegation]:
    """List delegations on both sides: who may act for one, and for whom one may act or asked to."""
    now = clock()
    found = await service.delegations_of(session, resident.person_id)
    return Page(items=[Delegation.of(row, other, now=now) for row, other in found])


@post(
    DELEGATES,
    operation_id="addDelegate",
    tags=TAGS,
    responses={HTTP_201_CREATED: ResponseSpec(Delegation, description="Active if granted, else requested")},
)
async def add_delegate(
    data: JSONBody[NewDelegationRequest],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    cipher: NamedDependency[FieldCipher],
    sign_in_tools: NamedDependency[SignInTools],
    key: Annotated[str | None, HeaderParameter(name="Idempotency-Key")] = None,
) -> Response[bytes]:
    """Let somebody act for one (at once), or ask to act for somebody (who then has to approve)."""
    asker, now, checked = resident.person_id, clock(), checked_key(key)
    await service.allow_patient_attempt(asker, tools=sign_in_tools, now=now)
    new = data.new()

    async def act() -> tuple[int, bytes]:
        row, other = await service.delegate(session, asker, new=new, cipher=cipher, now=now)
        return HTTP_201_CREATED, encode(Delegation.of(row, other, now=now))

    mark = cipher.index(fingerprint(DELEGATES, data).hex())
    return respond(await once(session, asker, key=checked, fingerprint=mark, now=now, act=act))


@post(
    "/me/delegates/{delegation_id:uuid}/approve",
    operation_id="approveDelegate",
    tags=TAGS,
    status_code=HTTP_200_OK,
)
async def approve_delegate(
    delegation_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> Page[Delegation]:
    """Say yes to somebody who asked to act for one; answers with the list as it is then."""
    await service.approve(session, delegation_id, resident.person_id, now=clock())
    return await _as_it_is(session, resident.person_id, clock)


@post(
    "/me/delegates/{delegation_id:uuid}/revoke",
    operation_id="revokeDelegate",
    tags=TAGS,
    status_code=HTTP_200_OK,
)
async def revoke_delegate(
    delegation_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> Page[Delegation]:
    """End a delegation, or turn a request down, from either side; it counts at once."""
    await service.revoke(session, delegation_id, resident.person_id, now=clock())
    return await _as_it_is(session, resident.person_id, clock)


@get("/me/acting", operation_id="listActing", tags=TAGS)
async def list_acting(
    resident: NamedDependency[Resident], session: NamedDependency[AsyncSession], clock: NamedDependency[Clock]
) -> Page[ActingFor]:
    """List for whom one may act now, and in what."""
    found = await service.acts_for(session, resident.person_id, now=clock())
    return Page(items=[ActingFor.of(row, principal) for row, principal in found])


@get("/me/acts", operation_id="listActsInMyName", tags=TAGS)
async def list_acts(
    resident: NamedDependency[Resident], session: NamedDependency[AsyncSession]
) -> Page[ActInName]:
    """List what others did in one's name lately, with who did it."""
    found = await service.done_in_name(session, resident.person_id)
    return Page(items=[ActInName.of(done) for done in found])


@post("/me/assist-code", operation_id="makeAssistCode", tags=TAGS)
async def make_assist_code(
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    cipher: NamedDependency[FieldCipher],
    sign_in_tools: NamedDependency[SignInTools],
) -> ShownCode:
    """Make the code to read out to the staff who help; good for minutes and once, the one before is void."""
    made = await service.new_code(
        session, resident.person_id, cipher=cipher, tools=sign_in_tools, now=clock()
    )
    return ShownCode.of(made)


@get("/me/assists", operation_id="listMyAssists", tags=TAGS)
async def list_my_assists(
    resident: NamedDependency[Resident], session: NamedDependency[AsyncSession], clock: NamedDependency[Clock]
) -> Page[Assist]:
    """List who of the staff acts for one at this moment."""
    found = await service.assisted_by(session, resident.person_id, now=clock())
    return Page(items=[Assist.of(running) for running in found])


@delete("/me/assists", operation_id="endMyAssists", tags=TAGS)
async def end_my_assists(
    resident: NamedDependency[Resident], session: NamedDependency[AsyncSession], clock: NamedDependency[Clock]
) -> None:
    """End whatever help is going on, at once, and void an unused code."""
    await service.stop_being_assisted(session, resident.person_id, now=clock())


@post("/staff/assist", operation_id="beginAssist", tags=STAFF_TAGS, status_code=HTTP_201_CREATED)
async def begin_assist(
    data: JSONBody[AssistRequest],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    clock: NamedDependency[Clock],
    cipher: NamedDependency[FieldCipher],
    sign_in_tools: NamedDependency[SignInTools],
) -> Assist:
    """Begin to act for who read their code out, for a quarter of an hour; every act is audited."""
    running = await service.assist(
        database, staff, phone=data.phone, code=data.consent_code, cipher=cipher, tools=sign_in_tools,
        now=clock(),
    )  # fmt: skip
    return Assist.of(running)


@get("/staff/assist", operation_id="listAssist", tags=STAFF_TAGS)
async def list_assist(
    staff: NamedDependency[Staff], session: NamedDependency[AsyncSession], clock: NamedDependency[Clock]
) -> Page[Assist]:
    """Say whom one assists at this moment: one person, or nobody."""
    running = await service.assisting(session, staff.staff_id, now=clock())
    return Page(items=[Assist.of(running)] if running is not None else [])


@delete("/staff/assist", operation_id="endAssist", tags=STAFF_TAGS)
async def end_assist(
    staff: NamedDependency[Staff], session: NamedDependency[AsyncSession], clock: NamedDependency[Clock]
) -> None:
    """End the assistance one gives."""
    await service.stop_assisting(session, staff.staff_id, now=clock())


@get("/staff/assist/delegations", operation_id="listAssistedDelegations", tags=STAFF_TAGS)
async def list_assisted_delegations(
    staff: NamedDependency[Staff], session: NamedDependency[AsyncSession], clock: NamedDependency[Clock]
) -> Page[Delegation]:
    """List the delegations of the person at the counter."""
    running = await service.assisting(session, staff.staff_id, now=clock())
    return await _as_it_is(session, running.row.person_id, clock) if running is not None else Page(items=[])


@post(
    "/staff/delegations/{delegation_id:uuid}/approve",
    operation_id="approveDelegationPresent",
    tags=STAFF_TAGS,
    status_code=HTTP_200_OK,
)
async def approve_present(
    delegation_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> Page[Delegation]:
    """Approve a request for the person at the counter, who gave this member of staff their code; audited."""
    row = await service.approve_present(session, delegation_id, staff.staff_id, now=clock())
    return await _as_it_is(session, row.principal_id, clock)


@post(
    "/staff/delegations/{delegation_id:uuid}/revoke",
    operation_id="revokeDelegationPresent",
    tags=STAFF_TAGS,
    status_code=HTTP_200_OK,
)
async def revoke_present(
    delegation_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> Page[Delegation]:
    """End a delegation for the person at the counter, who gave this member of staff their code; audited."""
    row = await service.revoke_present(session, delegation_id, staff.staff_id, now=clock())
    return await _as_it_is(session, row.principal_id, clock)


async def _as_it_is(session: AsyncSession, person_id: UUID, clock: Clock) -> Page[Delegation]:
    now = clock()
    await session.flush()
    found = await service.delegations_of(session, person_id)
    return Page(items=[Delegation.of(row, other, now=now) for row, other in found])


FAMILY_ROUTES = [
    list_delegates, add_delegate, approve_delegate, revoke_delegate, list_acting, list_acts,
    make_assist_code, list_my_assists, end_my_assists, begin_assist, list_assist, end_assist,
    list_assisted_delegations, approve_present, revoke_present,
]  # fmt: skip
