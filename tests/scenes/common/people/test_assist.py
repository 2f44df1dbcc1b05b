"""Help at a counter: by the code only, once, for minutes, ended by either side, every step in the audit."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlmodel import col

from scenes.common.kit.caller import Staff
from scenes.common.kit.ids import new_id
from scenes.common.people import service
from scenes.common.people.service import StaffAccount
from scenes.common.people.tables import AuditEntryRow, PersonRow
from tests.support.people import Desk

PHONE = "13800005678"


def at_counter(desk: Desk, account: StaffAccount, role: str = "clinic") -> dict[str, str]:
    now = desk.clock()
    caller = Staff(account.id, new_id(), role, frozenset())
    token = desk.tools.signer.sign(caller, now=now, until=now + timedelta(hours=1))
    return {"Authorization": f"Bearer {token}"}


async def code_of(desk: Desk) -> str:
    answer = await desk.http.post("/me/assist-code", headers=await desk.bearer(1))
    return answer.json()["code"]


async def begin(
    desk: Desk, account: StaffAccount, code: str, *, phone: str = PHONE, role: str = "clinic"
) -> httpx.Response:
    body = {"phone": phone, "consentCode": code}
    return await desk.http.post("/staff/assist", json=body, headers=at_counter(desk, account, role))


async def helped(desk: Desk, account: StaffAccount) -> list[Any]:
    answer = await desk.http.get("/staff/assist", headers=at_counter(desk, account))
    return answer.json()["items"]


async def audited(desk: Desk) -> list[tuple[str, str, list[str]]]:
    async with desk.database.transaction() as session:
        found = await session.scalars(select(AuditEntryRow).order_by(col(AuditEntryRow.seq)))
        assert await service.broken_audit_entry(session) is None
        return [(row.action, row.result, row.subject_ids) for row in found]


async def test_a_code_read_out_begins_a_quarter_of_an_hour(
    desk: Desk, wang: PersonRow, nurse: StaffAccount
) -> None:
    answer = await begin(desk, nurse, await code_of(desk))
    shown = answer.json()
    assert answer.status_code == 201
    assert {name: shown[name] for name in shown.keys() - {"id"}} == {
        "person": {"id": str(wang.id), "name": "王*英"}, "staffName": "张医生",
        "startedAt": "2026-11-23T09:00:00+08:00", "expiresAt": "2026-11-23T09:15:00+08:00",
    }  # fmt: skip
    assert await audited(desk) == [("staff.assist.begin", "ok", [str(wang.id)])]
    desk.clock.advance(timedelta(minutes=15))
    assert await helped(desk, nurse) == []


@pytest.mark.usefixtures("wang")
async def test_a_code_is_good_once_and_for_minutes(desk: Desk, nurse: StaffAccount) -> None:
    code = await code_of(desk)
    assert (await begin(desk, nurse, code)).status_code == 201
    assert (await begin(desk, nurse, code)).json()["code"] == "assist_refused"
    late = await code_of(desk)
    desk.clock.advance(timedelta(minutes=5))
    assert (await begin(desk, nurse, late)).json()["code"] == "assist_refused"
    replaced = await code_of(desk)
    newest = await code_of(desk)
    if replaced != newest:
        assert (await begin(desk, nurse, replaced)).json()["code"] == "assist_refused"


@pytest.mark.usefixtures("wang")
async def test_wrong_tries_use_a_code_up_and_look_like_an_unknown_phone(
    desk: Desk, nurse: StaffAccount
) -> None:
    code = await code_of(desk)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    answers = [await begin(desk, nurse, wrong) for _ in range(5)]
    answers += [await begin(desk, nurse, code), await begin(desk, nurse, code, phone="13811112222")]
    assert {(each.status_code, each.json()["code"]) for each in answers} == {(403, "assist_refused")}
    assert [entry[1:] for entry in await audited(desk)] == [("refused", [])] * 7


@pytest.mark.usefixtures("wang")
async def test_guessing_is_slowed_down(desk: Desk, nurse: StaffAccount) -> None:
    answers = [await begin(desk, nurse, "000000", phone=f"1381111{n:04d}") for n in range(21)]
    assert [each.json()["code"] for each in answers] == ["assist_refused"] * 20 + ["limit_exceeded"]


@pytest.mark.usefixtures("wang")
async def test_either_side_ends_it(desk: Desk, nurse: StaffAccount) -> None:
    await begin(desk, nurse, await code_of(desk))
    mine = await desk.bearer(1)
    assert len((await desk.http.get("/me/assists", headers=mine)).json()["items"]) == 1
    assert (await desk.http.delete("/me/assists", headers=mine)).status_code == 204
    assert await helped(desk, nurse) == []

    await begin(desk, nurse, await code_of(desk))
    assert (await desk.http.delete("/staff/assist", headers=at_counter(desk, nurse))).status_code == 204
    assert await helped(desk, nurse) == []
    again = await desk.http.delete("/staff/assist", headers=at_counter(desk, nurse))
    assert again.status_code == 404


@pytest.mark.usefixtures("wang")
async def test_an_auditor_helps_nobody(desk: Desk, nurse: StaffAccount) -> None:
    answer = await begin(desk, nurse, await code_of(desk), role="auditor")
    assert answer.json()["code"] == "assist_refused"


async def test_a_request_is_approved_only_while_the_elder_is_there(
    desk: Desk, wang: PersonRow, mei: PersonRow, nurse: StaffAccount
) -> None:
    body = {
        "role": "delegate", "scopes": ["view"], "until": "2026-12-01T00:00:00+08:00",
        "phone": PHONE, "name": "王秀英",
    }  # fmt: skip
    headers = await desk.bearer(3) | desk.key()
    asked = (await desk.http.post("/me/delegates", json=body, headers=headers)).json()
    path = f"/staff/delegations/{asked['id']}/approve"
    assert (await desk.http.post(path, headers=at_counter(desk, nurse))).status_code == 404

    await begin(desk, nurse, await code_of(desk))
    answer = await desk.http.post(path, headers=at_counter(desk, nurse))
    assert [each["state"] for each in answer.json()["items"]] == ["active"]
    last = (await audited(desk))[-1]
    assert last == ("staff.delegation.approve", "ok", [str(wang.id), str(mei.id)])
