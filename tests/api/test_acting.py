"""Acting for another over the whole application: every call by every set of scopes; ends count at once."""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import chain, combinations
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from litestar.routes import HTTPRoute
from sqlalchemy import text

from api import delegable
from api.lifespan import House
from scenes.common.kit.caller import Resident
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from scenes.common.people import service
from scenes.common.people.rules.acts import LOOKED, words_for
from scenes.common.people.tables import DelegationRow
from tests.support.booking import World
from tests.support.clock import AdjustableClock
from tests.support.standing import routes_of
from tests.support.whole import API, Whole, good, refusal, resident_of

SCOPES = ("book", "pay", "view")
SUBSETS = [frozenset(each) for each in chain.from_iterable(combinations(SCOPES, n) for n in range(4))]

BOOK = {
    "cancelBooking", "confirmBooking", "extendHold", "checkIn", "bookAppointment", "checkInAppointment",
    "joinWaitlist", "leaveWaitlist", "orderBreakfast", "quoteBreakfast", "repeatBreakfast",
    "endBreakfastRepeat", "skipBreakfastRepeat", "reserveConnector", "joinChargingQueue",
    "leaveChargingQueue", "snoozeChargingQueue", "beginCharge", "stopCharge", "requestCare",
    "cancelCareRequest", "rateCareRequest", "nameCareAppointment",
    "sayToElder", "startFlow", "getFlowRun", "answerFlow", "backInFlow", "askForCall",
}  # fmt: skip
VIEW = {
    "listBookings", "getBooking", "followBooking", "getBookingQr", "getBookingSlip",
    "listBreakfastRepeats", "listChargingQueue", "getCharge", "followCharge", "getChargeBill",
    "listCareRequests", "getCareRequest", "followCareRequest", "listCarePhotos", "getCarePhoto", "listInbox",
    "readMessage", "getSos",
}  # fmt: skip
PAY = {"openPayment", "approveSandboxPayment", "declineSandboxPayment"}
GRANTED = {
    **{key: {"book"} for key in BOOK},
    **{key: {"view"} for key in VIEW},
    **{key: {"pay"} for key in PAY},
    "getPayment": {"pay", "view"},
    "callForHelp": {"book", "pay", "view"},
}
"""What each call takes, one of; whatever is not here is refused to every delegate."""


@pytest.fixture
def world(database: Database, clock: AdjustableClock) -> World:
    return World(database, clock)


def resident_calls(house: House) -> Iterator[tuple[str, str, str]]:
    """Name every call that takes a resident, from the application's own routes: id, method, address."""
    app = routes_of(house)
    for route in app.routes:
        if not isinstance(route, HTTPRoute):
            continue
        for handler in route.route_handlers:
            if "resident" in handler.parsed_fn_signature.parameters and route.path.startswith(API):
                (method,) = handler.http_methods - {"OPTIONS", "HEAD"}
                yield str(handler.operation_id), str(method), re.sub(r"{\w+:uuid}", str(uuid4()), route.path)


async def let(database: Database, principal: UUID, delegate: UUID, *, scopes: Any, now: Any) -> UUID:
    """Put a delegation in force that is past its cooling-off."""
    row = DelegationRow(
        id=new_id(), principal_id=principal, delegate_id=delegate, scopes=sorted(scopes), state="active",
        asked_by="principal", asked_at=now, approved_at=now - timedelta(days=30), cooling_until=now,
        until=now + timedelta(days=30),
    )  # fmt: skip
    async with database.transaction() as session:
        session.add(row)
    return row.id


def on_behalf(whole: Whole, by: Resident, principal: UUID, **more: str) -> dict[str, str]:
    return whole.bearer(by) | {"On-Behalf-Of": str(principal), "Idempotency-Key": uuid4().hex} | more


async def book(whole: Whole, window: Any, headers: dict[str, str]) -> httpx.Response:
    body = {"windowId": str(window.id)}
    return await whole.http.post(f"{API}/clinic/appointments", json=body, headers=headers)


@pytest.mark.parametrize("scopes", SUBSETS, ids=lambda scopes: "+".join(sorted(scopes)) or "none")
async def test_every_call_by_every_set_of_scopes(world: World, whole: Whole, scopes: frozenset[str]) -> None:
    elder, daughter = await world.people(2)
    if scopes:
        await let(world.database, elder, daughter, scopes=scopes, now=whole.house.clock())
    async with world.database.transaction() as session:
        await service.set_consents(
            session, elder, wanted={"health": True, "location": True}, now=whole.house.clock()
        )
    refused = "scope_missing" if scopes else "not_delegated"
    wrong: list[tuple[str, int, str]] = []
    for name, method, path in resident_calls(whole.house):
        headers = on_behalf(whole, resident_of(daughter), elder)
        answer = await whole.http.request(method, path, json={}, headers=headers)
        code = answer.json().get("code", "") if answer.status_code >= 400 else ""
        allowed = bool(GRANTED.get(name, set()) & scopes)
        if (code == refused) is allowed or (not allowed and answer.status_code != 403):
            wrong.append((name, answer.status_code, code))
    assert wrong == []


async def test_the_matrix_names_only_calls_there_are_and_covers_the_policy(house: House) -> None:
    calls = {name for name, _, _ in resident_calls(house)}
    granted = {name for name, need in delegable.CALLS.items() if need.scopes - {"present"}}
    assert (set(GRANTED) - calls, granted ^ set(GRANTED)) == (set(), set())
    assert set(delegable.CALLS) - calls == {
        "signOut", "getQueue", "followQueue", "listFamilyDoctors", "hearWords", "getElderHome",
    }  # fmt: skip


async def test_every_page_of_the_policy_is_a_page(house: House) -> None:
    app = routes_of(house)
    pages = {
        f"{method} {route.path_format}"
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for method in route.methods
    }
    assert set(delegable.PAGES) - pages == set()


def test_everything_that_changes_something_has_words_of_its_own() -> None:
    def changes(name: str) -> bool:
        return not re.match(r"GET |get[A-Z]|list[A-Z]|follow[A-Z]", name)

    needs = {**delegable.CALLS, **delegable.PAGES}
    kept = [name for name, need in needs.items() if (need.scopes and changes(name)) or need.consent]
    silent = [name for name in kept if words_for(name) == "办了一件事"]
    assert silent == []
    assert words_for("GET /bookings") == LOOKED


@pytest.mark.parametrize("way", [{}, {"accept-language": "zh-CN"}], ids=["front", "long"])
async def test_a_booking_is_the_elders_by_the_daughter_and_an_end_counts_at_once(
    world: World, whole: Whole, way: dict[str, str]
) -> None:
    elder, daughter = await world.people(2)
    delegation = await let(world.database, elder, daughter, scopes=SCOPES, now=whole.house.clock())
    first, second = await world.offer(capacity=5), await world.offer(capacity=5)
    by = resident_of(daughter)

    made = good(await book(whole, first, on_behalf(whole, by, elder, **way)), 201)
    assert (made["person"]["id"], made["bookedBy"]["id"]) == (str(elder), str(daughter))
    done = good(await whole.get("/me/acts", resident_of(elder)))["items"]
    assert [(act["actor"], act["words"]) for act in done] == [("delegate", "约了看病")]

    good(await whole.post(f"/me/delegates/{delegation}/revoke", resident_of(elder)))
    again = await book(whole, second, on_behalf(whole, by, elder, **way))
    assert refusal(again) == (403, "not_delegated")
    path = f"/bookings/{made['id']}"
    seen = await whole.http.get(f"{API}{path}", headers=on_behalf(whole, by, elder))
    assert refusal(seen) == (403, "not_delegated")

    # nor is anything left to her in her own name
    assert refusal(await whole.get(path, by)) == (404, "not_found")
    assert refusal(await whole.post(f"{path}/cancel", by)) == (404, "not_found")
    assert good(await whole.get("/bookings", by))["items"] == []
    assert good(await whole.get(path, resident_of(elder)))["state"] == "confirmed"


async def test_it_ends_by_the_clock_and_when_the_elder_is_erased(
    world: World, whole: Whole, clock: AdjustableClock
) -> None:
    elder, daughter = await world.people(2)
    await let(world.database, elder, daughter, scopes=["view"], now=clock())
    asked = {"method": "GET", "url": f"{API}/bookings"}

    async def look() -> int:
        headers = on_behalf(whole, resident_of(daughter), elder)
        return (await whole.http.request(**asked, headers=headers)).status_code

    assert await look() == 200
    clock.advance(timedelta(days=30))
    assert await look() == 403
    clock.advance(timedelta(days=-1))
    assert await look() == 200
    async with world.database.transaction() as session:
        await session.execute(text("UPDATE person SET erased_at = now() WHERE id = :id"), {"id": elder})
    assert await look() == 403


async def test_the_same_key_for_another_person_is_another_key(world: World, whole: Whole) -> None:
    elder, daughter = await world.people(2)
    await let(world.database, elder, daughter, scopes=["book"], now=whole.house.clock())
    window, by = await world.offer(capacity=5), resident_of(daughter)
    key = {"Idempotency-Key": "the-same-key"}

    for_her = [await book(whole, window, on_behalf(whole, by, elder, **key)) for _ in range(2)]
    own = await book(whole, window, whole.bearer(by) | key)

    assert [good(answer, 201)["person"]["id"] for answer in (*for_her, own)] == [
        str(elder), str(elder), str(daughter),
    ]  # fmt: skip
    assert for_her[1].headers["Idempotency-Replayed"] == "true"


async def test_nobody_delegates_further_nor_reaches_the_elders_patients(world: World, whole: Whole) -> None:
    elder, daughter, spouse = await world.people(3)
    await let(world.database, elder, daughter, scopes=SCOPES, now=whole.house.clock())
    async with world.database.transaction() as session:
        await session.execute(
            text("INSERT INTO patient_link VALUES (:a, :b, '配偶', now())"), {"a": elder, "b": spouse}
        )
    by, window = resident_of(daughter), await world.offer(capacity=5)
    body = {"windowId": str(window.id), "patientId": str(spouse)}
    answer = await whole.http.post(
        f"{API}/clinic/appointments", json=body, headers=on_behalf(whole, by, elder)
    )
    assert refusal(answer) == (404, "not_found")
    further = {"scopes": ["view"], "until": "2027-01-01T00:00:00+08:00", "personId": str(spouse)}
    answer = await whole.http.post(f"{API}/me/delegates", json=further, headers=on_behalf(whole, by, elder))
    assert refusal(answer) == (403, "scope_missing")


@pytest.mark.parametrize("value", ["", "nobody", "0" * 40])
async def test_a_header_that_names_nobody_never_acts_for_oneself(
    world: World, whole: Whole, value: str
) -> None:
    (person,) = await world.people(1)
    headers = whole.bearer(resident_of(person)) | {"On-Behalf-Of": value}
    assert refusal(await whole.http.get(f"{API}/bookings", headers=headers)) == (400, "invalid")


async def test_where_somebody_is_takes_their_consent(world: World, whole: Whole) -> None:
    elder, daughter = await world.people(2)
    now = whole.house.clock()
    await let(world.database, elder, daughter, scopes=["view"], now=now)
    path = f"{API}/eldercare/sos/{uuid4()}"

    async def look() -> tuple[int, str]:
        return refusal(await whole.http.get(path, headers=on_behalf(whole, resident_of(daughter), elder)))

    assert await look() == (403, "consent_missing")
    async with world.database.transaction() as session:
        await service.set_consents(session, elder, wanted={"location": True}, now=now)
    assert await look() == (404, "not_found")
