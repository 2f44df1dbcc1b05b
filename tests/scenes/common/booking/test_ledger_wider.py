"""What two more rooms ask of the ledger: any of several, price rules, moves, and unused units freed."""

import asyncio
import random
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scenes.common.booking.errors import IllegalMove, PriceChanged, WindowFull, WindowNotFound
from scenes.common.booking.ledger import Adjustment, Claim, Ledger, Relocation, Want
from scenes.common.booking.tables import BookingWindowRow
from scenes.common.kit.ids import new_id
from scenes.common.kit.refusals import Refusal
from tests.support.booking import World, answer, step
from tests.support.clock import MONDAY_NINE

FREES = {"graceMinutes": 15, "freesUnused": True}
QUARTER = timedelta(minutes=15)


def quarters(world: World, count: int, **facts: Any) -> list[BookingWindowRow]:
    """Make the quarter-hours of one connector, from in an hour on."""
    connector, begins = new_id(), world.clock() + timedelta(hours=1)
    return [
        world.window(
            scene="charging", group_id=connector, title="充电", resource="1号枪", terms=FREES,
            starts_at=begins + n * QUARTER, ends_at=begins + (n + 1) * QUARTER,
            closes_at=begins + (n + 1) * QUARTER, **facts,
        )
        for n in range(count)
    ]  # fmt: skip


def any_of(world: World, person: UUID, sets: list[list[BookingWindowRow]], **facts: Any) -> Claim:
    """Ask for one of several sets of windows."""
    first, *others = [tuple(Want(window.id) for window in windows) for windows in sets]
    return world.claim(person, *first, scene="charging", alternatives=tuple(others), **facts)


async def test_two_any_holds_on_the_last_two_of_three_refuse_a_third(world: World, ledger: Ledger) -> None:
    connectors = [quarters(world, 2) for _ in range(3)]
    await world.publish(*[w for windows in connectors for w in windows])
    walked_in, *people = await world.people(4)
    await ledger.claim(any_of(world, walked_in, [connectors[0]]))
    asked = [answer(ledger.claim(any_of(world, person, connectors))) for person in people]
    assert Counter(await asyncio.gather(*asked)) == {201: 2, "window_full": 1}
    assert [await world.taken(windows[0]) for windows in connectors] == [1, 1, 1]


async def test_a_booking_lasts_as_long_as_its_group_and_names_what_it_got(
    world: World, ledger: Ledger
) -> None:
    taken, free = quarters(world, 3), quarters(world, 3)
    await world.publish(*taken, *free)
    first, second = await world.people(2)
    await ledger.claim(any_of(world, first, [taken[1:2]]))
    outcome = await ledger.claim(any_of(world, second, [taken, free], title="充电 3号枪"))
    booking = outcome.booking
    assert booking is not None
    assert (booking.group_id, booking.starts_at, booking.ends_at, booking.title) == (
        free[0].group_id, free[0].starts_at, free[2].ends_at, "充电 3号枪",
    )  # fmt: skip
    assert booking.no_show_at == free[0].starts_at + QUARTER


async def test_an_item_of_the_day_does_not_stretch_the_pick_up_slot(world: World, ledger: Ledger) -> None:
    slot = world.window(scene="breakfast", capacity=20)
    day = world.window(scene="breakfast", capacity=40, ends_at=slot.ends_at + timedelta(hours=9))
    await world.publish(slot, day)
    [person] = await world.people(1)
    outcome = await ledger.claim(world.claim(person, slot, Want(day.id, 2), exclusive=False))
    assert outcome.booking is not None
    assert (outcome.booking.starts_at, outcome.booking.ends_at) == (slot.starts_at, slot.ends_at)


async def test_price_rules_are_lines_and_a_changed_price_takes_nothing(world: World, ledger: Ledger) -> None:
    milk = await world.offer(scene="breakfast", capacity=9, price_fen=350, title="豆浆", resource="豆浆")
    [person] = await world.people(1)
    off = (Adjustment("60岁以上九折", -70), Adjustment("助餐补贴", -200))
    facts: dict[str, Any] = {"adjustments": off, "exclusive": False}
    with pytest.raises(PriceChanged):
        await ledger.claim(
            world.claim(person, Want(milk.id, 2), scene="breakfast", expected_fen=400, **facts)
        )
    assert await world.taken(milk) == 0
    outcome = await ledger.claim(
        world.claim(person, Want(milk.id, 2), scene="breakfast", expected_fen=430, **facts)
    )
    assert outcome.booking is not None
    assert (outcome.booking.amount_fen, outcome.booking.adjustments) == (430, off)


async def test_price_rules_never_lead_below_nothing(world: World, ledger: Ledger) -> None:
    milk = await world.offer(scene="breakfast", price_fen=350)
    [person] = await world.people(1)
    outcome = await ledger.claim(
        world.claim(person, milk, adjustments=(Adjustment("助餐补贴", -500),), expected_fen=0)
    )
    assert outcome.booking is not None
    assert (outcome.booking.amount_fen, outcome.booking.state) == (0, "confirmed")


async def test_a_free_offer_is_held_until_it_is_confirmed(world: World, ledger: Ledger) -> None:
    [windows] = [quarters(world, 1)]
    await world.publish(*windows)
    [person] = await world.people(1)
    until = world.clock() + timedelta(minutes=5)
    outcome = await ledger.claim(any_of(world, person, [windows], held_until=until))
    assert outcome.booking is not None
    assert (outcome.booking.state, outcome.booking.hold_expires_at) == ("held", until)
    assert (await ledger.move(step(outcome, "confirm"))).answer.status == 200


async def test_a_reservation_nobody_came_for_is_free_at_the_second_of_its_grace(
    world: World, ledger: Ledger
) -> None:
    windows = quarters(world, 4)
    await world.publish(*windows)
    first, second = await world.people(2)
    held = await ledger.claim(any_of(world, first, [windows]))
    assert held.booking is not None
    assert held.booking.no_show_at is not None
    world.clock.advance(held.booking.no_show_at - world.clock() - timedelta(seconds=1))
    with pytest.raises(WindowFull):
        await ledger.claim(any_of(world, second, [windows[2:]]))
    world.clock.advance(timedelta(seconds=1))
    await ledger.claim(any_of(world, second, [windows[2:]]))
    assert await world.states() == {"no_show": 1, "confirmed": 1}
    assert [await world.taken(window) for window in windows] == [0, 0, 1, 1]


async def test_the_sweeper_frees_it_too_and_its_person_may_book_again(world: World, ledger: Ledger) -> None:
    windows = quarters(world, 2)
    await world.publish(*windows)
    [person] = await world.people(1)
    await ledger.claim(any_of(world, person, [windows[:1]], exclusivity=f"charging:{person}"))
    world.clock.advance(timedelta(minutes=75))
    assert await ledger.sweep() == 1
    await ledger.claim(any_of(world, person, [windows[1:]], exclusivity=f"charging:{person}"))
    assert [await world.taken(window) for window in windows] == [0, 1]


async def test_one_key_of_a_rooms_own_holds_over_all_groups(world: World, ledger: Ledger) -> None:
    one, two = quarters(world, 1), quarters(world, 1)
    await world.publish(*one, *two)
    [person] = await world.people(1)
    own = {"exclusivity": f"charging:{person}"}
    asked = [answer(ledger.claim(any_of(world, person, [windows], **own))) for windows in (one, two)]
    assert Counter(await asyncio.gather(*asked)) == {201: 1, "already_booked": 1}


async def test_an_early_end_gives_back_what_had_not_begun(world: World, ledger: Ledger) -> None:
    windows = quarters(world, 4)
    await world.publish(*windows)
    [person] = await world.people(1)
    outcome = await ledger.claim(any_of(world, person, [windows]))
    await ledger.move(step(outcome, "check_in"))
    world.clock.advance(timedelta(minutes=80))
    await ledger.move(step(outcome, "fulfil", by="system"))
    assert [await world.taken(window) for window in windows] == [1, 1, 0, 0]


async def test_a_moved_booking_keeps_price_code_and_person(world: World, ledger: Ledger) -> None:
    slot = world.window(scene="breakfast", price_fen=300, capacity=5)
    there = world.window(scene="breakfast", price_fen=900, capacity=5, place_id=new_id())
    await world.publish(slot, there)
    [person] = await world.people(1)
    before = (await ledger.claim(world.claim(person, Want(slot.id, 2), scene="breakfast"))).booking
    assert before is not None
    moved = await ledger.relocate(
        Relocation(
            booking_id=before.id, alternatives=((Want(there.id, 2),),), by="system", why="cart_out_of_order"
        )
    )
    after = moved.booking
    assert after is not None
    same = ("id", "code", "amount_fen", "person_id", "booked_by", "state", "hold_expires_at")
    assert [getattr(after, name) for name in same] == [getattr(before, name) for name in same]
    assert (after.place_id, after.group_id, after.starts_at) == (
        there.place_id, there.group_id, there.starts_at,
    )  # fmt: skip
    assert [await world.taken(window) for window in (slot, there)] == [0, 2]
    [(payload,)] = await world.rows("SELECT payload FROM outbox WHERE topic = 'booking.moved'")
    assert (payload["reason"], payload["wasAt"]) == ("cart_out_of_order", str(slot.place_id))


async def test_a_booking_that_cannot_move_stays_where_it_is(world: World, ledger: Ledger) -> None:
    here, full = await world.offer(), await world.offer()
    first, second = await world.people(2)
    await ledger.claim(world.claim(first, full))
    outcome = await ledger.claim(world.claim(second, here))
    assert outcome.booking is not None
    wish = Relocation(booking_id=outcome.booking.id, alternatives=((Want(full.id),),), by="system")
    with pytest.raises(WindowFull):
        await ledger.relocate(wish)
    nowhere = Relocation(booking_id=outcome.booking.id, alternatives=((Want(new_id()),),), by="system")
    with pytest.raises(WindowNotFound):
        await ledger.relocate(nowhere)
    assert [await world.taken(window) for window in (here, full)] == [1, 1]
    await ledger.move(step(outcome, "cancel"))
    with pytest.raises(IllegalMove):
        await ledger.relocate(wish)


async def test_moves_and_cancels_of_the_same_bookings_by_two_processes_lose_no_unit(world: World) -> None:
    ledgers = [await world.ledger(batch_limit=8), await world.ledger(batch_limit=8)]
    here, there = await world.offer(capacity=40), await world.offer(capacity=40)
    people = await world.people(40)
    made = await asyncio.gather(*[ledgers[0].claim(world.claim(p, here)) for p in people])

    async def move(number: int, ledger: Ledger, target: BookingWindowRow) -> str | int:
        booking = made[number].booking
        assert booking is not None
        return await answer(
            ledger.relocate(
                Relocation(booking_id=booking.id, alternatives=((Want(target.id),),), by="system")
            )
        )

    asked = [move(n, ledgers[0], there) for n in range(40)] + [move(n, ledgers[1], here) for n in range(40)]
    asked += [answer(ledgers[n % 2].move(step(made[n], "cancel"))) for n in range(0, 40, 2)]
    answers = Counter(await asyncio.gather(*asked))
    assert answers[200] + answers["illegal_move"] == 100
    assert sum([await world.taken(window) for window in (here, there)]) == 20


wishes = st.lists(
    st.tuples(
        st.integers(0, 5),  # who
        st.sampled_from(["any", "0", "1", "2", "move", "cancel", "arrive", "leave", "wait"]),
        st.integers(0, 4),  # first quarter
        st.integers(1, 3),  # how many
    ),
    max_size=25,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wishes=wishes)
async def test_no_connector_ever_has_two_at_a_time(world: World, wishes: list[tuple[Any, ...]]) -> None:
    """Whatever is reserved, moved, cancelled, begun, ended or missed: one at a time on each connector."""
    world.clock.set(MONDAY_NINE)
    ledger = await world.ledger(chance=random.SystemRandom())  # each example its own codes
    connectors = [quarters(world, 8) for _ in range(3)]
    await world.publish(*[w for windows in connectors for w in windows])
    people = await world.people(6)
    mine: dict[UUID, Any] = {}
    for who, what, first, count in wishes:
        person, span = people[who], slice(first, first + count)
        outcome = mine.get(person)
        sets = [windows[span] for windows in connectors]
        try:
            if what in {"any", "0", "1", "2"}:
                chosen = sets if what == "any" else [sets[int(what)]]
                asked = any_of(world, person, chosen, exclusivity=f"charging:{person}")
                mine[person] = await ledger.claim(asked)
            elif what == "wait":
                world.clock.advance(count * timedelta(minutes=20))
                await ledger.sweep()
            elif outcome is not None and what == "move":
                others = tuple(tuple(Want(w.id) for w in windows) for windows in reversed(sets))
                wish = Relocation(booking_id=outcome.booking.id, alternatives=others, by="system")
                await ledger.relocate(wish)
            elif outcome is not None:
                event = {"cancel": "cancel", "arrive": "check_in", "leave": "fulfil"}[what]
                await ledger.move(step(outcome, event, by="system"))
        except Refusal:
            continue
    await ledger.stop()
    world.ledgers.remove(ledger)
    overlaps = await world.rows(
        """SELECT l.window_id FROM booking b JOIN booking_line l ON l.booking_id = b.id
        WHERE b.state IN ('held', 'confirmed', 'checked_in') GROUP BY l.window_id HAVING count(*) > 1"""
    )
    assert overlaps == []
    await world.check()
