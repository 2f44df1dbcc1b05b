from sqlalchemy.ext.asyncio import AsyncSession

from api.hanging import hanging_on
from api.lifespan import House
from scenes.common.kit.ids import new_id
from scenes.common.places.service import upsert_places
from tests.support.clock import AdjustableClock
from tests.support.places import a_place
from tests.support.storefront import District


async def test_windows_and_staff_hang_on_a_clinic(house: House, clock: AdjustableClock) -> None:
    district = District(house.database, clock, house.cipher)
    await district.move_in(house)
    empty = a_place()
    async with house.database.transaction() as session:
        await upsert_places(session, [empty], now=clock())
        hung = await hanging_on(session, [district.place, empty.id, new_id()])
    assert {place: set(words) >= {"可约的时段", "工作人员", "科室"} for place, words in hung.items()} == {
        district.place: True
    }


async def test_nothing_hangs_on_nothing(session: AsyncSession) -> None:
    assert await hanging_on(session, []) == {}
