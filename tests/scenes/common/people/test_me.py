"""A person's own data, preferences and patients."""

import asyncio
from datetime import date
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import func, select

from scenes.common.kit.caller import Resident
from scenes.common.kit.ids import new_id
from scenes.common.kit.resident_id import make_resident_id
from scenes.common.people import service
from scenes.common.people.errors import PatientNotFound
from scenes.common.people.tables import PersonRow
from tests.support.people import Desk


def somebody(serial: int, *, name: str = "陈小明", relation: str = "孙子", **more: str) -> dict[str, str]:
    number = make_resident_id("310107", date(2001, 5, 6), serial)
    return {"name": name, "residentId": number, "relation": relation, **more}


async def test_me_is_masked(desk: Desk, wang: PersonRow) -> None:
    assert (await desk.http.get("/me", headers=await desk.bearer(1))).json() == {
        "id": str(wang.id),
        "name": "王秀英",
        "birthDate": "1950-03-01",
        "age": 76,
        "sex": "f",
        "phone": "138****5678",
        "residentId": "31************" + make_resident_id("310107", date(1950, 3, 1), 2)[-4:],
        "area": "曹杨新村街道",
        "address": "",
        "lat": None,
        "lng": None,
        "hukou": False,
        "synthetic": True,
        "createdAt": "2026-11-23T09:00:00+08:00",
    }


async def test_changing_me_keeps_what_is_left_out(desk: Desk, wang: PersonRow) -> None:
    bearer = await desk.bearer(1)
    change = {"phone": "+86 139 1234 0000", "lat": 31.24, "lng": 121.4}
    changed = (await desk.http.patch("/me", json=change, headers=bearer)).json()
    assert (changed["phone"], changed["lat"], changed["area"]) == ("139****0000", 31.24, "曹杨新村街道")
    async with desk.database.read() as session:
        row = await session.get(PersonRow, wang.id)
        assert row.phone_index == desk.cipher.index("13912340000")
    cleared = {"phone": None, "lat": None, "lng": None}
    assert (await desk.http.patch("/me", json=cleared, headers=bearer)).json()["phone"] is None


async def test_the_home_address_is_kept_sealed_and_can_be_cleared(desk: Desk, wang: PersonRow) -> None:
    bearer = await desk.bearer(1)
    change = {"address": " 兰溪路100号 \u30003楼  302室 "}
    assert (await desk.http.patch("/me", json=change, headers=bearer)).json()[
        "address"
    ] == "兰溪路100号 3楼 302室"
    async with desk.database.read() as session:
        row = await session.get(PersonRow, wang.id)
        assert "兰溪路".encode() not in row.address_sealed
    kept = (await desk.http.patch("/me", json={"area": "长风新村街道"}, headers=bearer)).json()
    assert (kept["area"], kept["address"]) == ("长风新村街道", "兰溪路100号 3楼 302室")
    for nothing in ("", None):
        await desk.http.patch("/me", json=change, headers=bearer)
        cleared = (await desk.http.patch("/me", json={"address": nothing}, headers=bearer)).json()
        assert cleared["address"] == ""


@pytest.mark.parametrize(
    "change",
    [
        {"address": "路" * 81},
        {"address": "兰溪路\0"},
        {"phone": "12345678901"},
        {"lat": 31.2},
        {"name": "别人"},
        {"lat": 91, "lng": 1},
        {"area": 5},
    ],
)
@pytest.mark.usefixtures("wang")
async def test_a_wrong_change_is_refused(desk: Desk, change: dict[str, Any]) -> None:
    assert (await desk.http.patch("/me", json=change, headers=await desk.bearer(1))).status_code == 400


@pytest.mark.usefixtures("wang")
async def test_preferences_default_and_stay_as_put(desk: Desk) -> None:
    bearer = await desk.bearer(1)
    default = {"uiStyle": "standard", "textScale": 1.0, "contrast": "normal", "speechRate": 1.0}
    assert (await desk.http.get("/me/preferences", headers=bearer)).json() == default
    wanted = {"uiStyle": "elder", "textScale": 1.5, "contrast": "high", "speechRate": 0.75}
    assert (await desk.http.put("/me/preferences", json=wanted, headers=bearer)).json() == wanted
    assert (await desk.http.get("/me/preferences", headers=bearer)).json() == wanted
    await desk.http.put("/me/preferences", json={"uiStyle": "elder"}, headers=bearer)
    assert (await desk.http.get("/me/preferences", headers=bearer)).json() == default | {"uiStyle": "elder"}


@pytest.mark.parametrize(
    "wrong",
    [{"uiStyle": "big"}, {"textScale": 2.1}, {"textScale": 0.9}, {"contrast": 1}, {"speechRate": 0.4}],
)
@pytest.mark.usefixtures("wang")
async def test_preferences_outside_their_range_are_refused(desk: Desk, wrong: dict[str, Any]) -> None:
    assert (
        await desk.http.put("/me/preferences", json=wrong, headers=await desk.bearer(1))
    ).status_code == 400


@pytest.mark.usefixtures("wang")
async def test_a_patient_is_added_masked_and_repeated_by_key(desk: Desk) -> None:
    bearer, key = await desk.bearer(1), desk.key()
    asked = somebody(1, phone="138 1111 2222")
    first = await desk.http.post("/me/patients", json=asked, headers=bearer | key)
    body = first.json()
    assert (first.status_code, {**body, "id": ""}) == (
        201,
        {
            "id": "",
            "name": "陈小明",
            "relation": "孙子",
            "age": 25,
            "sex": "m",
            "phone": "138****2222",
            "residentId": "31************" + asked["residentId"][-4:],
        },
    )
    again = await desk.http.post("/me/patients", json=asked, headers=bearer | key)
    assert (again.json(), again.headers["Idempotency-Replayed"]) == (body, "true")
    other = await desk.http.post("/me/patients", json=somebody(3), headers=bearer | key)
    assert (other.status_code, other.json()) == (422, {"code": "idempotency_key_reused"})
    missing = await desk.http.post("/me/patients", json=asked, headers=bearer)
    assert (missing.status_code, missing.json()) == (400, {"code": "idempotency_key_missing"})
    listed = await desk.http.get("/me/patients", headers=bearer)
    assert listed.json() == {"items": [body], "nextCursor": None}


@pytest.mark.usefixtures("wang")
async def test_six_patients_are_refused(desk: Desk) -> None:
    bearer = await desk.bearer(1)
    statuses = [
        (await desk.http.post("/me/patients", json=somebody(serial), headers=bearer | desk.key())).status_code
        for serial in range(6)
    ]
    assert statuses == [201] * 5 + [409]


@pytest.mark.usefixtures("wang")
async def test_additions_at_once_do_not_pass_the_limit(desk: Desk) -> None:
    bearer = await desk.bearer(1)
    added = await asyncio.gather(
        *(desk.http.post("/me/patients", json=somebody(n), headers=bearer | desk.key()) for n in range(9))
    )
    assert sorted(answer.status_code for answer in added) == [201] * 5 + [409] * 4


@pytest.mark.usefixtures("wang")
async def test_a_known_person_is_linked_when_the_name_matches(desk: Desk, li: PersonRow) -> None:
    bearer = await desk.bearer(1)
    known = {"residentId": make_resident_id("310107", date(1985, 7, 9), 1), "relation": "儿子"}
    wrong = await desk.http.post("/me/patients", json=known | {"name": "李刚"}, headers=bearer | desk.key())
    assert (wrong.status_code, wrong.json()) == (422, {"code": "patient_mismatch"})
    right = await desk.http.post(
        "/me/patients", json=known | {"name": " 李 强 "}, headers=bearer | desk.key()
    )
    assert (right.status_code, right.json()["id"], right.json()["phone"]) == (201, str(li.id), None)
    twice = await desk.http.post("/me/patients", json=known | {"name": "李强"}, headers=bearer | desk.key())
    assert twice.json() == {"code": "patient_already_added"}


@pytest.mark.usefixtures("wang", "li")
async def test_two_accounts_adding_the_same_stranger_share_one_person(desk: Desk) -> None:
    one, two = await desk.bearer(1), await desk.bearer(2)
    answers = await asyncio.gather(
        desk.http.post("/me/patients", json=somebody(1), headers=one | desk.key()),
        desk.http.post("/me/patients", json=somebody(1), headers=two | desk.key()),
    )
    assert len({answer.json()["id"] for answer in answers}) == 1
    async with desk.database.read() as session:
        assert (await session.execute(select(func.count()).select_from(PersonRow))).scalar() == 3


@pytest.mark.usefixtures("wang")
async def test_oneself_is_no_patient(desk: Desk) -> None:
    own = {"residentId": make_resident_id("310107", date(1950, 3, 1), 2), "name": "王秀英", "relation": "我"}
    answer = await desk.http.post("/me/patients", json=own, headers=await desk.bearer(1) | desk.key())
    assert (answer.status_code, answer.json()) == (409, {"code": "patient_is_yourself"})


@pytest.mark.parametrize(
    "wrong",
    [
        {"residentId": "310107195003010023"},
        {"residentId": "３" * 18},
        {"residentId": make_resident_id("310107", date(2027, 1, 1), 1)},
        {"name": "  "},
        {"phone": "call me"},
        {"relation": ""},
        {"age": 5},
    ],
)
@pytest.mark.usefixtures("wang")
async def test_a_wrong_patient_is_refused(desk: Desk, wrong: dict[str, Any]) -> None:
    answer = await desk.http.post(
        "/me/patients", json=somebody(1) | wrong, headers=await desk.bearer(1) | desk.key()
    )
    assert answer.status_code == 400


@pytest.mark.usefixtures("wang")
async def test_trying_names_against_numbers_is_limited(desk: Desk) -> None:
    bearer = await desk.bearer(1)
    statuses = [
        (
            await desk.http.post("/me/patients", json=somebody(1, phone="x" * 9), headers=bearer | desk.key())
        ).status_code
        for _ in range(21)
    ]
    assert statuses == [400] * 20 + [429]


@pytest.mark.usefixtures("wang")
async def test_another_persons_patient_is_not_found(desk: Desk, li: PersonRow) -> None:
    """OWASP ASVS 8.2.2: only the account that added a patient can see, use or remove them."""
    one, two = await desk.bearer(1), await desk.bearer(2)
    added = (await desk.http.post("/me/patients", json=somebody(1), headers=one | desk.key())).json()["id"]
    answer = await desk.http.delete(f"/me/patients/{added}", headers=two)
    assert (answer.status_code, answer.json()) == (404, {"code": "not_found"})
    assert (await desk.http.get("/me/patients", headers=two)).json()["items"] == []
    async with desk.database.read() as session:
        with pytest.raises(PatientNotFound):
            await service.subject_of(session, Resident(li.id, new_id()), new_id())
    assert (await desk.http.delete(f"/me/patients/{added}", headers=one)).status_code == 204
    assert (await desk.http.delete(f"/me/patients/{added}", headers=one)).status_code == 404


async def test_a_caller_books_for_themselves_or_a_patient(desk: Desk, wang: PersonRow) -> None:
    patient = await desk.http.post(
        "/me/patients", json=somebody(1), headers=await desk.bearer(1) | desk.key()
    )
    caller = Resident(wang.id, new_id())
    async with desk.database.read() as session:
        assert await service.subject_of(session, caller, None) == wang.id
        assert str(await service.subject_of(session, caller, _id(patient))) == patient.json()["id"]


def _id(answer: httpx.Response) -> UUID:
    return UUID(answer.json()["id"])
