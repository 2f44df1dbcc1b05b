from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from scenes.common.places import service_imports as service
from scenes.common.places import store
from scenes.common.places.directory import PlaceDirectory
from scenes.common.places.errors import ImportChanged, ImportNotFound, ImportUnreadable
from scenes.common.places.importing.row import Wishes
from scenes.common.places.outlines import Outline
from scenes.common.places.service import upsert_places
from scenes.common.places.service_imports import ImportView, facts_of
from tests.support.clock import AdjustableClock
from tests.support.importing import CLINICS, DISTRICT, ELDERCARE, ROW, SQUARE, a_file
from tests.support.places import a_place

STAFF = new_id()
SECOND = "C2,梅川路卫生站,看病,医院,,,31.2450,121.4100,曹杨新村街道,,24小时,"


async def take_in(session: AsyncSession, content: bytes, clock: AdjustableClock, **how: Any) -> ImportView:
    wishes = how.pop("wishes", CLINICS)
    return await service.take_in(
        session, content, wishes=wishes, file_name="表.csv", by=STAFF, now=clock(), **how
    )


def numbers(view: ImportView) -> tuple[int, ...]:
    return tuple(view.report.counts[name] for name in ("created", "updated", "unchanged", "skipped"))


async def stored(session: AsyncSession) -> list[dict[str, Any]]:
    return [facts_of(row) for row in await store.places_since(session, -1)]


async def test_a_file_is_taken_in_and_again_changes_nothing(
    session: AsyncSession, clock: AdjustableClock
) -> None:
    content, told = a_file(ROW, SECOND, "C3,,看病,医院,,,31,121,,,,"), list[int]()
    assert numbers(await take_in(session, content, clock, advance=told.append)) == (2, 0, 0, 1)
    assert sum(told) == 3
    first = await stored(session)
    assert numbers(await take_in(session, content, clock)) == (0, 0, 2, 1)
    assert await stored(session) == first
    renamed = a_file(ROW.replace("枫桥路卫生站", "枫桥路新站"), SECOND)
    assert numbers(await take_in(session, renamed, clock)) == (0, 1, 1, 0)
    assert [each["name"] for each in await stored(session)] == ["枫桥路新站", "梅川路卫生站"]


async def test_looking_changes_nothing(session: AsyncSession, clock: AdjustableClock) -> None:
    content = a_file(ROW, SECOND)
    view = await service.look(session, content, wishes=CLINICS, file_name="表.csv", now=clock())
    assert (view.id, numbers(view)) == (None, (2, 0, 0, 0))
    assert (await stored(session), await store.counter(session)) == ([], 0)
    assert view.report == (await take_in(session, content, clock)).report


async def test_a_proposal_is_confirmed_once(session: AsyncSession, clock: AdjustableClock) -> None:
    view = await service.propose(
        session, a_file(ROW), wishes=CLINICS, file_name="表.csv", by=STAFF, now=clock()
    )
    assert view.id is not None
    assert (view.state, await stored(session)) == ("proposed", [])
    done = await service.confirm(session, view.id, by=STAFF, now=clock())
    again = await service.confirm(session, view.id, by=STAFF, now=clock())
    assert (done, done.state, len(await stored(session))) == (again, "done", 1)
    assert [each.id for each in await service.listed(session, after=None, limit=9)] == [view.id]
    content = await session.scalar(text("SELECT content FROM place_import"))
    assert content is None


async def test_a_proposal_that_would_do_something_else_by_now_is_shown_again(
    session: AsyncSession, clock: AdjustableClock
) -> None:
    view = await service.propose(
        session, a_file(ROW), wishes=CLINICS, file_name="表.csv", by=STAFF, now=clock()
    )
    assert view.id is not None
    await take_in(session, a_file(ROW), clock)
    with pytest.raises(ImportChanged):
        await service.confirm(session, view.id, by=STAFF, now=clock())
    await service.look_again(session, view.id)
    assert numbers(await service.confirm(session, view.id, by=STAFF, now=clock())) == (0, 0, 1, 0)


async def test_proposals_are_forgotten_after_a_day(session: AsyncSession, clock: AdjustableClock) -> None:
    propose = {"wishes": CLINICS, "file_name": "表.csv", "by": STAFF}
    old = await service.propose(session, a_file(ROW), **propose, now=clock())
    clock.advance(timedelta(days=1, seconds=1))
    await service.propose(session, a_file(SECOND), **propose, now=clock())
    assert old.id is not None
    session.expire_all()
    with pytest.raises(ImportNotFound):
        await service.one(session, old.id)


async def test_a_demo_place_nearby_is_recognised_and_gets_its_id(
    session: AsyncSession, clock: AdjustableClock
) -> None:
    await upsert_places(session, [a_place(name="枫桥路卫生站", lat=31.2419)], now=clock())
    view = await take_in(session, a_file(ROW), clock)
    assert (numbers(view), len(await stored(session))) == ((0, 1, 0, 0), 1)
    assert "原来是演示数据" in view.report.lines[0].warnings


async def test_outlines_are_replaced_and_judge_where_places_lie(
    session: AsyncSession, clock: AdjustableClock
) -> None:
    await service.set_outlines(session, [Outline(("甲镇",), [SQUARE], synthetic=True)])
    await service.set_outlines(session, DISTRICT.outlines)
    assert (await service.district_of(session)).outlines == DISTRICT.outlines
    view = await take_in(session, a_file(ROW.replace("121.4004", "121.50")), clock)
    assert view.report.lines[0].warnings == ["位置在本区外面"]


@pytest.mark.parametrize(
    "wishes", [Wishes(scene="看书"), Wishes(scene="clinic", kind="养老院")], ids=["scene", "kind"]
)
async def test_wishes_that_do_not_exist_are_refused(session: AsyncSession, wishes: Wishes) -> None:
    with pytest.raises(ImportUnreadable):
        await service.look(session, a_file(ROW), wishes=wishes, file_name="表.csv", now=AdjustableClock()())


async def test_the_real_list_goes_in_and_is_found(
    session: AsyncSession, database: Database, clock: AdjustableClock
) -> None:
    wishes = Wishes(datum="gcj02", scene="eldercare", kind="养老院")
    view = await take_in(session, ELDERCARE.read_bytes(), clock, wishes=wishes)
    assert numbers(view) == (71, 0, 0, 1)
    await session.commit()
    directory = PlaceDirectory(database, clock=clock)
    await directory.refresh()
    near = directory.near(31.24276, 121.402741, scene="eldercare", limit=1, at=clock())
    assert [each.place.name for each in near] == ["上海曹杨社区长者照护之家"]
    assert [each.distance_m is not None and each.distance_m <= 3 for each in near] == [True]
