"""The clinic room as the wire shows it to staff; names are masked, since these screens are shared."""

from datetime import date, datetime, time
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from scenes.clinic.rules.queue import ahead_of
from scenes.clinic.rules.sessions import EqualWindow, SessionState, WindowFacts
from scenes.clinic.service.desk import BoardView
from scenes.clinic.service.queue import QueueView
from scenes.clinic.service.schedule import Published, SessionView
from scenes.clinic.service.stopping import StopPreview
from scenes.clinic.wire import Department, Doctor, Reason
from scenes.common.booking.ledger import BookingRecord
from scenes.common.booking.tables import BookingWindowRow
from scenes.common.kit.clock import shanghai
from scenes.common.kit.masking import mask_name
from scenes.common.kit.wire import Wire, WireRequest

MOST_DAYS = 60
MOST_NUMBERS = 500


class Venue(Wire, frozen=True, kw_only=True):
    """A venue within a member of staff's scope."""

    id: UUID
    name: str
    scene: str
    address: str


class StaffBooking(Wire, frozen=True, kw_only=True):
    """A booking on a shared screen."""

    id: UUID
    state: str
    name: str
    queue_no: int | None
    title: str
    starts_at: datetime
    ends_at: datetime

    @classmethod
    def of(cls, record: BookingRecord) -> "StaffBooking":
        """Show a booking with the name masked."""
        return cls(
            id=record.id, state=record.state, name=mask_name(record.person_name),
            queue_no=record.queue_no, title=record.title, starts_at=shanghai(record.starts_at),
            ends_at=shanghai(record.ends_at),
        )  # fmt: skip


class BoardWindow(Wire, frozen=True, kw_only=True):
    """A window with what is really taken, whoever may book it."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    capacity: int
    taken: int
    audience: str
    state: str


class BoardSession(Wire, frozen=True, kw_only=True):
    """A session of the day with its appointments by time and number."""

    id: UUID
    doctor: Doctor
    department: Department
    period: str
    starts_at: datetime
    ends_at: datetime
    state: SessionState
    capacity: int
    taken: int
    checked_in: int
    now_serving: int | None
    windows: list[BoardWindow]
    appointments: list[StaffBooking]

    @classmethod
    def of(cls, view: SessionView, bookings: list[BookingRecord], now: datetime) -> "BoardSession":
        """Show a session to staff."""
        row, windows = view.row, [_window(facts) for facts in view.windows]
        return cls(
            id=row.id, doctor=Doctor.of(view.doctor), department=Department.of(view.department),
            period=row.period, starts_at=shanghai(row.starts_at), ends_at=shanghai(row.ends_at),
            state=view.state(now), capacity=sum(w.capacity for w in windows),
            taken=sum(w.taken for w in windows),
            checked_in=sum(record.state == "checked_in" for record in bookings),
            now_serving=row.serving_no, windows=windows,
            appointments=[StaffBooking.of(record) for record in bookings],
        )  # fmt: skip


def _window(facts: WindowFacts) -> BoardWindow:
    return BoardWindow(
        id=facts.id, starts_at=shanghai(facts.starts_at), ends_at=shanghai(facts.ends_at),
        capacity=facts.capacity, taken=facts.capacity - facts.free, audience=facts.audience,
        state=facts.state,
    )  # fmt: skip


class Board(Wire, frozen=True, kw_only=True):
    """A venue's day."""

    place_id: UUID
    date: date
    as_of: datetime
    sessions: list[BoardSession]

    @classmethod
    def of(cls, board: BoardView, now: datetime) -> "Board":
        """Show a venue's day."""
        return cls(
            place_id=board.place_id, date=board.day, as_of=shanghai(now),
            sessions=[BoardSession.of(view, board.bookings[view.row.id], now) for view in board.sessions],
        )  # fmt: skip


class RedeemRequest(WireRequest, frozen=True, kw_only=True):
    """A booking code (or what the QR picture says), or a name and the end of phone, id or code."""

    code: str | None = None
    name: str | None = None
    number: str | None = None


class Redeemed(Wire, frozen=True, kw_only=True):
    """A number taken at the desk."""

    booking: StaffBooking
    number: int | None
    ahead: int | None

    @classmethod
    def of(cls, record: BookingRecord, queue: QueueView | None) -> "Redeemed":
        """Show a checked-in booking, and how many are ahead where there is a queue."""
        ahead = ahead_of(queue.waiting, record.id) if queue is not None else None
        return cls(booking=StaffBooking.of(record), number=record.queue_no, ahead=ahead)


class Called(Wire, frozen=True, kw_only=True):
    """Who was called in; none when nobody waits."""

    session_id: UUID
    now_serving: int | None
    waiting: int

    @classmethod
    def of(cls, view: QueueView) -> "Called":
        """Show a queue after a call."""
        return cls(session_id=view.session_id, now_serving=view.serving_no, waiting=len(view.waiting))


class ScheduleRequest(WireRequest, frozen=True, kw_only=True):
    """A doctor's half-days to publish; hours, numbers and shares left out are the usual ones."""

    place_id: UUID
    doctor_id: UUID
    dates: Annotated[list[date], msgspec.Meta(min_length=1, max_length=MOST_DAYS)]
    period: Literal["am", "pm"]
    fee_fen: Annotated[int, msgspec.Meta(ge=0, le=100_000)]
    starts: time | None = None
    ends: time | None = None
    numbers: Annotated[int, msgspec.Meta(ge=1, le=MOST_NUMBERS)] | None = None
    audience: Literal["public", "signed", "elders", "same_day"] | None = None


class Schedule(Wire, frozen=True, kw_only=True):
    """What was published; shifts that were there before are left as they were."""

    session_ids: list[UUID]
    windows: int
    already_published: int

    @classmethod
    def of(cls, done: Published) -> "Schedule":
        """Show what was published."""
        return cls(session_ids=list(done.session_ids), windows=done.windows, already_published=done.known)


class WindowChangeRequest(WireRequest, frozen=True, kw_only=True):
    """How many numbers a window is to have, or whether it is closed."""

    capacity: Annotated[int, msgspec.Meta(ge=0, le=1000)] | None = None
    closed: bool | None = None


class StaffWindow(Wire, frozen=True, kw_only=True):
    """A window after a change."""

    id: UUID
    session_id: UUID
    starts_at: datetime
    ends_at: datetime
    capacity: int
    taken: int
    state: str

    @classmethod
    def of(cls, row: BookingWindowRow) -> "StaffWindow":
        """Show a window."""
        return cls(
            id=row.id, session_id=row.group_id, starts_at=shanghai(row.starts_at),
            ends_at=shanghai(row.ends_at), capacity=row.capacity, taken=row.taken, state=row.state,
        )  # fmt: skip


class ClosurePreviewRequest(WireRequest, frozen=True, kw_only=True):
    """A session, or some windows of one venue, to be stopped, and why."""

    reason: Reason
    session_id: UUID | None = None
    window_ids: Annotated[tuple[UUID, ...], msgspec.Meta(max_length=200)] = ()


class ClosureChoice(Wire, frozen=True, kw_only=True):
    """An equal-grade window that those concerned will be offered."""

    window_id: UUID
    session_id: UUID
    place_id: UUID
    doctor: str
    grade: str
    starts_at: datetime

    @classmethod
    def of(cls, window: EqualWindow) -> "ClosureChoice":
        """Show an equal window."""
        return cls(
            window_id=window.window_id, session_id=window.session_id, place_id=window.place_id,
            doctor=window.doctor, grade=window.grade, starts_at=shanghai(window.starts_at),
        )  # fmt: skip


class ClosureShown(Wire, frozen=True, kw_only=True):
    """Whom a closure would touch; the token carries out exactly this until it expires."""

    preview_token: UUID
    expires_at: datetime
    windows: int
    people: int
    refund_fen: int
    bookings: list[StaffBooking]
    choices: list[ClosureChoice]

    @classmethod
    def of(cls, preview: StopPreview) -> "ClosureShown":
        """Show a preview."""
        closure = preview.closure
        paid = [record for record in closure.bookings if record.payment_state == "success"]
        return cls(
            preview_token=closure.token, expires_at=shanghai(closure.expires_at),
            windows=len(closure.window_ids),
            people=len({record.person_id for record in closure.bookings}),
            refund_fen=sum(record.amount_fen for record in paid),
            bookings=[StaffBooking.of(record) for record in closure.bookings],
            choices=[ClosureChoice.of(window) for window in preview.choices],
        )  # fmt: skip


class ClosureRequest(WireRequest, frozen=True, kw_only=True):
    """The preview to carry out."""

    preview_token: UUID


class ClosureDone(Wire, frozen=True, kw_only=True):
    """A closure carried out: how many bookings were cancelled, refunds and messages on their way."""

    preview_token: UUID
    cancelled: int
