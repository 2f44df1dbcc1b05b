"""The catalogue and requests for care as the wire shows them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from scenes.common.booking.tables import BookingWindowRow
from scenes.common.kit.clock import shanghai
from scenes.common.kit.wire import Wire, WireRequest
from scenes.eldercare.rules.later import WILL_RING, awaits_call, days_ahead
from scenes.eldercare.service.catalogue import Offer
from scenes.eldercare.service.requests import RequestView, Spot, Wish
from scenes.eldercare.states import EDGES
from scenes.eldercare.tables.requests import CareRequestRow
from scenes.eldercare.wire_escort import CareAppointment

Words = Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[^\x00]*$")]
Degrees = Annotated[float, msgspec.Meta(ge=-180, le=180)]
Stars = Annotated[int, msgspec.Meta(ge=1, le=5)]
Sex = Literal["f", "m"]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]

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


def said_of(row: CareRequestRow) -> str:
    """Say how a request stands; a wished hour that nobody has rung about yet is told of."""
    awaited = awaits_call(row.state, row.wished_at, row.agreed_at)
    return f"已经收到。{WILL_RING}" if awaited else SAID[row.state]


def local(at: datetime | None) -> datetime | None:
    """Show an instant with Shanghai's offset, none where there is none."""
    return shanghai(at) if at is not None else None


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
    """A service of the catalogue: for whom, what it costs and the subsidy of it, what to prepare.

    For `laterDays` after today (0: not at all) an hour from `firstHour` to `lastHour` may be wished for.
    """

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
    later_days: int
    first_hour: int
    last_hour: int
    windows: list[CareWindow]

    @classmethod
    def of(cls, offer: Offer) -> "CareService":
        """Show what is offered."""
        row, terms = offer.row, offer.terms
        return cls(
            id=row.id, code=row.code, name=row.name, summary=row.summary, prepare=row.prepare,
            min_age=terms.min_age, price_fen=terms.price_fen, subsidy_fen=terms.subsidy_fen,
            subsidy_from_age=terms.subsidy_from_age, agreement=terms.agreement, by_window=row.by_window,
            promise_minutes=terms.promise_minutes, later_days=days_ahead(terms, by_window=row.by_window),
            first_hour=terms.first_hour, last_hour=terms.last_hour,
            windows=[CareWindow.of(each) for each in offer.windows],
        )  # fmt: skip


class CarePlace(WireRequest, frozen=True, kw_only=True):
    """Where the carer is to come, WGS-84."""

    address: Words = ""
    lat: Annotated[float, msgspec.Meta(ge=-90, le=90)] | None = None
    lng: Degrees | None = None


class CareRequestRequest(WireRequest, frozen=True, kw_only=True):
    """What somebody asks for; `agreed` where the service has an agreement to read first.

    `wishedAt` is a later hour for a service without windows: the desk rings to agree it.
    """

    service_id: UUID
    window_id: UUID | None = None
    wished_at: Instant | None = None
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
            service_id=self.service_id, person_id=self.person_id, window_id=self.window_id,
            wished_at=self.wished_at, note=self.note, spot=spot, sex=self.sex, agreed=self.agreed,
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
    wished_at: datetime | None
    agreed_at: datetime | None
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
            speak=said_of(row), carer=view.carer_name or None, promised_at=shanghai(row.promised_at),
            wished_at=local(row.wished_at), agreed_at=local(row.agreed_at),
            arrived_at=local(row.arrived_at), done_at=local(row.done_at),
            code=row.code if row.state in {"assigned", "accepted"} else None,
            booking_id=row.id if row.booked else None, note=view.brief.note,
            address=view.brief.spot.address, prepare=view.prepare, stars=row.stars,
            appointment=CareAppointment.of(view),
            actions=[event for event in ("cancel", "rate") if (row.state, event) in EDGES],
        )  # fmt: skip
