"""Video visits of a nursing home over the whole application, with the provider on a real socket."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from api.lifespan import House
from scenes.common.kit.caller import Resident, Staff
from scenes.common.kit.ids import new_id
from scenes.common.people.tables import PersonRow, make_person_row
from scenes.common.places.service import PlaceFacts, upsert_places
from scenes.eldercare.store.homes import HOSPITAL
from scenes.eldercare.tables import CareResidentRow
from scenes.eldercare.video.sandbox import create_sandbox
from scenes.eldercare.video.upstream import Video, VideoRooms
from tests.scenes.common.payments.conftest import free_port, serving
from tests.support.care import CareTown
from tests.support.clock import AdjustableClock
from tests.support.whole import Whole, booking, good, refusal, staff_of

SECRET = b"a secret for video rooms of tests, long"
NUMBER = "310107194005010023"


@pytest.fixture
async def town(house: House, clock: AdjustableClock, forgotten: None) -> CareTown:
    assert forgotten is None
    town = CareTown(house.database, clock, house.cipher)
    await town.furnish()
    return town


@pytest.fixture
async def provider(house: House, clock: AdjustableClock) -> AsyncIterator[str]:
    """Serve the demo provider, and let the house use it."""
    async with serving(create_sandbox(SECRET, clock), free_port()) as url, httpx.AsyncClient() as client:
        house.video = Video(VideoRooms(url, SECRET, client=client, clock=clock))
        yield url


async def stay_of(town: CareTown, person: UUID, **facts: Any) -> UUID:
    row = CareResidentRow(
        **{"id": new_id(), "place_id": town.place, "person_id": person, "room": "201室",
           "since": date(2026, 1, 1), **facts}
    )  # fmt: skip
    async with town.database.transaction() as session:
        session.add(row)
        return row.id


async def doctors_time(town: CareTown, *, hours: float = 24) -> UUID:
    """Open an internet hospital with one doctor's half hour."""
    starts, hospital = town.clock() + timedelta(hours=hours), new_id()
    facts = PlaceFacts(
        id=hospital, scene="eldercare", kind=HOSPITAL, name="互联网医院", address="", phone=None, lat=31.24,
        lng=121.40, subdistrict="曹杨新村街道", step_free=True, weekly_hours={}, hours_source="test",
        synthetic=True,
    )  # fmt: skip
    async with town.database.transaction() as session:
        await upsert_places(session, [facts], now=town.clock())
    window = await town.offer(
        scene="eldercare", place_id=hospital, title="视频看诊", resource="周医生", starts_at=starts,
        ends_at=starts + timedelta(minutes=30), closes_at=starts,
    )  # fmt: skip
    return window.id


async def booked(whole: Whole, town: CareTown, *, hours: float = 24) -> dict[str, Any]:
    stay, window = await stay_of(town, town.elder.person_id), await doctors_time(town, hours=hours)
    body = {"residentId": str(stay), "windowId": str(window)}
    return booking(await whole.post("/staff/video-visits", town.desk, json=body), 201)


async def test_staff_book_for_a_resident_who_sees_it_and_both_get_in(
    whole: Whole, town: CareTown, provider: str, clock: AdjustableClock
) -> None:
    mine = await booked(whole, town)
    [(staff_id,)] = await town.rows("SELECT details->>'staffId' FROM booking")
    assert (mine["person"]["id"], staff_id) == (str(town.elder.person_id), str(town.desk.staff_id))
    assert [each["id"] for each in good(await whole.get("/bookings", town.elder))["items"]] == [mine["id"]]
    here, there = f"/eldercare/video-visits/{mine['id']}/join", f"/staff/video-visits/{mine['id']}/join"
    assert refusal(await whole.post(here, town.elder)) == (409, "too_early")
    clock.advance(timedelta(hours=24) - timedelta(minutes=10))
    link = good(await whole.post(there, town.desk))
    assert (link["url"].startswith(provider), link["opensAt"]) == (True, "2026-11-24T08:50:00+08:00")
    async with httpx.AsyncClient(trust_env=False) as browser:
        assert (await browser.get(link["url"])).status_code == 200
        assert (await browser.get(link["url"].replace("role=staff", "role=patient"))).status_code == 403
        own = good(await whole.post(here, town.elder))["url"]
        assert (await browser.get(own)).status_code == 200
        clock.advance(timedelta(hours=1))
        assert (await browser.get(own)).status_code == 403
    [line] = good(await whole.get("/staff/video-visits", town.desk, placeId=str(town.place)))["items"]
    assert (line["state"], line["person"]) == ("checked_in", "陈*英")
    good(await whole.post(f"/staff/video-visits/{mine['id']}/complete", town.desk), 204)
    assert refusal(await whole.post(here, town.elder)) == (409, "too_late")


async def test_nobody_else_gets_near_it(whole: Whole, town: CareTown, provider: str) -> None:
    assert provider
    mine = await booked(whole, town)
    elsewhere, clinic = staff_of("eldercare", uuid4()), staff_of("clinic", town.place)
    place = str(town.place)
    for staff in (elsewhere, clinic):
        for path in ("/staff/home-residents", "/staff/video-slots", "/staff/video-visits"):
            assert refusal(await whole.get(path, staff, placeId=place)) == (403, "forbidden")
    for caller in (town.stranger, Resident(new_id(), new_id())):
        assert refusal(await whole.post(f"/eldercare/video-visits/{mine['id']}/join", caller))[0] == 404
    join = await whole.post(f"/staff/video-visits/{mine['id']}/join", elsewhere)
    assert refusal(join) == (403, "forbidden")


async def test_who_does_not_live_there_on_the_day_is_not_booked(whole: Whole, town: CareTown) -> None:
    window = await doctors_time(town)
    leaving = await stay_of(town, town.elder.person_id, until=date(2026, 11, 24))
    body = {"residentId": str(leaving), "windowId": str(window)}
    assert refusal(await whole.post("/staff/video-visits", town.desk, json=body)) == (404, "not_found")
    other = staff_of("eldercare", uuid4())
    assert refusal(await whole.post("/staff/video-visits", other, json=body)) == (404, "not_found")
    bath = {"residentId": str(leaving), "windowId": str(await town.bath_time())}
    assert refusal(await whole.post("/staff/video-visits", town.desk, json=bath)) == (404, "not_found")


async def test_a_cancelled_time_is_free_again(whole: Whole, town: CareTown) -> None:
    mine = await booked(whole, town)
    place = str(town.place)
    assert good(await whole.get("/staff/video-slots", town.desk, placeId=place))["items"] == []
    good(await whole.post(f"/staff/video-visits/{mine['id']}/cancel", town.desk), 204)
    [slot] = good(await whole.get("/staff/video-slots", town.desk, placeId=place))["items"]
    assert (slot["doctor"], slot["hospital"], slot["free"]) == ("周医生", "互联网医院", 1)


async def test_without_a_provider_one_is_told_so(whole: Whole, town: CareTown) -> None:
    mine = await booked(whole, town, hours=0.1)
    join = await whole.post(f"/staff/video-visits/{mine['id']}/join", town.desk)
    assert refusal(join) == (409, "video_not_offered")


async def test_a_provider_that_is_away_is_a_busy_line(
    whole: Whole, town: CareTown, clock: AdjustableClock
) -> None:
    mine = await booked(whole, town, hours=0.1)
    async with httpx.AsyncClient(trust_env=False) as client:
        rooms = VideoRooms(f"http://127.0.0.1:{free_port()}", SECRET, client=client, clock=clock)
        whole.house.video = Video(rooms)
        join = await whole.post(f"/staff/video-visits/{mine['id']}/join", town.desk)
    assert refusal(join) == (503, "busy")


async def arrival(town: CareTown, **facts: Any) -> dict[str, Any]:
    """Let somebody with an identity card be known, and describe their moving in."""
    person: PersonRow = make_person_row(
        town.cipher, new_id(), name="顾阿婆", birth_date=date(1940, 5, 1), sex="f", now=town.clock(),
        resident_id=NUMBER,
    )  # fmt: skip
    async with town.database.transaction() as session:
        session.add(person)
    return {
        "placeId": str(town.place), "name": "顾阿婆", "residentId": NUMBER, "room": "302室",
        "since": "2026-11-01", **facts,
    }  # fmt: skip


async def test_staff_keep_the_list_of_their_home(whole: Whole, town: CareTown) -> None:
    body, place = await arrival(town), str(town.place)
    path, desk = "/staff/home-residents", town.desk
    stay = good(await whole.post(path, desk, json=body), 201)
    assert (stay["name"], stay["room"], stay["until"]) == ("顾*婆", "302室", None)
    assert refusal(await whole.post(path, desk, json=body)) == (409, "lives_elsewhere")
    wrong = await whole.post(path, desk, json=body | {"name": "别人"})
    assert refusal(wrong) == (404, "not_found")
    leave = f"{path}/{stay['id']}/leave"
    good(await whole.post(leave, desk, json={"until": "2026-11-23"}), 204)
    assert good(await whole.get(path, desk, placeId=place))["items"] == []
    assert await written(town, desk) == ["staff.home.move_in", "staff.home.move_out", "staff.home.read"]


async def written(town: CareTown, staff: Staff) -> list[str]:
    asked = "SELECT action FROM audit_entry WHERE staff_id = :s ORDER BY seq"
    return [row[0] for row in await town.rows(asked, s=staff.staff_id)]
