"""Delegations: granted or asked for, approved by whose say it is, ended by either; nobody is guessed."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from scenes.common.people.tables import FamilyRuleRow, PersonRow
from tests.support.people import Desk

UNTIL = "2026-12-23T09:00:00+08:00"
MEI = {"phone": "137 0000 9876", "name": "王梅"}
WANG = {"phone": "13800005678", "name": "王秀英"}

Ask = Callable[..., Awaitable[httpx.Response]]


@pytest.fixture
def ask(desk: Desk) -> Ask:
    async def asking(resident_no: int, **asked: Any) -> httpx.Response:
        body = {"scopes": ["book", "view"], "until": UNTIL} | asked
        headers = await desk.bearer(resident_no) | desk.key()
        return await desk.http.post("/me/delegates", json=body, headers=headers)

    return asking


async def move(desk: Desk, resident_no: int, delegation_id: str, *, to: str) -> tuple[int, str]:
    """Approve or revoke as somebody; answers the status and the code or the first delegation's state."""
    path = f"/me/delegates/{delegation_id}/{to}"
    answer = await desk.http.post(path, headers=await desk.bearer(resident_no))
    said = answer.json()
    return answer.status_code, said.get("code") or said["items"][0]["state"]


async def acting(desk: Desk, resident_no: int) -> list[dict[str, Any]]:
    return (await desk.http.get("/me/acting", headers=await desk.bearer(resident_no))).json()["items"]


async def test_the_elder_grants_and_it_is_in_force(
    desk: Desk, ask: Ask, wang: PersonRow, mei: PersonRow
) -> None:
    granted = (await ask(1, **MEI)).json()
    assert {name: granted[name] for name in granted.keys() - {"id"}} == {
        "role": "principal", "person": {"id": str(mei.id), "name": "王*"}, "scopes": ["book", "view"],
        "state": "active", "askedBy": "principal", "askedAt": "2026-11-23T09:00:00+08:00",
        "approvedAt": "2026-11-23T09:00:00+08:00", "coolingUntil": "2026-11-24T09:00:00+08:00",
        "until": UNTIL, "actions": ["revoke"],
    }  # fmt: skip
    assert await acting(desk, 3) == [
        {
            "personId": str(wang.id), "name": "王*英", "scopes": ["book", "view"], "until": UNTIL,
            "coolingUntil": "2026-11-24T09:00:00+08:00",
        }
    ]  # fmt: skip


@pytest.mark.usefixtures("wang", "mei", "li")
async def test_the_daughter_asks_and_only_the_elder_may_approve(desk: Desk, ask: Ask) -> None:
    asked = (await ask(3, role="delegate", **WANG)).json()
    assert (asked["state"], asked["actions"], await acting(desk, 3)) == ("requested", ["revoke"], [])
    assert await move(desk, 3, asked["id"], to="approve") == (404, "not_found")
    assert await move(desk, 2, asked["id"], to="approve") == (404, "not_found")
    assert await move(desk, 2, asked["id"], to="revoke") == (404, "not_found")
    assert await move(desk, 1, asked["id"], to="approve") == (200, "active")
    assert len(await acting(desk, 3)) == 1
    assert await move(desk, 1, asked["id"], to="approve") == (409, "illegal_move")


@pytest.mark.usefixtures("wang", "mei")
async def test_the_elder_turns_a_request_down(desk: Desk, ask: Ask) -> None:
    asked = (await ask(3, role="delegate", **WANG)).json()
    assert await move(desk, 1, asked["id"], to="revoke") == (200, "declined")
    assert await move(desk, 1, asked["id"], to="approve") == (409, "illegal_move")


@pytest.mark.usefixtures("wang", "mei")
@pytest.mark.parametrize("who", [1, 3])
async def test_either_side_ends_it_and_may_begin_anew(desk: Desk, ask: Ask, who: int) -> None:
    granted = (await ask(1, **MEI)).json()
    assert (await ask(1, **MEI)).json()["code"] == "delegation_running"
    assert await move(desk, who, granted["id"], to="revoke") == (200, "revoked")
    assert await acting(desk, 3) == []
    assert (await ask(1, **MEI)).json()["state"] == "active"


@pytest.mark.usefixtures("wang", "mei")
async def test_it_ends_by_the_clock_and_may_begin_anew(desk: Desk, ask: Ask) -> None:
    await ask(1, **MEI)
    desk.clock.advance(timedelta(days=30))
    assert await acting(desk, 3) == []
    later = "2027-01-10T00:00:00+08:00"
    assert (await ask(1, **MEI, until=later)).json()["state"] == "active"
    found = (await desk.http.get("/me/delegates", headers=await desk.bearer(1))).json()["items"]
    assert [each["state"] for each in found] == ["active", "expired"]


@pytest.mark.usefixtures("wang", "mei")
@pytest.mark.parametrize(
    "asked",
    [
        {"phone": "13700009876", "name": "王美"},  # known phone, wrong name
        {"phone": "13711112222", "name": "王梅"},  # unknown phone
        {"phone": "13800005678", "name": "王秀英"},  # oneself
        {"personId": str(uuid4())},
    ],
)
async def test_one_answer_for_whoever_is_not_known(ask: Ask, asked: dict[str, str]) -> None:
    answer = await ask(1, **asked)
    assert (answer.status_code, answer.json()["code"]) == (422, "delegate_mismatch")


@pytest.mark.usefixtures("wang")
async def test_a_strangers_id_is_no_way_to_ask(desk: Desk, ask: Ask, mei: PersonRow, li: PersonRow) -> None:
    assert (await ask(1, personId=str(mei.id))).json()["code"] == "delegate_mismatch"
    granted = (await ask(1, **MEI)).json()
    await move(desk, 1, granted["id"], to="revoke")
    assert (await ask(1, personId=str(mei.id))).json()["state"] == "active"
    assert (await ask(1, personId=str(li.id))).json()["code"] == "delegate_mismatch"


@pytest.mark.usefixtures("wang", "mei")
async def test_guessing_phones_is_slowed_down(ask: Ask) -> None:
    answers = [await ask(1, phone=f"1371111{number:04d}", name="王梅") for number in range(21)]
    assert [answer.json()["code"] for answer in answers] == ["delegate_mismatch"] * 20 + ["limit_exceeded"]


@pytest.mark.usefixtures("wang", "mei")
@pytest.mark.parametrize(
    "asked",
    [
        {"scopes": []},
        {"scopes": ["health"]},
        {"until": "2026-11-23T09:00:00+08:00"},
        {"until": "2027-11-30T00:00:00+08:00"},
        {"phone": "137"},
        {"name": None},
    ],
)
async def test_what_makes_no_sense_is_refused(ask: Ask, asked: dict[str, Any]) -> None:
    assert (await ask(1, **MEI | asked)).status_code == 400


@pytest.mark.usefixtures("wang", "mei", "li")
async def test_there_is_a_most_and_requests_do_not_use_it_up(desk: Desk, ask: Ask) -> None:
    async with desk.database.transaction() as session:
        values = {"mostDelegates": 1}
        session.add(FamilyRuleRow(id=uuid4(), since=desk.clock().date(), values=values))
    asked = (await ask(2, role="delegate", **WANG)).json()
    assert (await ask(1, **MEI)).json()["state"] == "active"
    assert await move(desk, 1, asked["id"], to="approve") == (409, "delegate_limit")
