"""Coverage from homes to the wire: reckoned by the worker's job, blurred, the spots for the district only."""

from datetime import date

import httpx

from api.circle import renew_coverage
from api.lifespan import House
from scenes.common.kit.ids import new_id
from scenes.common.people.tables import make_person_row
from scenes.common.places.service import upsert_places
from tests.support.clock import AdjustableClock
from tests.support.places import CAOYANG, a_place
from tests.support.whole import Whole, good, refusal, staff_of


async def people_live(house: House, clock: AdjustableClock, number: int, area: str, lat: float) -> None:
    async with house.database.transaction() as session:
        for count in range(number):
            born = date(1950 if count % 2 else 1990, 1, 1)
            row = make_person_row(
                house.cipher, new_id(), name="王秀芳", birth_date=born, sex="f", now=clock()
            )
            row.area, row.lat, row.lng = area, lat, CAOYANG[1]
            session.add(row)


async def test_coverage(house: House, client: httpx.AsyncClient, clock: AdjustableClock) -> None:
    whole = Whole(house, client)
    assert refusal(await whole.get("/circle/coverage")) == (503, "coverage_not_ready")
    async with house.database.transaction() as session:
        await upsert_places(session, [a_place()], now=clock())
    await people_live(house, clock, 32, "曹杨新村街道", CAOYANG[0])
    await people_live(house, clock, 20, "长征镇", 31.27)
    await people_live(house, clock, 7, "桃浦镇", 31.30)
    await house.directory.refresh()
    await renew_coverage(house.works())
    report = good(await whole.get("/circle/coverage"))
    assert (report["method"], report["minutes"], report["threshold"]) == ("estimate", 15, 10)
    clinic = {row["subdistrict"]: row for row in report["items"] if row["scene"] == "clinic"}
    assert clinic["曹杨新村街道"] == {
        "subdistrict": "曹杨新村街道", "scene": "clinic", "residents": 30, "within": 30, "sharePercent": 100,
        "elders": 20, "eldersWithin": 20, "eldersSharePercent": 100,
    }  # fmt: skip
    assert (clinic["长征镇"]["sharePercent"], clinic["桃浦镇"]["residents"]) == (0, None)
    [district] = [row for row in report["district"] if row["scene"] == "clinic"]
    assert (district["residents"], district["within"], district["sharePercent"]) == (50, 30, 60)
    wanted = "/staff/coverage/spots"
    spots = good(await whole.get(wanted, staff_of("district"), scene="clinic"))["items"]
    assert [(spot["rank"], spot["subdistrict"], spot["residents"]) for spot in spots] == [(1, "长征镇", 20)]
    assert refusal(await whole.get(wanted, staff_of("clinic"))) == (403, "forbidden")
