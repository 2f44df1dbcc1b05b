import pytest

from scenes.charging.errors import OperatorUnknown
from scenes.charging.service.stations import upsert_stations
from scenes.common.kit.ids import new_id
from scenes.common.places.errors import PlaceInvalid
from tests.support.charging import AC, DC, NEAR, Charging, a_connector, a_station


async def test_a_station_becomes_a_place_with_its_hours_and_phone(charging: Charging) -> None:
    await charging.feed(a_station(hours="周一至周五 08:00-20:00"))
    [place] = await charging.rows(
        "SELECT scene, kind, name, phone, weekly_hours, holiday_rule, hours_source, synthetic FROM place"
        " WHERE id = :id",
        id=charging.stations[NEAR],
    )
    assert place[:4] == ("charging", "charging_station", "兰溪路充电站", "4008001234")
    assert (place[4]["mon"], place[4]["sun"], *place[5:]) == (["08:00-20:00"], [], "usual", "operator", True)


async def test_hours_that_cannot_be_read_are_unknown_and_kept_as_written(charging: Charging) -> None:
    await charging.feed(a_station(hours="以商场为准"))
    [kept] = await charging.rows(
        "SELECT p.hours_source, s.facts->>'hours' FROM place p JOIN charging_station s USING (id)"
        " WHERE id = :id",
        id=charging.stations[NEAR],
    )
    assert kept == ("unknown", "以商场为准")


async def test_connectors_are_numbered_once_and_told_again_stay_themselves(charging: Charging) -> None:
    before = dict(charging.connectors)
    again = await charging.feed(a_station(park_fee="免费"))
    assert (charging.connectors, again.new, again.gone) == (before, frozenset(), frozenset())
    numbers = await charging.rows(
        "SELECT number, name, kind FROM charging_connector WHERE station_id = :id ORDER BY number",
        id=charging.stations[NEAR],
    )
    assert numbers == [(1, "1号枪", DC), (2, "2号枪", DC), (3, "3号枪", DC), (4, "4号枪", AC)]
    assert await charging.rows(
        "SELECT park_fee FROM charging_station WHERE id = :id", id=charging.stations[NEAR]
    ) == [("免费",)]


async def test_a_vanished_connector_is_gone_not_deleted_and_comes_back_as_itself(charging: Charging) -> None:
    first = charging.connector("NEAR_01")
    rest = [a_connector(f"{NEAR}-0{n}") for n in (2, 3)]
    upserted = await charging.feed(a_station(connectors=[*rest, a_connector(f"{NEAR}-09")]))
    assert upserted.gone == {first, charging.connector("NEAR_04")}
    assert upserted.new == {charging.connector("NEAR_09")}
    gone = "SELECT number, gone_at IS NULL FROM charging_connector WHERE station_id = :id ORDER BY number"
    near = charging.stations[NEAR]
    assert await charging.rows(gone, id=near) == [(1, False), (2, True), (3, True), (4, False), (5, True)]
    again = await charging.feed(a_station(connectors=[a_connector(f"{NEAR}-01"), *rest]))
    assert (charging.connector("NEAR_01"), again.gone) == (first, {charging.connector("NEAR_09")})
    assert await charging.rows(gone, id=near) == [(1, True), (2, True), (3, True), (4, False), (5, False)]


async def test_what_staff_set_survives_the_next_feed(charging: Charging) -> None:
    await charging.run("UPDATE charging_station SET idle_fee = '{\"freeMinutes\": 15}'")
    await charging.run("UPDATE charging_connector SET out_of_service_at = now() WHERE code = 'ST-NEAR-01'")
    await charging.feed(a_station())
    assert await charging.rows(
        "SELECT idle_fee FROM charging_station WHERE code = 'ST-NEAR'"
    ) == [({"freeMinutes": 15},)]  # fmt: skip
    assert await charging.rows(
        "SELECT count(*) FROM charging_connector WHERE out_of_service_at IS NOT NULL"
    ) == [(1,)]  # fmt: skip


async def test_a_station_not_named_stays_and_an_empty_feed_changes_nothing(charging: Charging) -> None:
    assert (await charging.feed()).stations == {}
    await charging.feed(a_station())
    assert await charging.rows("SELECT count(*) FROM charging_connector WHERE gone_at IS NULL") == [(8,)]


async def test_without_orders_by_the_operator_nothing_can_be_reserved(charging: Charging) -> None:
    await charging.feed(a_station(support_order=False))
    assert await charging.rows(
        "SELECT DISTINCT reservable FROM charging_connector WHERE station_id = :id",
        id=charging.stations[NEAR],
    ) == [(False,)]


async def test_an_unknown_operator_and_a_place_off_the_earth_are_refused(charging: Charging) -> None:
    async with charging.database.transaction() as session:
        with pytest.raises(OperatorUnknown):
            await upsert_stations(session, new_id(), [a_station()], now=charging.clock())
    with pytest.raises(PlaceInvalid):
        await charging.feed(a_station(lat=131.0))


async def test_a_feed_keeps_what_the_district_knows_of_the_surroundings(charging: Charging) -> None:
    await charging.run("UPDATE place SET subdistrict = '曹杨新村街道', step_free = true")
    await charging.feed(a_station(name="新名字"))
    [(name, area, step_free)] = await charging.rows(
        "SELECT name, subdistrict, step_free FROM place WHERE id = :id", id=charging.stations[NEAR]
    )
    assert (name, area, step_free) == ("新名字", "曹杨新村街道", True)
