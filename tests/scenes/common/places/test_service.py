from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.ids import new_id
from scenes.common.places import store
from scenes.common.places.errors import PlaceInvalid, PlaceNotFound
from scenes.common.places.service import add_exception, close_place, upsert_places
from tests.support.clock import AdjustableClock
from tests.support.places import a_place


async def test_places_are_stored_and_overwritten(session: AsyncSession, clock: AdjustableClock) -> None:
    first, second = a_place(), a_place(name="甘泉社区卫生服务中心")
    assert await upsert_places(session, [first, second], now=clock()) == 2
    clock.advance(timedelta(hours=1))
    assert await upsert_places(session, [a_place(id=first.id, name="曹杨新址")], now=clock()) == 1
    names = {(row.name, row.version) for row in await store.places_since(session, 0)}
    assert names == {("曹杨新址", 2), ("甘泉社区卫生服务中心", 1)}
    assert await store.counter(session) == 2


async def test_a_large_import_goes_in_at_once(session: AsyncSession, clock: AdjustableClock) -> None:
    assert await upsert_places(session, [a_place() for _ in range(2500)], now=clock()) == 2500
    assert (await session.execute(text("SELECT count(*) FROM place"))).scalar_one() == 2500


async def test_storing_nothing_changes_nothing(session: AsyncSession, clock: AdjustableClock) -> None:
    assert await upsert_places(session, [], now=clock()) == 0
    assert await store.counter(session) == 0


async def test_every_wrong_place_is_named_and_none_is_stored(
    session: AsyncSession, clock: AdjustableClock
) -> None:
    places = [
        a_place(),
        a_place(weekly_hours={"mon": ["8-11"]}, lat=131.0),
        a_place(holiday_rule="hours"),
    ]
    with pytest.raises(PlaceInvalid) as refused:
        await upsert_places(session, places, now=clock())
    assert [path for path, _ in refused.value.errors] == ["1.lat", "1.weeklyHours", "2.holidayHours"]
    assert await store.counter(session) == 0


async def test_an_exception_is_kept_and_overwritten(session: AsyncSession, clock: AdjustableClock) -> None:
    place, day = a_place(), date(2026, 12, 3)
    await upsert_places(session, [place], now=clock())
    await add_exception(session, place.id, day=day, hours=["09:00-10:00"], reason="培训", now=clock())
    await add_exception(session, place.id, day=day, hours=[], reason="停电", now=clock())
    rows = await store.exceptions_from(session, date(2026, 11, 23), version=0)
    assert [(row.place_id, row.day, row.hours, row.reason) for row in rows] == [(place.id, day, [], "停电")]
    assert await store.counter(session) == 3


async def test_an_exception_needs_a_place_and_real_hours(
    session: AsyncSession, clock: AdjustableClock
) -> None:
    day = date(2026, 12, 3)
    with pytest.raises(PlaceNotFound):
        await add_exception(session, new_id(), day=day, hours=[], reason="停电", now=clock())
    with pytest.raises(PlaceInvalid):
        await add_exception(session, new_id(), day=day, hours=["9"], reason="停电", now=clock())


async def test_only_a_place_that_exists_can_close(session: AsyncSession, clock: AdjustableClock) -> None:
    with pytest.raises(PlaceNotFound):
        await close_place(session, new_id(), now=clock())
