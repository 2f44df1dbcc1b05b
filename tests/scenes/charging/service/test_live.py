import asyncio
from datetime import timedelta

from scenes.charging.rules.messages import ConnectorStatus
from scenes.charging.service.live import publish, read_copy, record_statuses, topic
from scenes.common.kit.cache import Cache
from scenes.common.kit.fanout import Fanout
from scenes.common.kit.ids import new_id
from tests.support.charging import FAR, NEAR, Charging

STATUS = "SELECT status, since, received_at, source FROM connector_status WHERE connector_id = :id"
CHANGES = "SELECT status FROM connector_change WHERE connector_id = :id ORDER BY at, id"


async def test_a_status_is_stamped_when_it_came_and_a_change_is_noted(charging: Charging) -> None:
    first, gun = charging.clock(), charging.connector("NEAR_01")
    recorded = await charging.tell(NEAR_01=1)
    assert recorded.stations == {charging.stations[NEAR]}
    charging.clock.advance(timedelta(minutes=3))
    same = await charging.tell(NEAR_01=1, source="poll")
    assert (same.stations, same.connectors[gun].since) == (frozenset(), first)
    assert await charging.rows(STATUS, id=gun) == [(1, first, charging.clock(), "poll")]
    charging.clock.advance(timedelta(minutes=1))
    assert (await charging.tell(NEAR_01=3)).stations == {charging.stations[NEAR]}
    assert await charging.rows(STATUS, id=gun) == [(3, charging.clock(), charging.clock(), "notification")]
    assert await charging.rows(CHANGES, id=gun) == [(1,), (3,)]


async def test_a_lock_that_moved_is_told_but_is_no_change_of_use(charging: Charging) -> None:
    await charging.tell(NEAR_01=1)
    locked = ConnectorStatus(connector_code="ST-NEAR-01", status=1, lock_status=50)
    async with charging.database.transaction() as session:
        recorded = await record_statuses(
            session, charging.operator, [locked], source="poll", now=charging.clock()
        )
    assert recorded.stations == {charging.stations[NEAR]}
    assert await charging.rows(CHANGES, id=charging.connector("NEAR_01")) == [(1,)]


async def test_an_unknown_code_is_reported_back_and_the_rest_is_kept(charging: Charging) -> None:
    recorded = await charging.report({"ST-NEAR-01": 1, "NOBODY": 1, "ST-FAR-01": 255})
    assert recorded.unknown == ("NOBODY",)
    assert recorded.stations == {charging.stations[NEAR], charging.stations[FAR]}
    assert len(recorded.connectors) == 2
    assert (await charging.report({"NOBODY": 1})).unknown == ("NOBODY",)


async def test_another_operators_connector_is_not_this_ones_to_speak_of(charging: Charging) -> None:
    other = new_id()
    async with charging.database.transaction() as session:
        session.add(charging.operator_row(other, "OTHER0001"))
        await session.flush()
        told = [ConnectorStatus(connector_code="ST-NEAR-01", status=1)]
        recorded = await record_statuses(session, other, told, source="notification", now=charging.clock())
    assert (recorded.unknown, recorded.connectors) == (("ST-NEAR-01",), {})


async def test_said_twice_in_one_message_the_last_counts(charging: Charging) -> None:
    told = [ConnectorStatus(connector_code="ST-NEAR-01", status=status) for status in (3, 1)]
    async with charging.database.transaction() as session:
        await record_statuses(session, charging.operator, told, source="poll", now=charging.clock())
    assert await charging.rows(CHANGES, id=charging.connector("NEAR_01")) == [(1,)]


async def test_a_word_received_earlier_never_overwrites_a_later_one(charging: Charging) -> None:
    await charging.tell(NEAR_01=3)
    now = charging.clock()
    charging.clock.advance(timedelta(seconds=-5))
    await charging.tell(NEAR_01=1)
    assert (await charging.rows(STATUS, id=charging.connector("NEAR_01")))[0][:3] == (3, now, now)


async def test_every_process_reads_the_copy_and_pages_hear_of_changes(
    charging: Charging, cache: Cache
) -> None:
    fanout = Fanout(cache)
    recorded = await charging.tell(NEAR_01=1, NEAR_02=255)
    async with fanout.listen(topic(charging.stations[NEAR])) as news:
        await publish(cache, fanout, recorded)
        async with asyncio.timeout(5):
            while (heard := await anext(news)) is None:
                pass  # the fan-out has just met Redis: look again
        assert heard == b"changed"
    assert await read_copy(cache) == recorded.connectors
    await publish(cache, fanout, await charging.report({"NOBODY": 1}))
    await fanout.close()


async def test_without_redis_nothing_fails(charging: Charging) -> None:
    absent = Cache(None)
    await publish(absent, Fanout(absent), await charging.tell(NEAR_01=1))
    assert await read_copy(absent) == {}
