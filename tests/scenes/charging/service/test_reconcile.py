"""A day's orders compared with the operator's: agreed, differing, and found once however often looked."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from scenes.charging.errors import OperatorUnreachable
from scenes.charging.rules.messages import CheckedOrder, DisputedOrder, OrderCheck
from scenes.charging.service import reconcile
from scenes.common.booking.ledger import Ledger
from scenes.common.kit.clock import local_day
from tests.support.charging import Charging
from tests.support.charging_sessions import Garage


class Books:
    """An operator that disputes what it is told to, and may be away."""

    def __init__(self) -> None:
        self.disputes: tuple[DisputedOrder, ...] = ()
        self.shown: list[CheckedOrder] = []
        self.away = False

    async def client(self, _operator_id: UUID, /) -> "Books":
        return self

    async def check_orders(self, orders: Any, /, *, since: datetime, until: datetime) -> OrderCheck:
        if self.away:
            raise OperatorUnreachable("check_charge_orders", maybe_done=False)
        assert until - since == timedelta(days=1)
        self.shown = list(orders)
        seqs = tuple(each.start_seq for each in self.disputes)
        return OrderCheck(
            disputed=seqs, total_fen=0, energy_wh=0, orders=len(self.shown), disputes=self.disputes
        )


@pytest.fixture
async def garage(charging: Charging, ledger: Ledger) -> Garage:
    garage = Garage(charging, ledger)
    await garage.furnish()
    return garage


async def a_charge(garage: Garage) -> tuple[str, int]:
    """Charge for five minutes, and be billed."""
    who = await garage.resident()
    charge = await garage.begin(who)
    await garage.pay(charge)
    await garage.drive()
    await garage.later(minutes=5)
    await garage.stop(charge, who)
    await garage.drive()
    total = (await garage.see(charge, who)).row.running_fen
    await garage.order(charge, total)
    await garage.drive()
    return charge.row.start_seq, total


async def look(garage: Garage, books: Books, day: date) -> list[str]:
    found = await reconcile.reconcile_day(
        garage.world.database, books, garage.world.operator, day=day, clock=garage.world.clock
    )
    return [each.kind for each in found]


async def test_a_day_is_compared_once_and_differences_stay_as_staff_left_them(garage: Garage) -> None:
    seq, total = await a_charge(garage)
    day, books = local_day(garage.world.clock()), Books()
    assert await look(garage, books, day) == []
    assert [(each.start_seq, each.total_fen) for each in books.shown] == [(seq, total)]
    stranger = DisputedOrder(start_seq="X" * 27, energy_wh=10, total_fen=5, reason=1)
    books.disputes = (DisputedOrder(start_seq=seq, energy_wh=1, total_fen=total + 3, reason=2), stranger)
    for _ in range(2):
        assert await look(garage, books, day) == ["amount", "missing_here"]
    kept = await garage.world.rows(
        "SELECT kind, difference_fen, state FROM reconciliation ORDER BY difference_fen"
    )
    assert kept == [("amount", 3, "open"), ("missing_here", 5, "open")]
    noted = await garage.world.rows("SELECT orders, total_fen, differences FROM reconciled_day")
    assert noted == [(1, total, 2)]


async def test_an_operator_that_was_away_is_asked_again(garage: Garage) -> None:
    await a_charge(garage)
    books = Books()
    garage.world.clock.advance(timedelta(days=1))

    async def run() -> int:
        return await reconcile.reconcile_days(garage.world.database, books, clock=garage.world.clock)

    books.away = True
    assert await run() == 0
    books.away = False
    assert await run() == 3
    assert await run() == 0
