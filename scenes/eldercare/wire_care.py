"""The catalogue and requests for care as the wire shows them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from scenes.common.booking.tables import BookingWindowRow
from scenes.common.kit.clock import shanghai
from scenes.common.kit.masking import mask_phone
from scenes.common.kit.wire import Wire, WireRequest
from scenes.eldercare.service.catalogue import Offer
from scenes.eldercare.service.desk import DeskItem, RequestDetail
from scenes.eldercare.service.requests import RequestView, Spot, Wish
from scenes.eldercare.service.shift_change import Note
from scenes.eldercare.states import EDGES
from scenes.eldercare.wire_escort import CareAppointment

Words = Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[^\x00]*$")]
Degrees = Annotated[float, msgspec.Meta(ge=-180, le=180)]
Stars = Annotated[int, msgspec.Meta(ge=1, le=5)]
Sex = Literal["f", "m"]

SAID = {
    "unpaid": "还没有付款。",
    "requested": "已经收到,正在找人。",
    "assigned": "已经派了人,等他答应。",
    "accepted": "护理员答应来了。",
    "arrived": "护理员已经到了。",
    "done": "做完了,请评一评。",
    "rated": "做完了,谢谢您的评价。",
    "cancelled": "这次服务取消了。",
    "declined": "很抱歉,这次办不了。",
}
"""Each state in words for the eye and the ear."""


class CareWindow(Wire, frozen=True, kw_only=True):
    """A time at which a carer can come."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    free: int
    price_fen: int

    @classmethod
    def of(cls, row: BookingWindowRow) -> "CareWindow":
        """Show a window."""
        return cls(
            id=row.id, starts_at=shanghai(row.starts_at), ends_at=shanghai(row.ends_at),
            free=row.capacity - row.taken, price_fen=row.price_fen,
        )  # fmt: skip


class CareService(Wire, frozen=True, kw_only=True):
    """A service of the catalogue: for whom, what it costs and the subsidy of it, what to prepare."""

    id: UUID
    code: str
    name: str
    summary: str
    prepare: str
    min_age: int
    price_fen: int
    subsidy_fen: int
    subsidy_from_age: int
    agreement: str
    by_window: bool
    promise_minutes: int
    windows: list[CareWindow]

    @classmethod
    def of(cls, offer: Offer) -> "CareService":
        """Show what is offered."""
        row, terms = offer.row, offer.terms
        return cls(
            id=row.id, code=row.code, name=row.name, summary=row.summary, prepare=row.prepare,
            min_age=terms.min_age, price_fen=terms.price_fen, subsidy_fen=terms.subsidy_fen,
            subsidy_from_age=terms.subsidy_from_age, agreement=terms.agreement, by_window=row.by_window,
            promise_minutes=terms.promise_minutes, windows=[CareWindow.of(each) for each in offer.windows],
        )  # fmt: skip


class CarePlace(WireRequest, frozen=True, kw_only=True):
    """Where the carer is to come, WGS-84."""

    address: Words = ""
    lat: Annotated[float, msgspec.Meta(ge=-90, le=90)] | None = None
    lng: Degrees | None = None


class CareRequestRequest(WireRequest, frozen=True, kw_only=True):
    """What somebody asks for; `agreed` where the service has an agreement to read first."""

    service_id: UUID
    window_id: UUID | None = None
    person_id: UUID | None = None
    note: Words = ""
    place: CarePlace | None = None
    sex: Sex | None = None
    agreed: bool = False

    def wish(self) -> Wish:
        """Read it as a wish."""
        spot = None
        if self.place is not None:
            both = self.place.lat is not None and self.place.lng is not None
            spot = Spot(
                self.place.address, self.place.lat if both else None, self.place.lng if both else None
            )
        return Wish(
            service_id=self.service_id, person_id=self.person_id, window_id=self.window_id, note=self.note,
            spot=spot, sex=self.sex, agreed=self.agreed,
        )  # fmt: skip


class CareRatingRequest(WireRequest, frozen=True, kw_only=True):
    """How it was, one to five stars."""

    stars: Stars


class CareRequest(Wire, frozen=True, kw_only=True):
    """A request as its person sees it; `code` is told to the carer at the door."""

    id: UUID
    service: str
    person: str
    state: str
    speak: str
    carer: str | None
    promised_at: datetime
    arrived_at: datetime | None
    done_at: datetime | None
    code: str | None
    booking_id: UUID | None
    note: str
    address: str
    prepare: str
    stars: int | None
    appointment: CareAppointment | None
    actions: list[str]

    @classmethod
    def of(cls, view: RequestView) -> "CareRequest":
        """Show a request to its person or who asked for them."""
        row = view.row
        return cls(
            id=row.id, service=view.service_name, person=view.person_name, state=row.state,
            speak=SAID[row.state], carer=view.carer_name or None, promised_at=shanghai(row.promised_at),
            arrived_at=shanghai(row.arrived_at) if row.arrived_at else None,
            done_at=shanghai(row.done_at) if row.done_at else None,
            code=row.code if row.state in {"assigned", "accepted"} else None,
            booking_id=row.id if row.booked else None, note=view.brief.note,
            address=view.brief.spot.address, prepare=view.prepare, stars=row.stars,
            appointment=CareAppointment.of(view),
            actions=[event for event in ("cancel", "rate") if (row.state, event) in EDGES],
        )  # fmt: skip


class CareDeskItem(Wire, frozen=True, kw_only=True):
    """One line of the desk's queue; `kind` is request or sos."""

    kind: str
    id: UUID
    what: str
    person: str
    state: str
    since: datetime
    due: datetime | None
    overdue: bool

    @classmethod
    def of(cls, item: DeskItem, now: datetime) -> "CareDeskItem":
        """Show a line as it stands now."""
        return cls(
            kind=item.kind, id=item.id, what=item.what, person=item.person, state=item.state,
            since=shanghai(item.since), due=shanghai(item.due) if item.due else None,
            overdue=item.due is not None and item.due <= now,
        )  # fmt: skip


class CareProposal(Wire, frozen=True, kw_only=True):
    """A carer who could go; metres as the crow flies."""

    carer_id: UUID
    name: str
    distance_m: int
    load: int
    tried: bool


class StaffCareRequest(Wire, frozen=True, kw_only=True):
    """A request as whoever does it sees it: the place, the number to ring, and who could go."""

    id: UUID
    service: str
    person: str
    phone: str | None
    state: str
    carer: str | None
    promised_at: datetime
    note: str
    address: str
    lat: float | None
    lng: float | None
    sex_wish: str | None
    appointment: CareAppointment | None
    proposals: list[CareProposal]

    @classmethod
    def of(cls, detail: RequestDetail) -> "StaffCareRequest":
        """Show a request with all that is needed to go there; the number is masked."""
        view, row, spot = detail.view, detail.view.row, detail.view.brief.spot
        return cls(
            id=row.id, service=view.service_name, person=view.person_name,
            phone=mask_phone(detail.phone) if detail.phone else None, state=row.state,
            carer=view.carer_name or None, promised_at=shanghai(row.promised_at), note=view.brief.note,
            address=spot.address, lat=spot.lat, lng=spot.lng, sex_wish=row.sex_wish,
            appointment=CareAppointment.of(view),
            proposals=[
                CareProposal(
                    carer_id=each.carer_id, name=each.name, distance_m=each.distance_m, load=each.load,
                    tried=each.tried,
                )
                for each in detail.proposals
            ],
        )  # fmt: skip


class AssignRequest(WireRequest, frozen=True, kw_only=True):
    """Which carer goes."""

    carer_id: UUID


class ArriveRequest(WireRequest, frozen=True, kw_only=True):
    """The code that the elder told, or a note in its place."""

    code: Annotated[str, msgspec.Meta(max_length=8)] | None = None
    note: Words = ""


class CompleteRequest(WireRequest, frozen=True, kw_only=True):
    """What was done and found."""

    report: Words = ""


class HandoverRequest(WireRequest, frozen=True, kw_only=True):
    """What the next shift of a venue should know."""

    place_id: UUID
    note: Annotated[str, msgspec.Meta(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]


class HandoverNote(Wire, frozen=True, kw_only=True):
    """A note left by an earlier shift."""

    at: datetime
    by: str
    note: str

    @classmethod
    def of(cls, note: Note) -> "HandoverNote":
        """Show a note."""
        return cls(at=shanghai(note.at), by=note.by, note=note.words)
