"""The clinic room as the wire shows it to residents."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from scenes.clinic.rules.queue import Ticket
from scenes.clinic.rules.sessions import SessionState, WindowFacts
from scenes.clinic.service.family import FamilyDoctor
from scenes.clinic.service.queue import QueueView
from scenes.clinic.service.schedule import SessionView
from scenes.clinic.tables import DepartmentRow, DoctorRow, FamilyDoctorContractRow
from scenes.common.booking.tables import WaitlistEntryRow
from scenes.common.booking.wire import Reason
from scenes.common.kit.clock import shanghai
from scenes.common.kit.wire import Wire, WireRequest


class Department(Wire, frozen=True, kw_only=True):
    """A department of a venue; equal codes name the same kind at different venues."""

    id: UUID
    name: str
    code: str

    @classmethod
    def of(cls, row: DepartmentRow) -> "Department":
        """Show a department."""
        return cls(id=row.id, name=row.name, code=row.code)


class Doctor(Wire, frozen=True, kw_only=True):
    """A doctor; `title` is the grade, such as 主治医师."""

    id: UUID
    name: str
    title: str
    intro: str

    @classmethod
    def of(cls, row: DoctorRow) -> "Doctor":
        """Show a doctor."""
        return cls(id=row.id, name=row.name, title=row.title, intro=row.intro)


class SessionWindow(Wire, frozen=True, kw_only=True):
    """Some numbers of a session. `free` is what can be booked now: 0 before opening and after closing.

    `audience` is for whom it is now: public, signed or elders; after `falls_through_at` the public's.
    """

    id: UUID
    starts_at: datetime
    ends_at: datetime
    capacity: int
    free: int
    audience: str
    opens_at: datetime
    closes_at: datetime
    falls_through_at: datetime | None

    @classmethod
    def of(cls, facts: WindowFacts, now: datetime) -> "SessionWindow":
        """Show a window as it stands."""
        falls = facts.falls_through_at
        return cls(
            id=facts.id, starts_at=shanghai(facts.starts_at), ends_at=shanghai(facts.ends_at),
            capacity=facts.capacity, free=facts.free_at(now), audience=facts.audience_at(now),
            opens_at=shanghai(facts.opens_at), closes_at=shanghai(facts.closes_at),
            falls_through_at=shanghai(falls) if falls else None,
        )  # fmt: skip


class ClinicSession(Wire, frozen=True, kw_only=True):
    """A doctor's half-day with its windows, in the order of time, the public's first."""

    id: UUID
    place_id: UUID
    doctor: Doctor
    department: Department
    date: date
    period: str
    starts_at: datetime
    ends_at: datetime
    fee_fen: int
    release_at: datetime
    waitlist_until: datetime
    state: SessionState
    windows: list[SessionWindow]

    @classmethod
    def of(cls, view: SessionView, now: datetime) -> "ClinicSession":
        """Show a session as it stands; windows that were taken out are left out."""
        row = view.row
        windows = [SessionWindow.of(facts, now) for facts in view.windows if facts.state == "open"]
        windows.sort(key=lambda w: (w.starts_at, w.audience != "public", w.opens_at, w.id))
        return cls(
            id=row.id, place_id=row.place_id, doctor=Doctor.of(view.doctor),
            department=Department.of(view.department), date=row.day, period=row.period,
            starts_at=shanghai(row.starts_at), ends_at=shanghai(row.ends_at), fee_fen=row.fee_fen,
            release_at=shanghai(row.release_at), waitlist_until=shanghai(row.waitlist_until),
            state=view.state(now), windows=windows,
        )  # fmt: skip


class AppointmentRequest(WireRequest, frozen=True, kw_only=True):
    """A number wanted, for oneself or for a patient of the account."""

    window_id: UUID
    patient_id: UUID | None = None
    reason: Reason | None = None


class WaitlistRequest(WireRequest, frozen=True, kw_only=True):
    """A wish for a number of a full session."""

    session_id: UUID
    patient_id: UUID | None = None


class WaitlistEntry(Wire, frozen=True, kw_only=True):
    """A place on a waitlist: how many came earlier, and when waiting ends."""

    id: UUID
    session_id: UUID
    person_id: UUID
    state: str
    ahead: int
    clears_at: datetime
    booking_id: UUID | None

    @classmethod
    def of(cls, row: WaitlistEntryRow, ahead: int) -> "WaitlistEntry":
        """Show a waitlist entry."""
        return cls(
            id=row.id, session_id=row.group_id, person_id=row.person_id, state=row.state, ahead=ahead,
            clears_at=shanghai(row.clears_at), booking_id=row.booking_id,
        )  # fmt: skip


class QueueTicket(Wire, frozen=True, kw_only=True):
    """One's own place in a queue; `ahead` is none until the number is taken and while being served."""

    booking_id: UUID
    state: str
    number: int | None
    ahead: int | None
    starts_at: datetime

    @classmethod
    def of(cls, ticket: Ticket, ahead: int | None) -> "QueueTicket":
        """Show a ticket to whom it belongs."""
        return cls(
            booking_id=ticket.booking_id, state=ticket.state, number=ticket.number, ahead=ahead,
            starts_at=shanghai(ticket.starts_at),
        )  # fmt: skip


class Queue(Wire, frozen=True, kw_only=True):
    """The queue before a door: numbers only, no names; `mine` are the asker's own tickets."""

    session_id: UUID
    now_serving: int | None
    waiting: int
    next_numbers: list[int]
    mine: list[QueueTicket]

    @classmethod
    def of(cls, view: QueueView, person_id: UUID | None) -> "Queue":
        """Show a queue to a person, or to a visitor."""
        return cls(
            session_id=view.session_id,
            now_serving=view.serving_no,
            waiting=len(view.waiting),
            next_numbers=[ticket.number for ticket in view.waiting if ticket.number is not None],
            mine=[QueueTicket.of(ticket, ahead) for ticket, ahead in view.of(person_id)],
        )


class FamilyDoctorItem(Wire, frozen=True, kw_only=True):
    """A doctor who takes contracts, how many residents are signed, and whether the asker is."""

    doctor: Doctor
    department: Department
    signed: int
    mine: bool

    @classmethod
    def of(cls, found: FamilyDoctor, contract: FamilyDoctorContractRow | None) -> "FamilyDoctorItem":
        """Show a family doctor."""
        mine = contract is not None and contract.doctor_id == found.doctor.id
        return cls(
            doctor=Doctor.of(found.doctor), department=Department.of(found.department),
            signed=found.signed, mine=mine,
        )  # fmt: skip


class ContractRequest(WireRequest, frozen=True, kw_only=True):
    """The doctor to sign with."""

    place_id: UUID
    doctor_id: UUID


class Contract(Wire, frozen=True, kw_only=True):
    """A running family-doctor contract."""

    id: UUID
    place_id: UUID
    doctor_id: UUID
    since: datetime
    until: datetime

    @classmethod
    def of(cls, row: FamilyDoctorContractRow) -> "Contract":
        """Show a contract."""
        return cls(
            id=row.id, place_id=row.place_id, doctor_id=row.doctor_id, since=shanghai(row.since),
            until=shanghai(row.until),
        )  # fmt: skip


def sessions_shown(views: Sequence[SessionView], now: datetime) -> list[ClinicSession]:
    """Show sessions."""
    return [ClinicSession.of(view, now) for view in views]
