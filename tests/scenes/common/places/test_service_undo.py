from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.ids import new_id
from scenes.common.places import store
from scenes.common.places.errors import ImportNotFound, ImportNotUndoable
from scenes.common.places.service import close_place, upsert_places
from scenes.common.places.service_undo import undo
from tests.scenes.common.places.test_service_imports import SECOND, numbers, stored, take_in
from tests.support.clock import AdjustableClock
from tests.support.importing import ROW, a_file
from tests.support.places import a_place


async def nothing_hangs(_: AsyncSession, __: Collection[UUID]) -> Mapping[UUID, Sequence[str]]:
    return {}


async def all_are_booked(_: AsyncSession, places: Collection[UUID]) -> Mapping[UUID, Sequence[str]]:
    return {place: ["预约"] for place in places}


async def test_everything_is_as_before(session: AsyncSession, clock: AdjustableClock) -> None:
    old = a_place(name="枫桥路卫生站", lat=31.2419)
    closed = a_place(name="关了的")
    await upsert_places(session, [old, closed], now=clock())
    await close_place(session, closed.id, now=clock())
    session.expire_all()
    before = await stored(session)
    view = await take_in(session, a_file(ROW, SECOND), clock)
    assert view.id is not None
    undone = await undo(session, view.id, hanging=nothing_hangs, by=None, now=clock())
    session.expire_all()
    after = await stored(session)
    opened = [each for each in after if each["name"] == "梅川路卫生站"]
    assert (undone.state, [each for each in after if each not in opened]) == ("undone", before)
    assert [each["closed_at"] is not None for each in opened] == [True]
    assert await undo(session, view.id, hanging=all_are_booked, by=None, now=clock()) == undone
    assert numbers(await take_in(session, a_file(ROW, SECOND), clock)) == (1, 1, 0, 0)


async def test_a_later_import_of_the_same_place_comes_first(
    session: AsyncSession, clock: AdjustableClock
) -> None:
    first = await take_in(session, a_file(ROW, SECOND), clock)
    later = await take_in(session, a_file(ROW.replace("枫桥路2号", "枫桥路3号")), clock)
    assert first.id is not None
    assert later.id is not None
    with pytest.raises(ImportNotUndoable, match=r"「枫桥路卫生站」后来又由「表.csv」导入过"):
        await undo(session, first.id, hanging=nothing_hangs, by=None, now=clock())
    await undo(session, later.id, hanging=nothing_hangs, by=None, now=clock())
    session.expire_all()
    done = await undo(session, first.id, hanging=nothing_hangs, by=None, now=clock())
    assert done.state == "undone"


async def test_a_place_changed_by_hand_stays(session: AsyncSession, clock: AdjustableClock) -> None:
    view = await take_in(session, a_file(ROW, SECOND), clock)
    assert view.id is not None
    place_id = await _id_of(session, "梅川路卫生站")
    await close_place(session, place_id, now=clock())
    session.expire_all()
    with pytest.raises(ImportNotUndoable, match="「梅川路卫生站」导入以后又改过"):
        await undo(session, view.id, hanging=nothing_hangs, by=None, now=clock())


async def test_bookings_hold_a_new_place_open(session: AsyncSession, clock: AdjustableClock) -> None:
    rows = [f"N{n},站{n},看病,医院,,,31.24,121.4,,,," for n in range(12)]
    view = await take_in(session, a_file(*rows), clock)
    assert view.id is not None
    with pytest.raises(ImportNotUndoable, match=r"「站0」已经有预约;.*;还有 2 处。"):
        await undo(session, view.id, hanging=all_are_booked, by=None, now=clock())


async def test_only_what_was_taken_in_can_be_taken_back(
    session: AsyncSession, clock: AdjustableClock
) -> None:
    with pytest.raises(ImportNotFound):
        await undo(session, new_id(), hanging=nothing_hangs, by=None, now=clock())


async def _id_of(session: AsyncSession, name: str) -> UUID:
    [found] = [row.id for row in await store.places_since(session, -1) if row.name == name]
    return found
