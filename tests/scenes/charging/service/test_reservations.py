"""Reservations: any and named count against one capacity, and a lapsed one is free to the second."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from scenes.charging.errors import ConnectorNotUsable, ReservationTimeInvalid
from scenes.charging.jobs_sessions import HANDLERS
from scenes.charging.rules.windows import quarter_of
from scenes.charging.service import places, reservations, windows
from scenes.charging.service.reservations import Wish
from scenes.common.booking.errors import AlreadyBooked, Suspended, WindowFull
from scenes.common.booking.ledger import BookingRecord, Ledger, Move
from scenes.common.kit.caller import Resident
from scenes.common.kit.ids import new_id
from scenes.common.kit.outbox import relay
from scenes.common.kit.refusals import Refusal
from tests.support.charging import DC, NEAR, Charging

QUARTER = timedelta(minutes=15)

OVERLAPS = """
SELECT count(*) FROM (
  SELECT l.window_id FROM booking_line l JOIN booking b ON b.id = l.booking_id
    JOIN booking_window w ON w.id = l.window_id
  WHERE b.state IN ('held', 'confirmed', 'checked_in') AND w.capacity = 1
  GROUP BY l.window_id HAVING count(*) > 1) twice
"""


@pytest.fixture
async def world(charging: Charging) -> Charging:
    """The near station open for reservations: three DC guns, all free."""
    await charging.set_rule({"graceMinutes": 15, "noShowLimit": 2, "daysAhead": 1})
    await publish(charging)
    await charging.all_free()
    return charging


async def publish(world: Charging) -> int:
    async with world.database.transaction() as session:
        return await windows.publish(session, now=world.clock())


async def resident(world: Charging) -> Resident:
    return Resident(await world.person(), new_id())


def soon(world: Charging, quarters: int = 1) -> datetime:
    return quarter_of(world.clock()) + quarters * QUARTER


async def reserve(
    world: Charging, ledger: Ledger, who: Resident | None = None, **facts: Any
) -> BookingRecord:
    values = {
        "station_id": world.stations[NEAR],
        "kind": DC,
        "starts_at": soon(world),
        "minutes": 30,
        **facts,
    }
    outcome = await reservations.reserve(
        ledger, world.database, resident=who or await resident(world), wish=Wish(**values),
        key=str(uuid4()), fingerprint=b"a" * 16, clock=world.clock,
    )  # fmt: skip
    assert outcome.booking is not None
    return outcome.booking


async def state_of(world: Charging, booking_id: UUID) -> str:
    return (await world.rows("SELECT state FROM booking WHERE id = :id", id=booking_id))[0][0]


async def test_publishing_again_adds_nothing(world: Charging) -> None:
    assert await publish(world) == 0
    published = await world.rows("SELECT count(*) FROM charging_window")
    assert published == [(len(world.connectors) * 96 * 2,)]


async def test_two_any_holds_on_the_last_two_of_three_refuse_a_third(world: Charging, ledger: Ledger) -> None:
    await world.tell(NEAR_01=2)
    held = [await reserve(world, ledger) for _ in range(2)]
    assert {record.group_id for record in held} == {world.connector("NEAR_02"), world.connector("NEAR_03")}
    assert {record.state for record in held} == {"confirmed"}
    with pytest.raises(WindowFull):
        await reserve(world, ledger)


@pytest.mark.parametrize("status", [0, 2, 3, 4, 255])
async def test_what_is_not_known_to_be_free_is_not_offered_soon(
    world: Charging, ledger: Ledger, status: int
) -> None:
    await world.tell(NEAR_01=status)
    with pytest.raises(ConnectorNotUsable):
        await reserve(world, ledger, connector_id=world.connector("NEAR_01"))


async def test_a_stale_word_is_unknown_and_unknown_is_not_free(world: Charging, ledger: Ledger) -> None:
    world.clock.advance(timedelta(minutes=11))
    with pytest.raises(ConnectorNotUsable):
        await reserve(world, ledger)
    later = soon(world, 8)
    assert (await reserve(world, ledger, starts_at=later)).starts_at == later


async def test_a_lapsed_reservation_frees_its_connector_within_the_second(
    world: Charging, ledger: Ledger
) -> None:
    first = await reserve(world, ledger, connector_id=world.connector("NEAR_01"))
    world.clock.advance(first.starts_at + timedelta(minutes=15) - world.clock() - timedelta(seconds=1))
    await world.all_free()
    wish = {"connector_id": world.connector("NEAR_01"), "starts_at": quarter_of(first.ends_at) - QUARTER}
    with pytest.raises(WindowFull):
        await reserve(world, ledger, minutes=15, **wish)
    world.clock.advance(timedelta(seconds=1))
    assert (await reserve(world, ledger, minutes=15, **wish)).state == "confirmed"


async def test_named_and_any_never_overlap(world: Charging, ledger: Ledger) -> None:
    names = [world.connector(name) for name in ("NEAR_01", "NEAR_02", "NEAR_03")]
    people = [await resident(world) for _ in range(24)]

    async def tried(number: int, who: Resident) -> str:
        wish = {"connector_id": names[number % 3]} if number % 2 else {}
        start = soon(world, 1 + number % 3)
        try:
            return (await reserve(world, ledger, who, starts_at=start, minutes=30, **wish)).state
        except Refusal as refusal:
            return refusal.code

    got = await asyncio.gather(*(tried(n, who) for n, who in enumerate(people)))
    assert set(got) == {"confirmed", "window_full"}
    assert await world.rows(OVERLAPS) == [(0,)]


async def test_a_person_has_one_reservation(world: Charging, ledger: Ledger) -> None:
    who = await resident(world)
    await reserve(world, ledger, who)
    with pytest.raises(AlreadyBooked):
        await reserve(world, ledger, who, starts_at=soon(world, 8))


@pytest.mark.parametrize(
    "facts",
    [{"minutes": 20}, {"minutes": 0}, {"minutes": 195}, {"shift": 7}, {"shift": -30}, {"shift": 60 * 48}],
)
async def test_a_stay_is_made_of_quarters_ahead(
    world: Charging, ledger: Ledger, facts: dict[str, int]
) -> None:
    start = soon(world) + timedelta(minutes=facts.get("shift", 0))
    with pytest.raises(ReservationTimeInvalid):
        await reserve(world, ledger, starts_at=start, minutes=facts.get("minutes", 30))


async def test_the_terms_are_told_before(world: Charging) -> None:
    wish = Wish(station_id=world.stations[NEAR], kind=DC, starts_at=soon(world), minutes=30)
    async with world.database.read() as session:
        quote = await reservations.quote(session, wish, now=world.clock())
    assert (quote.free, quote.locked, quote.unlocked, quote.terms.grace_minutes) == (3, 0, 3, 15)
    assert quote.held_until == wish.starts_at + timedelta(minutes=15)
    assert quote.terms.no_show_rule == "30天里2次没来,停约30天。"


async def test_missing_twice_stops_reservations(world: Charging, ledger: Ledger) -> None:
    who = await resident(world)
    for _ in range(2):
        await reserve(world, ledger, who)
        world.clock.advance(timedelta(minutes=45))
        await ledger.sweep()
        await world.all_free()
        async with world.database.transaction() as session:
            await relay(session, HANDLERS, now=world.clock())
    with pytest.raises(Suspended):
        await reserve(world, ledger, who)


async def keep(world: Charging, ledger: Ledger) -> int:
    return await places.keep_places(world.database, ledger, clock=world.clock)


@pytest.mark.parametrize("status", [255, 0])
async def test_a_connector_that_breaks_hands_its_reservation_to_another(
    world: Charging, ledger: Ledger, status: int
) -> None:
    held = await reserve(world, ledger, connector_id=world.connector("NEAR_01"))
    assert await keep(world, ledger) == 0
    await world.tell(NEAR_01=status)
    assert await keep(world, ledger) == 1
    state, group, code = (
        await world.rows("SELECT state, group_id, code FROM booking WHERE id = :id", id=held.id)
    )[0]
    assert (state, code) == ("confirmed", held.code)
    assert group in {world.connector("NEAR_02"), world.connector("NEAR_03")}
    moved = await world.rows("SELECT payload->>'reason' FROM outbox WHERE topic = 'booking.moved'")
    assert moved == [("connector_fault" if status else "connector_offline",)]


async def test_with_nowhere_to_go_it_ends_with_notice(world: Charging, ledger: Ledger) -> None:
    held = await reserve(world, ledger, connector_id=world.connector("NEAR_01"))
    await world.tell(NEAR_01=255, NEAR_02=3, NEAR_03=0)
    assert await keep(world, ledger) == 1
    assert await state_of(world, held.id) == "cancelled"
    told = await world.rows(
        "SELECT payload->>'by', payload->>'reason' FROM outbox WHERE topic = 'booking.cancelled'"
    )
    assert told == [("system", "connector_fault")]


async def test_the_holders_plug_is_not_a_stranger(world: Charging, ledger: Ledger) -> None:
    held = await reserve(world, ledger, connector_id=world.connector("NEAR_01"))
    world.clock.advance(held.starts_at - timedelta(minutes=2) - world.clock())
    await world.all_free()
    await world.tell(NEAR_01=2)
    assert await keep(world, ledger) == 0


async def test_a_stranger_who_charges_is_given_until_the_start(world: Charging, ledger: Ledger) -> None:
    held = await reserve(world, ledger, connector_id=world.connector("NEAR_01"))
    world.clock.advance(held.starts_at - timedelta(minutes=2) - world.clock())
    await world.tell(NEAR_01=3, NEAR_02=3, NEAR_03=3)
    assert await keep(world, ledger) == 0
    world.clock.advance(timedelta(minutes=2))
    await world.tell(NEAR_01=3, NEAR_02=3, NEAR_03=3)
    assert await keep(world, ledger) == 1
    assert await state_of(world, held.id) == "cancelled"


async def test_staff_clear_a_connector(world: Charging, ledger: Ledger) -> None:
    held = [
        await reserve(world, ledger, connector_id=world.connector("NEAR_01"), starts_at=soon(world, n))
        for n in (2, 20)
    ]
    await world.run(
        "UPDATE charging_connector SET out_of_service_at = :now WHERE id = :id",
        now=world.clock(), id=world.connector("NEAR_01"),
    )  # fmt: skip
    done = await places.clear_connector(
        world.database, ledger, world.connector("NEAR_01"), why="out_of_service", clock=world.clock
    )
    assert done == {"moved": 2, "cancelled": 0, "kept": 0}
    assert {await state_of(world, each.id) for each in held} == {"confirmed"}


async def test_a_cancelled_reservation_is_free_again_at_once(world: Charging, ledger: Ledger) -> None:
    who = await resident(world)
    held = await reserve(world, ledger, who, connector_id=world.connector("NEAR_01"))
    await ledger.move(Move(booking_id=held.id, event="cancel", by="resident", actor_id=who.person_id))
    again = await reserve(world, ledger, who, connector_id=world.connector("NEAR_01"))
    assert again.group_id == held.group_id


async def test_the_times_that_can_be_chosen_are_counted(world: Charging, ledger: Ledger) -> None:
    await reserve(world, ledger, connector_id=world.connector("NEAR_01"), starts_at=soon(world, 4))
    async with world.database.read() as session:
        site = await reservations.site_of(session, world.stations[NEAR], now=world.clock())
        starts = dict(await reservations.starts_of(session, site, kind=DC, minutes=30, now=world.clock()))
    assert [starts[soon(world, n)] for n in (1, 2, 3, 4, 5, 6)] == [3, 3, 2, 2, 2, 3]
