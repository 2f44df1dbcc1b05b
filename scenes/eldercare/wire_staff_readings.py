"""One person's readings as the desk's wire shows them."""

from datetime import date
from uuid import UUID

from scenes.common.kit.masking import mask_name
from scenes.common.kit.wire import Wire, WireRequest
from scenes.eldercare.rules.readings import Kind, OwnLimits
from scenes.eldercare.service.readings_person import PersonLook
from scenes.eldercare.wire_family_doctor import ReadingLimits
from scenes.eldercare.wire_readings import Device, Reading


class StaffDeviceRequest(WireRequest, frozen=True, kw_only=True):
    """Which sort of device."""

    kind: Kind


class LimitsRequest(WireRequest, frozen=True, kw_only=True):
    """What differs for a person from the day `since` on (mmHg, mmol/L, beats a minute)."""

    since: date
    systolic_high: float | None = None
    systolic_low: float | None = None
    diastolic_high: float | None = None
    mmol_high: float | None = None
    mmol_low: float | None = None
    bpm_high: float | None = None
    bpm_low: float | None = None

    def own(self) -> OwnLimits:
        """Read it as the rules do."""
        return OwnLimits(**{name: getattr(self, name) for name in OwnLimits.__struct_fields__})


class PersonReadings(Wire, frozen=True, kw_only=True):
    """A person at the desk, the name masked; without consent there are no limits and no readings."""

    person_id: UUID
    name: str
    area: str
    consents: bool
    devices: list[Device]
    limits: ReadingLimits | None
    readings: list[Reading]

    @classmethod
    def of(cls, look: PersonLook) -> "PersonReadings":
        """Show one look."""
        return cls(
            person_id=look.person_id, name=mask_name(look.name), area=look.area, consents=look.consents,
            devices=[Device.of(row) for row in look.devices],
            limits=ReadingLimits.of(look.limits) if look.limits else None,
            readings=[Reading.of(each) for each in look.readings],
        )  # fmt: skip
