"""The rush through the front door: 300 residents, 40 soy milks, three pick-up slots of twenty."""

import asyncio
from collections import Counter
from datetime import date, timedelta
from itertools import cycle
from typing import Any
from uuid import UUID, uuid4

import httpx

from scenes.common.people.tables import PersonRow
from tests.support.breakfast import TUESDAY, Breakfast

RESIDENTS = 300
SLOTS = ((7, 0), (7, 30), (8, 0))


async def residents(breakfast: Breakfast, client: httpx.AsyncClient, count: int) -> list[str]:
    """Let them move in, and answer the token each signs in with."""
    ids = await breakfast.people(count, date(1990, 5, 1))
    async with breakfast.database.transaction() as session:
        for number, person_id in enumerate(ids, start=1):
            person = await session.get(PersonRow, person_id)
            assert person is not None
            person.resident_no = number
    answers = [
        await client.post("/api/v1/auth/demo", json={"residentNo": number + 1}) for number in range(count)
    ]
    return [answer.json()["accessToken"] for answer in answers]


def asked(breakfast: Breakfast, slot: UUID, **items: int) -> dict[str, Any]:
    wanted = [{"itemId": str(breakfast.items[key]), "quantity": units} for key, units in items.items()]
    return {"placeId": str(breakfast.place), "windowId": str(slot), "items": wanted}


async def test_nothing_is_oversold_and_nobody_gets_half_an_order(
    breakfast: Breakfast, client: httpx.AsyncClient
) -> None:
    tokens = await residents(breakfast, client, RESIDENTS)
    slots = cycle(breakfast.slot(*hour) for hour in SLOTS)

    async def order(token: str, body: dict[str, Any]) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4())}
        answer = await client.post("/api/v1/breakfast/orders", json=body, headers=headers)
        return answer.status_code, answer.json()

    bodies = [asked(breakfast, next(slots), milk=1, bun=1) for _ in tokens]
    ends = await asyncio.gather(*(order(*pair) for pair in zip(tokens, bodies, strict=True)))
    assert Counter((status, body.get("code")) for status, body in ends if status != 201) == {
        (409, "window_full"): RESIDENTS - 40
    }
    held = [body for status, body in ends if status == 201]
    assert len(held) == 40
    assert {body["amountFen"] for body in held} == {550}
    taken = [await breakfast.window_taken(breakfast.portions(key)) for key in ("milk", "bun")]
    per_slot = [await breakfast.window_taken(breakfast.slot(*hour)) for hour in SLOTS]
    assert (taken, sum(per_slot)) == ([40, 40], 40)
    assert max(per_slot) <= 20
    lines = await breakfast.rows("SELECT count(*) FROM booking_line GROUP BY booking_id")
    assert Counter(count for (count,) in lines) == {3: 40}

    breakfast.clock.advance(timedelta(seconds=2))
    menu = await client.get(f"/api/v1/breakfast/points/{breakfast.place}/menu", params={"date": str(TUESDAY)})
    left = {item["name"]: item["left"] for item in menu.json()["items"]}
    assert left == {"豆浆": 0, "菜包": 60}


async def test_three_full_slots_leave_what_they_did_not_need(
    breakfast: Breakfast, client: httpx.AsyncClient
) -> None:
    """Buns for all, and sixty pick-up times: the slots end first, and no bun is lost with them."""
    tokens = await residents(breakfast, client, 90)
    slots = cycle(breakfast.slot(*hour) for hour in SLOTS)

    async def order(token: str, slot: UUID) -> int:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4())}
        body = asked(breakfast, slot, bun=1)
        return (await client.post("/api/v1/breakfast/orders", json=body, headers=headers)).status_code

    ends = await asyncio.gather(*(order(*pair) for pair in zip(tokens, slots, strict=False)))
    assert Counter(ends) == {201: 60, 409: 30}
    assert [await breakfast.window_taken(breakfast.slot(*hour)) for hour in SLOTS] == [20, 20, 20]
    assert await breakfast.window_taken(breakfast.portions("bun")) == 60
