"""The daily sign as pages: one big button and a history for the elder, the same to read for kin, the desk."""

from datetime import timedelta
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter, URLEncodedBody
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Resident, Staff
from scenes.common.kit.clock import Clock, local_day
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.pages import PageForm, PageRender, see_other
from scenes.eldercare.pages_wellbeing_view import desk_page, sign_page, visit_page
from scenes.eldercare.service import wellbeing, wellbeing_desk
from scenes.eldercare.service.wellbeing import PauseReason, Wish
from scenes.eldercare.service.wellbeing_desk import Result
from scenes.eldercare.wire_wellbeing import hour_of

HERE: Final = "/eldercare/wellbeing"
DESK: Final = "/staff/wellbeing"
MOST_DAYS: Final = 91
About = Annotated[UUID | None, QueryParameter(name="person")]


class PlanForm(PageForm, frozen=True, kw_only=True):
    """The hour, and whom to tell: a box that is not ticked is not sent."""

    person: UUID
    hour: str = ""
    kin: str = ""
    community: str = ""
    device: str = ""
    active: str = ""


class PauseForm(PageForm, frozen=True, kw_only=True):
    """For how many days no sign is expected, from today; none ends the pause."""

    person: UUID
    days: int = 0
    reason: PauseReason = "away"


class CloseForm(PageForm, frozen=True, kw_only=True):
    """What came of a visit."""

    result: Result


@get(HERE, include_in_schema=False)
async def show_sign(
    resident: NamedDependency[Resident],
    reading: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
    person: About = None,
) -> Response[str]:
    """Show the button and the history; of somebody near, with consent, the history alone."""
    now = clock()
    view = await wellbeing.view(reading, resident, person or resident.person_id, now=now)
    return render("eldercare/wellbeing.html", sign_page(view, now=now), title="平安签到")


@post(HERE, include_in_schema=False)
async def give_sign(
    data: URLEncodedBody[PageForm],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> Redirect:
    """Say that one is well; a second tap changes nothing."""
    del data
    await wellbeing.sign(session, resident, how="tap", now=clock())
    return see_other(HERE)


@post(HERE + "/plan", include_in_schema=False)
async def set_plan(
    data: URLEncodedBody[PlanForm],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> Redirect:
    """Choose the hour and whom to tell."""
    wish = Wish(
        by_hour=hour_of(data.hour), tell_kin=bool(data.kin), tell_community=bool(data.community),
        by_device=bool(data.device), active=bool(data.active),
    )  # fmt: skip
    await wellbeing.set_plan(session, resident, data.person, wish, now=clock())
    return _back(resident, data.person)


@post(HERE + "/pause", include_in_schema=False)
async def set_pause(
    data: URLEncodedBody[PauseForm],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> Redirect:
    """Pause from today, or end the pause."""
    now = clock()
    if data.days == 0:
        await wellbeing.resume(session, resident, data.person, now=now)
        return _back(resident, data.person)
    today = local_day(now)
    ends = today + timedelta(days=max(min(data.days, MOST_DAYS), -1))
    await wellbeing.pause(
        session, resident, data.person, begins=today, ends=ends, reason=data.reason, now=now
    )
    return _back(resident, data.person)


def _back(resident: Resident, person_id: UUID) -> Redirect:
    return see_other(HERE if person_id == resident.person_id else f"{HERE}?person={person_id}")


@get(DESK, include_in_schema=False)
async def show_desk(
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show who has not been seen today, visits first with their clocks."""
    now = clock()
    found = await wellbeing_desk.unseen(session, staff, now=now)
    await wellbeing_desk.note_read(session, staff, found, now=now)
    return render("eldercare/staff_wellbeing.html", desk_page(found, now=now), title="平安签到")


@get(DESK + "/{visit_id:uuid}", include_in_schema=False)
async def show_visit(
    visit_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show one visit; the number is whole for whoever has it in hand."""
    now = clock()
    detail = await wellbeing_desk.detail(session, staff, visit_id, cipher=cipher, now=now)
    page = visit_page(detail, mine=detail.row.taken_by == staff.staff_id, now=now)
    return render("eldercare/staff_wellbeing_visit.html", page, title="上门看看")


@post(DESK + "/{visit_id:uuid}/take", include_in_schema=False)
async def take_visit(
    visit_id: FromPath[UUID],
    data: URLEncodedBody[PageForm],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> Redirect:
    """Set out for a visit."""
    del data
    await wellbeing_desk.take(session, staff, visit_id, now=clock())
    return see_other(f"{DESK}/{visit_id}")


@post(DESK + "/{visit_id:uuid}/close", include_in_schema=False)
async def close_visit(
    visit_id: FromPath[UUID],
    data: URLEncodedBody[CloseForm],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> Redirect:
    """Write down what came of a visit."""
    await wellbeing_desk.close(session, staff, visit_id, result=data.result, now=clock())
    return see_other(DESK)


PAGES: list[Any] = [
    show_sign, give_sign, set_plan, set_pause, show_desk, show_visit, take_visit, close_visit,
]  # fmt: skip
