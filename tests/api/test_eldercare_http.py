"""Care over the whole application, call by call as the contract names them."""

from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from api.lifespan import House
from scenes.common.kit.caller import Resident
from scenes.common.kit.database import Database
from tests.support.care import CareTown
from tests.support.clock import AdjustableClock
from tests.support.whole import API, Whole, good, refusal


@pytest.fixture
async def town(house: House, database: Database, clock: AdjustableClock, forgotten: None) -> CareTown:
    assert forgotten is None
    town = CareTown(database, clock, house.cipher)
    await town.furnish()
    return town


@pytest.fixture
async def whole(town: CareTown, whole: Whole) -> Whole:
    assert town.services
    return whole


async def test_the_catalogue_is_open_to_anybody(whole: Whole, town: CareTown) -> None:
    window_id = await town.bath_time()
    items = good(await whole.get("/eldercare/services"))["items"]
    assert [(each["code"], each["priceFen"], each["byWindow"], each["windows"]) for each in items] == [
        ("errand", 0, False, []), ("bath", 8000, True, []), ("nursing", 0, False, []),
    ]  # fmt: skip
    bath = good(await whole.get(f"/eldercare/services/{town.services['bath']}"))
    assert [(each["id"], each["free"], each["priceFen"]) for each in bath["windows"]] == [
        (str(window_id), 1, 8000)
    ]
    assert refusal(await whole.get(f"/eldercare/services/{uuid4()}")) == (404, "not_found")


async def test_a_visit_call_by_call(whole: Whole, town: CareTown) -> None:
    body = {"serviceId": str(town.services["errand"]), "note": "买药", "place": {"address": "3号楼502室"}}
    asked = good(await whole.post("/eldercare/requests", town.elder, json=body), 201)
    here, there = f"/eldercare/requests/{asked['id']}", f"/staff/requests/{asked['id']}"
    assert (asked["state"], asked["code"], asked["carer"]) == ("requested", None, None)
    [line] = good(await whole.get("/staff/requests", town.desk))["items"]
    assert (line["kind"], line["person"], line["overdue"]) == ("request", "陈秀英", False)
    sent = good(await whole.post(f"{there}/assign", town.desk, json={"carerId": str(town.lu.staff_id)}), 200)
    assert (sent["state"], sent["carer"], sent["address"]) == ("assigned", "陆护理员", "3号楼502室")
    good(await whole.post(f"{there}/accept", town.lu), 200)
    seen = good(await whole.get(here, town.elder))
    assert (seen["carer"], seen["actions"]) == ("陆护理员", ["cancel"])
    good(await whole.post(f"{there}/arrive", town.lu, json={"code": seen["code"]}), 200)
    good(await whole.post(f"{there}/complete", town.lu, json={"report": "药已送到"}), 200)
    rated = good(await whole.post(f"{here}/rate", town.elder, json={"stars": 4}), 200)
    assert (rated["state"], rated["stars"], rated["actions"]) == ("rated", 4, [])


async def test_a_neighbour_reads_nothing(whole: Whole, town: CareTown) -> None:
    body = {"serviceId": str(town.services["errand"])}
    asked = good(await whole.post("/eldercare/requests", town.elder, json=body), 201)
    here = f"/eldercare/requests/{asked['id']}"
    for path in (here, f"{here}/events"):
        assert refusal(await whole.get(path, town.stranger)) == (404, "not_found")
    assert refusal(await whole.post(f"{here}/cancel", town.stranger)) == (404, "not_found")
    assert good(await whole.get("/eldercare/requests", town.stranger))["items"] == []
    assert refusal(await whole.get(f"/staff/requests/{asked['id']}", town.elder))[0] in {401, 403}


async def test_the_same_key_asks_once(whole: Whole, town: CareTown) -> None:
    body = {"serviceId": str(town.services["errand"])}
    first = await whole.post("/eldercare/requests", town.elder, key="the-same-key", json=body)
    again = await whole.post("/eldercare/requests", town.elder, key="the-same-key", json=body)
    assert (again.json(), again.headers["idempotency-replayed"]) == (first.json(), "true")
    without = await whole.post("/eldercare/requests", town.elder, key=None, json=body)
    assert refusal(without) == (400, "idempotency_key_missing")


async def test_a_bath_is_a_booking_and_can_be_taken_back(whole: Whole, town: CareTown) -> None:
    window_id = await town.bath_time()
    body = {"serviceId": str(town.services["bath"]), "windowId": str(window_id)}
    asked = good(await whole.post("/eldercare/requests", town.elder, json=body), 201)
    booking = good(await whole.get(f"/bookings/{asked['bookingId']}", town.elder))
    assert (asked["state"], booking["state"], booking["amountFen"]) == ("unpaid", "held", 5000)
    gone = good(await whole.post(f"/eldercare/requests/{asked['id']}/cancel", town.elder), 200)
    assert gone["state"] == "cancelled"
    assert good(await whole.get(f"/bookings/{asked['id']}", town.elder))["state"] == "cancelled"


async def test_a_visit_names_the_appointment_it_goes_along_to(whole: Whole, town: CareTown) -> None:
    window_id = await town.escort_time()
    ledger, elder = whole.house.ledger, town.elder
    mine = await town.ask_escort(ledger, window_id, by=elder)
    starts = town.clock() + timedelta(days=1, hours=2)
    window = await town.offer(starts_at=starts, ends_at=starts + timedelta(minutes=30))
    booked = (await ledger.claim(town.claim(elder.person_id, window))).booking
    assert booked is not None

    async def put(booking_id: UUID | None, by: Resident) -> httpx.Response:
        path = f"{API}/eldercare/requests/{mine}/appointment"
        body = {"bookingId": str(booking_id) if booking_id else None}
        return await whole.http.put(path, json=body, headers=whole.bearer(by))

    appointment = {
        "bookingId": str(booked.id), "startsAt": "2026-11-24T11:00:00+08:00", "place": "曹杨日间照料中心",
        "stands": True, "inTime": True,
    }  # fmt: skip
    assert good(await put(booked.id, elder))["appointment"] == appointment
    assert good(await whole.get(f"/staff/requests/{mine}", town.desk))["appointment"] == appointment
    assert refusal(await put(uuid4(), elder)) == (404, "not_found")
    assert refusal(await put(booked.id, town.stranger)) == (404, "not_found")
    assert good(await put(None, elder))["appointment"] is None


async def test_a_later_hour_call_by_call(whole: Whole, town: CareTown) -> None:
    wished, other = (f"2026-11-24T{hour}:00:00+08:00" for hour in (15, 16))
    body = {"serviceId": str(town.services["errand"]), "wishedAt": wished}
    asked = good(await whole.post("/eldercare/requests", town.elder, json=body), 201)
    told = (asked["wishedAt"], asked["promisedAt"], asked["agreedAt"], asked["speak"])
    assert told == (wished, wished, None, "已经收到。社区会打电话跟您确认。")
    [line] = good(await whole.get("/staff/requests", town.desk))["items"]
    assert (line["wished"], line["agreed"], line["due"]) == (wished, False, "2026-11-23T11:00:00+08:00")
    there = f"/staff/requests/{asked['id']}/agree"
    agreed = good(await whole.post(there, town.desk, json={"at": other}), 200)
    assert (agreed["wishedAt"], agreed["promisedAt"], agreed["agreedAt"] is None) == (wished, other, False)
    seen = good(await whole.get(f"/eldercare/requests/{asked['id']}", town.elder))
    assert (seen["promisedAt"], seen["speak"]) == (other, "已经收到,正在找人。")


@pytest.mark.parametrize(
    ("code", "wished", "said"),
    [
        ("errand", "2026-11-23T08:00:00+08:00", "这个时间已经过了。请选晚一点的时间。"),
        ("errand", "2026-12-23T09:00:00+08:00", "只能说7天以内的时间。"),
        ("errand", "2026-11-24T03:00:00+08:00", "这个时间没有人来。请选7点到21点之间。"),
        ("bath", "2026-11-24T09:00:00+08:00", "请先选一个时间。"),
    ],
)
async def test_an_hour_that_cannot_be_is_refused_in_words(
    whole: Whole, town: CareTown, code: str, wished: str, said: str
) -> None:
    body = {"serviceId": str(town.services[code]), "wishedAt": wished}
    answer = await whole.post("/eldercare/requests", town.elder, json=body)
    assert (answer.status_code, answer.json()["detail"]) == (400, said)


async def test_the_catalogue_says_how_far_ahead(whole: Whole) -> None:
    items = good(await whole.get("/eldercare/services"))["items"]
    assert [(each["code"], each["laterDays"], each["firstHour"], each["lastHour"]) for each in items] == [
        ("errand", 7, 7, 21), ("bath", 0, 7, 21), ("nursing", 7, 7, 21),
    ]  # fmt: skip
