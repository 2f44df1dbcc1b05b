"""The appointment a visit goes along to, as it goes over the wire."""

from datetime import datetime
from uuid import UUID

from scenes.common.kit.clock import shanghai
from scenes.common.kit.wire import Wire, WireRequest
from scenes.eldercare.service.requests import RequestView


class CareAppointment(Wire, frozen=True, kw_only=True):
    """The appointment that a visit goes along to: when and where, not what for.

    `stands` is false once it is cancelled, `inTime` when the carer would come too late for it.
    """

    booking_id: UUID
    starts_at: datetime
    place: str
    stands: bool
    in_time: bool

    @classmethod
    def of(cls, view: RequestView) -> "CareAppointment | None":
        """Show the appointment of a request, if it has one."""
        found = view.appointment
        if found is None:
            return None
        return cls(
            booking_id=found.booking_id, starts_at=shanghai(found.starts_at), place=found.place,
            stands=found.stands, in_time=view.in_time,
        )  # fmt: skip


class AppointmentRequest(WireRequest, frozen=True, kw_only=True):
    """Which booking of the same person a visit goes along to; null for none any more."""

    booking_id: UUID | None
