"""Readings as the wire shows them: from devices, to the person and consented others, to the desk."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from scenes.common.kit.clock import shanghai
from scenes.common.kit.wire import Wire, WireRequest
from scenes.eldercare.rules.readings import Kind
from scenes.eldercare.service.readings import Measured, Taken
from scenes.eldercare.service.readings_desk import AlertView
from scenes.eldercare.tables.readings import CareDeviceRow

Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class DeviceRequest(WireRequest, frozen=True, kw_only=True):
    """Which sort of device, and whose if not one's own."""

    kind: Kind
    person_id: UUID | None = None


class ReadingRequest(WireRequest, frozen=True, kw_only=True):
    """What a device measured at an instant.

    `values` by kind: bp systolic and diastolic (mmHg), glucose mmol (mmol/L), heart bpm, water litres since
    the reading before, fall none.
    """

    at: Instant
    values: Annotated[dict[str, float], msgspec.Meta(max_length=4)] = {}  # noqa: RUF012 - msgspec copies it


class Device(Wire, frozen=True, kw_only=True):
    """A device in use; `token` is shown once, when it is registered."""

    id: UUID
    kind: str
    registered_at: datetime
    token: str | None = None

    @classmethod
    def of(cls, row: CareDeviceRow, secret: str | None = None) -> "Device":
        """Show a device."""
        token = f"{row.id}.{secret}" if secret else None
        return cls(id=row.id, kind=row.kind, registered_at=shanghai(row.registered_at), token=token)


class ReadingTaken(Wire, frozen=True, kw_only=True):
    """That a reading is kept, and the alarm that a fall raised."""

    new: bool
    alarm_id: UUID | None

    @classmethod
    def of(cls, taken: Taken) -> "ReadingTaken":
        """Show what came of it."""
        return cls(new=taken.new, alarm_id=taken.alarm_id)


class Reading(Wire, frozen=True, kw_only=True):
    """A reading; `outside` says on which side of the limits it is, if on one."""

    kind: str
    at: datetime
    values: dict[str, float]
    outside: str | None

    @classmethod
    def of(cls, each: Measured) -> "Reading":
        """Show a reading."""
        return cls(kind=each.kind, at=shanghai(each.at), values=each.values, outside=each.side)


class ReadingAlert(Wire, frozen=True, kw_only=True):
    """An open alert at the desk: no values; name and number whole for whoever has it in hand."""

    id: UUID
    person_id: UUID
    name: str
    area: str
    phone: str | None
    kind: str
    side: str
    began_at: datetime
    seen: bool

    @classmethod
    def of(cls, view: AlertView) -> "ReadingAlert":
        """Show an alert."""
        row = view.row
        return cls(
            id=row.id, person_id=row.person_id, name=view.name, area=view.area, phone=view.phone,
            kind=row.kind, side=row.side,
            began_at=shanghai(row.began_at), seen=row.seen_at is not None,
        )  # fmt: skip
