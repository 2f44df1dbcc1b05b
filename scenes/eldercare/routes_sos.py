"""Calling for help over HTTP: the tap, taking it back, and answering when one was called."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, HeaderParameter
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.fanout import Fanout
from scenes.common.kit.wire import Page, encode
from scenes.eldercare.service import sos
from scenes.eldercare.service.alarm_log import moving, publish
from scenes.eldercare.wire_sos import Sos, SosCall, called_of, plea_of, sos_of

TAGS = ["eldercare"]
Key = Annotated[str | None, HeaderParameter(name="Idempotency-Key", description="taken, not needed")]


@post(
    "/eldercare/sos",
    operation_id="callForHelp",
    tags=TAGS,
    responses={
        201: ResponseSpec(Sos, description="Raised"),
        200: ResponseSpec(Sos, description="The alarm that is open already"),
    },
)
async def call_for_help(
    request: Request[Any, Any, State],
    resident: NamedDependency[Resident],
    database: NamedDependency[Database],
    cipher: NamedDependency[FieldCipher],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
    settings: NamedDependency[Any],
    key: Key = None,
) -> Response[bytes]:
    """Call for help, `{lat?, lng?, note?}`: whatever of it is missing or wrong is left out, never refused.

    No key is needed: a person has one open alarm, and a second tap answers it again.
    """
    del key
    asked, now = plea_of(await request.body()), clock()
    plea = sos.Plea(
        person_id=resident.subject_id, raised_by=resident.person_id, spot=asked.spot(), note=asked.words()
    )
    async with database.transaction() as session:
        row, new = await sos.raise_alarm(session, plea, cipher=cipher, now=now)
        shown = sos_of(await sos.view_of(session, row), help_phone=settings.help_phone, now=now)
    await publish(fanout, shown.id)
    return Response(encode(shown), status_code=201 if new else 200, media_type="application/json")


@get("/eldercare/sos", operation_id="listSosCalls", tags=TAGS)
async def list_calls(
    resident: NamedDependency[Resident], reading: NamedDependency[AsyncSession]
) -> Page[SosCall]:
    """List the open alarms in which one was called to help; open one to see the place."""
    rows = await sos.calling_me(reading, resident)
    views = [await sos.view_of(reading, row) for row in rows]
    return Page(items=[called_of(view, spot=None, address="", note="") for view in views])


@get("/eldercare/sos/{alarm_id:uuid}", operation_id="getSos", tags=TAGS)
async def get_sos(
    alarm_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
    settings: NamedDependency[Any],
) -> Sos | SosCall:
    """Show an alarm to its own person, or with its place to somebody on its ladder, who is written down."""
    view, called = await sos.alarm_for(session, resident, alarm_id)
    if not called:
        return sos_of(view, help_phone=settings.help_phone, now=clock())
    await sos.note_seen(session, resident, alarm_id, now=clock())
    return _called(view, cipher)


@post("/eldercare/sos/{alarm_id:uuid}/cancel", operation_id="cancelSos", tags=TAGS, status_code=200)
async def cancel_sos(
    alarm_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    database: NamedDependency[Database],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
    settings: NamedDependency[Any],
) -> Sos:
    """Take a tap back within its seconds; later it tells the desk 「我没事」, and a person closes it."""
    now = clock()
    async with moving(database, fanout, alarm_id) as session:
        row, _ = await sos.cancel(session, resident, alarm_id, now=now)
        return sos_of(await sos.view_of(session, row), help_phone=settings.help_phone, now=now)


@post("/eldercare/sos/{alarm_id:uuid}/answer", operation_id="answerSosCall", tags=TAGS, status_code=200)
async def answer_call(
    alarm_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    database: NamedDependency[Database],
    cipher: NamedDependency[FieldCipher],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
) -> SosCall:
    """Say 「我来处理」 when one was called: nobody further is called, and the alarm stays open."""
    async with moving(database, fanout, alarm_id) as session:
        row = await sos.answer_called(session, resident, alarm_id, now=clock())
        return _called(await sos.view_of(session, row), cipher)


@post("/eldercare/sos/{alarm_id:uuid}/attend", operation_id="attendSosCall", tags=TAGS, status_code=200)
async def attend_call(
    alarm_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    database: NamedDependency[Database],
    cipher: NamedDependency[FieldCipher],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
) -> SosCall:
    """Say 「我到了」: somebody is with the person; the desk closes the alarm with what came of it."""
    async with moving(database, fanout, alarm_id) as session:
        row = await sos.attend_called(session, resident, alarm_id, now=clock())
        return _called(await sos.view_of(session, row), cipher)


def _called(view: sos.AlarmView, cipher: FieldCipher) -> SosCall:
    return called_of(
        view, spot=sos.spot_of(view.row, cipher), address=sos.address_of(view, cipher),
        note=sos.note_of(view.row, cipher),
    )  # fmt: skip


ROUTES: list[Any] = [call_for_help, list_calls, get_sos, cancel_sos, answer_call, attend_call]
