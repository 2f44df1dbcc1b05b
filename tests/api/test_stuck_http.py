"""Money that no provider gives back, over HTTP."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from api.lifespan import House
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from tests.support.stuck import WAY, stuck_money
from tests.support.whole import Whole, good, refusal, resident_of, staff_of

STUCK = "/staff/stuck-refunds"


@pytest.fixture
async def refund_id(house: House, database: Database, forgotten: None) -> UUID:
    assert forgotten is None
    async with database.transaction() as session:
        return await stuck_money(session, house.cipher, house.clock)


async def test_the_district_lists_reaches_tries_again_and_returns(
    whole: Whole, refund_id: UUID, house: House
) -> None:
    clerk = staff_of("district")
    [item] = good(await whole.get(STUCK, clerk))["items"]
    known = {name: item.pop(name) for name in ("bookingId", "paymentId")}
    assert datetime.fromisoformat(item.pop("since")) == house.clock() - timedelta(hours=1)
    assert item == {
        "id": str(refund_id), "title": "早餐 豆浆1份", "name": "王*芳", "method": "sandbox",
        "outRefundNo": f"{UUID(known['paymentId']).hex}R1", "providerRef": "SB1", "amountFen": 350,
        "reason": "cancelled", "mayRetry": True,
    }  # fmt: skip
    here = f"{STUCK}/{refund_id}"
    assert good(await whole.post(f"{here}/contact", clerk)) == {"name": "王秀芳", "phone": "13812345678"}
    assert refusal(await whole.post(f"{here}/returned", clerk, json={"way": ""}))[0] == 400
    for _ in range(2):
        assert (await whole.post(f"{here}/retry", clerk)).status_code == 204
    assert good(await whole.get(STUCK, clerk))["items"] == []
    assert refusal(await whole.post(f"{here}/returned", clerk, json={"way": WAY})) == (409, "illegal_move")


async def test_returned_once_however_often_it_is_said(whole: Whole, refund_id: UUID) -> None:
    clerk = staff_of("district")
    for _ in range(2):
        assert (
            await whole.post(f"{STUCK}/{refund_id}/returned", clerk, json={"way": WAY})
        ).status_code == 204
    assert good(await whole.get(STUCK, clerk))["items"] == []
    assert refusal(await whole.post(f"{STUCK}/{refund_id}/retry", clerk)) == (409, "illegal_move")


async def test_it_is_the_districts_alone(whole: Whole, refund_id: UUID) -> None:
    here = f"{STUCK}/{refund_id}"
    for who in (staff_of("breakfast"), staff_of("auditor")):
        assert refusal(await whole.get(STUCK, who)) == (403, "forbidden")
        assert refusal(await whole.post(f"{here}/contact", who)) == (403, "forbidden")
    assert refusal(await whole.get(STUCK, resident_of(new_id())))[0] == 403
    assert refusal(await whole.get(STUCK))[0] == 401
    assert refusal(await whole.post(f"{STUCK}/{new_id()}/retry", staff_of("district")))[0] == 404
