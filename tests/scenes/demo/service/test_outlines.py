from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.places.service_imports import district_of, set_outlines
from scenes.demo.rules.chance import stream
from scenes.demo.rules.outlines import SUBDISTRICTS, draw_home
from scenes.demo.service.outlines import draw_outlines
from tests.support.importing import DISTRICT


async def test_everybody_lives_within_the_outline_of_their_subdistrict(session: AsyncSession) -> None:
    await draw_outlines(session)
    district, chance = await district_of(session), stream(1, "outlines")
    assert {name for each in district.outlines for name in each.names} == {area.name for area in SUBDISTRICTS}
    assert {each.synthetic for each in district.outlines} == {True}
    for _ in range(500):
        home = draw_home(chance)
        assert district.outline_at(home.lat, home.lng) is not None, home


async def test_the_districts_own_outlines_stay(session: AsyncSession) -> None:
    await set_outlines(session, DISTRICT.outlines)
    await draw_outlines(session)
    assert (await district_of(session)).outlines == DISTRICT.outlines
