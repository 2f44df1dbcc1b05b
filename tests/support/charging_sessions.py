"""Charges in a small world: an operator whose meters run by the world's clock, and money that was paid."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec

from scenes.charging.errors import OperatorRefused, OperatorUnreachable
from scenes.charging.rules.messages import ChargeOrder, ChargeStatus, StartAck, StopAck
from scenes.charging.rules.windows import quarter_of
from scenes.charging.service import charges, hearing, reservations, windows
from scenes.charging.service.charges import Charge
from scenes.charging.service.driving import Driver
from scenes.charging.service.reservations import Wish
from scenes.charging.service.sessions import Ask, begin
from scenes.charging.wire_sessions import ChargingSession
from scenes.common.booking import store as booking_store
from scenes.common.booking.ledger import BookingRecord, Ledger, Move
from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import Clock
from scenes.common.kit.ids import new_id
from scenes.common.kit.wire import encode
from scenes.common.payments.tables import PaymentRow
from tests.support.booking import place_named
from tests.support.charging import NEAR, Charging

QUARTER = timedelta(minutes=15)

SECONDS_AN_HOUR = 3600


class HasId(msgspec.Struct):
    """Anything with an id on the wire."""

    id: UUID


async def nobody_waits() -> None:
    """Let everybody ask as often as they like."""


class Running(msgspec.Struct):
    """A charge as the operator has it."""

    connector_code: str
    started_at: datetime
    starts: int = 1
    stopped_at: datetime | None = None


class Plant:
    """An operator on the other side: starts at once, meters by the clock, and can be made to misbehave."""

    def __init__(self, clock: Clock, power_kw: int = 60) -> None:
        self.clock = clock
        self.power_kw = power_kw
        self.running: dict[str, Running] = {}
        self.asked: list[str] = []
        self.auth = 0
        self.accepts = True
        self.begins = True
        self.away = False
        self.loses_answers = False

    async def client(self, _operator_id: UUID, /) -> "Plant":
        """Be one's own client."""
        return self

    async def authenticate(self, _code: str, /) -> int:
        """Allow the connector, or not."""
        self._answer("authenticate")
        return self.auth

    async def start(self, start_seq: str, connector_code: str, /) -> StartAck:
        """Start once for each number."""
        if not self.away and self.accepts:
            known = self.running.get(start_seq)
            if known is None:
                self.running[start_seq] = Running(connector_code, self.clock())
            else:
                known.starts += 1
        self._answer("start")
        fail = 0 if self.accepts else 2
        return StartAck(start_seq=start_seq, accepted=self.accepts, state=1, fail_reason=fail)

    async def charge_status(self, start_seq: str, /) -> ChargeStatus:
        """Read a meter."""
        self._answer("charge_status")
        if start_seq not in self.running:
            raise OperatorRefused(4004, "no such charge")
        return self.status(start_seq)

    async def stop(self, start_seq: str, _code: str, /) -> StopAck:
        """Stop a charge."""
        self._answer("stop")
        charge = self.running.get(start_seq)
        if charge is None:
            raise OperatorRefused(4004, "no such charge")
        already = charge.stopped_at is not None
        charge.stopped_at = charge.stopped_at or self.clock()
        return StopAck(start_seq=start_seq, stopped=not already, state=4, fail_reason=3 if already else 0)

    def _answer(self, call: str) -> None:
        self.asked.append(call)
        if self.away or self.loses_answers:
            raise OperatorUnreachable(call, maybe_done=not self.away)

    def status(self, start_seq: str) -> ChargeStatus:
        """Say how a charge stands."""
        charge = self.running[start_seq]
        state = 4 if charge.stopped_at is not None else 2 if self.begins else 1
        at = charge.stopped_at or self.clock()
        return ChargeStatus(
            start_seq=start_seq, state=state, connector_code=charge.connector_code, connector_status=3,
            started_at=charge.started_at, at=at, energy_wh=self.energy(start_seq) if self.begins else 0,
            soc_percent=50, elec_fen=0, service_fen=0, total_fen=0,
        )  # fmt: skip

    def energy(self, start_seq: str) -> int:
        """Read a meter in watt-hours."""
        charge = self.running[start_seq]
        seconds = ((charge.stopped_at or self.clock()) - charge.started_at) // timedelta(seconds=1)
        return seconds * self.power_kw * 1000 // SECONDS_AN_HOUR

    def order(self, start_seq: str, total_fen: int) -> ChargeOrder:
        """Make the final account of a stopped charge."""
        charge = self.running[start_seq]
        return ChargeOrder(
            start_seq=start_seq, connector_code=charge.connector_code, started_at=charge.started_at,
            ended_at=charge.stopped_at or self.clock(), energy_wh=self.energy(start_seq), elec_fen=0,
            service_fen=0, total_fen=total_fen, stop_reason=0,
        )  # fmt: skip


class Garage:
    """Residents who charge in a world."""

    me: Resident

    def __init__(self, world: Charging, ledger: Ledger) -> None:
        self.world = world
        self.ledger = ledger
        self.plant = Plant(world.clock)
        self.driver = Driver(world.database, ledger, operators=self.plant, clock=world.clock)

    async def furnish(self, **rule: Any) -> None:
        """Put the rule in force, publish the quarters and say that all is free."""
        await self.world.set_rule({"depositFen": 5000, "daysAhead": 1, **rule})
        async with self.world.database.transaction() as session:
            await windows.publish(session, now=self.world.clock())
        await self.world.all_free()

    async def resident(self) -> Resident:
        """Let somebody move in and sign in."""
        return Resident(await self.world.person(), new_id())

    async def begin(self, who: Resident, name: str = "NEAR_01", **facts: Any) -> Charge:
        """Ask for a charge at a connector by its name."""
        return await self.begin_at(who, self.world.connector(name), **facts)

    async def begin_at(self, who: Resident, connector_id: UUID, **facts: Any) -> Charge:
        """Ask for a charge at a connector."""
        values = {"reservation_id": None, "key": str(uuid4()), "fingerprint": b"a" * 16, **facts}
        clock = self.world.clock

        def show(charge: Charge) -> bytes:
            return encode(ChargingSession.of(charge, place_named(charge.row.station_id), clock()))

        ask = Ask(resident=who, connector_id=connector_id, show=show, **values)
        answer = await begin(self.ledger, self.world.database, ask, admit=nobody_waits, clock=clock)
        async with self.world.database.read() as session:
            return await charges.charge_of(session, msgspec.json.decode(answer.body, type=HasId).id)

    async def pay(self, charge: Charge) -> None:
        """Have the deposit paid, and the booking confirmed by it."""
        now, record = self.world.clock(), charge.booking
        row = PaymentRow(
            id=new_id(), booking_id=record.id, person_id=record.person_id, payer_id=record.booked_by,
            method="sandbox", state="success", amount_fen=record.amount_fen, created_at=now,
            succeeded_at=now, settled_at=now, next_ask_at=now,
        )  # fmt: skip
        async with self.world.database.transaction() as session:
            session.add(row)
            await session.flush()
            await booking_store.note_payment(session, record.id, payment_id=row.id, state="success")
        await self.ledger.move(Move(booking_id=record.id, event="confirm", by="payment"))
        async with self.world.database.transaction() as session:
            await charges.adopt(session, record.id, now=now)

    async def drive(self) -> None:
        """Do what the worker does every two seconds."""
        await self.driver.drive_due()

    async def later(self, **span: float) -> None:
        """Let time pass, and the worker come by."""
        self.world.clock.advance(timedelta(**span))
        await self.drive()

    async def stop(self, charge: Charge, who: Resident) -> None:
        """Press the stop button."""
        async with self.world.database.transaction() as session:
            await charges.stop(session, charge.row.id, who, now=self.world.clock())

    async def see(self, charge: Charge, who: Resident) -> Charge:
        """Look at a charge."""
        async with self.world.database.read() as session:
            return await charges.own_charge(session, charge.row.id, who)

    async def order(self, charge: Charge, total_fen: int) -> None:
        """Let the operator's final account of a charge arrive."""
        await self.order_of(charge.row.start_seq, total_fen)

    async def order_of(self, start_seq: str, total_fen: int) -> None:
        """Let the final account of a number arrive."""
        order = self.plant.order(start_seq, total_fen)
        async with self.world.database.transaction() as session:
            await hearing.hear_order(session, order, operator_id=self.world.operator, now=self.world.clock())

    async def refunds(self) -> list[tuple[Any, ...]]:
        """Read what goes back."""
        return await self.world.rows("SELECT amount_fen FROM refund ORDER BY requested_at, id")


async def charging_now(garage: Garage, who: Resident, name: str = "NEAR_01") -> Charge:
    """Begin, pay, and be charging."""
    charge = await garage.begin(who, name)
    await garage.pay(charge)
    await garage.drive()
    await garage.later(seconds=3)
    seen = await garage.see(charge, who)
    assert seen.row.state == "charging"
    return seen


async def state_of(garage: Garage, booking_id: UUID) -> str:
    return (await garage.world.rows("SELECT state FROM booking WHERE id = :id", id=booking_id))[0][0]


async def reserved(garage: Garage, who: Resident, quarters: int = 1, name: str = "NEAR_01") -> BookingRecord:
    wish = Wish(
        station_id=garage.world.stations[NEAR], connector_id=garage.world.connector(name),
        starts_at=quarter_of(garage.world.clock()) + quarters * QUARTER, minutes=30,
    )  # fmt: skip
    outcome = await reservations.reserve(
        garage.ledger, garage.world.database, resident=who, wish=wish, key=f"reserve-{new_id()}",
        fingerprint=b"r" * 16, clock=garage.world.clock,
    )  # fmt: skip
    assert outcome.booking is not None
    return outcome.booking
