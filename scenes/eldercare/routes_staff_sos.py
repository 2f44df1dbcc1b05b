"""The alarm desk over HTTP: the list with its clocks, live; answer, attend, close, practise, the figures."""

from collections.abc import AsyncGenerator
from datetime import date, timedelta
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.response import ServerSentEvent, ServerSentEventMessage
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock, local_day
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.fanout import Fanout
from scenes.common.kit.wire import encode
from scenes.eldercare.service import sos, sos_desk
from scenes.eldercare.service.alarm_log import TOPIC, moving, publish
from scenes.eldercare.tables.sos import SosAlarmRow
from scenes.eldercare.wire_sos import (
    SosCloseRequest,
    SosDesk,
    SosDetail,
    SosDrillRequest,
    SosFigures,
    SosLine,
    detail_of,
    line_of,
)
from scenes.eldercare.wire_sos_csv import csv_of

TAGS = ["staff"]
TICK_SECONDS: Final = 5.0
USUAL_DAYS: Final = 30
Since = Annotated[date | None, QueryParameter(name="since")]
Until = Annotated[date | None, QueryParameter(name="until")]
Drill = Annotated[bool, QueryParameter(name="drill")]


@get("/staff/sos", operation_id="listAlarms", tags=TAGS)
async def list_alarms(
    staff: NamedDependency[Staff], reading: NamedDependency[AsyncSession], clock: NamedDependency[Clock]
) -> SosDesk:
    """List the alarms that are open, real ones first, and those closed last."""
    desk, now = await sos_desk.desk(reading, staff), clock()
    return SosDesk(
        open=[line_of(view, now) for view in desk.open], closed=[line_of(view, now) for view in desk.closed]
    )


@get("/staff/sos/events", operation_id="followAlarms", tags=TAGS)
async def follow_alarms(
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
) -> ServerSentEvent:
    """Follow the alarms live: an event `sos` with the whole list whenever one moved."""

    async def read() -> SosDesk:
        async with database.read() as session:
            desk = await sos_desk.desk(session, staff)
        now = clock()
        return SosDesk(open=[line_of(view, now) for view in desk.open], closed=[])

    await read()  # refuses before the stream begins

    async def events() -> AsyncGenerator[ServerSentEventMessage]:
        async with fanout.listen(TOPIC, tick_seconds=TICK_SECONDS) as changes:
            last = await read()
            yield ServerSentEventMessage(data=encode(last).decode(), event="sos")
            async for _ in changes:
                present = await read()
                if _moved(present) != _moved(last):
                    last = present
                    yield ServerSentEventMessage(data=encode(present).decode(), event="sos")

    return ServerSentEvent(events())


def _moved(desk: SosDesk) -> object:
    """Return what a follower wants to hear of: not the passing of seconds."""
    return [(line.id, line.state, line.round, line.rung, line.says_fine) for line in desk.open]


@get("/staff/sos/{alarm_id:uuid}", operation_id="getAlarm", tags=TAGS)
async def get_alarm(
    alarm_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
) -> SosDetail:
    """Open an alarm with its place, its log and its receipts; who looked is written down."""
    now = clock()
    return detail_of(await sos_desk.detail(session, staff, alarm_id, cipher=cipher, now=now), now)


@post("/staff/sos/{alarm_id:uuid}/answer", operation_id="answerAlarm", tags=TAGS, status_code=200)
async def answer_alarm(
    alarm_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
) -> SosLine:
    """Say 「我来处理」: nobody further is called, and the alarm stays open until it is closed."""
    async with moving(database, fanout, alarm_id) as session:
        return await _line(session, await sos_desk.answer(session, staff, alarm_id, now=clock()), clock)


@post("/staff/sos/{alarm_id:uuid}/attend", operation_id="attendAlarm", tags=TAGS, status_code=200)
async def attend_alarm(
    alarm_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
) -> SosLine:
    """Note that somebody is with the person."""
    async with moving(database, fanout, alarm_id) as session:
        return await _line(session, await sos_desk.attend(session, staff, alarm_id, now=clock()), clock)


@post("/staff/sos/{alarm_id:uuid}/close", operation_id="closeAlarm", tags=TAGS, status_code=200)
async def close_alarm(
    alarm_id: FromPath[UUID],
    data: JSONBody[SosCloseRequest],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    cipher: NamedDependency[FieldCipher],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
) -> SosLine:
    """Close an alarm with what came of it; everybody who was called hears of it."""
    async with moving(database, fanout, alarm_id) as session:
        row = await sos_desk.close(
            session, staff, alarm_id, result=data.result, note=data.note, cipher=cipher, now=clock()
        )
        return await _line(session, row, clock)


@post("/staff/sos/drills", operation_id="startSosDrill", tags=TAGS, status_code=201)
async def start_drill(
    data: JSONBody[SosDrillRequest],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    cipher: NamedDependency[FieldCipher],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
) -> SosLine:
    """Practise the ladder with a resident who agreed to it; a second call returns the open drill."""
    async with database.transaction() as session:
        row = await sos_desk.start_drill(session, staff, data.person_id, cipher=cipher, now=clock())
        shown = await _line(session, row, clock)
    await publish(fanout, shown.id)
    return shown


@get("/staff/sos/figures", operation_id="getSosFigures", tags=TAGS)
async def get_figures(
    staff: NamedDependency[Staff],
    reading: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    *,
    since: Since = None,
    until: Until = None,
    drill: Drill = False,
) -> SosFigures:
    """Show how quickly alarms were answered and attended; drills only where asked for, and apart."""
    first, last = span_of(since, until, clock)
    figures, _ = await sos_desk.figures(reading, staff, since=first, until=last, drill=drill)
    return SosFigures.of(figures)


@get("/staff/sos/report.csv", operation_id="exportSos", tags=TAGS)
async def export_sos(
    staff: NamedDependency[Staff],
    reading: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    *,
    since: Since = None,
    until: Until = None,
    drill: Drill = False,
) -> Response[bytes]:
    """Export the alarms of a span of days with their times, and the shares; no names, no places."""
    first, last = span_of(since, until, clock)
    figures, rows = await sos_desk.figures(reading, staff, since=first, until=last, drill=drill)
    return Response(csv_of(figures, rows), media_type="text/csv; charset=utf-8")


def span_of(since: date | None, until: date | None, clock: Clock) -> tuple[date, date]:
    """Return the days asked for, by default the last thirty."""
    last = until or local_day(clock())
    return since or last - timedelta(days=USUAL_DAYS - 1), last


async def _line(session: AsyncSession, row: SosAlarmRow, clock: Clock) -> SosLine:
    return line_of(await sos.view_of(session, row), clock())


ROUTES: list[Any] = [
    list_alarms, follow_alarms, get_alarm, answer_alarm, attend_alarm, close_alarm, start_drill, get_figures,
    export_sos,
]  # fmt: skip
