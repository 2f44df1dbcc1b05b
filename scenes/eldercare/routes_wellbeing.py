"""The daily sign over HTTP: giving it, reading it, choosing the hour, pausing; and the desk's list."""

from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Response, get, post, put
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, HeaderParameter, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Resident, Staff
from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.wire import Page, encode
from scenes.eldercare.service import wellbeing, wellbeing_desk
from scenes.eldercare.wire_wellbeing import (
    Wellbeing,
    WellbeingPauseRequest,
    WellbeingPlanRequest,
    WellbeingSignRequest,
    WellbeingUnseen,
    WellbeingVisit,
    WellbeingVisitRequest,
)

TAGS = ["eldercare"]
STAFF_TAGS = ["staff"]
HERE: Final = "/eldercare/wellbeing"
DESK: Final = "/staff/wellbeing"
Key = Annotated[str | None, HeaderParameter(name="Idempotency-Key", description="taken, not needed")]
About = Annotated[UUID | None, QueryParameter(name="personId", description="somebody near; else oneself")]


@post(
    HERE,
    operation_id="giveWellbeingSign",
    tags=TAGS,
    responses={
        201: ResponseSpec(Wellbeing, description="The first sign today"),
        200: ResponseSpec(Wellbeing, description="There was one today already"),
    },
)
async def give_sign(
    data: JSONBody[WellbeingSignRequest],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    key: Key = None,
) -> Response[bytes]:
    """Say that one is well today, `{how?}`; no key is needed, since a day has one sign."""
    del key
    now = clock()
    new = await wellbeing.sign(session, resident, how=data.how, now=now)
    view = await wellbeing.view(session, resident, resident.person_id, now=now)
    answer = encode(Wellbeing.of(view))
    return Response(answer, status_code=201 if new else 200, media_type="application/json")


@get(HERE, operation_id="getWellbeing", tags=TAGS)
async def get_days(
    resident: NamedDependency[Resident],
    reading: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    person_id: About = None,
) -> Wellbeing:
    """Show today and the fortnight before; of somebody near only with their consent to health."""
    about = person_id or resident.person_id
    return Wellbeing.of(await wellbeing.view(reading, resident, about, now=clock()))


@put(HERE + "/plan", operation_id="putWellbeingPlan", tags=TAGS, status_code=204)
async def put_plan(
    data: JSONBody[WellbeingPlanRequest],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    person_id: About = None,
) -> None:
    """Choose the hour and whom to tell; an hour that is over today counts from tomorrow."""
    about = person_id or resident.person_id
    await wellbeing.set_plan(session, resident, about, data.wish(), now=clock())


@put(HERE + "/pause", operation_id="pauseWellbeing", tags=TAGS, status_code=204)
async def put_pause(
    data: JSONBody[WellbeingPauseRequest],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    person_id: About = None,
) -> None:
    """Expect no sign for some days: away, or in hospital."""
    await wellbeing.pause(
        session, resident, person_id or resident.person_id, begins=data.begins, ends=data.ends,
        reason=data.reason, now=clock(),
    )  # fmt: skip


@post(HERE + "/resume", operation_id="resumeWellbeing", tags=TAGS, status_code=204)
async def end_pause(
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    person_id: About = None,
) -> None:
    """End a pause early."""
    await wellbeing.resume(session, resident, person_id or resident.person_id, now=clock())


@get(DESK, operation_id="listUnseen", tags=STAFF_TAGS)
async def list_unseen(
    staff: NamedDependency[Staff], session: NamedDependency[AsyncSession], clock: NamedDependency[Clock]
) -> Page[WellbeingUnseen]:
    """List who has not been seen today, visits first; who looked at whom is written down."""
    now = clock()
    found = await wellbeing_desk.unseen(session, staff, now=now)
    await wellbeing_desk.note_read(session, staff, found, now=now)
    return Page(items=[WellbeingUnseen.of(each) for each in found])


@get(DESK + "/{visit_id:uuid}", operation_id="getWellbeingVisit", tags=STAFF_TAGS)
async def get_visit(
    visit_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
) -> WellbeingVisit:
    """Open a visit; who looked is written down."""
    found = await wellbeing_desk.detail(session, staff, visit_id, cipher=cipher, now=clock())
    return WellbeingVisit.of(found)


@post(DESK + "/{visit_id:uuid}/take", operation_id="takeWellbeingVisit", tags=STAFF_TAGS, status_code=204)
async def take_visit(
    visit_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> None:
    """Set out for a visit."""
    await wellbeing_desk.take(session, staff, visit_id, now=clock())


@post(DESK + "/{visit_id:uuid}/close", operation_id="closeWellbeingVisit", tags=STAFF_TAGS, status_code=204)
async def close_visit(
    visit_id: FromPath[UUID],
    data: JSONBody[WellbeingVisitRequest],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> None:
    """Write down what came of a visit."""
    await wellbeing_desk.close(session, staff, visit_id, result=data.result, now=clock())


ROUTES: list[Any] = [
    give_sign, get_days, put_plan, put_pause, end_pause, list_unseen, get_visit, take_visit, close_visit,
]  # fmt: skip
