"""Calling for help as a page: one big button, a big way back, and where the ladder stands.

It works without JavaScript: a form, and a page that loads itself again while something is going on. The
numbers to ring are on it whatever happens, also for somebody who is not signed in.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Caller, Resident
from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.fanout import Fanout
from scenes.common.kit.pages import PageForm, PageRender, see_other
from scenes.common.kit.refusals import Conflict
from scenes.eldercare.pages_sos_view import call_page, sos_page
from scenes.eldercare.service import sos
from scenes.eldercare.service.alarm_log import moving, publish
from scenes.eldercare.tables.sos import SosAlarmRow

HERE: Final = "/eldercare/sos"


@get("/eldercare/sos", include_in_schema=False)
async def show_sos(
    caller: NamedDependency[Caller],
    reading: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    settings: NamedDependency[Any],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show the button, or the alarm that is open."""
    view = await sos.own_alarm(reading, caller) if isinstance(caller, Resident) else None
    calls: Sequence[SosAlarmRow] = ()
    if isinstance(caller, Resident):
        calls = await sos.calling_me(reading, caller)
    page = sos_page(
        view, signed_in=isinstance(caller, Resident), calls=[row.id for row in calls], now=clock(),
        help_phone=settings.help_phone,
    )  # fmt: skip
    return render("eldercare/sos.html", page, title="一键呼救")


@post("/eldercare/sos", include_in_schema=False)
async def call_for_help(
    data: URLEncodedBody[PageForm],
    resident: NamedDependency[Resident],
    database: NamedDependency[Database],
    cipher: NamedDependency[FieldCipher],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
) -> Redirect:
    """Call for help; a second tap changes nothing."""
    del data
    plea = sos.Plea(person_id=resident.subject_id, raised_by=resident.person_id)
    async with database.transaction() as session:
        row, _ = await sos.raise_alarm(session, plea, cipher=cipher, now=clock())
    await publish(fanout, row.id)
    return see_other(HERE)


@post("/eldercare/sos/{alarm_id:uuid}/cancel", include_in_schema=False)
async def cancel(
    alarm_id: FromPath[UUID],
    data: URLEncodedBody[PageForm],
    resident: NamedDependency[Resident],
    database: NamedDependency[Database],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
) -> Redirect:
    """Take the tap back, or tell the desk 「我没事」."""
    del data
    async with moving(database, fanout, alarm_id) as session:
        await sos.cancel(session, resident, alarm_id, now=clock())
    return see_other(HERE)


@get("/eldercare/sos/{alarm_id:uuid}", include_in_schema=False)
async def show_call(
    alarm_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
) -> Response[str] | Redirect:
    """Show somebody who was called who needs help, and where; who looked is written down."""
    view, called = await sos.alarm_for(session, resident, alarm_id)
    if not called:
        return see_other(HERE)
    await sos.note_seen(session, resident, alarm_id, now=clock())
    page = call_page(
        view,
        spot=sos.spot_of(view.row, cipher),
        address=sos.address_of(view, cipher),
        note=sos.note_of(view.row, cipher),
        now=clock(),
    )  # fmt: skip
    return render("eldercare/sos_call.html", page, title="有人呼救")


@post("/eldercare/sos/{alarm_id:uuid}/answer", include_in_schema=False)
async def answer(
    alarm_id: FromPath[UUID],
    data: URLEncodedBody[PageForm],
    resident: NamedDependency[Resident],
    database: NamedDependency[Database],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
) -> Redirect:
    """Say 「我来处理」; an alarm that is over shows itself as over."""
    del data
    with suppress(Conflict):
        async with moving(database, fanout, alarm_id) as session:
            await sos.answer_called(session, resident, alarm_id, now=clock())
    return see_other(f"{HERE}/{alarm_id}")


@post("/eldercare/sos/{alarm_id:uuid}/attend", include_in_schema=False)
async def attend(
    alarm_id: FromPath[UUID],
    data: URLEncodedBody[PageForm],
    resident: NamedDependency[Resident],
    database: NamedDependency[Database],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
) -> Redirect:
    """Say 「我到了」; an alarm that is over shows itself as over."""
    del data
    with suppress(Conflict):
        async with moving(database, fanout, alarm_id) as session:
            await sos.attend_called(session, resident, alarm_id, now=clock())
    return see_other(f"{HERE}/{alarm_id}")


PAGES: list[Any] = [show_sos, call_for_help, cancel, show_call, answer, attend]
