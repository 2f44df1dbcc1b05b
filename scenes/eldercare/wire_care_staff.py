"""The care desk's queue and requests as the wire shows them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from scenes.common.kit.clock import shanghai
from scenes.common.kit.masking import mask_phone
from scenes.common.kit.wire import Wire, WireRequest
from scenes.eldercare.service.desk import DeskItem, RequestDetail
from scenes.eldercare.service.shift_change import Note
from scenes.eldercare.wire_care import Instant, Words, local
from scenes.eldercare.wire_escort import CareAppointment


class CareDeskItem(Wire, frozen=True, kw_only=True):
    """One line of the desk's queue; `kind` is request or sos.

    `wished` is the later hour at which somebody is to come, `agreed` false until it was settled by phone.
    """

    kind: str
    id: UUID
    what: str
    person: str
    state: str
    since: datetime
    due: datetime | None
    overdue: bool
    wished: datetime | None = None
    agreed: bool = False

    @classmethod
    def of(cls, item: DeskItem, now: datetime) -> "CareDeskItem":
        """Show a line as it stands now."""
        return cls(
            kind=item.kind, id=item.id, what=item.what, person=item.person, state=item.state,
            since=shanghai(item.since), due=local(item.due),
            overdue=item.due is not None and item.due <= now,
            wished=local(item.wished_at), agreed=item.agreed,
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
    wished_at: datetime | None
    agreed_at: datetime | None
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
            carer=view.carer_name or None, promised_at=shanghai(row.promised_at),
            wished_at=local(row.wished_at), agreed_at=local(row.agreed_at), note=view.brief.note,
            address=spot.address or detail.home, lat=spot.lat, lng=spot.lng, sex_wish=row.sex_wish,
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


class AgreeRequest(WireRequest, frozen=True, kw_only=True):
    """The hour agreed with the person on the phone."""

    at: Instant


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
