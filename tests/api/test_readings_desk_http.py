"""One person's readings at the desk: values with consent only, devices, dated limits, signs by device."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from scenes.common.people import service as people
from tests.support.clock import AdjustableClock
from tests.support.sos import Household
from tests.support.whole import API, Whole, good, refusal, staff_of

DESK = "/staff/readings/people"


@pytest.fixture
async def household(house: Any, clock: AdjustableClock) -> Household:
    household = Household(house.database, clock, house.cipher)
    await household.move_in()
    return household


async def device(whole: Whole, home: Household, kind: str) -> dict[str, Any]:
    path = f"{DESK}/{home.elder.person_id}/devices"
    return good(await whole.post(path, home.staff, json={"kind": kind}), 201)


async def send(whole: Whole, home: Household, token: str, **values: float) -> int:
    body = {"at": home.clock().isoformat(), "values": values}
    sent = await whole.http.post(f"{API}/eldercare/readings", json=body, headers={"Device-Token": token})
    home.clock.advance(timedelta(seconds=1))
    return sent.status_code


async def agree(home: Household) -> None:
    async with home.database.transaction() as session:
        await people.set_consents(session, home.elder.person_id, wanted={"health": True}, now=home.clock())


async def put_limits(whole: Whole, home: Household, **body: object) -> Any:
    headers = whole.bearer(home.staff)
    path = f"{API}{DESK}/{home.elder.person_id}/limits"
    return await whole.http.put(path, json=body, headers=headers)


async def test_values_are_seen_with_consent_only_and_every_look_is_written_down(
    household: Household, whole: Whole
) -> None:
    one = f"{DESK}/{household.elder.person_id}"
    kept = await device(whole, household, "heart")
    assert await send(whole, household, kept["token"], bpm=140) == 201
    blind = good(await whole.get(one, household.staff))
    assert (blind["consents"], blind["limits"], blind["readings"], blind["name"]) == (
        False, None, [], "陈*英",
    )  # fmt: skip
    assert [(each["kind"], each["token"]) for each in blind["devices"]] == [("heart", None)]
    await agree(household)
    seen = good(await whole.get(one, household.staff))
    assert [(each["values"], each["outside"]) for each in seen["readings"]] == [({"bpm": 140.0}, "high")]
    assert refusal(await whole.get(one, staff_of("clinic")))[0] == 403
    assert refusal(await whole.get(f"{DESK}/{household.staff.staff_id}", household.staff))[0] == 404
    async with household.database.read() as session:
        looks = await session.scalars(text("SELECT action FROM audit_entry ORDER BY seq"))
    assert list(looks) == [f"staff.readings.{what}" for what in ("register", "devices", "values")]


async def test_a_withdrawn_device_is_heard_no_more(household: Household, whole: Whole) -> None:
    kept = await device(whole, household, "heart")
    headers = whole.bearer(household.staff)
    other = f"{API}{DESK}/{household.daughter.person_id}/devices/{kept['id']}"
    assert refusal(await whole.http.delete(other, headers=headers))[0] == 404
    mine = f"{API}{DESK}/{household.elder.person_id}/devices/{kept['id']}"
    assert (await whole.http.delete(mine, headers=headers)).status_code == 204
    assert await send(whole, household, kept["token"], bpm=70) == 401


async def test_limits_hold_from_their_day_on_and_only_what_differs_is_kept(
    household: Household, whole: Whole
) -> None:
    await agree(household)
    today = household.clock().date()
    one, tomorrow = f"{DESK}/{household.elder.person_id}", today + timedelta(days=1)
    past = await put_limits(whole, household, since=str(today - timedelta(days=1)), bpmHigh=100)
    assert refusal(past) == (400, "invalid")
    assert refusal(await put_limits(whole, household, since=str(today), bpmHigh=30)) == (400, "invalid")
    first = await put_limits(whole, household, since=str(today), bpmHigh=100, bpmLow=45)
    assert first.status_code == 204
    assert (await put_limits(whole, household, since=str(tomorrow))).status_code == 204
    assert good(await whole.get(one, household.staff))["limits"]["bpmHigh"] == 100
    household.clock.advance(timedelta(days=1))
    assert good(await whole.get(one, household.staff))["limits"]["bpmHigh"] == 130
    async with household.database.read() as session:
        kept = await session.scalars(text("SELECT values FROM care_limit ORDER BY since"))
    assert list(kept) == [{"bpmHigh": 100.0}, {}]


@pytest.mark.parametrize(
    "case",
    [
        (True, "heart", {"bpm": 70}, "seen"), (False, "heart", {"bpm": 70}, "waiting"),
        (True, "water", {"litres": 2}, "seen"), (True, "water", {"litres": 0}, "waiting"),
        (True, "fall", {}, "waiting"),
    ],
)  # fmt: skip
async def test_a_device_gives_the_sign_where_the_plan_says_so_and_somebody_is_up(
    household: Household, whole: Whole, case: tuple[bool, str, dict[str, float], str]
) -> None:
    by_device, kind, values, standing = case
    headers = whole.bearer(household.elder)
    plan = {"byHour": "20:00", "byDevice": by_device}
    path = f"{API}/eldercare/wellbeing/plan"
    assert (await whole.http.put(path, json=plan, headers=headers)).status_code == 204
    kept = await device(whole, household, kind)
    assert await send(whole, household, kept["token"], **values) == 201
    shown = good(await whole.get("/eldercare/wellbeing", household.elder))
    assert (shown["today"], shown["plan"]["byDevice"]) == (standing, by_device)
