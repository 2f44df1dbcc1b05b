"""Readings through the whole application: devices, alerts, falls, silence, and who may see what."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from scenes.common.kit.ids import new_id
from scenes.common.people import service as people
from scenes.common.people.tables import DelegationRow
from scenes.eldercare.jobs_readings import watch_water
from tests.support.clock import AdjustableClock
from tests.support.sos import Household
from tests.support.whole import API, Whole, good, refusal

HERE, DEVICES, DESK = "/eldercare/readings", "/eldercare/devices", "/staff/readings"


@pytest.fixture
async def household(house: Any, clock: AdjustableClock) -> Household:
    household = Household(house.database, clock, house.cipher)
    await household.move_in()
    return household


class Sender:
    """A device of the old lady, and what it sends."""

    def __init__(self, whole: Whole, home: Household, token: str) -> None:
        self.whole, self.home, self.token = whole, home, token

    async def send(self, *, ago: float = 0, token: str | None = None, **values: float) -> httpx.Response:
        """Send what was measured so many minutes ago."""
        at = self.home.clock() - timedelta(minutes=ago)
        body = {"at": at.isoformat(), "values": values}
        headers = {"Device-Token": self.token if token is None else token}
        return await self.whole.http.post(f"{API}{HERE}", json=body, headers=headers)


async def device(whole: Whole, home: Household, kind: str) -> Sender:
    shown = good(await whole.post(DEVICES, home.elder, json={"kind": kind}), 201)
    return Sender(whole, home, shown["token"])


async def agree(home: Household) -> None:
    async with home.database.transaction() as session:
        await people.set_consents(session, home.elder.person_id, wanted={"health": True}, now=home.clock())


async def test_only_a_device_with_its_secret_is_heard_and_once(household: Household, whole: Whole) -> None:
    heart = await device(whole, household, "heart")
    assert good(await heart.send(bpm=70), 201) == {"new": True, "alarmId": None}
    assert good(await heart.send(bpm=70), 200) == {"new": False, "alarmId": None}
    for wrong in ("", "nonsense", heart.token[:-1], heart.token.split(".")[0] + "."):
        assert refusal(await heart.send(token=wrong, bpm=70)) == (401, "unauthenticated")
    assert refusal(await heart.send(ago=1, bpm=999)) == (400, "invalid")
    assert refusal(await heart.send(ago=1, mmol=5)) == (400, "invalid")
    assert refusal(await heart.send(ago=-60, bpm=70)) == (400, "invalid")
    [kept] = good(await whole.get(DEVICES, household.elder))["items"]
    assert (kept["kind"], kept["token"]) == ("heart", None)
    headers = whole.bearer(household.stranger)
    gone = await whole.http.delete(f"{API}{DEVICES}/{kept['id']}", headers=headers)
    assert refusal(gone) == (404, "not_found")
    headers = whole.bearer(household.elder)
    assert (await whole.http.delete(f"{API}{DEVICES}/{kept['id']}", headers=headers)).status_code == 204
    assert refusal(await heart.send(ago=2, bpm=70)) == (401, "unauthenticated")


async def test_alerts_need_more_than_one_and_storm_nobody(household: Household, whole: Whole) -> None:
    await agree(household)
    heart = await device(whole, household, "heart")
    for ago, bpm in ((9, 150), (8, 70), (7, 151)):
        good(await heart.send(ago=ago, bpm=bpm), 201)
    [alert] = good(await whole.get(DESK, household.staff))["items"]
    assert (alert["side"], alert["name"], alert["phone"], alert["seen"]) == ("high", "陈*英", None, False)
    for ago in (6, 5, 4):
        good(await heart.send(ago=ago, bpm=160), 201)
    assert len(good(await whole.get(DESK, household.staff))["items"]) == 1
    assert len(await household.inbox(household.elder)) == len(await household.inbox(household.daughter)) == 1
    assert (await whole.post(f"{DESK}/{alert['id']}/see", household.staff)).status_code == 204
    [mine] = good(await whole.get(DESK, household.staff))["items"]
    assert (mine["phone"], mine["seen"]) == ("13800138000", True)
    good(await heart.send(ago=8.5, bpm=200), 201)
    for ago in (3, 2):
        good(await heart.send(ago=ago, bpm=70), 201)
    assert good(await whole.get(DESK, household.staff))["items"] == []
    assert refusal(await whole.get(DESK, household.stranger))[0] in {401, 403}


async def test_kin_see_values_with_consent_only_and_they_are_sealed(
    household: Household, whole: Whole
) -> None:
    me = str(household.elder.person_id)
    pressure = await device(whole, household, "bp")
    good(await pressure.send(systolic=191, diastolic=99), 201)
    assert refusal(await whole.get(HERE, household.daughter, personId=me)) == (403, "forbidden")
    assert refusal(await whole.get(HERE, household.stranger, personId=me)) == (404, "not_found")
    await agree(household)
    [shown] = good(await whole.get(HERE, household.daughter, personId=me))["items"]
    assert (shown["values"], shown["outside"]) == ({"systolic": 191.0, "diastolic": 99.0}, "high")
    async with household.database.read() as session:
        [sealed] = (await session.execute(text("SELECT values_sealed FROM care_reading"))).scalars().all()
    assert (b"systolic" in sealed, b"191" in sealed) == (False, False)


@pytest.mark.parametrize(("scopes", "seen"), [(["book", "pay"], False), (["view"], True)])
async def test_a_delegate_sees_values_by_the_scope_view_only(
    household: Household, whole: Whole, scopes: list[str], *, seen: bool
) -> None:
    me, now = household.elder.person_id, household.clock()
    await agree(household)
    pressure = await device(whole, household, "bp")
    good(await pressure.send(systolic=191, diastolic=99), 201)
    async with household.database.transaction() as session:
        session.add(
            DelegationRow(
                id=new_id(), principal_id=me, delegate_id=household.stranger.person_id, scopes=scopes,
                state="active", asked_by="principal", asked_at=now, approved_at=now, cooling_until=now,
                until=now + timedelta(days=30),
            )
        )  # fmt: skip
    answer = await whole.get(HERE, household.stranger, personId=str(me))
    assert answer.status_code == (200 if seen else 404), answer.text


async def test_a_fall_raises_an_alarm_with_the_longer_time_to_undo(
    household: Household, whole: Whole
) -> None:
    fall = await device(whole, household, "fall")
    assert good(await fall.send(ago=120), 201)["alarmId"] is None
    alarm_id = good(await fall.send(), 201)["alarmId"]
    shown = good(await whole.get(f"/eldercare/sos/{alarm_id}", household.elder))
    assert (shown["source"], shown["state"], shown["actions"]) == ("fall", "pending", ["cancel"])
    assert good(await fall.send(ago=1), 201)["alarmId"] == alarm_id


async def test_no_water_for_twelve_hours_is_on_the_desk_once_until_it_runs(
    household: Household, whole: Whole
) -> None:
    water = await device(whole, household, "water")
    good(await water.send(litres=3), 201)
    household.clock.advance(timedelta(hours=11, minutes=59))
    good(await water.send(litres=0), 201)
    await watch_water(whole.house.works())
    assert good(await whole.get(DESK, household.staff))["items"] == []
    household.clock.advance(timedelta(minutes=1))
    for _ in range(3):
        await watch_water(whole.house.works())
    [alert] = good(await whole.get(DESK, household.staff))["items"]
    assert (alert["kind"], alert["side"]) == ("water", "silent")
    assert len(await household.inbox(household.elder)) == 1
    good(await water.send(litres=1), 201)
    assert good(await whole.get(DESK, household.staff))["items"] == []
