"""The sandbox plant by the clock alone: what is drawn, what it costs, how it ends, what it remembers."""

from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.charging.rules.dialect import spoken
from scenes.charging.sandbox import Mischief
from scenes.charging.sandbox.books import Books, Hand, Session
from scenes.charging.sandbox.messenger import Messenger
from scenes.charging.sandbox.meter import drawn, parts
from scenes.charging.sandbox.news import METER, ORDER, STARTED, STATUS, STOPPED, News
from scenes.charging.sandbox.plant import Plant
from scenes.charging.sandbox.spec import PRICES, fen_of
from scenes.common.kit.clock import SHANGHAI
from tests.support.charging_operator import CODE, QUIRKY, plant_spec
from tests.support.clock import MONDAY_NINE, AdjustableClock

SEQ = CODE + "0" * 18
SECOND = timedelta(seconds=1)


class World:
    """A plant, its news and its books, with a clock that is turned by hand."""

    def __init__(self, path: Path | None = None, mischief: Mischief | None = None, **pace: float) -> None:
        self.clock = AdjustableClock()
        self.books = Books(path)
        self.plant = Plant(plant_spec(9, **pace), self.books, mischief=mischief or Mischief())
        self.news = News(self.plant)

    def pass_time(self, seconds: float = 0) -> None:
        self.clock.advance(timedelta(seconds=seconds))
        self.plant.advance(self.clock())
        self.news.gather(self.clock())
        self.books.save()

    def calls(self) -> list[str]:
        return [each.call for each in self.books.ledger.notices.values()]

    def plain(self, call: str) -> dict[str, Any]:
        notice = next(each for each in self.books.ledger.notices.values() if each.call == call)
        return msgspec.json.decode(notice.text)


def session(seconds: int, power_w: int, wanted_wh: int) -> Session:
    return Session(
        start_seq=SEQ, connector_code="C-1", accepted_at=MONDAY_NINE, wanted_wh=wanted_wh, power_w=power_w,
        begins_at=MONDAY_NINE + timedelta(seconds=seconds),
    )  # fmt: skip


@given(
    st.integers(0, 86_400),
    st.integers(1, 2_000_000),
    st.integers(1, 60_000),
    st.lists(st.integers(0, 200_000)),
)
def test_a_meter_never_falls_and_its_periods_add_up(
    start: int, power: int, wanted: int, ats: list[int]
) -> None:
    charge = session(start, power, wanted)
    readings = [drawn(charge, charge.begins_at + at * SECOND) for at in sorted(ats)]
    assert readings == sorted(readings)
    for at in ats:
        found = parts(charge, charge.begins_at + at * SECOND, PRICES)
        assert sum(each.energy_wh for each in found) == drawn(charge, charge.begins_at + at * SECOND)
        assert all(one.until == two.since for one, two in pairwise(found))
        assert all(each.since < each.until for each in found)


def test_each_component_is_rounded_half_up_by_itself() -> None:
    assert (fen_of(2_250, "0.1234"), fen_of(2_250, "0.5")) == (28, 113)


def test_a_charge_from_accepted_to_the_car_that_leaves() -> None:
    world = World(speed=15, meter_seconds=5, linger_seconds=20)
    assert world.plant.start(SEQ, "C-1", world.clock()) == 0
    world.pass_time(1)
    assert (world.plant.status("C-1", world.clock()), world.calls()) == (2, [STATUS])
    world.pass_time(1)
    assert (world.plant.status("C-1", world.clock()), sorted(world.calls())) == (3, [STARTED, STATUS])
    world.pass_time(5)
    assert world.plain(METER)["TotalPower"] == 1.25
    world.pass_time(600)
    assert sorted(world.calls()) == [ORDER, STARTED, STATUS]
    order = world.plain(ORDER)
    assert (order["StopReason"], order["SumPeriod"]) == (2, 1)
    assert world.plant.status("C-1", world.clock()) == 2
    world.pass_time(20)
    assert (world.plant.status("C-1", world.clock()), world.plant.refusal("C-1", world.clock())) == (1, 0)


def test_an_order_over_a_price_change_is_itemised() -> None:
    world = World(speed=1)
    world.clock.set(MONDAY_NINE.replace(hour=14, minute=59, second=0, tzinfo=SHANGHAI))
    world.plant.start(SEQ, "C-1", world.clock())
    world.pass_time(122)
    world.plant.stop(world.books.ledger.sessions[SEQ], world.clock())
    world.pass_time(1)
    order = world.plain(ORDER)
    assert [each["DetailEndTime"][-8:] for each in order["ChargeDetails"]] == ["15:00:00", "15:01:03"]
    assert [each["ElecPrice"] for each in order["ChargeDetails"]] == [1.08, 0.67]
    assert sum(round(each["DetailPower"] * 1000) for each in order["ChargeDetails"]) == 2_016
    assert STOPPED in world.calls()


def test_a_fault_ends_a_charge_and_an_offline_spell_does_not() -> None:
    world = World()
    world.plant.start(SEQ, "C-1", world.clock())
    world.pass_time(10)
    world.books.ledger.hands["C-1"] = Hand(status=0)
    world.pass_time(10)
    assert world.books.ledger.sessions[SEQ].ended_at is None
    world.books.ledger.hands["C-1"] = Hand(status=255)
    world.pass_time(10)
    assert (world.books.ledger.sessions[SEQ].ended_at, world.plain(ORDER)["StopReason"]) == (world.clock(), 3)


def test_a_car_held_by_hand_stays_until_it_is_pulled_out() -> None:
    world = World(speed=600)
    world.books.ledger.hands["C-1"] = Hand(plugged=True)
    assert world.plant.status("C-1", world.clock()) == 2
    world.plant.start(SEQ, "C-1", world.clock())
    world.pass_time(600)
    world.pass_time(600)
    assert world.plant.status("C-1", world.clock()) == 2
    world.books.ledger.hands["C-1"] = Hand(plugged=False)
    world.pass_time()
    assert world.plant.status("C-1", world.clock()) == 1


def test_starts_that_fail_by_mischief_are_accepted_first() -> None:
    world = World(mischief=Mischief(failed_starts=1))
    assert world.plant.start(SEQ, "C-1", world.clock()) == 0
    world.pass_time(3)
    assert (world.plain(STARTED)["StartChargeSeqStat"], world.plain(STARTED)["StartTime"]) == (4, "")
    world.pass_time(1)
    assert ORDER not in world.calls()
    assert world.plant.refusal("C-1", world.clock()) == 0


def test_lost_news_never_leaves() -> None:
    world = World(mischief=Mischief(lost=1))
    world.plant.start(SEQ, "C-1", world.clock())
    for _ in range(200):
        world.pass_time(60)
    assert world.calls() == []


def test_late_and_shuffled_news_is_due_later() -> None:
    world = World(mischief=Mischief(late=1, shuffled=1, late_seconds=30))
    world.plant.start(SEQ, "C-1", world.clock())
    world.pass_time(2)
    waits = [each.due_at - world.clock() for each in world.books.ledger.notices.values()]
    assert all(timedelta(seconds=30) <= each <= timedelta(seconds=60) for each in waits)
    assert len(set(waits)) == len(waits) > 1


def test_traffic_comes_goes_breaks_and_falls_silent() -> None:
    world = World(mischief=Mischief(traffic=0.5))
    seen: set[int] = set()
    for _ in range(2_000):
        world.pass_time(10)
        seen |= {world.plant.status(code, world.clock()) for code in world.plant.connectors}
    assert seen == {0, 1, 2, 3, 255}


def test_the_books_are_whole_after_a_restart_and_the_charge_went_on(tmp_path: Path) -> None:
    world = World(tmp_path / "books.json", meter_seconds=5)
    world.plant.start(SEQ, "C-1", world.clock())
    world.pass_time(30)
    later = World(tmp_path / "books.json", meter_seconds=5)
    later.clock.set(world.clock() + timedelta(seconds=60))
    later.pass_time()
    assert later.plain(METER)["TotalPower"] == round(60_000 * 88 // 3600 / 1000, 3)
    assert later.plant.start(SEQ, "C-1", later.clock()) == 0
    assert len(later.books.ledger.sessions) == 1


@pytest.mark.parametrize("call", [STATUS, STARTED, METER])
def test_another_dialect_says_the_same(call: str) -> None:
    world = World(meter_seconds=1)
    world.plant.start(SEQ, "C-1", world.clock())
    world.pass_time(5)
    body = world.plain(call)
    assert msgspec.json.decode(spoken(body, QUIRKY)).keys() == {
        QUIRKY.spelling.get(name, name) for name in body
    }


def test_a_messenger_gives_a_notice_up_after_six_tries() -> None:
    world = World()
    world.books.ledger.hands["C-1"] = Hand(status=255)
    world.pass_time()
    messenger = Messenger(world.plant, None)
    ((key, notice),) = world.books.ledger.notices.items()
    for _ in range(5):
        messenger._settle(key, notice, taken=False, now=world.clock())
    assert world.calls() == [STATUS]
    messenger._settle(key, notice, taken=False, now=world.clock())
    assert world.calls() == []
