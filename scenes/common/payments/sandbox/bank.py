"""The demo provider's books and its messenger: what it remembers and how it tells the merchant."""

import asyncio
import logging
import os
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import httpx
import msgspec
from litestar import Litestar
from litestar.exceptions import HTTPException

from scenes.common.payments.rules import signature

RETRIES = (15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, *(10800,) * 3, *(21600,) * 2)
REPEAT_AFTER = 1.0
ACCEPTED = 200
ABNORMAL_FEN, LOST_ANSWER_FEN = 66_601, 66_602
_log = logging.getLogger(__name__)


class NewOrder(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """What the merchant asks to be paid, under its own order number."""

    out_trade_no: str
    amount_fen: Annotated[int, msgspec.Meta(gt=0)]
    currency: str
    description: str
    return_url: str | None = None


class NewRefund(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """What the merchant asks to be given back, under its own refund number."""

    out_refund_no: str
    out_trade_no: str
    amount_fen: Annotated[int, msgspec.Meta(gt=0)]


class Order(msgspec.Struct, rename="camel"):
    """An order as the provider keeps it: pending, then paid, declined or closed for good."""

    asked: NewOrder
    provider_ref: str
    state: str = "pending"


class Refund(msgspec.Struct, rename="camel"):
    """A refund as the provider keeps it: succeeded or abnormal."""

    asked: NewRefund
    state: str


class Notice(msgspec.Struct, rename="camel"):
    """News for the merchant; `left` deliveries still want an answer of 200, `tries` counts failures."""

    body: str
    left: int
    tries: int = 0


class Books(msgspec.Struct):
    """Everything the provider must not forget."""

    orders: dict[str, Order] = {}
    refunds: dict[str, Refund] = {}
    notices: dict[str, Notice] = {}


class Bank:
    """The provider's books and its messenger; every change is written down before it is answered."""

    def __init__(self, secret: bytes, notify_url: str, *, store_path: Path | None, time_scale: float) -> None:
        self.secret = secret
        self._notify_url = notify_url
        self._store_path = store_path
        self._time_scale = time_scale
        self._messengers: set[asyncio.Task[None]] = set()
        self.books = Books()
        if store_path is not None and store_path.exists():
            self.books = msgspec.json.decode(store_path.read_bytes(), type=Books)

    @asynccontextmanager
    async def open(self, _: Litestar) -> AsyncGenerator[None]:
        """Take up the notices left over from before, and stop all messengers at the end."""
        for number in list(self.books.notices):
            self._send(number)
        yield
        for messenger in list(self._messengers):
            messenger.cancel()
            with suppress(asyncio.CancelledError):
                await messenger

    def save(self) -> None:
        """Write the books down, whole or not at all."""
        if self._store_path is not None:
            fresh = self._store_path.with_suffix(".new")
            with fresh.open("wb") as file:
                file.write(msgspec.json.encode(self.books))
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._store_path)

    def order(self, asked: NewOrder) -> Order:
        """Open an order; the same number with the same money is the same order, else 409."""
        known = self.books.orders.get(asked.out_trade_no)
        if known is None:
            known = self.books.orders[asked.out_trade_no] = Order(asked, f"SB{secrets.token_hex(10)}")
            self.save()
        if (known.asked.amount_fen, known.asked.currency) != (asked.amount_fen, asked.currency):
            raise HTTPException("order number used for other money", status_code=409)
        return known

    def finish(self, order: Order, state: str) -> None:
        """End a pending order and tell the merchant; an ended order stays as it is."""
        if order.state != "pending":
            return
        order.state = state
        number = uuid4().hex
        body = msgspec.json.encode({"eventNo": number, **facts_of(order)}).decode()
        self.books.notices[number] = Notice(body, left=2 if state == "paid" else 1)
        self.save()
        self._send(number)

    def refund(self, asked: NewRefund) -> tuple[Refund, bool]:
        """Give money back once for each refund number; tell whether it was given just now."""
        known = self.books.refunds.get(asked.out_refund_no)
        if known is not None:
            if known.asked != asked:
                raise HTTPException("refund number used for another refund", status_code=409)
            return known, False
        order = self.books.orders.get(asked.out_trade_no)
        if order is None or order.state != "paid":
            raise HTTPException("no paid order", status_code=409)
        if self._given_back(asked.out_trade_no) + asked.amount_fen > order.asked.amount_fen:
            raise HTTPException("more than was paid", status_code=409)
        state = "abnormal" if asked.amount_fen == ABNORMAL_FEN else "succeeded"
        known = self.books.refunds[asked.out_refund_no] = Refund(asked, state)
        self.save()
        return known, True

    def _given_back(self, out_trade_no: str) -> int:
        refunds = self.books.refunds.values()
        return sum(each.asked.amount_fen for each in refunds if each.asked.out_trade_no == out_trade_no)

    def _send(self, number: str) -> None:
        task = asyncio.get_running_loop().create_task(self._deliver(number))
        self._messengers.add(task)
        task.add_done_callback(self._messengers.discard)

    async def _deliver(self, number: str) -> None:
        """Tell one piece of news until it was answered often enough or the schedule ends."""
        notice = self.books.notices[number]
        async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
            while notice.left and notice.tries <= len(RETRIES):
                if await self._told(client, notice.body.encode()):
                    notice.left -= 1
                    wait = REPEAT_AFTER
                else:
                    notice.tries += 1
                    wait = RETRIES[min(notice.tries, len(RETRIES)) - 1]
                self.save()
                if notice.left:
                    await asyncio.sleep(wait * self._time_scale)
        del self.books.notices[number]
        self.save()

    async def _told(self, client: httpx.AsyncClient, body: bytes) -> bool:
        """Tell whether the merchant answered one delivery with 200."""
        try:
            answer = await client.post(self._notify_url, content=body, headers=signed(self.secret, body))
        except httpx.HTTPError as failure:
            _log.info("notice not delivered: %r", failure)
            return False
        return answer.status_code == ACCEPTED


def signed(secret: bytes, body: bytes) -> dict[str, str]:
    """Make the headers that prove who says this and when."""
    timestamp, nonce = str(int(datetime.now(UTC).timestamp())), secrets.token_hex(16)
    proof = signature(secret, timestamp=timestamp, nonce=nonce, body=body)
    return {
        "Content-Type": "application/json",
        "Sandbox-Timestamp": timestamp,
        "Sandbox-Nonce": nonce,
        "Sandbox-Signature": proof,
    }


def facts_of(order: Order) -> dict[str, Any]:
    """Say on the wire what is true of an order."""
    return {
        "outTradeNo": order.asked.out_trade_no,
        "providerRef": order.provider_ref,
        "state": order.state,
        "amountFen": order.asked.amount_fen,
        "currency": order.asked.currency,
    }


def refund_facts(refund: Refund) -> dict[str, Any]:
    """Say on the wire what is true of a refund."""
    asked = refund.asked
    return {"outRefundNo": asked.out_refund_no, "state": refund.state, "amountFen": asked.amount_fen}
