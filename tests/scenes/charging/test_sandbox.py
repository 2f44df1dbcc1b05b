"""The sandbox operator and the platform on real sockets, in both directions, through kills and mischief."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from api.app import compose
from api.lifespan import House
from scenes.charging.jobs_partners import attend_operators, forget_messages
from scenes.charging.rules.dialect import Dialect
from scenes.charging.sandbox import Mischief
from scenes.charging.tables import ChargingOperatorRow
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from tests.scenes.common.payments.conftest import free_port, serving, until
from tests.support.charging_operator import (
    QUIRKY,
    STANDARD,
    operator_row,
    plant_spec,
    running,
)
from tests.support.clock import AdjustableClock


async def settle(house: House, *, base_url: str, dialect: Dialect = STANDARD) -> UUID:
    operator_id = new_id()
    async with house.database.transaction() as session:
        session.add(operator_row(operator_id, house.cipher, base_url=base_url, dialect=dialect))
    return operator_id


async def rows(database: Database, query: str) -> list[tuple[Any, ...]]:
    async with database.read() as session:
        return [tuple(row) for row in (await session.execute(text(query))).all()]


async def statuses(database: Database) -> dict[str, int]:
    query = (
        "SELECT c.code, s.status FROM connector_status s JOIN charging_connector c ON c.id = s.connector_id"
    )
    return dict(await rows(database, query))


async def hand(url: str, code: str, **facts: Any) -> None:
    async with httpx.AsyncClient(base_url=url, trust_env=False) as http:
        assert (await http.post(f"/sandbox/connectors/{code}", json=facts)).status_code == 200


@asynccontextmanager
async def both(
    house: House, clock: AdjustableClock, *, dialect: Dialect = STANDARD, mischief: Mischief | None = None
) -> AsyncIterator[str]:
    """The platform and an operator that know each other, with the operator's stations taken over."""
    port = free_port()
    async with running(plant_spec(port, dialect), clock, mischief=mischief) as (url, _):
        await settle(house, base_url=url, dialect=dialect)
        async with serving(compose(house), port):
            await attend_operators(house.works())
            yield url


@pytest.mark.parametrize("dialect", [STANDARD, QUIRKY], ids=["standard", "quirky"])
async def test_the_platform_takes_over_stations_prices_and_every_change(
    house: House, clock: AdjustableClock, dialect: Dialect
) -> None:
    async with both(house, clock, dialect=dialect) as url:
        assert await statuses(house.database) == {"C-1": 1, "C-2": 1, "C-3": 1, "D-1": 1}
        prices = await rows(
            house.database,
            "SELECT s.code, t.periods->0->>'elecPrice', t.source FROM charging_tariff t"
            " JOIN charging_station s ON s.id = t.station_id ORDER BY s.code",
        )
        assert prices == [("S-1", "0.3200", "operator"), ("S-2", "0.1234", "operator")]
        await hand(url, "C-2", status=255)

        async def broken() -> bool:
            return (await statuses(house.database))["C-2"] == 255

        await until(broken)
        assert await rows(house.database, "SELECT source FROM connector_status WHERE status = 255") == [
            ("notification",)
        ]
    assert await rows(house.database, "SELECT call, kind, detail FROM partner_incident") == []


async def test_news_that_comes_twice_is_taken_once(house: House, clock: AdjustableClock) -> None:
    async with both(house, clock, mischief=Mischief(repeated=1)) as url:
        await hand(url, "C-1", status=255)

        async def told() -> bool:
            return (await statuses(house.database))["C-1"] == 255

        await until(told)
        clock.advance(timedelta(seconds=2))

        async def settled() -> bool:
            async with httpx.AsyncClient(base_url=url, trust_env=False) as http:
                await http.get("/health")
            taken = await rows(house.database, "SELECT count(*) FROM partner_message WHERE call LIKE 'n%'")
            return taken == [(1,)]

        await until(settled)
    changes = await rows(house.database, "SELECT count(*) FROM connector_change WHERE status = 255")
    assert changes == [(1,)]


async def test_news_waits_for_a_platform_that_is_away(house: House, clock: AdjustableClock) -> None:
    port = free_port()
    async with running(plant_spec(port), clock) as (url, app):
        await settle(house, base_url=url)
        async with house.open():
            await attend_operators(house.works())
        await hand(url, "D-1", status=255)
        notices = app.state.operator.books.ledger.notices

        async def tried() -> bool:
            return any(each.tries for each in notices.values())

        await until(tried)
        async with serving(compose(house), port):
            clock.advance(timedelta(seconds=61))

            async def told() -> bool:
                return (await statuses(house.database))["D-1"] == 255

            await until(told)
    assert notices == {}


async def test_polling_takes_over_when_news_is_lost(house: House, clock: AdjustableClock) -> None:
    async with both(house, clock, mischief=Mischief(lost=1)) as url:
        await hand(url, "C-1", status=255)
        await attend_operators(house.works())
        assert (await statuses(house.database))["C-1"] == 1
        clock.advance(timedelta(seconds=20))
        await attend_operators(house.works())
        assert (await statuses(house.database))["C-1"] == 255
    sources = await rows(house.database, "SELECT DISTINCT source FROM connector_status")
    assert sources == [("poll",)]


async def test_an_operator_that_is_gone_is_marked_and_asked_ever_more_rarely(
    house: House, clock: AdjustableClock
) -> None:
    port = free_port()
    operator_id = await settle(house, base_url=f"http://127.0.0.1:{port}")
    began = clock()

    async def row() -> ChargingOperatorRow:
        async with house.database.read() as session:
            found = await session.get(ChargingOperatorRow, operator_id)
        assert found is not None
        return found

    async with house.open():
        await attend_operators(house.works())
        for seconds in (10, 30, 600):
            clock.set(began + timedelta(seconds=seconds))
            await attend_operators(house.works())
        failing = await row()
        assert (failing.failing_since, failing.polled_at) == (began, began + timedelta(seconds=600))
        clock.advance(timedelta(seconds=100))
        await attend_operators(house.works())
        assert (await row()).polled_at == failing.polled_at
        clock.advance(timedelta(seconds=100))
        async with running(plant_spec(9), clock) as (url, _):
            async with house.database.transaction() as session:
                await session.execute(text("UPDATE charging_operator SET base_url = :url"), {"url": url})
            await attend_operators(house.works())
    assert ((await row()).failing_since, len(await statuses(house.database))) == (None, 4)


async def test_a_changed_price_counts_from_today_and_staffs_own_stays(
    house: House, clock: AdjustableClock
) -> None:
    async with both(house, clock):
        count = "SELECT count(*) FROM charging_tariff"
        assert await rows(house.database, count) == [(2,)]
        clock.advance(timedelta(days=1))
        await attend_operators(house.works())
        assert await rows(house.database, count) == [(2,)]
        async with house.database.transaction() as session:
            await session.execute(text("UPDATE charging_tariff SET periods = '[]'"))
        clock.advance(timedelta(days=1))
        await attend_operators(house.works())
        assert await rows(house.database, count) == [(4,)]


async def test_old_messages_are_forgotten(house: House, clock: AdjustableClock) -> None:
    async with both(house, clock) as url:
        await hand(url, "C-1", status=255)

        async def told() -> bool:
            return (await statuses(house.database))["C-1"] == 255

        await until(told)
        clock.advance(timedelta(days=2))
        await forget_messages(house.works())
        left = "SELECT (SELECT count(*) FROM partner_message), (SELECT count(*) FROM partner_token)"
        assert await rows(house.database, left) == [(0, 0)]
