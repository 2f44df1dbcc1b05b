"""Whether a visit can go along to an appointment: whose it is, if it stands, if one gets there; pure."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from scenes.common.booking.states import ACTIVE
from scenes.common.kit.clock import local_day
from scenes.eldercare.errors import AppointmentNotFound, NotAnEscort, PickupTooLate, RequestMoveIllegal
from scenes.eldercare.states import OPEN


class Appointment(msgspec.Struct, frozen=True, kw_only=True):
    """A booking of another scene as a visit sees it: whose, when and where; not what for."""

    booking_id: UUID
    scene: str
    person_id: UUID
    state: str
    starts_at: datetime
    place: str

    @property
    def stands(self) -> bool:
        """Tell whether it still takes place."""
        return self.state in ACTIVE


def check_escort(accompanies: str | None, state: str) -> None:
    """Refuse a service that goes along to nothing (NotAnEscort), and a visit that is over or was made."""
    if accompanies is None:
        raise NotAnEscort
    if state not in OPEN | {"unpaid"}:
        raise RequestMoveIllegal


def check_appointment(found: Appointment, *, scene: str | None, person_id: UUID) -> None:
    """Refuse an appointment of somebody else, of another scene, or one that is over (AppointmentNotFound)."""
    if found.person_id != person_id or found.scene != scene or not found.stands:
        raise AppointmentNotFound


def check_pickup(found: Appointment, *, pickup_at: datetime, lead_minutes: int) -> None:
    """Refuse when the carer comes on another day or less than so many minutes before (PickupTooLate)."""
    if not gets_there(found, pickup_at=pickup_at, lead_minutes=lead_minutes):
        raise PickupTooLate


def gets_there(found: Appointment, *, pickup_at: datetime, lead_minutes: int) -> bool:
    """Tell whether a carer who comes at `pickup_at` brings the elder there in time, on the same day."""
    same_day = local_day(pickup_at) == local_day(found.starts_at)
    return same_day and pickup_at + timedelta(minutes=lead_minutes) <= found.starts_at
