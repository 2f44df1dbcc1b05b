"""An elder's breakfast paid for at a real provider and undone within the minutes: the money goes back."""

import re
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from api.lifespan import House
from scenes.common.kit.database import Database
from scenes.common.kit.outbox import relay
from scenes.common.payments import jobs as payments
from scenes.common.payments.upstream import open_providers
from tests.api.web.test_elder_pages import Phone
from tests.support.breakfast import Breakfast
from tests.support.clock import AdjustableClock
from tests.support.elder_walk import Walk
from tests.support.storefront import Browser
from tests.support.whole import Whole, becomes, good, pay, resident_of

BACK = "已经取消了。付的钱会退给您。"


class Till:
    """The shop as of this very minute, an elder before it, and the provider over its socket."""

    def __init__(self, whole: Whole, shop: Breakfast, elder: UUID) -> None:
        self.whole = whole
        self.shop = shop
        self.elder = resident_of(elder)

    async def paid(self, booking_id: str) -> str:
        """Pay at the provider; answer the payment's id once the booking is told."""
        payment = await pay(self.whole, self.elder, booking_id)
        good(await self.whole.post(f"/sandbox/payments/{payment['id']}/approve", self.elder))
        await becomes(self.whole, self.elder, f"/bookings/{booking_id}", "confirmed")
        return payment["id"]

    async def given_back(self, booking_id: str, payment_id: str, fen: int) -> None:
        """Let the worker do its rounds, and hold every book to the money being back."""
        works = self.whole.house.works()
        async with works.database.transaction() as session:
            await relay(session, payments.HANDLERS, now=works.clock())
        requested = await self._refunds()
        assert [(state, amount, why) for state, amount, why, _ in requested] == [
            ("requested", fen, "cancelled")
        ]
        await payments.try_refunds(works)
        back = await becomes(self.whole, self.elder, f"/payments/{payment_id}", "refunded")
        assert (back["amountFen"], back["refundedFen"]) == (fen, fen)
        [(state, amount, _, number)] = await self._refunds()
        async with open_providers(works.settings, clock=works.clock) as providers:
            theirs = await providers.named("sandbox").query_refund(number)
        assert theirs is not None
        assert (state, amount, theirs.state) == ("refunded", fen, "succeeded")
        booking = await self.shop.rows("SELECT state, payment_state, amount_fen FROM booking")
        assert [tuple(row) for row in booking] == [("cancelled", "refunded", fen)]
        assert await self.shop.rows("SELECT 1 FROM booking_window WHERE taken <> 0") == []
        assert (await becomes(self.whole, self.elder, f"/bookings/{booking_id}", "cancelled"))["id"]

    async def _refunds(self) -> list[tuple[Any, ...]]:
        found = await self.shop.rows("SELECT state, amount_fen, reason, out_refund_no FROM refund")
        return [tuple(row) for row in found]


@pytest.fixture
async def shop(paying_house: House, database: Database, clock: AdjustableClock, forgotten: None) -> Breakfast:
    assert forgotten is None
    shop = Breakfast(database, clock, paying_house.cipher)
    await shop.open_now()
    return shop


@pytest.fixture
async def elder(shop: Breakfast) -> UUID:
    facts = {"lat": 31.241, "lng": 121.401, "resident_no": 1, "has_account": True, "synthetic": True}
    return (await shop.resident(date(1990, 5, 1), name="陈秀英", **facts)).person_id


@pytest.fixture
async def till(shop: Breakfast, elder: UUID, paying: Whole) -> Till:
    await paying.house.directory.refresh()
    return Till(paying, shop, elder)


async def test_a_paid_breakfast_is_undone_and_the_money_goes_back(till: Till) -> None:
    walk = Walk(till.whole, till.elder)
    await walk.start("breakfast")
    for choice in ("菜包", "就这些"):
        await walk.choose(choice)
    await walk.choose(walk.step["choices"][0]["label"])
    held = await walk.agree()
    booking_id = held["booking"]["id"]
    payment_id = await till.paid(booking_id)
    paid = good(await till.whole.get(f"/elder/flows/{held['runId']}", till.elder))
    assert (paid["state"], paid["booking"]["state"], paid["booking"]["payment"]["state"]) == (
        "done", "confirmed", "success",
    )  # fmt: skip
    assert "付了2 元。" in paid["lines"]
    assert [choice["id"] for choice in paid["choices"]] == ["undo"]
    undone = await walk.undo()
    assert (undone["state"], undone["lines"], undone["booking"]["state"]) == ("undone", [BACK], "cancelled")
    await till.given_back(booking_id, payment_id, 200)


async def test_the_page_says_it_is_paid_and_that_the_money_goes_back(till: Till) -> None:
    phone = Phone(Browser(till.whole.http))
    await phone.browser.go("/sign-in")
    await phone.browser.send("/sign-in", resident_no="1")
    await phone.browser.go("/?uiStyle=elder")
    await phone.start("breakfast")
    for words in ("菜包", "就这些"):
        await phone.tap(words)
    await phone.tap("点")
    await phone.tap("对,下一步付钱")
    run = phone.where
    [(booking_id,)] = await till.shop.rows("SELECT id FROM booking")
    payment_id = await till.paid(str(booking_id))
    await phone.go(run)
    assert "付了2元。" in words_of(phone.page.text)
    await phone.tap("不要了,撤销")
    assert (phone.title, BACK in words_of(phone.page.text)) == ("撤销好了", True)
    await till.given_back(str(booking_id), payment_id, 200)


def words_of(page: str) -> str:
    """Read a page's words without the marks that keep phrases together."""
    return re.sub(r"<[^>]+>|\s", "", page)
