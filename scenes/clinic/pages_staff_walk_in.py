"""Booking at the desk or by phone, as one form; what was typed stays on a refusal."""

from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import QueryParameter, URLEncodedBody
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.clinic.service import desk, schedule, walk_in
from scenes.clinic.service.schedule import SCENE, SessionView
from scenes.common.booking.pages_desk import CallerForm, DayFrame, day_frame
from scenes.common.booking.service_desk import DeskTools
from scenes.common.booking.wire import PlaceNames
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock, local_day, shanghai
from scenes.common.kit.money import yuan_text
from scenes.common.kit.pages import PageRender, see_other
from scenes.common.kit.refusals import Conflict, Invalid
from scenes.common.payments.pages_counter import Desk, slip_handler

PATH: Final = "/staff/walk-in"
CONFLICT: Final = 409
AUDIENCES: Final = {"public": "", "signed": "签约居民的号", "elders": "老人的号"}
DESK: Final = Desk(
    board="/staff/board", walk_in=PATH, redeem="/staff/redeem", redeem_label="人在现场,现在报到"
)


class WalkInForm(CallerForm, frozen=True, kw_only=True):
    """Who comes or calls, and the number chosen for them."""

    window: str = ""
    present: str = ""

    def window_id(self) -> UUID:
        """Read the chosen number (Invalid when none was)."""
        try:
            return UUID(self.window)
        except ValueError as fault:
            raise Invalid("请选一个号。", errors=(("window", "请选一个号"),)) from fault


class Number(msgspec.Struct, frozen=True, kw_only=True):
    """A number that can be given now."""

    id: str
    words: str
    left: str
    chosen: bool


class WalkInPage(msgspec.Struct, frozen=True, kw_only=True):
    """The form with the day's numbers."""

    frame: DayFrame
    numbers: list[Number]
    typed: WalkInForm
    today: bool
    problem: str


async def _page(
    session: AsyncSession, staff: Staff, typed: WalkInForm, *, clock: Clock, place_names: PlaceNames,
    problem: str = "",
) -> WalkInPage:  # fmt: skip
    now = clock()
    desk.check_scope(staff, typed.place_id)
    views = await schedule.sessions_of(session, typed.place_id, first=typed.day, last=typed.day, now=now)
    place = place_names(typed.place_id).name
    numbers = [number for view in views for number in _numbers(view, clock, typed.window)]
    return WalkInPage(
        frame=day_frame(PATH, typed.place_id, place=place, day=typed.day, now=now),
        numbers=numbers,
        typed=typed,
        today=typed.day == local_day(now),
        problem=problem,
    )


def _numbers(view: SessionView, clock: Clock, chosen: str) -> list[Number]:
    now = clock()
    fee = f",{yuan_text(view.row.fee_fen)}" if view.row.fee_fen else ""
    return [
        Number(
            id=str(window.id),
            words=f"{shanghai(window.starts_at):%-H:%M} {view.department.name} {view.doctor.name}{fee}",
            left=" ".join(filter(None, (f"剩 {window.free_at(now)}", AUDIENCES[window.audience_at(now)]))),
            chosen=str(window.id) == chosen,
        )
        for window in sorted(view.windows, key=lambda window: window.starts_at)
        if window.free_at(now) > 0
    ]


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
) -> Response[str]:
    """Ask who it is, and show the numbers that can be given now."""
    typed = WalkInForm(place_id=place_id, day=day or local_day(clock()))
    page = await _page(session, staff, typed, clock=clock, place_names=place_names)
    return render("clinic/staff_walk_in.html", page, title="现场和电话预约")


@post(PATH, include_in_schema=False)
async def book(
    data: URLEncodedBody[WalkInForm],
    staff: NamedDependency[Staff],
    desk_tools: NamedDependency[DeskTools],
    place_names: NamedDependency[PlaceNames],
    render: NamedDependency[PageRender],
) -> Redirect | Response[str]:
    """Book, then show the slip; or say why not, with all that was typed."""
    desk.check_scope(staff, data.place_id)
    try:
        call = data.call(staff, PATH, [data.window, data.present])
        record = await walk_in.book_number_for(desk_tools, call, data.window_id(), present=bool(data.present))
    except (Conflict, Invalid) as refused:
        async with desk_tools.database.read() as session:
            page = await _page(
                session, staff, data, clock=desk_tools.clock, place_names=place_names, problem=refused.detail
            )
        return render("clinic/staff_walk_in.html", page, title="还没有约上", status=CONFLICT)
    return see_other(f"{PATH}/{record.id}")


STAFF_PAGES: list[Any] = [show_form, book, slip_handler(DESK, SCENE)]
