"""The alarm desk as pages that work by keyboard: the list with its clocks, one alarm, practising."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock, local_day
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.fanout import Fanout
from scenes.common.kit.pages import PageForm, PageRender, see_other
from scenes.common.kit.refusals import Conflict, Invalid, NotFound
from scenes.eldercare.pages_staff_sos_view import DeskView, desk_page, detail_page
from scenes.eldercare.service import sos_desk
from scenes.eldercare.service.alarm_log import moving, publish
from scenes.eldercare.service.sos_desk import Result

CONFLICT = 409
DAYS = 30


class CloseForm(PageForm, frozen=True, kw_only=True):
    """What came of an alarm."""

    result: Result
    note: str = ""


class DrillForm(PageForm, frozen=True, kw_only=True):
    """With whom to practise."""

    phone: str = ""


async def _desk(session: AsyncSession, staff: Staff, clock: Clock, problem: str = "") -> DeskView:
    now = clock()
    today = local_day(now)
    since = today - timedelta(days=DAYS - 1)
    figures, _ = await sos_desk.figures(session, staff, since=since, until=today)
    csv_href = f"/api/v1/staff/sos/report.csv?since={since}&until={today}"
    return desk_page(
        await sos_desk.desk(session, staff), figures, now=now, csv_href=csv_href, problem=problem
    )


@get("/staff/sos", include_in_schema=False)
async def show_desk(
    staff: NamedDependency[Staff],
    reading: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show the alarms; what nobody has answered stands out without a sound."""
    page = await _desk(reading, staff, clock)
    title = f"({page.calling}) 呼救" if page.calling else "呼救"
    return render("eldercare/staff_sos.html", page, title=title)


@get("/staff/sos/{alarm_id:uuid}", include_in_schema=False)
async def show_alarm(
    alarm_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show one alarm with its place, the number masked; who looked is written down."""
    now = clock()
    detail = await sos_desk.detail(session, staff, alarm_id, cipher=cipher, now=now)
    return render("eldercare/staff_sos_alarm.html", detail_page(detail, now=now), title="呼救")


@post("/staff/sos/{alarm_id:uuid}/phone", include_in_schema=False)
async def show_phone(
    alarm_id: FromPath[UUID],
    data: URLEncodedBody[PageForm],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show the whole number, ready to ring, after one tap and no question; that is written down."""
    del data
    now = clock()
    detail = await sos_desk.open_phone(session, staff, alarm_id, cipher=cipher, now=now)
    return render("eldercare/staff_sos_alarm.html", detail_page(detail, now=now, ringing=True), title="呼救")


@post("/staff/sos/{alarm_id:uuid}/answer", include_in_schema=False)
async def answer(
    alarm_id: FromPath[UUID],
    data: URLEncodedBody[PageForm],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
) -> Redirect:
    """Say 「我来处理」."""
    del data
    async with moving(database, fanout, alarm_id) as session:
        await sos_desk.answer(session, staff, alarm_id, now=clock())
    return see_other(f"/staff/sos/{alarm_id}")


@post("/staff/sos/{alarm_id:uuid}/attend", include_in_schema=False)
async def attend(
    alarm_id: FromPath[UUID],
    data: URLEncodedBody[PageForm],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
) -> Redirect:
    """Note that somebody is with the person."""
    del data
    async with moving(database, fanout, alarm_id) as session:
        await sos_desk.attend(session, staff, alarm_id, now=clock())
    return see_other(f"/staff/sos/{alarm_id}")


@post("/staff/sos/{alarm_id:uuid}/close", include_in_schema=False)
async def close(
    alarm_id: FromPath[UUID],
    data: URLEncodedBody[CloseForm],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    cipher: NamedDependency[FieldCipher],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
) -> Redirect | Response[str]:
    """Close an alarm with its result; why it cannot be is said on its page."""
    try:
        async with moving(database, fanout, alarm_id) as session:
            await sos_desk.close(
                session, staff, alarm_id, result=data.result, note=data.note.strip(), cipher=cipher,
                now=clock(),
            )  # fmt: skip
    except (Conflict, Invalid) as refused:
        async with database.transaction() as session:
            detail = await sos_desk.detail(session, staff, alarm_id, cipher=cipher, now=clock())
        page = detail_page(detail, now=clock(), problem=refused.detail)
        return render("eldercare/staff_sos_alarm.html", page, title="没有结束", status=CONFLICT)
    return see_other("/staff/sos")


@post("/staff/sos/drills", include_in_schema=False)
async def drill(
    data: URLEncodedBody[DrillForm],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    cipher: NamedDependency[FieldCipher],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
) -> Redirect | Response[str]:
    """Practise with the resident who has this number."""
    try:
        async with database.transaction() as session:
            row = await sos_desk.start_drill_by_phone(session, staff, data.phone, cipher=cipher, now=clock())
    except NotFound as refused:
        async with database.read() as session:
            page = await _desk(session, staff, clock, problem=refused.detail)
        return render("eldercare/staff_sos.html", page, title="没有开始演练", status=CONFLICT)
    await publish(fanout, row.id)
    return see_other("/staff/sos")


PAGES: list[Any] = [show_desk, show_alarm, show_phone, answer, attend, close, drill]
