from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.support.breakfast import Breakfast

REPEATS = "/api/v1/breakfast/repeats"


@pytest.fixture
async def resident_client(breakfast: Breakfast, client: httpx.AsyncClient) -> httpx.AsyncClient:
    """The whole application, asked by resident 1."""
    await breakfast.resident(resident_no=1, has_account=True)
    signed_in = await client.post("/api/v1/auth/demo", json={"residentNo": 1})
    client.headers["Authorization"] = f"Bearer {signed_in.json()['accessToken']}"
    return client


def asked(breakfast: Breakfast, **more: Any) -> dict[str, Any]:
    items = [{"itemId": str(breakfast.items["milk"]), "quantity": 2}]
    return {"placeId": str(breakfast.place), "weekday": 2, "at": "07:30", "items": items} | more


async def test_kept_once_listed_skipped_and_ended(
    breakfast: Breakfast, resident_client: httpx.AsyncClient
) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    first = await resident_client.post(REPEATS, json=asked(breakfast), headers=key)
    assert first.status_code == 201, first.json()
    again = await resident_client.post(REPEATS, json=asked(breakfast), headers=key)
    assert (first.status_code, again.json(), again.headers["idempotency-replayed"]) == (
        201, first.json(), "true",
    )  # fmt: skip
    kept = first.json()
    shown = {name: kept[name] for name in ("weekday", "at", "items", "skips", "nextDate", "nextAt")}
    assert shown == {
        "weekday": 2,
        "at": "07:30",
        "items": [{"itemId": str(breakfast.items["milk"]), "name": "豆浆", "quantity": 2}],
        "skips": [],
        "nextDate": "2026-11-24",
        "nextAt": "2026-11-24T07:30:00+08:00",
    }
    assert (await resident_client.get(REPEATS)).json() == {"items": [kept], "nextCursor": None}
    skipped = await resident_client.post(f"{REPEATS}/{kept['id']}/skip", json={"date": "2026-11-24"})
    assert (skipped.status_code, skipped.json()["nextDate"]) == (200, "2026-12-01")
    assert (await resident_client.delete(f"{REPEATS}/{kept['id']}")).status_code == 204
    assert (await resident_client.get(REPEATS)).json()["items"] == []


async def test_what_is_wrong_is_said(breakfast: Breakfast, resident_client: httpx.AsyncClient) -> None:
    async def code(**more: Any) -> tuple[int, str]:
        answer = await resident_client.post(
            REPEATS, json=asked(breakfast, **more), headers={"Idempotency-Key": str(uuid4())}
        )
        return answer.status_code, answer.json()["code"]

    assert await code(weekday=8) == (400, "invalid")
    assert await code(at="07:31") == (404, "not_found")
    assert await code(items=[]) == (400, "invalid")
    no_key = await resident_client.post(REPEATS, json=asked(breakfast))
    assert (no_key.status_code, no_key.json()["code"]) == (400, "idempotency_key_missing")
    wrong_day = await resident_client.post(f"{REPEATS}/{uuid4()}/skip", json={"date": "2026-11-24"})
    assert (wrong_day.status_code, wrong_day.json()["code"]) == (404, "not_found")


async def test_a_visitor_signs_in_first(breakfast: Breakfast, client: httpx.AsyncClient) -> None:
    assert (await client.post(REPEATS, json=asked(breakfast))).status_code == 401
