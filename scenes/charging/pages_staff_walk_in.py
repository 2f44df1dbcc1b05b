"""Reserving a connector at the desk or by phone, as one form; what was typed stays on a refusal."""

from datetime import date, datetime
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import QueryParameter, URLEncodedBody
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.errors import ReservationTimeInvalid
from scenes.charging.pages_staff_view import KINDS
from scenes.charging.service import reservations, walk_in
from scenes.charging.service.reservations import Wish
from scenes.charging.service.tariffs import check_scope
from scenes.charging.service.windows import SCENE
from scenes.common.booking.ledger import BookingRecord
from scenes.common.booking.pages_desk import CallerForm, DayFrame, day_frame
from scenes.common.booking.service_desk import DeskTools
from scenes.common.booking.wire import PlaceNames
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import SHANGHAI, Clock, day_span, local_day, shanghai
from scenes.common.kit.pages import PageRender, see_other
from scenes.common.kit.refusals import Conflict, Invalid
from scenes.common.payments.pages_counter import Desk, slip_handler

PATH: Final = "/staff/charging/walk-in"
FORM: Final = "charging/staff_walk_in.html"
CONFLICT: Final = 409
USUAL_STAY: Final = 60
STAYS: Final = ((30, "半小时"), (60, "1 小时"), (90, "1 个半小时"), (120, "2 小时"), (240, "4 小时"))
DESK: Final = Desk(board="/staff/charging", walk_in=PATH)


class ReserveForForm(CallerForm, frozen=True, kw_only=True):
    """Who comes or calls, and when they want to charge how long; an empty kind is any connector."""

    starts_at: str = ""
    minutes: int = USUAL_STAY
    kind: str = ""

    def wish(self) -> Wish:
        """Read what is wanted (ReservationTimeInvalid)."""
        try:
            starts_at = datetime.fromisoformat(self.starts_at).astimezone(SHANGHAI)
            kind = int(self.kind) if self.kind else None
        except ValueError:
            raise ReservationTimeInvalid("请选几点开始充。", errors=(("startsAt", "请选时间"),)) from None
        return Wish(
            station_id=self.place_id, connector_id=None, kind=kind, starts_at=starts_at, minutes=self.minutes
        )


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One of a list."""

    value: str
    words: str
    chosen: bool


class ReserveForPage(msgspec.Struct, frozen=True, kw_only=True):
    """The form with the day's times for the kind and length that were chosen."""

    frame: DayFrame
    kinds: list[Choice]
    stays: list[Choice]
    times: list[Choice]
    typed: ReserveForForm
    problem: str


async def _page(
    session: AsyncSession, typed: ReserveForForm, *, place: str, now: datetime, problem: str = ""
) -> ReserveForPage:
    site = await reservations.site_of(session, typed.place_id, now=now)
    kinds = sorted({each.kind for each in site.connectors if each.reservable}, reverse=True)
    kind = int(typed.kind) if typed.kind.isascii() and typed.kind.isdigit() else None
    starts = await reservations.starts_of(
        session, site, kind=kind, minutes=typed.minutes, now=now, within=day_span(typed.day)
    )
    most = site.rule.max_quarters * 15
    return ReserveForPage(
        frame=day_frame(PATH, typed.place_id, place=place, day=typed.day, now=now),
        kinds=[Choice(value="", words="都可以", chosen=kind is None)]
        + [Choice(value=str(each), words=KINDS.get(each, "其他"), chosen=each == kind) for each in kinds],
        stays=[
            Choice(value=str(length), words=words, chosen=length == typed.minutes)
            for length, words in STAYS
            if length <= most
        ],
        times=[
            Choice(
                value=shanghai(at).isoformat(), words=f"{shanghai(at):%-H:%M}(空 {free})",
                chosen=shanghai(at).isoformat() == typed.starts_at,
            )
            for at, free in starts
            if free
        ],
        typed=typed,
        problem=problem,
    )  # fmt: skip


@get(PATH, include_in_schema=False)
async def show_form(
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    render: NamedDependency[PageRender],
    *,
    place_id: Annotated[UUID, QueryParameter(name="placeId")],
    day: Annotated[date | None, QueryParameter(name="date")] = None,
    minutes: Annotated[int, QueryParameter(ge=15, le=600)] = USUAL_STAY,
    kind: Annotated[str, QueryParameter(name="type")] = "",
) -> Response[str]:
    """Ask who it is, and show the times of the day that a connector is free."""
    check_scope(staff, place_id)
    now = clock()
    typed = ReserveForForm(place_id=place_id, day=day or local_day(now), minutes=minutes, kind=kind)
    page = await _page(session, typed, place=place_names(place_id).name, now=now)
    return render(FORM, page, title="现场和电话预约充电")


@post(PATH, include_in_schema=False)
async def reserve(
    data: URLEncodedBody[ReserveForForm],
    staff: NamedDependency[Staff],
    desk_tools: NamedDependency[DeskTools],
    place_names: NamedDependency[PlaceNames],
    render: NamedDependency[PageRender],
) -> Redirect | Response[str]:
    """Reserve, then show the slip; or say why not, with all that was typed."""
    check_scope(staff, data.place_id)
    try:
        call = data.call(staff, PATH, [data.starts_at, data.minutes, data.kind])
        record = await walk_in.reserve_for(desk_tools, call, data.wish())
    except (Conflict, Invalid) as refused:
        place, now = place_names(data.place_id).name, desk_tools.clock()
        async with desk_tools.database.read() as session:
            page = await _page(session, data, place=place, now=now, problem=refused.detail)
        return render(FORM, page, title="还没有约上", status=CONFLICT)
    return see_other(f"{PATH}/{record.id}")


def _connector(record: BookingRecord) -> list[str]:
    return [record.resource]


PAGES: list[Any] = [show_form, reserve, slip_handler(DESK, SCENE, items=_connector)]
