"""A charge begins: paid, accepted, refused, lost, given up, whatever the operator does."""

from datetime import timedelta

import pytest

from scenes.charging.errors import (
    ConnectorBusy,
    ConnectorNotUsable,
)
from scenes.charging.rules.bill import Bill
from scenes.charging.rules.messages import StartResult
from scenes.charging.service import hearing
from tests.support.charging_sessions import Garage, charging_now


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
