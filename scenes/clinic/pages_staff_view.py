"""What the staff's pages of a health centre say: the day as a table, the result of a check-in, a closure."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import Final

import msgspec

from scenes.clinic.rules.queue import ahead_of
from scenes.clinic.rules.sessions import WindowFacts
from scenes.clinic.service.desk import BoardView
from scenes.clinic.service.queue import QueueView
from scenes.clinic.service.schedule import SessionView
from scenes.clinic.service.stopping import StopPreview
from scenes.common.booking.ledger import BookingRecord
from scenes.common.booking.pages_desk import DayFrame, day_frame
from scenes.common.kit.clock import local_day, shanghai
from scenes.common.kit.masking import mask_name
from scenes.common.kit.money import yuan_text
from scenes.common.kit.pages import Mark
from scenes.common.kit.speech import spoken_day, spoken_when

ARRIVED: Final = frozenset({"checked_in", "fulfilled"})
PERIODS: Final = {"am": "上午", "pm": "下午"}
USUAL: Final = Mark("ok", "正常")
FULL: Final = Mark("full", "约满")
STOPPED: Final = Mark("full", "停诊")
OVER: Final = Mark("off", "已结束")


class BoardRow(msgspec.Struct, frozen=True, kw_only=True):
    """Half an hour of a doctor; what is over stands at the end of the table."""

    starts_at: datetime
    time: str
    doctor: str
    department: str
    taken: int
    capacity: int
    arrived: int
    serving: str
    mark: Mark
    now: bool


class Door(msgspec.Struct, frozen=True, kw_only=True):
    """A doctor's half-day: who waits, whom to call, and the way to stop it."""

    id: str
    title: str
    waiting: int
    serving: str
    stop_href: str
    may_call: bool


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """Who has just been checked in, name masked."""

    name: str
    number: str
    about: list[str]
    ahead: str


class BoardPage(msgspec.Struct, frozen=True, kw_only=True):
    """A venue's day."""

    frame: DayFrame
    taken: int
    capacity: int
    arrived: int
    waiting: int
    seen: int
    rows: list[BoardRow]
    doors: list[Door]
    refunds: int = 0
    result: Result | None = None
    problem: str = ""
    pay_href: str = ""
    typed: str = ""


class StopView(msgspec.Struct, frozen=True, kw_only=True):
    """A session about to be stopped: why, then whom it touches and where they could go."""

    back: str
    title: str
    when: str
    session_id: str
    reason: str = ""
    token: str = ""
    people: int = 0
    refund: str = ""
    bookings: list[tuple[str, str]] = []
    choices: list[str] = []
    valid_until: str = ""


class StoppedView(msgspec.Struct, frozen=True, kw_only=True):
    """A session that was stopped."""

    back: str
    cancelled: int


def board_page(
    board: BoardView,
    *,
    place: str,
    now: datetime,
    refunds: int = 0,
    result: Result | None = None,
    problem: str = "",
    pay_href: str = "",
    typed: str = "",
) -> BoardPage:
    """Show a venue's day."""
    rows = [row for view in board.sessions for row in _rows(view, board.bookings[view.row.id], now)]
    every = [record for several in board.bookings.values() for record in several]
    return BoardPage(
        frame=day_frame("/staff/board", board.place_id, place=place, day=board.day, now=now),
        taken=sum(row.taken for row in rows),
        capacity=sum(row.capacity for row in rows),
        arrived=sum(record.state in ARRIVED for record in every),
        waiting=sum(_waiting(view, board.bookings[view.row.id]) for view in board.sessions),
        seen=sum(record.state == "fulfilled" for record in every),
        rows=sorted(rows, key=lambda row: (row.mark == OVER, row.starts_at, row.department, row.doctor)),
        doors=[_door(view, board.bookings[view.row.id], now) for view in board.sessions],
        refunds=refunds,
        result=result,
        problem=problem,
        pay_href=pay_href,
        typed=typed,
    )


def _rows(view: SessionView, bookings: Iterable[BookingRecord], now: datetime) -> list[BoardRow]:
    records = list(bookings)
    windows = sorted(view.windows, key=lambda window: window.starts_at)
    return [
        _row(view, list(group), [record for record in records if record.starts_at == starts_at], now)
        for starts_at, group in groupby(windows, key=lambda window: window.starts_at)
    ]


def _row(
    view: SessionView, windows: list[WindowFacts], bookings: list[BookingRecord], now: datetime
) -> BoardRow:
    first = windows[0]
    capacity, free = sum(w.capacity for w in windows), sum(w.free for w in windows)
    running = first.starts_at <= now < first.ends_at
    serving = view.row.serving_no
    return BoardRow(
        starts_at=first.starts_at,
        time=f"{shanghai(first.starts_at):%-H:%M}–{shanghai(first.ends_at):%-H:%M}",
        doctor=view.doctor.name,
        department=view.department.name,
        taken=capacity - free,
        capacity=capacity,
        arrived=sum(record.state in ARRIVED for record in bookings),
        serving=f"{serving} 号" if serving is not None and running else "–",
        mark=_mark(windows, free=free, now=now),
        now=running,
    )


def _mark(windows: list[WindowFacts], *, free: int, now: datetime) -> Mark:
    if all(window.state != "open" for window in windows):
        return STOPPED
    if windows[0].ends_at <= now:
        return OVER
    return USUAL if free > 0 else FULL


def _waiting(view: SessionView, bookings: Iterable[BookingRecord]) -> int:
    return sum(r.state == "checked_in" and r.id != view.row.serving_booking_id for r in bookings)


def _door(view: SessionView, bookings: list[BookingRecord], now: datetime) -> Door:
    row = view.row
    alive = row.state == "open" and row.ends_at > now
    return Door(
        id=str(row.id),
        title=f"{PERIODS[row.period]} {view.department.name} {view.doctor.name}",
        waiting=_waiting(view, bookings),
        serving=f"{row.serving_no} 号" if row.serving_no is not None else "–",
        stop_href=f"/staff/closures?sessionId={row.id}" if alive else "",
        may_call=row.state == "open" and row.day == local_day(now),
    )


def result_of(record: BookingRecord, queue: QueueView | None) -> Result:
    """Show who has just been checked in."""
    ahead = ahead_of(queue.waiting, record.id) if queue is not None else None
    starts = f"{shanghai(record.starts_at):%-H:%M}"
    by = f"由 {mask_name(record.booked_by_name)} 代约" if record.booked_by != record.person_id else ""
    return Result(
        name=mask_name(record.person_name),
        number=f"{record.queue_no} 号" if record.queue_no is not None else "",
        about=[f"{starts} {record.title}", by],
        ahead=f"前面 {ahead} 位" if ahead else "下一个就是" if ahead == 0 else "",
    )


def stop_view(view: SessionView, *, reason: str = "", now: datetime) -> StopView:
    """Ask why a session is to be stopped."""
    row = view.row
    return StopView(
        back=f"/staff/board?placeId={row.place_id}&date={row.day}",
        title=f"{view.department.name} {view.doctor.name}",
        when=f"{spoken_day(row.day, local_day(now))}{PERIODS[row.period]}",
        session_id=str(row.id),
        reason=reason,
    )


def preview_view(view: SessionView, preview: StopPreview, *, reason: str, now: datetime) -> StopView:
    """Show whom stopping touches, what goes back, and which doctors could take over."""
    bookings = preview.closure.bookings
    refund = sum(record.amount_fen for record in bookings if record.payment_state == "success")
    return msgspec.structs.replace(
        stop_view(view, reason=reason, now=now),
        token=str(preview.closure.token),
        people=len({record.person_id for record in bookings}),
        refund=yuan_text(refund),
        bookings=[(mask_name(r.person_name), spoken_when(r.starts_at, now)) for r in bookings],
        choices=[
            f"{each.doctor} {each.grade},{spoken_when(each.starts_at, now)}" for each in preview.choices
        ],
        valid_until=f"{shanghai(preview.closure.expires_at):%-H:%M}",
    )
