"""A charge ends: stopped, limited, billed to the fen, whatever news was lost or wrong."""

from datetime import timedelta

import msgspec
import pytest

from scenes.charging.errors import (
    ChargeNotFound,
    ConnectorBusy,
    MeterWentBack,
    ReservationElsewhere,
    UnknownCharge,
)
from scenes.charging.rules.bill import Bill
from scenes.charging.rules.messages import StartResult
from scenes.charging.service import hearing
from scenes.common.booking.errors import TooLate
from scenes.common.booking.ledger import Move
from scenes.common.kit.ids import new_id
from tests.support.charging_sessions import Garage, charging_now, reserved, state_of


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
