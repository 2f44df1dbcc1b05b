"""Reservations, sessions and bills as the wire shows them."""

from datetime import datetime
from typing import Final
from uuid import UUID

from scenes.charging.errors import BillNotReady
from scenes.charging.rules.bill import Bill
from scenes.charging.rules.rule import IdleFee
from scenes.charging.rules.tariff import Band, Tariff
from scenes.charging.service.charges import Charge
from scenes.charging.service.reservations import Quote
from scenes.charging.service.windows import connector_words
from scenes.charging.tables import ChargingConnectorRow
from scenes.common.booking.wire import Booking, BookingPlace, actions, as_booking
from scenes.common.kit.clock import shanghai
from scenes.common.kit.wire import Wire, WireRequest

LINE_LABELS: Final = {"electricity": "电费", "service": "服务费", "idle": "占位费"}


class ReservationRequest(WireRequest, frozen=True, kw_only=True):
    """A connector wanted: a named one, any of a kind (T/CEC 102 ConnectorType), or any."""

    station_id: UUID
    connector_id: UUID | None = None
    connector_type: int | None = None
    starts_at: datetime
    minutes: int


class ReservationTerms(Wire, frozen=True, kw_only=True):
    """What is promised before it is confirmed. `free` is how many connectors could take it now.

    The connector is kept until `held_until`. `locked` and `unlocked` count the bays with and without a ground
    lock: without one, a stranger may park there, and the reservation is then moved or ended with notice.
    """

    station_id: UUID
    starts_at: datetime
    ends_at: datetime
    free: int
    held_until: datetime
    grace_minutes: int
    cancel_until: datetime | None
    may_begin_from: datetime | None
    no_show_rule: str
    locked: int
    unlocked: int

    @classmethod
    def of(cls, quote: Quote) -> "ReservationTerms":
        """Show the terms of a wish."""
        wish, terms = quote.wish, quote.terms
        return cls(
            station_id=wish.station_id, starts_at=shanghai(wish.starts_at), ends_at=shanghai(quote.ends_at),
            free=quote.free, held_until=shanghai(quote.held_until), grace_minutes=terms.grace_minutes,
            cancel_until=shanghai(terms.cancel_until) if terms.cancel_until else None,
            may_begin_from=shanghai(terms.check_in_from) if terms.check_in_from else None,
            no_show_rule=terms.no_show_rule, locked=quote.locked, unlocked=quote.unlocked,
        )  # fmt: skip


class SessionRequest(WireRequest, frozen=True, kw_only=True):
    """A charge wanted at a connector; one's own reservation is found by itself if it is not named."""

    connector_id: UUID
    reservation_id: UUID | None = None


class ChargeConnector(Wire, frozen=True, kw_only=True):
    """The connector of a session; `type` is T/CEC 102's ConnectorType."""

    id: UUID
    number: int
    name: str
    type: int
    power_kw: float

    @classmethod
    def of(cls, row: ChargingConnectorRow) -> "ChargeConnector":
        """Show a connector."""
        return cls(
            id=row.id, number=row.number, name=connector_words(row), type=row.kind, power_kw=row.power_kw
        )


class PriceBand(Wire, frozen=True, kw_only=True):
    """A price of the snapshot: from a time of day until another (00:00: to the end), yuan a kilowatt-hour."""

    start: str
    end: str
    elec_price: str
    service_price: str


class IdleFeeTerms(Wire, frozen=True, kw_only=True):
    """What standing after the charge costs, in fen."""

    free_minutes: int
    fee_fen_per_minute: int
    full_fee_fen_per_minute: int
    max_fee_fen: int

    @classmethod
    def of(cls, fee: IdleFee) -> "IdleFeeTerms":
        """Show an idle fee."""
        return cls(
            free_minutes=fee.free_minutes, fee_fen_per_minute=fee.fee_fen_per_minute,
            full_fee_fen_per_minute=fee.full_fee_fen_per_minute, max_fee_fen=fee.max_fee_fen,
        )  # fmt: skip


class ChargingSession(Wire, frozen=True, kw_only=True):
    """A charge as it stands. Accepted is not charging: `state` is charging only once energy flows.

    `booking` is the prepaid booking to be paid; `running_fen` is what it costs so far; `until` is when the
    connector is somebody else's; `refund_fen` is what of the deposit goes back, once it is billed.
    """

    id: UUID
    state: str
    failure: str | None
    booking: Booking
    connector: ChargeConnector
    station: BookingPlace
    energy_wh: int
    soc_percent: int | None
    running_fen: int
    authorised_fen: int
    total_fen: int | None
    refund_fen: int | None
    started_at: datetime | None
    ended_at: datetime | None
    until: datetime | None
    heard_at: datetime | None
    tariff: list[PriceBand]
    idle_fee: IdleFeeTerms
    actions: list[str]

    @classmethod
    def of(cls, charge: Charge, place: BookingPlace, now: datetime) -> "ChargingSession":
        """Show a session to its people."""
        row, tariff = charge.row, Tariff.of(charge.row.tariff)
        return cls(
            id=row.id, state=row.state, failure=row.failure,
            booking=as_booking(charge.booking, place, now), connector=ChargeConnector.of(charge.connector),
            station=place, energy_wh=row.energy_wh, soc_percent=row.soc_percent, running_fen=row.running_fen,
            authorised_fen=row.authorised_fen, total_fen=row.total_fen,
            refund_fen=row.authorised_fen - row.total_fen if row.total_fen is not None else None,
            started_at=_shown(row.started_at), ended_at=_shown(row.ended_at), until=_shown(charge.until),
            heard_at=_shown(row.heard_at), tariff=[_band(band) for band in tariff.bands],
            idle_fee=IdleFeeTerms.of(tariff.idle_fee), actions=_actions(charge, now),
        )  # fmt: skip


class ChargeBillLine(Wire, frozen=True, kw_only=True):
    """One component of one period: electricity or service at a price a kilowatt-hour, or standing."""

    kind: str
    label: str
    starts_at: datetime
    ends_at: datetime
    energy_wh: int
    minutes: int
    price: str
    fen: int


class ChargeBill(Wire, frozen=True, kw_only=True):
    """The bill of a charge; its lines less `capped_fen` add up to the total, in fen.

    `paid_fen` was paid in advance, `refund_fen` of it goes back by itself.
    """

    session_id: UUID
    station: BookingPlace
    started_at: datetime | None
    ended_at: datetime | None
    energy_wh: int
    energy_fen: int
    idle_fen: int
    total_fen: int
    capped_fen: int
    paid_fen: int
    refund_fen: int
    lines: list[ChargeBillLine]

    @classmethod
    def of(cls, charge: Charge, place: BookingPlace) -> "ChargeBill":
        """Show a bill (BillNotReady before there is one)."""
        row = charge.row
        if row.bill is None:
            raise BillNotReady
        bill = Bill.of(row.bill)
        return cls(
            session_id=row.id, station=place, started_at=_shown(row.started_at),
            ended_at=_shown(row.ended_at), energy_wh=bill.energy_wh, energy_fen=bill.energy_fen,
            idle_fen=bill.idle_fen, total_fen=bill.total_fen, capped_fen=bill.capped_fen,
            paid_fen=row.authorised_fen, refund_fen=row.authorised_fen - bill.total_fen,
            lines=[
                ChargeBillLine(
                    kind=line.kind, label=LINE_LABELS[line.kind], starts_at=shanghai(line.starts_at),
                    ends_at=shanghai(line.ends_at), energy_wh=line.energy_wh, minutes=line.minutes,
                    price=line.price, fen=line.fen,
                )
                for line in bill.lines
            ],
        )  # fmt: skip


def _shown(at: datetime | None) -> datetime | None:
    return shanghai(at) if at is not None else None


def _band(band: Band) -> PriceBand:
    return PriceBand(
        start=f"{band.start:%H:%M}", end=f"{band.end:%H:%M}", elec_price=str(band.elec_price),
        service_price=str(band.service_price),
    )  # fmt: skip


def _actions(charge: Charge, now: datetime) -> list[str]:
    """List what can be done with a session: pay its deposit, stop it, see the bill."""
    if charge.row.state == "requested" and "pay" in actions(charge.booking, now):
        return ["pay", "stop"]
    if charge.row.state in {"requested", "charging"}:
        return ["stop"]
    return ["bill"] if charge.row.bill is not None else []
