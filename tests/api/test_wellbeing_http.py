"""The daily sign through the whole application, by API and by pages."""

from datetime import timedelta
from typing import Any

import pytest

from scenes.common.kit.caller import Staff
from scenes.eldercare.jobs_wellbeing import follow_missed
from tests.support.clock import AdjustableClock
from tests.support.sos import Household
from tests.support.whole import Whole, good, refusal

HERE, DESK = "/eldercare/wellbeing", "/staff/wellbeing"


@pytest.fixture
async def household(house: Any, clock: AdjustableClock) -> Household:
    household = Household(house.database, clock, house.cipher)
    await household.move_in()
    return household


async def put(whole: Whole, path: str, by: Any, body: Any) -> Any:
    return await whole.http.put(f"/api/v1{path}", json=body, headers=whole.bearer(by))


async def test_the_first_sign_of_a_day_is_new_and_the_next_is_not(household: Household, whole: Whole) -> None:
    first = good(await whole.post(HERE, household.elder, json={"how": "open"}), 201)
    again = good(await whole.post(HERE, household.elder, key=None, json={}), 200)
    assert first == again
    assert (first["today"], first["words"], len(first["days"])) == ("seen", "今天报过平安了。", 14)
    assert refusal(await whole.post(HERE, household.elder, json={"how": "device"})) == (400, "invalid")
    assert refusal(await whole.get(HERE)) == (401, "unauthenticated")


async def test_from_the_hour_to_the_visit(household: Household, whole: Whole) -> None:
    me, elder, desk = household.elder.person_id, household.elder, household.staff
    assert refusal(await put(whole, f"{HERE}/plan", elder, {"byHour": "04:30"})) == (400, "invalid")
    assert refusal(await put(whole, f"{HERE}/plan", elder, {"byHour": "9"})) == (400, "invalid")
    assert (await put(whole, f"{HERE}/plan", elder, {"byHour": "09:00"})).status_code == 204
    assert (
        await put(whole, f"{HERE}/plan?personId={me}", household.daughter, {"byHour": "10:00"})
    ).is_success
    assert refusal(await whole.get(HERE, household.daughter, personId=str(me)))[0] == 403
    assert refusal(await whole.get(HERE, household.stranger, personId=str(me))) == (404, "not_found")
    household.clock.advance(timedelta(days=2, hours=6))
    for _ in range(3):
        await follow_missed(whole.house.works())
    [line] = good(await whole.get(DESK, desk))["items"]
    assert (line["name"], line["step"], line["taken"]) == ("陈*英", 3, False)
    visit = f"{DESK}/{line['visitId']}"
    assert good(await whole.get(visit, desk))["phone"] == "138****8000"
    assert refusal(await whole.get(visit, Staff(me, me, "clinic", frozenset()))) == (403, "forbidden")
    assert (await whole.post(f"{visit}/take", desk)).status_code == 204
    assert (await whole.post(f"{visit}/close", desk, json={"result": "helped"})).status_code == 204
    assert good(await whole.get(DESK, desk)) == {"items": [], "nextCursor": None}
    assert good(await whole.get(HERE, elder))["today"] == "seen"
