from uuid import UUID, uuid4

import httpx
from sqlalchemy import text

from scenes.common.kit.caller import Resident
from scenes.common.kit.ids import new_id
from tests.scenes.common.payments.conftest import District, until


def body(booking_id: UUID, method: str = "sandbox") -> dict[str, str]:
    return {"bookingId": str(booking_id), "method": method}


async def opened(merchant: httpx.AsyncClient, booking_id: UUID, key: str | None = None) -> dict:
    answer = await merchant.post(
        "/payments", json=body(booking_id), headers={"Idempotency-Key": key or uuid4().hex}
    )
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_paying_on_the_providers_page_confirms_the_booking(
    merchant: httpx.AsyncClient, district: District
) -> None:
    held = await district.hold()
    payment = await opened(merchant, held.id)
    assert payment == {
        "id": payment["id"],
        "bookingId": str(held.id),
        "method": "sandbox",
        "state": "submitted",
        "amountFen": 350,
        "refundedFen": 0,
        "payUrl": payment["payUrl"],
        "miniProgram": None,
    }
    async with httpx.AsyncClient(trust_env=False, follow_redirects=True) as browser:
        page = await browser.get(payment["payUrl"])
        assert all(word in page.text for word in ("确认付款", "不付了", "3.5 元", "曹杨中心 内科"))
        done = await browser.post(f"{payment['payUrl']}/approve")
        assert "已经付好了" in done.text

    async def confirmed() -> bool:
        return (await district.booking(held.id))[0] == "confirmed"

    await until(confirmed)
    assert await district.booking(held.id) == ("confirmed", UUID(payment["id"]), "success")
    seen = (await merchant.get(f"/payments/{payment['id']}")).json()
    assert seen == {**payment, "state": "success", "payUrl": None}


async def test_the_providers_duplicate_is_heard_and_changes_nothing(
    merchant: httpx.AsyncClient, district: District
) -> None:
    held = await district.hold()
    payment = await opened(merchant, held.id)
    async with httpx.AsyncClient(trust_env=False) as browser:
        await browser.post(f"{payment['payUrl']}/approve")

    async def told() -> list[tuple[str, str]]:
        async with district.database.transaction() as session:
            rows = await session.execute(text("SELECT event, verdict FROM payment_event"))
            return [tuple(row) for row in rows]

    await until(told)
    approved = await merchant.post(f"/sandbox/payments/{payment['id']}/approve")
    assert approved.json()["state"] == "success"
    assert await told() == [("succeed", "applied")]

    async def topics() -> list[str]:
        async with district.database.transaction() as session:
            known = (await session.execute(text("SELECT topic FROM outbox"))).scalars().all()
        return sorted(known) if "booking.confirmed" in known else []  # settled just after it was heard

    assert await until(topics) == ["booking.confirmed", "booking.held", "payment.succeeded"]


async def test_approve_answers_with_the_payment_done_and_the_booking_confirmed(
    merchant: httpx.AsyncClient, district: District
) -> None:
    held = await district.hold()
    payment = await opened(merchant, held.id)
    approved = await merchant.post(f"/sandbox/payments/{payment['id']}/approve")
    assert (approved.status_code, approved.json()["state"]) == (200, "success")
    assert (await district.booking(held.id))[0] == "confirmed"


async def test_declining_fails_the_payment_and_another_may_be_opened(
    merchant: httpx.AsyncClient, district: District
) -> None:
    held = await district.hold()
    first = await opened(merchant, held.id)
    declined = await merchant.post(f"/sandbox/payments/{first['id']}/decline")
    assert declined.json()["state"] == "failed"
    assert await district.booking(held.id) == ("held", UUID(first["id"]), "failed")
    second = await opened(merchant, held.id)
    await merchant.post(f"/sandbox/payments/{second['id']}/approve")
    assert await district.booking(held.id) == ("confirmed", UUID(second["id"]), "success")


async def test_a_replay_repeats_the_first_answer(merchant: httpx.AsyncClient, district: District) -> None:
    held, other = await district.hold(), uuid4()
    headers = {"Idempotency-Key": "pay-once-please"}
    first = await merchant.post("/payments", json=body(held.id), headers=headers)
    await merchant.post(f"/sandbox/payments/{first.json()['id']}/approve")
    again = await merchant.post("/payments", json=body(held.id), headers=headers)
    changed = await merchant.post("/payments", json=body(other), headers=headers)
    missing = await merchant.post("/payments", json=body(held.id))
    assert (again.status_code, again.content) == (201, first.content)
    assert (first.headers.get("Idempotency-Replayed"), again.headers["Idempotency-Replayed"]) == (
        None,
        "true",
    )
    assert (changed.status_code, changed.json()["code"]) == (422, "idempotency_key_reused")
    assert (missing.status_code, missing.json()["code"]) == (400, "idempotency_key_missing")


async def test_a_second_payment_of_a_booking_is_the_open_one_until_it_is_paid(
    merchant: httpx.AsyncClient, district: District
) -> None:
    held = await district.hold()
    first, again = await opened(merchant, held.id), await opened(merchant, held.id)
    assert first == again
    await merchant.post(f"/sandbox/payments/{first['id']}/approve")
    late = await merchant.post("/payments", json=body(held.id), headers={"Idempotency-Key": uuid4().hex})
    assert (late.status_code, late.json()["code"]) == (409, "already_paid")


async def test_wechat_is_refused_clearly_for_now(merchant: httpx.AsyncClient, district: District) -> None:
    held = await district.hold()
    answer = await merchant.post(
        "/payments", json=body(held.id, "wechat"), headers={"Idempotency-Key": uuid4().hex}
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "payment_method_not_offered")
    assert await district.booking(held.id) == ("held", None, None)


async def test_what_belongs_to_someone_else_is_not_found(
    merchant: httpx.AsyncClient, district: District
) -> None:
    held = await district.hold()
    payment = await opened(merchant, held.id)
    district.resident = Resident(new_id(), new_id())
    headers = {"Idempotency-Key": uuid4().hex}
    answers = [
        await merchant.post("/payments", json=body(held.id), headers=headers),
        await merchant.get(f"/payments/{payment['id']}"),
        await merchant.post(f"/sandbox/payments/{payment['id']}/approve"),
    ]
    assert [(each.status_code, each.json()["code"]) for each in answers] == [(404, "not_found")] * 3
    assert (await district.booking(held.id))[0] == "held"


async def test_forged_notices_are_refused(merchant: httpx.AsyncClient, district: District) -> None:
    held = await district.hold()
    payment = await opened(merchant, held.id)
    forged = {"eventNo": "1", "outTradeNo": payment["id"], "providerRef": "x", "state": "paid"}
    forged |= {"amountFen": 350, "currency": "CNY"}
    headers = {"Sandbox-Timestamp": "1795000000", "Sandbox-Nonce": "n", "Sandbox-Signature": "é" * 3}
    for given in ({}, {k: v.encode() for k, v in headers.items()}):
        answer = await merchant.post("/payments/notify/sandbox", json=forged, headers=given)
        assert (answer.status_code, answer.json()["code"]) == (403, "notice_refused")
    unknown = await merchant.post("/payments/notify/wechat", json=forged)
    assert (unknown.status_code, unknown.json()["code"]) == (400, "payment_method_not_offered")
    assert await district.booking(held.id) == ("held", UUID(payment["id"]), "submitted")
