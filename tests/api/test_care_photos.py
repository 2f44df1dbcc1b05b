"""Photos of a visit over the whole application: who adds them, who sees them, and when they go."""

import base64
import io
from datetime import timedelta
from types import SimpleNamespace

import pytest
from PIL import Image
from sqlalchemy import text

from api.lifespan import House
from scenes.common.kit.database import Database
from scenes.eldercare.jobs_requests import drop_photos
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


def taken() -> str:
    target = io.BytesIO()
    Image.new("RGB", (30, 30), "blue").save(target, "PNG")
    return base64.b64encode(target.getvalue()).decode()


async def visit(whole: Whole, town: CareTown) -> str:
    """Bring a carer to the elder's door; return the request's id."""
    body = {"serviceId": str(town.services["errand"])}
    asked = good(await whole.post("/eldercare/requests", town.elder, json=body), 201)
    there = f"/staff/requests/{asked['id']}"
    good(await whole.post(f"{there}/assign", town.desk, json={"carerId": str(town.lu.staff_id)}), 200)
    good(await whole.post(f"{there}/accept", town.lu), 200)
    assert refusal(await whole.post(f"{there}/photos", town.lu, json={"photo": taken()})) == (
        409, "not_visiting",
    )  # fmt: skip
    code = good(await whole.get(f"/eldercare/requests/{asked['id']}", town.elder))["code"]
    good(await whole.post(f"{there}/arrive", town.lu, json={"code": code}), 200)
    return asked["id"]


async def test_the_elder_and_the_desk_see_what_the_carer_took(whole: Whole, town: CareTown) -> None:
    request_id = await visit(whole, town)
    own, desk = f"/eldercare/requests/{request_id}/photos", f"/staff/requests/{request_id}/photos"
    kept = good(await whole.post(desk, town.lu, key="one-photo", json={"photo": taken()}), 201)
    again = await whole.post(desk, town.lu, key="one-photo", json={"photo": taken()})
    assert (again.json(), again.headers["idempotency-replayed"]) == (kept, "true")
    assert good(await whole.get(own, town.elder))["items"] == [kept]
    assert good(await whole.get(desk, town.desk))["items"] == [kept]
    for path, who in ((own, town.elder), (desk, town.desk)):
        seen = await whole.get(f"{path}/{kept['id']}", who)
        assert (seen.headers["content-type"], seen.headers["cache-control"]) == (
            "image/jpeg", "private, no-store",
        )  # fmt: skip
        assert Image.open(io.BytesIO(seen.content)).size == (30, 30)
    async with town.database.read() as session:
        sealed = (await session.execute(text("SELECT photo_sealed FROM care_photo"))).scalar_one()
        wanted = text("SELECT action FROM audit_entry WHERE action LIKE '%photo%' ORDER BY seq")
        looks = list((await session.execute(wanted)).scalars())
    assert (seen.content in sealed, looks) == (False, ["staff.care.photo_added", "staff.care.photo"])


async def test_nobody_else_sees_them_and_words_are_no_photo(whole: Whole, town: CareTown) -> None:
    request_id = await visit(whole, town)
    own, desk = f"/eldercare/requests/{request_id}/photos", f"/staff/requests/{request_id}/photos"
    kept = good(await whole.post(desk, town.lu, json={"photo": taken()}), 201)
    for path in (own, f"{own}/{kept['id']}"):
        assert refusal(await whole.get(path, town.stranger)) == (404, "not_found")
    for photo in ("aGVsbG8=", "no base64!"):
        assert refusal(await whole.post(desk, town.lu, json={"photo": photo})) == (400, "photo_invalid")
    for _ in range(5):
        good(await whole.post(desk, town.lu, json={"photo": taken()}), 201)
    assert refusal(await whole.post(desk, town.lu, json={"photo": taken()})) == (409, "photos_full")


async def test_they_go_after_the_days_the_terms_say(
    whole: Whole, town: CareTown, clock: AdjustableClock
) -> None:
    request_id = await visit(whole, town)
    good(await whole.post(f"/staff/requests/{request_id}/photos", town.lu, json={"photo": taken()}), 201)
    left: list[int] = []
    for days in (89, 1):
        clock.advance(timedelta(days=days))
        await drop_photos(SimpleNamespace(database=town.database, clock=clock))  # pyright: ignore[reportArgumentType]
        async with town.database.read() as session:
            left.append((await session.execute(text("SELECT count(*) FROM care_photo"))).scalar_one())
    assert left == [1, 0]


async def test_the_pages_take_a_photo_in_and_show_it(whole: Whole, town: CareTown) -> None:
    request_id = await visit(whole, town)
    page, headers = f"/staff/eldercare/{request_id}/photos", {**whole.bearer(town.lu), "Accept": "text/html"}
    words = await whole.http.post(page, files={"photo": ("a.jpg", b"words")}, headers=headers)
    assert (words.status_code, "照片要 JPG" in words.text) == (409, True)
    photo = base64.b64decode(taken())
    taken_in = await whole.http.post(page, files={"photo": ("a.png", photo)}, headers=headers)
    assert (taken_in.status_code, taken_in.headers["location"]) == (303, page)
    [kept] = good(await whole.get(f"/eldercare/requests/{request_id}/photos", town.elder))["items"]
    own = {**whole.bearer(town.elder), "Accept": "text/html"}
    for path, who, shown in (
        (page, headers, f"/staff/requests/{request_id}"),
        (f"/eldercare/requests/{request_id}", own, f"/eldercare/requests/{request_id}"),
    ):
        seen = await whole.http.get(path, headers=who)
        assert f'src="{API}{shown}/photos/{kept["id"]}"' in seen.text
