"""A family doctor's residents and their readings as the wire shows them."""

from datetime import datetime
from uuid import UUID

from scenes.common.kit.clock import shanghai
from scenes.common.kit.wire import Wire
from scenes.eldercare.rules.readings import Limits
from scenes.eldercare.service.family_doctor import Look, SignedView
from scenes.eldercare.wire_readings import Reading


class SignedResident(Wire, frozen=True, kw_only=True):
    """A resident signed with a family doctor; the name is masked on the list, whole once opened."""

    person_id: UUID
    name: str
    area: str
    doctor: str
    signed_until: datetime

    @classmethod
    def of(cls, view: SignedView) -> "SignedResident":
        """Show a signed resident."""
        return cls(
            person_id=view.signed.person_id, name=view.name, area=view.area, doctor=view.signed.doctor,
            signed_until=shanghai(view.signed.until),
        )  # fmt: skip


class ReadingLimits(Wire, frozen=True, kw_only=True):
    """The person's limits: outside from `…High` on and below `…Low` (mmHg, mmol/L, beats a minute)."""

    systolic_high: float
    systolic_low: float
    diastolic_high: float
    mmol_high: float
    mmol_low: float
    bpm_high: float
    bpm_low: float

    @classmethod
    def of(cls, limits: Limits) -> "ReadingLimits":
        """Show the limits of values."""
        return cls(**{name: getattr(limits, name) for name in cls.__struct_fields__})


class SignedReadings(Wire, frozen=True, kw_only=True):
    """A signed resident, the limits that hold for them, and the last readings of each kind, newest first."""

    resident: SignedResident
    limits: ReadingLimits
    readings: list[Reading]

    @classmethod
    def of(cls, look: Look) -> "SignedReadings":
        """Show one look."""
        return cls(
            resident=SignedResident.of(look.patient),
            limits=ReadingLimits.of(look.limits),
            readings=[Reading.of(each) for each in look.readings],
        )
