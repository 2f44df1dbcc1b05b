import asyncio
import json
from datetime import timedelta
from typing import Any

from sqlalchemy import event

from scenes.charging.routes_stations import follow_station
from scenes.charging.service.live import publish, topic
from scenes.common.kit.ids import new_id
from tests.support.charging import AC, FAR, NEAR, Charging
from tests.support.charging_doors import ChargingDoors

HERE = {"lat": 31.2418, "lng": 121.4004}


async def listed(doors: ChargingDoors, **asked: Any) -> list[dict[str, Any]]:
    status, body = await doors.ask("GET", "/charging/stations", params=HERE | asked)
    assert status == 200, body
    return body["items"]


async def detail(doors: ChargingDoors, charging: Charging, name: str = NEAR) -> dict[str, Any]:
    status, body = await doors.ask("GET", f"/charging/stations/{charging.stations[name]}")
    assert status == 200, body
    return body


async def test_before_the_board_was_read_the_answer_is_busy(doors: ChargingDoors) -> None:
    assert (await doors.ask("GET", "/charging/stations", params=HERE))[0] == 503


async def test_a_station_is_listed_in_the_contracts_shape(doors: ChargingDoors, charging: Charging) -> None:
    await charging.tell(NEAR_01=1, NEAR_02=3, NEAR_03=255)
    await doors.look()
    answer = await doors.http.get("/charging/stations", params=HERE)
    assert answer.headers["cache-control"] == "public, max-age=3"
    near = answer.json()["items"][0]
    assert near["id"] == str(charging.stations[NEAR])
    assert near["connectors"] == {
        "free": 1, "occupied": 1, "fault": 1, "unknown": 1, "asOf": "2026-11-23T09:00:00+08:00",
    }  # fmt: skip
    assert (near["walkMinutes"], near["openNow"], near["scene"]) == (2, True, "charging")
    assert (near["priceNowFenPerKWh"], near["idleFee"], near["alternative"]) == (119, None, None)
    assert near["priceBands"][0] == {
        "start": "00:00", "end": "06:00", "kind": "valley", "fenPerKWh": 80, "elecFenPerKWh": 31,
        "serviceFenPerKWh": 49,
    }  # fmt: skip
    assert set(near["expectedFreeOnArrival"]) == {"p", "expected", "low", "high"}
    assert near["reason"] == "走路2分钟,现在空1个,平电每度1.19元"
    assert near["speak"] == "走路两分钟,现在空一个,平电每度一元一角九分"
    assert near["availability"]["free"] == 1


async def test_the_full_one_comes_later_and_names_an_alternative(
    doors: ChargingDoors, charging: Charging
) -> None:
    await charging.all_free()
    await charging.tell(NEAR_01=3, NEAR_02=3, NEAR_03=3, NEAR_04=2)
    await doors.look()
    first, second = await listed(doors)
    assert (first["id"], second["id"]) == (str(charging.stations[FAR]), str(charging.stations[NEAR]))
    assert second["alternative"]["id"] == first["id"]
    assert second["reason"].startswith("走路2分钟,现在满了,大约等")
    assert second["expectedWaitMinutes"] > 0


async def test_a_kind_counts_only_its_own(doors: ChargingDoors, charging: Charging) -> None:
    await charging.all_free()
    await charging.tell(NEAR_04=3)
    await doors.look()
    near = next(s for s in await listed(doors, connectorType=AC) if s["id"] == str(charging.stations[NEAR]))
    assert (near["connectors"]["free"], near["connectors"]["occupied"]) == (0, 1)
    assert await listed(doors, connectorType=5) == []


async def test_the_price_is_the_one_of_the_arrival(doors: ChargingDoors, charging: Charging) -> None:
    charging.clock.advance(timedelta(hours=8, minutes=50))
    await charging.all_free()
    await doors.look()
    now, late = (await listed(doors))[0], (await listed(doors, arriveInMinutes=30))[0]
    assert (now["priceOnArrivalFenPerKWh"], late["priceOnArrivalFenPerKWh"]) == (119, 154)
    assert late["arrivesAt"] == "2026-11-23T18:20:00+08:00"
    assert "到时大约空" in late["reason"]


async def test_a_reserved_quarter_is_nobody_elses(doors: ChargingDoors, charging: Charging) -> None:
    await charging.all_free()
    [now, _] = await charging.quarters("NEAR_01", 2)
    [_, later] = await charging.quarters("NEAR_02", 2)
    for window in (now, later):
        await charging.ledgers[0].claim(charging.claim(await charging.person(), window))
    await doors.look()
    near = (await listed(doors))[0]
    assert (near["connectors"]["free"], near["connectors"]["occupied"]) == (3, 1)
    connectors = (await detail(doors, charging))["connectorList"]
    assert [c["reserved"] for c in connectors] == [True, False, False, False]
    soon = (await listed(doors, arriveInMinutes=20))[0]["expectedFreeOnArrival"]
    assert soon["high"] == 3


async def test_old_words_are_unknown_and_never_free(doors: ChargingDoors, charging: Charging) -> None:
    await charging.all_free()
    charging.clock.advance(timedelta(minutes=11))
    await doors.look()
    near = (await listed(doors))[0]
    assert near["connectors"] == {"free": 0, "occupied": 0, "fault": 0, "unknown": 4, "asOf": None}
    assert near["availability"]["state"] == "unknown"
    assert "有没有空还不知道" in near["reason"]
    assert near["expectedFreeOnArrival"]["p"] == 0


async def test_each_connector_shows_its_state_and_age(doors: ChargingDoors, charging: Charging) -> None:
    await charging.tell(NEAR_01=1)
    charging.clock.advance(timedelta(seconds=90))
    await charging.run("UPDATE charging_connector SET out_of_service_at = now() WHERE code = 'ST-NEAR-02'")
    await doors.look()
    one, two, three, four = (await detail(doors, charging))["connectorList"]
    assert (one["state"], one["ageSeconds"], one["number"], one["powerKw"]) == ("free", 90, 1, 60.0)
    assert (one["lock"], one["bay"], one["reservable"]) == ("none", "unknown", True)
    assert [c["state"] for c in (two, three, four)] == ["fault", "unknown", "unknown"]
    assert (three["asOf"], three["ageSeconds"]) == (None, None)


async def test_an_unknown_station_is_not_found(doors: ChargingDoors) -> None:
    await doors.look()
    assert await doors.ask("GET", f"/charging/stations/{new_id()}") == (404, {"code": "not_found"})


async def test_lists_come_in_pages(doors: ChargingDoors, charging: Charging) -> None:
    await charging.all_free()
    await doors.look()
    _, first = await doors.ask("GET", "/charging/stations", params=HERE | {"limit": 1})
    _, second = await doors.ask(
        "GET", "/charging/stations", params=HERE | {"limit": 1, "cursor": first["nextCursor"]}
    )
    assert (first["nextCursor"], second["nextCursor"]) == ("1", None)
    assert first["items"][0]["id"] != second["items"][0]["id"]
    for wrong in ({"cursor": "x"}, {"connectorType": 9}, {"arriveInMinutes": 999}, {"lat": 12}):
        assert (await doors.ask("GET", "/charging/stations", params=HERE | wrong))[0] == 400


async def test_gcj02_moves_the_coordinates(doors: ChargingDoors, charging: Charging) -> None:
    await charging.all_free()
    await doors.look()
    plain = (await listed(doors))[0]
    moved = (await listed(doors, datum="gcj02", lat=31.2398, lng=121.4050))[0]
    assert 0.001 < abs(moved["lng"] - plain["lng"]) < 0.01


async def test_reading_asks_the_database_nothing(doors: ChargingDoors, charging: Charging) -> None:
    await charging.all_free()
    await doors.look()
    asked: list[str] = []

    def note(*about: Any) -> None:
        asked.append(about[2])

    event.listen(charging.database._writer.sync_engine, "before_cursor_execute", note)
    for minutes in range(5):
        await listed(doors, arriveInMinutes=minutes)
        await detail(doors, charging)
    assert asked == []


async def test_the_copy_in_redis_is_seen_within_a_second(doors: ChargingDoors, charging: Charging) -> None:
    await charging.all_free()
    await doors.look()
    charging.clock.advance(timedelta(seconds=1))
    await publish(doors.works.cache, doors.works.fanout, await charging.tell(NEAR_01=255))
    assert (await listed(doors))[0]["connectors"]["fault"] == 1


async def test_an_old_copy_never_overrules_the_truth(doors: ChargingDoors, charging: Charging) -> None:
    old = await charging.tell(NEAR_01=1)
    charging.clock.advance(timedelta(seconds=10))
    await charging.tell(NEAR_01=255)
    await publish(doors.works.cache, doors.works.fanout, old)
    await doors.look()
    assert (await listed(doors))[0]["connectors"]["fault"] == 1


async def test_followers_hear_of_a_change_from_the_truth(doors: ChargingDoors, charging: Charging) -> None:
    await charging.all_free()
    await doors.look()
    works, near = doors.works, charging.stations[NEAR]
    stream = await follow_station.fn(
        station_id=near, directory=works.directory, database=works.database, fanout=works.fanout
    )
    news: Any = stream.iterator.content_async_iterator
    async with asyncio.timeout(20):
        assert _counts(await anext(news))["free"] == 4
        charging.clock.advance(timedelta(seconds=1))
        recorded = await charging.tell(NEAR_01=255)
        await works.fanout.publish_all([topic(near) for near in recorded.stations], b"changed")
        assert _counts(await anext(news)) == {
            "free": 3, "occupied": 0, "fault": 1, "unknown": 0, "asOf": "2026-11-23T09:00:00+08:00",
        }  # fmt: skip
    await news.aclose()
    assert (await doors.ask("GET", f"/charging/stations/{new_id()}/events"))[0] == 404


def _counts(message: Any) -> dict[str, Any]:
    return json.loads(message.data)["connectors"]
