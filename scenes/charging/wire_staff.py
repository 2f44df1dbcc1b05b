"""The charging desk on the wire; names are masked, since these screens are shared."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import msgspec

from scenes.charging.rules.faults import FaultKind
from scenes.charging.rules.messages import PricePeriod
from scenes.charging.service.faults import Fault
from scenes.charging.service.outages import Outage
from scenes.charging.service.site import Charge, Entry, Plug, Reserved, SiteView
from scenes.charging.service.tariffs import DatedTariff
from scenes.common.booking.previews import TOKEN_LENGTH
from scenes.common.kit.clock import shanghai
from scenes.common.kit.masking import mask_name
from scenes.common.kit.photos import decoded
from scenes.common.kit.wire import Wire, WireRequest

Price = Annotated[str, msgspec.Meta(pattern=r"^\d{1,2}(\.\d{1,4})?$")]
Words = Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[^\x00]*$")]
ClockTime = Annotated[str, msgspec.Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class TariffPeriod(WireRequest, frozen=True, kw_only=True):
    """Yuan a kilowatt-hour with up to 4 decimals, from a time of day to the next period's start."""

    start: ClockTime
    elec_price: Price
    service_price: Price


class TariffRequest(WireRequest, frozen=True, kw_only=True):
    """Prices from a day on, today at the earliest."""

    since: date
    periods: Annotated[list[TariffPeriod], msgspec.Meta(min_length=1, max_length=32)]

    def parsed(self) -> list[PricePeriod]:
        """Read the periods."""
        return [
            PricePeriod(
                start=time.fromisoformat(each.start), elec_price=Decimal(each.elec_price),
                service_price=Decimal(each.service_price),
            )
            for each in self.periods
        ]  # fmt: skip


class StationTariff(Wire, frozen=True, kw_only=True):
    """A station's prices from a day on."""

    since: date
    source: str
    created_at: datetime
    periods: list[TariffPeriod]

    @classmethod
    def of(cls, tariff: DatedTariff) -> "StationTariff":
        """Show a tariff."""
        return cls(
            since=tariff.since, source=tariff.source, created_at=shanghai(tariff.created_at),
            periods=[
                TariffPeriod(
                    start=f"{each.start:%H:%M}", elec_price=f"{each.elec_price:.4f}",
                    service_price=f"{each.service_price:.4f}",
                )
                for each in tariff.periods
            ],
        )  # fmt: skip


class FaultRequest(WireRequest, frozen=True, kw_only=True):
    """What is wrong with a connector; the photo is base64, JPEG, PNG or WebP, at most 8 MB."""

    kind: FaultKind
    note: Words = ""
    photo: str | None = None

    def photo_bytes(self) -> bytes | None:
        """Decode the photo (PhotoInvalid)."""
        return None if self.photo is None else decoded(self.photo)


class FaultReport(Wire, frozen=True, kw_only=True):
    """A report of a broken connector; who reported is not said."""

    id: UUID
    connector_id: UUID
    kind: str
    note: str
    has_photo: bool
    state: str
    at: datetime

    @classmethod
    def of(cls, fault: Fault) -> "FaultReport":
        """Show a report."""
        return cls(
            id=fault.id, connector_id=fault.connector_id, kind=fault.kind, note=fault.note,
            has_photo=fault.has_photo, state=fault.state, at=shanghai(fault.at),
        )  # fmt: skip


class SiteCharge(Wire, frozen=True, kw_only=True):
    """A running session; energy in watt-hours, money in fen."""

    id: UUID
    name: str
    state: str
    started_at: datetime | None
    energy_wh: int
    running_fen: int

    @classmethod
    def of(cls, charge: Charge) -> "SiteCharge":
        """Show a session with the name masked."""
        return cls(
            id=charge.id, name=mask_name(charge.name), state=charge.state, energy_wh=charge.energy_wh,
            started_at=shanghai(charge.started_at) if charge.started_at else None,
            running_fen=charge.running_fen,
        )  # fmt: skip


class SiteReservation(Wire, frozen=True, kw_only=True):
    """A reservation ahead."""

    id: UUID
    name: str
    state: str
    starts_at: datetime
    ends_at: datetime

    @classmethod
    def of(cls, each: Reserved) -> "SiteReservation":
        """Show a reservation with the name masked."""
        return cls(
            id=each.id, name=mask_name(each.name), state=each.state, starts_at=shanghai(each.starts_at),
            ends_at=shanghai(each.ends_at),
        )  # fmt: skip


class SiteConnector(Wire, frozen=True, kw_only=True):
    """A connector; `heard_at` is when its operator last said how it stands."""

    id: UUID
    number: int
    name: str
    kind: int
    power_kw: float
    has_lock: bool
    state: str
    heard_at: datetime | None
    out_of_service: str | None
    session: SiteCharge | None
    reservations: list[SiteReservation]

    @classmethod
    def of(cls, plug: Plug) -> "SiteConnector":
        """Show a connector."""
        return cls(
            id=plug.id, number=plug.number, name=plug.name, kind=plug.kind, power_kw=plug.power_kw,
            has_lock=plug.has_lock, state=plug.state, out_of_service=plug.out_of_service_reason,
            heard_at=shanghai(plug.heard_at) if plug.heard_at else None,
            session=SiteCharge.of(plug.charge) if plug.charge else None,
            reservations=[SiteReservation.of(each) for each in plug.reservations],
        )  # fmt: skip


class SiteEntry(Wire, frozen=True, kw_only=True):
    """Something of the operator to settle."""

    id: UUID
    kind: str
    what: str
    detail: str
    count: int
    at: datetime

    @classmethod
    def of(cls, entry: Entry) -> "SiteEntry":
        """Show an entry."""
        return cls(
            id=entry.id, kind=entry.kind, what=entry.what, detail=entry.detail, count=entry.count,
            at=shanghai(entry.at),
        )  # fmt: skip


class SiteBoard(Wire, frozen=True, kw_only=True):
    """A station's day: connectors, what was charged, who waits, and what is to be looked at."""

    place_id: UUID
    day: date = msgspec.field(name="date")
    as_of: datetime
    free: int
    occupied: int
    fault: int
    unknown: int
    ended: int
    ended_wh: int
    ended_fen: int
    queue: int
    connectors: list[SiteConnector]
    faults: list[FaultReport]
    incidents: list[SiteEntry]
    differences: list[SiteEntry]

    @classmethod
    def of(cls, view: SiteView) -> "SiteBoard":
        """Show a station's day."""
        counts = view.counts
        return cls(
            place_id=view.station_id, day=view.day, as_of=shanghai(view.now), free=counts.free,
            occupied=counts.occupied, fault=counts.fault, unknown=counts.unknown, ended=view.ended,
            ended_wh=view.ended_wh, ended_fen=view.ended_fen, queue=view.queue,
            connectors=[SiteConnector.of(plug) for plug in view.plugs],
            faults=[FaultReport.of(fault) for fault in view.faults],
            incidents=[SiteEntry.of(entry) for entry in view.incidents],
            differences=[SiteEntry.of(entry) for entry in view.differences],
        )  # fmt: skip


class OutOfServiceRequest(WireRequest, frozen=True, kw_only=True):
    """Why a connector may not be used for now, and the preview that was looked at."""

    preview_token: Annotated[str, msgspec.Meta(min_length=TOKEN_LENGTH, max_length=TOKEN_LENGTH)]
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=r"^[^\x00]*$")]


class Touched(Wire, frozen=True, kw_only=True):
    """Reservations a closing would touch, or touched: how many moved to another connector, how many not.

    `previewToken` confirms exactly these.
    """

    connector_id: UUID
    preview_token: str
    reservations: list[SiteReservation]
    moved: int
    cancelled: int

    @classmethod
    def of(cls, outage: Outage) -> "Touched":
        """Show an outage, before or after it was carried out."""
        return cls(
            connector_id=outage.connector_id, preview_token=outage.token, moved=outage.moved,
            cancelled=outage.cancelled,
            reservations=[SiteReservation.of(each) for each in outage.reservations],
        )  # fmt: skip
