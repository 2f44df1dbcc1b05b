"""The coverage page: a map, the table that says the same, and the spots; nothing before it is reckoned."""

import httpx

from api.circle import renew_coverage
from api.lifespan import House
from scenes.common.places.service import upsert_places
from scenes.common.places.service_imports import set_outlines
from tests.api.test_circle import people_live
from tests.api.web.test_import_page import desk
from tests.api.web.test_pages import said
from tests.support.clock import AdjustableClock
from tests.support.importing import DISTRICT
from tests.support.places import CAOYANG, a_place
from tests.support.storefront import Browser

__all__ = ["desk"]


def path_shades(page: httpx.Response) -> list[str]:
    return [part.split('"')[0] for part in page.text.split('<path class="')[1:] if part[0] == "s"]


async def test_the_map_and_the_table_say_the_same(
    desk: Browser, house: House, clock: AdjustableClock
) -> None:
    assert "正在算" in said(await desk.go("/staff/coverage"))
    async with house.database.transaction() as session:
        await upsert_places(session, [a_place()], now=clock())
        await set_outlines(session, DISTRICT.outlines)
    await people_live(house, clock, 40, "曹杨新村街道", CAOYANG[0])
    await house.directory.refresh()
    await renew_coverage(house.works())
    page = await desk.go("/staff/coverage?scene=clinic")
    words = said(page)
    assert ("曹杨 100%" in words, "100% / 100%" in words, path_shades(page)) == (True, True, ["s4"])
    assert "再添一处多照顾不到" in words
    words = said(await desk.go("/staff/coverage?scene=breakfast"))
    assert ("再添一辆早餐车放在哪里最有用" in words, "曹杨 0%" in words) == (True, True)
    assert "离「曹杨社区卫生服务中心」走" in words
