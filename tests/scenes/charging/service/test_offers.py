from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from scenes.charging.jobs_live import serve_queues
from scenes.charging.service import offers, queue
from scenes.charging.service.board import board_of
from scenes.charging.tables import QueueEntryRow
from scenes.common.booking.ledger import Ledger, Move
from scenes.common.kit.caller import Resident
from scenes.common.kit.ids import new_id
from scenes.common.kit.jobs import Works
from scenes.common.kit.outbox import relay
from scenes.common.notices import jobs as notices
from tests.support.charging import DC, NEAR, Charging

STATES = "SELECT person_id, state FROM queue_entry ORDER BY joined_at, id"


async def full(charging: Charging) -> None:
    """Let every DC gun of the near station be in use, with its quarters on offer."""
    await charging.all_free()
    await charging.tell(NEAR_01=3, NEAR_02=3, NEAR_03=3)
    for name in ("NEAR_01", "NEAR_02", "NEAR_03"):
        await charging.quarters(name, 8)


async def wait(charging: Charging, works: Works, count: int = 1) -> list[Resident]:
    """Let some join, a minute after each other."""
    residents = [Resident(await charging.person(), new_id()) for _ in range(count)]
    board = board_of(works.directory)
    await board.refresh(works.database, works.cache, charging.clock())
    for resident in residents:
        charging.clock.advance(timedelta(seconds=10))
        async with charging.database.transaction() as session:
            await queue.join(
                session, board, resident=resident, station_id=charging.stations[NEAR], kind=DC,
                now=charging.clock(),
            )  # fmt: skip
    return residents


async def states(charging: Charging) -> list[str]:
    return [state for _, state in await charging.rows(STATES)]


async def entry_of(charging: Charging, resident: Resident) -> QueueEntryRow:
    async with charging.database.read() as session:
        return next(p.row for p in await queue.mine(session, resident.subject_id))


async def booking_of(charging: Charging, resident: Resident) -> dict[str, Any]:
    [row] = await charging.rows(
        "SELECT id, state, group_id, starts_at, ends_at, hold_expires_at, amount_fen FROM booking"
        " WHERE person_id = :id ORDER BY created_at DESC LIMIT 1",
        id=resident.subject_id,
    )
    return dict(zip(("id", "state", "group", "starts", "ends", "until", "fen"), row, strict=True))


def confirm(booking_id: UUID, resident: Resident) -> Move:
    return Move(booking_id=booking_id, event="confirm", by="resident", actor_id=resident.subject_id)


async def test_a_freed_connector_is_kept_for_who_came_first(charging: Charging, works: Works) -> None:
    await full(charging)
    first, second = await wait(charging, works, 2)
    await serve_queues(works)
    assert await states(charging) == ["waiting", "waiting"]
    await charging.tell(NEAR_02=1)
    await serve_queues(works)
    await serve_queues(works)
    assert await states(charging) == ["offered", "waiting"]
    held = await booking_of(charging, first)
    assert (held["state"], held["group"], held["fen"]) == ("held", charging.connector("NEAR_02"), 0)
    assert held["starts"] - charging.clock() == timedelta(minutes=14, seconds=40)
    assert held["ends"] - held["starts"] == timedelta(hours=1)
    assert held["until"] - charging.clock() == timedelta(minutes=10)
    assert (await charging.states()) == {"held": 1}
    del second


async def test_taking_it_is_confirming_it(charging: Charging, works: Works, ledger: Ledger) -> None:
    await full(charging)
    [first] = await wait(charging, works)
    await charging.tell(NEAR_01=1)
    await serve_queues(works)
    await ledger.move(confirm((await booking_of(charging, first))["id"], first))
    await serve_queues(works)
    assert await states(charging) == ["taken"]
    assert await charging.states() == {"confirmed": 1}


async def test_an_offer_nobody_takes_goes_to_the_next(
    charging: Charging, works: Works, ledger: Ledger
) -> None:
    await full(charging)
    _, second = await wait(charging, works, 2)
    await charging.tell(NEAR_01=1)
    await serve_queues(works)
    charging.clock.advance(timedelta(minutes=10))
    await charging.tell(NEAR_01=1)
    await ledger.sweep()
    await serve_queues(works)
    assert await states(charging) == ["lapsed", "offered"]
    assert (await booking_of(charging, second))["state"] == "held"


async def test_never_more_offers_than_are_free(charging: Charging, works: Works) -> None:
    await full(charging)
    await wait(charging, works, 5)
    await charging.tell(NEAR_01=1, NEAR_03=1)
    for _ in range(3):
        await serve_queues(works)
    assert await states(charging) == ["offered", "offered", "waiting", "waiting", "waiting"]
    groups = await charging.rows("SELECT DISTINCT group_id FROM booking WHERE state = 'held'")
    assert {group for (group,) in groups} == {charging.connector("NEAR_01"), charging.connector("NEAR_03")}


async def test_a_connector_reserved_next_or_unknown_is_not_offered(
    charging: Charging, works: Works, ledger: Ledger
) -> None:
    await charging.all_free()
    await charging.tell(NEAR_01=3, NEAR_02=3, NEAR_03=3)
    _, upcoming, *_ = await charging.quarters("NEAR_01", 8)
    await charging.quarters("NEAR_02", 8)
    await ledger.claim(charging.claim(await charging.person(), upcoming))
    await wait(charging, works)
    await charging.tell(NEAR_01=1, NEAR_02=0)
    await serve_queues(works)
    assert await states(charging) == ["waiting"]


async def test_who_has_a_reservation_is_passed_over(charging: Charging, works: Works, ledger: Ledger) -> None:
    await full(charging)
    first, second = await wait(charging, works, 2)
    far = await charging.quarters("FAR_01", 2)
    own = charging.claim(first.subject_id, far[1], exclusivity=f"charging:{first.subject_id}")
    await ledger.claim(own)
    await charging.tell(NEAR_01=1)
    await serve_queues(works)
    assert await states(charging) == ["waiting", "offered"]
    del second


async def test_a_snooze_lets_the_next_go_first_and_hands_on_an_offer(
    charging: Charging, works: Works, ledger: Ledger
) -> None:
    await full(charging)
    first, second = await wait(charging, works, 2)
    await charging.tell(NEAR_01=1)
    await serve_queues(works)
    entry = await entry_of(charging, first)
    rule = board_of(works.directory).rule
    place = await queue.snooze(
        works.database, ledger, resident=first, entry_id=entry.id, minutes=15, rule=rule, now=charging.clock()
    )
    assert (place.row.state, place.row.snoozes) == ("waiting", 1)
    await serve_queues(works)
    assert await states(charging) == ["waiting", "offered"]
    charging.clock.advance(timedelta(minutes=15))
    await charging.tell(NEAR_02=1)
    await serve_queues(works)
    assert (await states(charging))[0] == "offered"
    assert (await booking_of(charging, first))["group"] == charging.connector("NEAR_02")
    del second


async def test_leaving_hands_an_offer_on(charging: Charging, works: Works, ledger: Ledger) -> None:
    await full(charging)
    first, _ = await wait(charging, works, 2)
    await charging.tell(NEAR_01=1)
    await serve_queues(works)
    entry = await entry_of(charging, first)
    for _ in range(2):
        await queue.leave(works.database, ledger, resident=first, entry_id=entry.id, now=charging.clock())
    await serve_queues(works)
    assert await states(charging) == ["left", "offered"]


async def test_a_kill_between_holding_and_noting_offers_once(
    charging: Charging, works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    await full(charging)
    [first] = await wait(charging, works)
    await charging.tell(NEAR_01=1, NEAR_02=1)
    with monkeypatch.context() as killed:

        async def die(*_: Any, **__: Any) -> bool:
            raise SystemExit

        killed.setattr(offers, "_note", die)
        with pytest.raises(SystemExit):
            await serve_queues(works)
    assert await states(charging) == ["waiting"]
    await serve_queues(works)
    assert (await states(charging), await charging.states()) == (["offered"], {"held": 1})
    assert (await entry_of(charging, first)).booking_id == (await booking_of(charging, first))["id"]


async def test_who_left_in_that_moment_keeps_nothing(
    charging: Charging, works: Works, ledger: Ledger
) -> None:
    await full(charging)
    [first] = await wait(charging, works)
    entry = await entry_of(charging, first)
    await charging.tell(NEAR_01=1)
    async with charging.database.read() as session:
        [place] = await queue.mine(session, first.subject_id)
    sets = await offers._sets(works.database, [charging.connector("NEAR_01")], charging.clock())
    booking = await offers._hold(ledger, place.row, sets, charging.clock() + timedelta(minutes=10))
    await queue.leave(works.database, ledger, resident=first, entry_id=entry.id, now=charging.clock())
    until = charging.clock()
    assert not await offers._note(
        works.database, ledger, place.row, booking_id=booking, until=until, now=until
    )
    assert await charging.states() == {"cancelled": 1}


async def test_the_person_is_told_until_when(charging: Charging, works: Works) -> None:
    await full(charging)
    [first] = await wait(charging, works)
    await charging.tell(NEAR_01=1)
    await serve_queues(works)
    async with charging.database.transaction() as session:
        await relay(session, notices.HANDLERS, now=charging.clock())
    [(title, text)] = await charging.rows(
        "SELECT title, text FROM inbox_message WHERE person_id = :id", id=first.subject_id
    )
    assert title == "排到充电位了"
    assert "今天上午9点10分前请确认。" in text
    assert "今天(11月23日 星期一)上午9点15分。" in text


async def test_who_waited_for_hours_is_told_and_not_woken_at_night(charging: Charging, works: Works) -> None:
    await full(charging)
    [first] = await wait(charging, works)
    charging.clock.advance(timedelta(minutes=239, seconds=50))
    await serve_queues(works)
    assert await states(charging) == ["waiting"]
    charging.clock.advance(timedelta(seconds=10))
    await charging.tell(NEAR_01=1)
    await serve_queues(works)
    assert (await states(charging), await charging.states()) == (["lapsed"], {})
    async with charging.database.transaction() as session:
        await relay(session, notices.HANDLERS, now=charging.clock())
    assert await charging.rows(
        "SELECT title FROM inbox_message WHERE person_id = :id", id=first.subject_id
    ) == [("充电位没有排到",)]


async def test_an_offer_that_ran_out_is_not_said_to_be_unpaid(
    charging: Charging, works: Works, ledger: Ledger
) -> None:
    await full(charging)
    [first] = await wait(charging, works)
    await charging.tell(NEAR_01=1)
    await serve_queues(works)
    charging.clock.advance(timedelta(minutes=10))
    await ledger.sweep()
    async with charging.database.transaction() as session:
        await relay(session, notices.HANDLERS, now=charging.clock())
    titles = await charging.rows("SELECT title FROM inbox_message WHERE person_id = :id", id=first.subject_id)
    assert ("留的号给了下一位",) in titles
