"""A charge from the wish to the bill, whatever the operator loses, repeats or refuses."""

from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from scenes.charging.errors import (
    ChargeNotFound,
    ConnectorBusy,
    ConnectorNotUsable,
    MeterWentBack,
    ReservationElsewhere,
    UnknownCharge,
)
from scenes.charging.rules.bill import Bill
from scenes.charging.rules.messages import StartResult
from scenes.charging.rules.windows import quarter_of
from scenes.charging.service import hearing, reservations
from scenes.charging.service.charges import Charge
from scenes.charging.service.reservations import Wish
from scenes.common.booking.errors import TooLate
from scenes.common.booking.ledger import BookingRecord, Ledger, Move
from scenes.common.kit.caller import Resident
from scenes.common.kit.ids import new_id
from tests.support.charging import NEAR, Charging
from tests.support.charging_sessions import Garage

QUARTER = timedelta(minutes=15)


@pytest.fixture
async def garage(charging: Charging, ledger: Ledger) -> Garage:
    garage = Garage(charging, ledger)
    await garage.furnish()
    return garage


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


async def test_from_the_wish_to_the_bill_and_the_rest_back(garage: Garage) -> None:
    who = await garage.resident()
    charge = await garage.begin(who)
    assert (charge.row.state, charge.booking.state, charge.booking.amount_fen) == ("requested", "held", 5000)
    await garage.drive()
    assert garage.plant.asked == []
    await garage.pay(charge)
    await garage.drive()
    seen = await garage.see(charge, who)
    assert (seen.booking.state, seen.row.accepted_at is not None) == ("checked_in", True)
    await garage.later(seconds=3)
    assert (await garage.see(charge, who)).row.state == "charging"
    await garage.later(minutes=6)
    running = (await garage.see(charge, who)).row
    assert running.energy_wh == garage.plant.energy(charge.row.start_seq) > 0
    assert running.running_fen > 0
    await garage.stop(charge, who)
    await garage.drive()
    ended = await garage.see(charge, who)
    assert (ended.row.state, ended.row.bill) == ("ended", None)
    await garage.order(charge, ended.row.running_fen)
    await garage.drive()
    done = await garage.see(charge, who)
    assert done.row.bill is not None
    assert done.row.total_fen is not None
    bill = Bill.of(done.row.bill)
    assert sum(line.fen for line in bill.lines) == bill.total_fen == done.row.total_fen
    assert bill.energy_wh == garage.plant.energy(charge.row.start_seq)
    assert (done.booking.state, done.row.settled_at is not None) == ("fulfilled", True)
    assert await garage.refunds() == [(5000 - bill.total_fen,)]
    assert garage.plant.running[charge.row.start_seq].starts == 1


async def test_accepted_is_not_charging(garage: Garage) -> None:
    who = await garage.resident()
    garage.plant.begins = False
    charge = await garage.begin(who)
    await garage.pay(charge)
    await garage.drive()
    await garage.later(seconds=5)
    assert (await garage.see(charge, who)).row.state == "requested"
    result = StartResult(
        start_seq=charge.row.start_seq, connector_code="ST-NEAR-01", state=2, started_at=garage.world.clock()
    )
    async with garage.world.database.transaction() as session:
        await hearing.hear_start(session, result, operator_id=garage.world.operator, now=garage.world.clock())
    assert (await garage.see(charge, who)).row.state == "charging"


@pytest.mark.parametrize(
    ("misbehaving", "why"),
    [({"accepts": False}, "refused_2"), ({"auth": 1}, "not_plugged"), ({"auth": 2}, "check_failed")],
)
async def test_a_failed_start_is_refunded_by_itself(
    garage: Garage, misbehaving: dict[str, int], why: str
) -> None:
    who = await garage.resident()
    for name, value in misbehaving.items():
        setattr(garage.plant, name, value)
    charge = await garage.begin(who)
    await garage.pay(charge)
    await garage.drive()
    seen = await garage.see(charge, who)
    assert (seen.row.state, seen.row.failure, seen.booking.state) == ("failed", why, "cancelled")
    assert seen.row.settled_at is not None
    again = await garage.begin(await garage.resident())
    assert again.row.state == "requested"


async def test_a_start_that_never_charges_is_given_up_and_stopped(garage: Garage) -> None:
    who = await garage.resident()
    garage.plant.begins = False
    charge = await garage.begin(who)
    await garage.pay(charge)
    await garage.drive()
    await garage.later(seconds=121)
    seen = await garage.see(charge, who)
    assert (seen.row.state, seen.row.failure, seen.booking.state) == ("failed", "start_timeout", "cancelled")
    assert garage.plant.running[charge.row.start_seq].stopped_at is not None


async def test_an_unreachable_operator_is_asked_again_and_then_paid_back(garage: Garage) -> None:
    who = await garage.resident()
    garage.plant.away = True
    charge = await garage.begin(who)
    await garage.pay(charge)
    await garage.drive()
    asked = len(garage.plant.asked)
    await garage.drive()
    assert len(garage.plant.asked) == asked == 1
    await garage.later(seconds=2)
    assert len(garage.plant.asked) == 2
    for _ in range(12):
        await garage.later(seconds=20)
    seen = await garage.see(charge, who)
    assert (seen.row.state, seen.row.failure, seen.booking.state) == ("failed", "start_timeout", "cancelled")


async def test_a_lost_answer_never_starts_twice(garage: Garage) -> None:
    who = await garage.resident()
    charge = await garage.begin(who)
    await garage.pay(charge)
    real, lost = garage.plant.start, []

    async def start(start_seq: str, connector_code: str, /) -> object:
        await real(start_seq, connector_code)
        lost.append(start_seq)
        garage.plant.away = True
        garage.plant._answer("lost")
        return None

    garage.plant.start = start  # pyright: ignore[reportAttributeAccessIssue]
    await garage.drive()
    assert lost == [charge.row.start_seq]
    garage.plant.away = False
    await garage.later(seconds=5)
    assert (await garage.see(charge, who)).row.state == "charging"
    assert (len(lost), garage.plant.running[charge.row.start_seq].starts) == (1, 1)


async def test_the_same_request_is_the_same_session(garage: Garage) -> None:
    who = await garage.resident()
    first = await garage.begin(who, key="one-and-the-same")
    again = await garage.begin(who, key="one-and-the-same")
    assert again.row.id == first.row.id


async def test_a_kill_between_the_claim_and_the_row_loses_nothing(garage: Garage) -> None:
    who = await garage.resident()
    charge = await garage.begin(who)
    await garage.world.run("DELETE FROM charging_session")
    await garage.pay(charge)
    await garage.drive()
    await garage.later(seconds=3)
    seen = await garage.see(charge, who)
    assert (seen.row.id, seen.row.state, seen.row.start_seq) == (
        charge.row.id, "charging", charge.row.start_seq,
    )  # fmt: skip


async def test_one_connector_has_one_charge(garage: Garage) -> None:
    await charging_now(garage, await garage.resident())
    with pytest.raises(ConnectorBusy):
        await garage.begin(await garage.resident())


async def test_an_unpaid_wish_frees_the_connector_when_its_hold_runs_out(garage: Garage) -> None:
    who = await garage.resident()
    charge = await garage.begin(who)
    with pytest.raises(ConnectorBusy):
        await garage.begin(await garage.resident())
    garage.world.clock.advance(timedelta(seconds=300))
    await garage.world.all_free()
    assert (await garage.begin(await garage.resident())).row.state == "requested"
    assert (await garage.see(charge, who)).row.failure == "unpaid"


@pytest.mark.parametrize(
    ("status", "refusal"),
    [(0, ConnectorNotUsable), (255, ConnectorNotUsable), (3, ConnectorBusy), (4, ConnectorBusy)],
)
async def test_what_cannot_charge_takes_no_money(
    garage: Garage, status: int, refusal: type[Exception]
) -> None:
    await garage.world.tell(NEAR_01=status)
    with pytest.raises(refusal):
        await garage.begin(await garage.resident())


async def test_a_paid_deposit_is_not_cancelled_but_stopped(garage: Garage) -> None:
    who = await garage.resident()
    charge = await charging_now(garage, who)
    with pytest.raises(TooLate):
        await garage.ledger.move(
            Move(booking_id=charge.booking.id, event="cancel", by="resident", actor_id=who.person_id)
        )


async def test_stopping_before_it_was_asked_pays_back(garage: Garage) -> None:
    who = await garage.resident()
    charge = await garage.begin(who)
    await garage.stop(charge, who)
    await garage.drive()
    seen = await garage.see(charge, who)
    assert (seen.row.state, seen.row.failure, seen.booking.state) == ("failed", "given_up", "cancelled")
    assert garage.plant.asked == []


async def test_a_spent_deposit_stops_the_charge(garage: Garage) -> None:
    who = await garage.resident()
    garage.plant.power_kw = 240
    charge = await charging_now(garage, who)
    for _ in range(60):
        await garage.later(seconds=15)
        if (await garage.see(charge, who)).row.state == "ended":
            break
    ended = (await garage.see(charge, who)).row
    assert (ended.state, ended.stop_asked_by) == ("ended", "system")
    await garage.order(charge, ended.running_fen)
    await garage.drive()
    done = (await garage.see(charge, who)).row
    assert done.total_fen is not None
    assert 4900 < done.total_fen <= 5000


async def test_a_lost_order_is_billed_from_the_readings(garage: Garage) -> None:
    who = await garage.resident()
    charge = await charging_now(garage, who)
    await garage.later(minutes=5)
    await garage.stop(charge, who)
    await garage.drive()
    await garage.later(seconds=60)
    assert (await garage.see(charge, who)).row.bill is None
    await garage.later(seconds=61)
    done = (await garage.see(charge, who)).row
    assert (done.bill is not None, done.operator_total_fen) == (True, None)


async def test_another_total_of_the_operator_is_kept_for_staff(garage: Garage) -> None:
    who = await garage.resident()
    charge = await charging_now(garage, who)
    await garage.later(minutes=5)
    await garage.stop(charge, who)
    await garage.drive()
    ours = (await garage.see(charge, who)).row.running_fen
    await garage.order(charge, ours + 7)
    await garage.drive()
    await garage.order(charge, ours + 7)
    found = await garage.world.rows("SELECT kind, difference_fen, state FROM reconciliation")
    assert found == [("amount", 7, "open")]
    assert (await garage.see(charge, who)).row.total_fen == ours


async def test_a_reservation_is_matched_by_its_holder(garage: Garage) -> None:
    holder, stranger = await garage.resident(), await garage.resident()
    held = await reserved(garage, holder)
    garage.world.clock.advance(held.starts_at - garage.world.clock() + timedelta(minutes=1))
    await garage.world.all_free()
    await garage.world.tell(NEAR_01=2)
    with pytest.raises(ConnectorBusy):
        await garage.begin(stranger)
    charge = await garage.begin(holder)
    assert (charge.row.reservation_id, charge.until) == (held.id, held.ends_at)
    assert await state_of(garage, held.id) == "checked_in"
    await garage.pay(charge)
    await garage.drive()
    await garage.later(seconds=3)
    garage.world.clock.advance(held.ends_at - garage.world.clock())
    await garage.drive()
    await garage.drive()
    seen = (await garage.see(charge, holder)).row
    assert (seen.state, seen.stop_asked_by) == ("ended", "system")
    await garage.later(seconds=130)
    assert await state_of(garage, held.id) == "fulfilled"


async def test_a_walk_up_charge_ends_before_the_next_reservation(garage: Garage) -> None:
    held = await reserved(garage, await garage.resident(), quarters=2)
    charge = await garage.begin(await garage.resident())
    assert charge.until == held.starts_at


async def test_the_reservation_of_another_connector_is_said_so(garage: Garage) -> None:
    who = await garage.resident()
    held = await reserved(garage, who)
    with pytest.raises(ReservationElsewhere):
        await garage.begin(who, "NEAR_02", reservation_id=held.id)


async def test_a_meter_that_goes_back_changes_nothing(garage: Garage) -> None:
    who = await garage.resident()
    charge = await charging_now(garage, who)
    await garage.later(minutes=5)
    before = (await garage.see(charge, who)).row
    garage.world.clock.advance(timedelta(minutes=1))
    for energy in (-5, before.energy_wh - 1):
        false = garage.plant.status(charge.row.start_seq)
        async with garage.world.database.transaction() as session:
            message = type(false)(**{
                **{name: getattr(false, name) for name in false.__struct_fields__}, "energy_wh": energy
            })  # fmt: skip
            with pytest.raises(MeterWentBack):
                await hearing.hear_meter(
                    session, message, operator_id=garage.world.operator, now=garage.world.clock()
                )
    after = (await garage.see(charge, who)).row
    assert (after.energy_wh, after.version) == (before.energy_wh, before.version)


async def test_news_of_a_charge_nobody_knows_or_of_another_operators_is_refused(garage: Garage) -> None:
    charge = await charging_now(garage, await garage.resident())
    status = garage.plant.status(charge.row.start_seq)
    for operator in (new_id(), garage.world.operator):
        message = status if operator != garage.world.operator else StartResult(
            start_seq="0" * 27, connector_code="X", state=2, started_at=None
        )  # fmt: skip
        hear = hearing.hear_meter if message is status else hearing.hear_start
        async with garage.world.database.transaction() as session:
            with pytest.raises(UnknownCharge):
                await hear(session, message, operator_id=operator, now=garage.world.clock())  # pyright: ignore[reportArgumentType]


async def test_a_charge_is_its_peoples_only(garage: Garage) -> None:
    charge = await charging_now(garage, await garage.resident())
    with pytest.raises(ChargeNotFound):
        await garage.see(charge, await garage.resident())


async def test_a_charge_that_begins_after_it_was_given_up_is_stopped(garage: Garage) -> None:
    who = await garage.resident()
    garage.plant.begins = False
    charge = await garage.begin(who)
    await garage.pay(charge)
    await garage.drive()
    await garage.later(seconds=121)
    assert (await garage.see(charge, who)).row.state == "failed"
    garage.plant.begins = True
    garage.plant.running[charge.row.start_seq].stopped_at = None
    async with garage.world.database.transaction() as session:
        await hearing.hear_meter(
            session, garage.plant.status(charge.row.start_seq), operator_id=garage.world.operator,
            now=garage.world.clock(),
        )  # fmt: skip
    await garage.later(seconds=2)
    assert garage.plant.running[charge.row.start_seq].stopped_at is not None
    assert (await garage.see(charge, who)).row.state == "failed"


async def test_standing_on_is_charged_only_as_far_as_it_was_seen(garage: Garage) -> None:
    fee = {"freeMinutes": 5, "feeFenPerMinute": 50, "fullFeeFenPerMinute": 100, "maxFeeFen": 3000}
    await garage.world.run(
        "UPDATE charging_station SET idle_fee = CAST(:fee AS jsonb)", fee=msgspec.json.encode(fee).decode()
    )
    who = await garage.resident()
    charge = await charging_now(garage, who)
    await garage.later(minutes=5)
    await garage.stop(charge, who)
    await garage.drive()
    energy_fen = (await garage.see(charge, who)).row.running_fen
    await garage.order(charge, energy_fen)
    await garage.world.tell(NEAR_01=2)
    await garage.later(seconds=20)
    assert (await garage.see(charge, who)).row.bill is None
    garage.world.clock.advance(timedelta(minutes=12))
    await garage.world.tell(NEAR_01=1)
    await garage.drive()
    done = (await garage.see(charge, who)).row
    assert done.bill is not None
    bill = Bill.of(done.bill)
    assert (bill.energy_fen, bill.idle_fen, bill.total_fen) == (energy_fen, 350, energy_fen + 350)
    assert await garage.world.rows("SELECT count(*) FROM reconciliation") == [(0,)]
