"""The front: the short way and the long way give the same answers, shared answers stay young."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from api.app import compose
from api.front import Kept, _may_give, shape_of
from api.lifespan import House
from scenes.common.kit.caller import Resident
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from tests.support.booking import World
from tests.support.clock import AdjustableClock

APPOINTMENTS = "/api/v1/clinic/appointments"


@pytest.fixture
def world(database: Database, clock: AdjustableClock) -> World:
    return World(database, clock)


def bearer(house: House, person: UUID) -> dict[str, str]:
    now = house.clock()
    caller = Resident(person, new_id())
    token = house.sign_in_tools.signer.sign(caller, now=now, until=now + timedelta(minutes=15))
    return {"Authorization": f"Bearer {token}"}


async def book(
    client: httpx.AsyncClient, house: House, person: UUID, *, window: Any, **headers: str
) -> httpx.Response:
    """Book a window for a person; a header only the long way reads sends it there."""
    key = headers.pop("key", uuid4().hex)
    sent = bearer(house, person) | {"Idempotency-Key": key} | headers
    return await client.post(APPOINTMENTS, json={"windowId": str(window)}, headers=sent)


LONG = {"accept-language": "zh-CN"}


async def test_five_hundred_for_twenty(world: World, house: House, client: httpx.AsyncClient) -> None:
    window = await world.offer(capacity=20)
    people = await world.people(500)

    answers = await asyncio.gather(*(book(client, house, p, window=window.id) for p in people))

    told = Counter((a.status_code, a.json().get("code") if a.status_code != 201 else None) for a in answers)
    assert told == {(201, None): 20, (409, "window_full"): 480}
    assert await world.taken(window) == 20


@pytest.mark.parametrize("headers", [{}, LONG])
async def test_a_repeat_gets_the_same_bytes_on_both_ways(
    world: World, house: House, client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    window = await world.offer(capacity=3)
    (person,) = await world.people(1)

    first = await book(client, house, person, window=window.id, key="the-same-key")
    again = await book(client, house, person, window=window.id, key="the-same-key", **headers)

    assert (first.status_code, again.status_code, again.content) == (201, 201, first.content)
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert await world.taken(window) == 1


@pytest.mark.parametrize("case", ["full", "unknown", "missing_key", "broken", "unknown_field", "not_uuid"])
async def test_refusals_are_the_same_bytes_on_both_ways(
    world: World, house: House, client: httpx.AsyncClient, case: str
) -> None:
    window = await world.offer(capacity=1)
    holder, person = await world.people(2)
    assert (await book(client, house, holder, window=window.id)).status_code == 201
    body = {
        "full": f'{{"windowId":"{window.id}"}}',
        "unknown": f'{{"windowId":"{new_id()}"}}',
        "missing_key": f'{{"windowId":"{window.id}"}}',
        "broken": '{"windowId":',
        "unknown_field": f'{{"windowId":"{window.id}","colour":"red"}}',
        "not_uuid": '{"windowId":"seven"}',
    }[case]
    key = {} if case == "missing_key" else {"Idempotency-Key": "a-key-of-its-own"}
    sent = bearer(house, person) | {"Content-Type": "application/json"} | key

    short = await client.post(APPOINTMENTS, content=body, headers=sent)
    long = await client.post(APPOINTMENTS, content=body, headers=sent | LONG)

    expected = {"full": (409, "window_full"), "unknown": (404, "not_found")}.get(case, (400, None))
    assert short.status_code == long.status_code == expected[0]
    assert short.headers["content-type"] == long.headers["content-type"] == "application/problem+json"
    assert short.json()["code"] == long.json()["code"]
    if not case.startswith(("broken", "unknown_field", "not_uuid")):
        assert short.content == long.content
    assert (short.json()["errors"] != []) is (case in {"broken", "unknown_field", "not_uuid"})


async def test_the_same_key_for_another_window_is_refused(
    world: World, house: House, client: httpx.AsyncClient
) -> None:
    one, other = await world.offer(), await world.offer()
    (person,) = await world.people(1)

    await book(client, house, person, window=one.id, key="the-same-key")
    refused = await book(client, house, person, window=other.id, key="the-same-key")

    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency_key_reused")


async def test_a_holder_who_asks_again_is_told_so_and_a_freed_number_is_seen(
    world: World, house: House, client: httpx.AsyncClient
) -> None:
    window = await world.offer(capacity=1)
    holder, person = await world.people(2)
    held = (await book(client, house, holder, window=window.id, key="first-key")).json()
    full = await book(client, house, person, window=window.id)
    again = await book(client, house, holder, window=window.id)
    repeated = await book(client, house, holder, window=window.id, key="first-key")
    await client.post(f"/api/v1/bookings/{held['id']}/cancel", headers=bearer(house, holder))
    freed = await book(client, house, person, window=window.id)

    assert [full.json()["code"], again.json()["code"]] == ["window_full", "already_booked"]
    assert (repeated.status_code, repeated.json()["id"], freed.status_code) == (201, held["id"], 201)


async def test_nobody_and_a_forged_token_are_refused(world: World, client: httpx.AsyncClient) -> None:
    window = await world.offer()
    asked = {"json": {"windowId": str(window.id)}}
    nobody = await client.post(APPOINTMENTS, **asked, headers={"Idempotency-Key": "a-key-of-mine"})
    forged = await client.post(
        APPOINTMENTS, **asked, headers={"Idempotency-Key": "a-key-of-mine", "Authorization": "Bearer x.y.z"}
    )
    assert [nobody.status_code, forged.status_code] == [401, 401]


async def test_english_readers_get_english_problems(
    world: World, house: House, client: httpx.AsyncClient
) -> None:
    (person,) = await world.people(1)
    refused = await book(client, house, person, window=new_id(), **{"accept-language": "en-GB"})
    assert (refused.json()["title"], refused.json()["detail"]) == ("Not found", "No such window.")


async def test_a_list_is_shared_for_a_second_and_says_so(client: httpx.AsyncClient) -> None:
    first = await client.get("/api/v1/places?lat=31%2E24&lng=121.40")  # the long way
    again = await client.get("/api/v1/places?lat=31%2E24&lng=121.40")  # the long way
    personal = await client.get("/api/v1/me")

    assert first.headers["cache-control"] == "public, max-age=1"
    assert again.content == first.content
    assert "x-request-id" not in again.headers  # it never reached the application
    assert "x-request-id" in first.headers
    assert personal.headers.get("cache-control") is None


def test_one_fetches_anew_while_the_others_get_the_old_answer() -> None:
    kept = Kept(until=10.0, at_last=15.0, headers=[], body=b"old")
    asked = [9.9, 10.0, 10.1, 10.2, 10.25, 10.3, 14.9, 15.2, 15.3]
    assert [_may_give(kept, at) for at in asked] == [
        True,  # fresh
        False,  # the first after its end renews it
        True,
        True,
        False,  # the renewal took too long: another tries
        True,
        False,
        False,  # nothing is given out after the last moment
        False,
    ]


def test_a_shape_is_a_path_without_its_identifiers() -> None:
    one = "/api/v1/breakfast/points/01a21497-9cfc-757b-9d49-fe4020a3c668/menu"
    assert [shape_of(one), shape_of("/places")] == ["/api/v1/breakfast/points/*/menu", "/places"]


def asking(path: str) -> tuple[dict[str, Any], list[dict[str, Any]], Any]:
    """Make a GET of the ASGI protocol: its scope, what was sent so far, and how to send."""
    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": []}
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    return scope, sent, send


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize(("shared", "fetched"), [(b"public, max-age=1", 1), (b"private", 20), (None, 20)])
async def test_what_all_want_at_once_is_fetched_once_while_it_is_shared(
    house: House, shared: bytes | None, fetched: int, *, known: bool
) -> None:
    calls, gate, path = 0, asyncio.Event(), f"/list/{uuid4()}"

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        nonlocal calls
        calls += 1
        await gate.wait()
        headers = [(b"cache-control", shared)] if shared is not None else []
        if shared is None:
            raise RuntimeError
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"new", "more_body": False})

    front = compose(house)
    front.app = app
    if known:
        front._kept[path, b""] = Kept(until=0.0, at_last=0.0, headers=[], body=b"old")
    else:
        front._shared.add("/list/*")
    asked = [asking(path) for _ in range(20)]
    going = [asyncio.create_task(front(scope, None, send)) for scope, _, send in asked]
    await asyncio.sleep(0)
    gate.set()
    ended = await asyncio.gather(*going, return_exceptions=True)
    assert calls == fetched
    if shared is None:
        assert {type(each) for each in ended} == {RuntimeError}
    else:
        assert [sent[1]["body"] for _, sent, _ in asked] == [b"new"] * 20
    assert front._fetching == {}


async def test_kept_answers_take_a_bounded_space(house: House) -> None:
    async with house.open():
        front = compose(house)
        front._most_kept = 3000
        transport = httpx.ASGITransport(app=front)
        async with httpx.AsyncClient(transport=transport, base_url="http://lifecircle.test") as client:
            for number in range(60):
                await client.get(f"/api/v1/places?lat=31%2E{200 + number}&lng=121.40")
    assert 0 < front._kept_bytes <= 3000
    assert front._kept_bytes == sum(len(kept.body) for kept in front._kept.values())
