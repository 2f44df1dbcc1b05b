"""Bookings over HTTP: one's own only, every action, the QR picture, live events."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx

from api.lifespan import House
from scenes.common.kit.caller import Resident
from scenes.common.kit.ids import new_id
from tests.support.booking import World


def bearer(house: House, person: UUID) -> dict[str, str]:
    now = house.clock()
    caller = Resident(person, new_id())
    token = house.sign_in_tools.signer.sign(caller, now=now, until=now + timedelta(minutes=15))
    return {"Authorization": f"Bearer {token}"}


async def held(world: World, house: House, **facts: Any) -> tuple[UUID, str]:
    """Book one window for a new person; return the person and the booking's address."""
    window = await world.offer(**facts)
    (person,) = await world.people(1)
    outcome = await house.ledger.claim(world.claim(person, window))
    assert outcome.booking is not None
    return person, f"/api/v1/bookings/{outcome.booking.id}"


async def test_a_booking_is_its_persons_alone(world: World, house: House, client: httpx.AsyncClient) -> None:
    person, address = await held(world, house)
    (stranger,) = await world.people(1)
    mine = await client.get(address, headers=bearer(house, person))
    answers = [
        await client.request(method, address + path, headers=bearer(house, stranger))
        for method, path in (
            ("GET", ""), ("GET", "/qr.svg"), ("GET", "/events"), ("POST", "/cancel"), ("POST", "/confirm"),
            ("POST", "/extend-hold"), ("POST", "/check-in"),
        )
    ]  # fmt: skip
    assert (mine.status_code, mine.json()["state"]) == (200, "confirmed")
    assert [(a.status_code, a.json()["code"]) for a in answers] == [(404, "not_found")] * 7
    assert (await client.get(address)).status_code == 401


async def test_lists_by_state_newest_first_and_page_by_page(
    world: World, house: House, client: httpx.AsyncClient
) -> None:
    (person,) = await world.people(1)
    ids = []
    for _ in range(3):
        outcome = await house.ledger.claim(world.claim(person, await world.offer()))
        assert outcome.booking is not None
        ids.append(str(outcome.booking.id))
    headers = bearer(house, person)
    await client.post(f"/api/v1/bookings/{ids[1]}/cancel", headers=headers)

    first = (await client.get("/api/v1/bookings?limit=2", headers=headers)).json()
    rest = (
        await client.get(f"/api/v1/bookings?limit=2&cursor={first['nextCursor']}", headers=headers)
    ).json()
    cancelled = (await client.get("/api/v1/bookings?state=cancelled", headers=headers)).json()
    other_scene = (await client.get("/api/v1/bookings?scene=charging", headers=headers)).json()

    assert [item["id"] for item in first["items"] + rest["items"]] == ids[::-1]
    assert rest["nextCursor"] is None
    assert [item["id"] for item in cancelled["items"]] == [ids[1]]
    assert other_scene == {"items": [], "nextCursor": None}


async def test_a_priced_booking_waits_for_its_payment(
    world: World, house: House, client: httpx.AsyncClient
) -> None:
    person, address = await held(world, house, price_fen=1200)
    headers = bearer(house, person)
    before = (await client.get(address, headers=headers)).json()
    world.clock.advance(timedelta(minutes=10))
    extended = (await client.post(f"{address}/extend-hold", headers=headers)).json()
    unpaid = await client.post(f"{address}/confirm", headers=headers)
    world.clock.advance(timedelta(minutes=16))
    headers = bearer(house, person)
    lapsed = (await client.get(address, headers=headers)).json()
    late = await client.post(f"{address}/extend-hold", headers=headers)

    assert (before["state"], before["amountFen"], before["actions"]) == (
        "held", 1200, ["pay", "extendHold", "cancel"],
    )  # fmt: skip
    assert before["holdExpiresAt"] == "2026-11-23T09:15:00+08:00"
    assert extended["holdExpiresAt"] == "2026-11-23T09:25:00+08:00"
    assert unpaid.json()["code"] == "payment_due"
    assert (lapsed["state"], lapsed["actions"]) == ("expired", [])
    assert (late.status_code, late.json()["code"]) == (409, "hold_expired")


async def test_check_in_gives_numbers_in_order_and_cancel_ends_it(
    world: World, house: House, client: httpx.AsyncClient
) -> None:
    window = await world.offer(capacity=2)
    people = await world.people(2)
    numbers = []
    for person in people:
        outcome = await house.ledger.claim(world.claim(person, window))
        assert outcome.booking is not None
        address = f"/api/v1/bookings/{outcome.booking.id}"
        answer = await client.post(f"{address}/check-in", headers=bearer(house, person))
        numbers.append((answer.json()["state"], answer.json()["queueNo"]))
    again = await client.post(f"{address}/check-in", headers=bearer(house, people[1]))
    ended = await client.post(f"{address}/cancel", headers=bearer(house, people[1]), json={"reason": "好了"})

    assert numbers == [("checked_in", 1), ("checked_in", 2)]
    assert (again.status_code, again.json()["code"]) == (409, "illegal_move")
    assert (ended.json()["state"], ended.json()["actions"]) == ("cancelled", [])


async def test_the_qr_picture_stands_alone(world: World, house: House, client: httpx.AsyncClient) -> None:
    person, address = await held(world, house)
    picture = await client.get(f"{address}/qr.svg", headers=bearer(house, person))
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert picture.content.startswith(b'<svg xmlns="http://www.w3.org/2000/svg" ')
    assert picture.headers["cache-control"] == "private, max-age=3600"


async def test_wrong_lists_are_refused_with_the_field(
    world: World, house: House, client: httpx.AsyncClient
) -> None:
    (person,) = await world.people(1)
    for query, path in (("limit=0", "limit"), ("limit=101", "limit"), ("cursor=x", "cursor")):
        refused = await client.get(f"/api/v1/bookings?{query}", headers=bearer(house, person))
        assert (refused.status_code, [e["path"] for e in refused.json()["errors"]]) == (400, [path])


async def test_commits_are_told_to_who_listens(world: World, house: House, client: httpx.AsyncClient) -> None:
    person, address = await held(world, house)
    async with house.fanout.listen(f"booking:{address.rsplit('/', 1)[1]}", tick_seconds=30) as changes:
        await client.post(f"{address}/cancel", headers=bearer(house, person))
        async with asyncio.timeout(5):
            async for change in changes:
                if change is not None:
                    break
    assert change == b"changed"
