from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import text

from scenes.charging.rules.envelope import Secrets
from scenes.charging.rules.tariff import bands_of, periods_of
from scenes.charging.sandbox.spec import StationSpec
from scenes.charging.service.windows import publish as publish_as_the_room_does
from scenes.charging.tables import ChargingTariffRow
from scenes.charging.upstream import open_secrets
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.demo.rules.chance import SEED
from scenes.demo.rules.partners import secrets_of, stations_file
from scenes.demo.rules.plugging import FREE
from scenes.demo.rules.stations import connectors_in_all, draw_operators, draw_stations
from scenes.demo.service import operators
from scenes.demo.service.progress import Report
from tests.scenes.demo.conftest import NOW, Keys, Made, make

CIPHER = FieldCipher(Keys.field_key, Keys.index_key)
URLS = ["http://127.0.0.1:7002", "http://127.0.0.1:7003"]
_WINDOWS = """
SELECT scene, place_id, group_id, title, resource, starts_at, ends_at, capacity, taken, opens_at, closes_at,
  audience, falls_through_at, state, price_fen, hold_seconds, terms::text
FROM booking_window WHERE scene = 'charging' ORDER BY group_id, starts_at
"""


async def rows(database: Database, statement: str, **facts: Any) -> list[tuple[Any, ...]]:
    async with database.read() as session:
        return [tuple(row) for row in (await session.execute(text(statement), facts)).all()]


async def changed(database: Database, *statements: str) -> None:
    async with database.transaction() as session:
        for statement in statements:
            await session.execute(text(statement))


async def test_every_connector_has_its_quarter_hours_of_three_days_as_the_room_publishes_them(
    made: Made,
) -> None:
    database = await made(residents=10, days=1)
    ours = await rows(database, _WINDOWS)
    linked = await rows(database, "SELECT count(*) FROM charging_window")
    await changed(
        database, "DELETE FROM charging_window", "DELETE FROM booking_window WHERE scene = 'charging'"
    )
    async with database.transaction() as session:
        new = await publish_as_the_room_does(session, now=NOW)

    quarters = 3 * 96 * connectors_in_all(draw_stations(SEED))
    assert (len(ours), linked, new) == (quarters + 3 * 36, [(quarters,)], quarters)
    assert ours == await rows(database, _WINDOWS)


async def test_publishing_twice_adds_nothing_and_the_next_day_one_day(made: Made, report: Report) -> None:
    database = await made(residents=10, days=1)
    count = "SELECT count(*) FROM booking_window WHERE scene = 'charging'"
    [(before,)] = await rows(database, count)
    await make(database, report, residents=10, days=1, if_empty=False)
    assert await rows(database, count) == [(before,)]
    await make(database, report, residents=10, days=1, if_empty=False, now=NOW + timedelta(days=1))
    assert await rows(database, count) == [(before + before // 3,)]


async def test_how_connectors_stand_is_the_last_of_how_they_stood(made: Made) -> None:
    database = await made(residents=10, days=1)
    wrong = await rows(
        database,
        "SELECT s.connector_id FROM connector_status s JOIN LATERAL (SELECT c.status, c.at FROM"
        " connector_change c WHERE c.connector_id = s.connector_id ORDER BY c.at DESC LIMIT 1) l ON true"
        " WHERE l.status <> s.status OR l.at <> s.since OR s.received_at <> :now",
        now=NOW,
    )
    counted = "SELECT count(*), count(*) FILTER (WHERE status = :free) FROM connector_status"
    [(connectors, free)] = await rows(database, counted, free=FREE)
    assert (wrong, connectors) == ([], connectors_in_all(draw_stations(SEED)))
    assert 0 < free < connectors


async def test_tariffs_and_keys_can_be_read_by_the_charging_room(made: Made) -> None:
    database = await made(residents=10, days=1)
    async with database.read() as session:
        periods = (await session.execute(text("SELECT periods FROM charging_tariff LIMIT 1"))).scalar_one()
    assert len(bands_of(periods_of(periods))) == 7
    assert set(ChargingTariffRow.__table__.columns.keys()) >= {"periods", "since"}
    sealed = dict(await rows(database, "SELECT operator_code, secrets_sealed FROM charging_operator"))
    opened: dict[str, Secrets] = {
        operator.code: open_secrets(sealed[operator.code], operator.id, cipher=CIPHER)
        for operator in draw_operators(SEED)
    }
    assert opened == {code: secrets_of(code, Keys.secret_key) for code in opened}
    assert len({secrets.theirs.data_secret for secrets in opened.values()}) == 2


async def test_breakfast_is_on_offer_for_a_week_with_weeks_of_demand_behind_it(made: Made) -> None:
    database = await made(residents=10, days=1)
    stock = "SELECT count(DISTINCT place_id), count(DISTINCT day), min(day)::text FROM breakfast_stock"
    demand = "SELECT count(DISTINCT place_id), count(DISTINCT day), max(day)::text FROM breakfast_demand"
    assert await rows(database, stock) == [(40, 8, "2026-11-23")]
    assert await rows(database, demand) == [(40, 56, "2026-11-22")]
    assert await rows(database, "SELECT count(*), count(DISTINCT place_id) FROM cart_stop") == [(18, 6)]


async def test_a_district_made_before_the_rooms_gets_them(made: Made, report: Report) -> None:
    database = await made(residents=10, days=1)
    rooms = ("breakfast_demand", "breakfast_stock", "breakfast_item", "breakfast_point", "charging_tariff",
             "charging_window", "connector_status", "connector_change", "charging_connector",
             "charging_station", "charging_operator", "cart_stop", "cart_position",
             "walk_reach", "care_resident", "care_step", "care_request",
             "care_carer", "care_shift", "care_terms",
             "care_service")  # fmt: skip
    await changed(
        database,
        f"TRUNCATE {', '.join(rooms)} CASCADE",
        "DELETE FROM booking_window WHERE scene <> 'clinic'",
        "DELETE FROM staff_place WHERE place_id IN (SELECT id FROM place WHERE scene <> 'clinic')",
        "DELETE FROM place WHERE scene <> 'clinic'",
    )
    assert await make(database, report, residents=999, days=1)
    assert not await make(database, report, residents=999, days=1)
    counted = "SELECT scene, count(*) FROM place GROUP BY 1 ORDER BY 1"
    assert await rows(database, counted) == [
        ("breakfast", 40), ("charging", 36), ("clinic", 69), ("eldercare", 2),
    ]  # fmt: skip
    assert await rows(database, "SELECT count(*) FROM person") == [(10,)]
    venues = "SELECT role, count(*) FROM staff JOIN staff_place ON staff_id = id GROUP BY 1 ORDER BY 1"
    assert await rows(database, venues) == [
        ("breakfast", 40), ("charging", 36), ("clinic", 10), ("eldercare", 7),
    ]  # fmt: skip


async def test_the_sandboxes_are_told_their_stations_and_the_district_where_they_are(
    made: Made, tmp_path: Path
) -> None:
    database = await made(residents=10, days=1)
    async with database.transaction() as session:
        await operators.meet(session, SEED, URLS, folder=tmp_path)

    urls = "SELECT base_url FROM charging_operator ORDER BY operator_code"
    assert await rows(database, urls) == [(url,) for url in URLS]
    for operator in draw_operators(SEED):
        file = tmp_path / stations_file(operator.code)
        told = msgspec.json.decode(file.read_bytes(), type=list[StationSpec])
        theirs = [each for each in draw_stations(SEED) if each.operator.code == operator.code]
        assert [station.code for station in told] == [each.facts.code for each in theirs]
        assert told[0].prices[0].elec_price == str(theirs[0].tariff[0].elec_price)


async def test_the_carers_have_work_and_their_shifts_are_as_long_as_their_hands(made: Made) -> None:
    database = await made(residents=10, days=1)
    asked = "SELECT code, by_window FROM care_service ORDER BY position"
    assert len(await rows(database, asked)) == 11
    short = """SELECT count(*) FROM booking_window w JOIN care_shift s ON s.id = w.group_id
               JOIN care_service c ON c.id = s.service_id
               WHERE w.capacity <> (SELECT count(*) FROM care_carer k
                                    WHERE k.place_id = s.place_id AND k.skills ? c.skill)"""
    assert await rows(database, short) == [(0,)]
    assert await rows(database, "SELECT count(DISTINCT day) FROM care_shift") == [(14,)]


async def test_carers_are_reached_as_residents_of_working_age(made: Made, report: Report) -> None:
    database = await made(residents=400, days=1)
    asked = "SELECT count(*), count(DISTINCT person_id), min(on_from)::text FROM care_carer"
    assert await rows(database, asked) == [(5, 5, "07:00:00")]
    await make(database, report, residents=400, days=1, if_empty=False)
    assert await rows(database, asked) == [(5, 5, "07:00:00")]
