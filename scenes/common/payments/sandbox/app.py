"""The demo provider's doors: signed calls for the merchant, one page with two buttons for the payer."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import jinja2
import msgspec
from litestar import Litestar, MediaType, Request, Response, get, post
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.params import FromPath
from litestar.response import Redirect

from scenes.common.kit.money import yuan_text
from scenes.common.payments.rules import CURRENCY, is_fresh, is_genuine
from scenes.common.payments.sandbox.bank import (
    LOST_ANSWER_FEN,
    Bank,
    NewOrder,
    NewRefund,
    Order,
    facts_of,
    refund_facts,
)

T = TypeVar("T")
Call = Request[Any, Any, State]
TITLES = {"pending": "请确认付款", "paid": "已经付好了", "declined": "没有付款", "closed": "付款已关闭"}
OUTCOMES = {
    "paid": "可以关掉这一页了。",
    "declined": "您选择了不付,没有扣钱。",
    "closed": "这笔付款已经关闭,没有扣钱。",
}
VERDICTS = {"approve": "paid", "decline": "declined"}
PAGES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent.parent / "templates"), autoescape=True
)


def create_sandbox(
    secret: bytes,
    notify_url: str,
    *,
    store_path: Path | None = None,
    time_scale: float = 1.0,
    public_url: str | None = None,
) -> Litestar:
    """Make the provider; with `store_path` (a JSON file) its books survive a restart.

    `time_scale` shortens the waits between notices; `public_url` is where payers reach it, if not as we do.
    """
    bank = Bank(secret, notify_url, store_path=store_path, time_scale=time_scale)
    return Litestar(
        [health, open_order, tell_order, close_order, give_back, tell_refund, pay_page, decide],
        lifespan=[bank.open],
        state=State({"bank": bank, "public_url": public_url}),
        openapi_config=None,
    )


def _bank(request: Call) -> Bank:
    return request.app.state.bank


async def _genuine_body(request: Call) -> bytes:
    """Return the body of a merchant's call, or refuse it with 401."""
    body, headers = await request.body(), request.headers
    timestamp, nonce = headers.get("Sandbox-Timestamp", ""), headers.get("Sandbox-Nonce", "")
    given = headers.get("Sandbox-Signature", "")
    genuine = is_genuine(_bank(request).secret, given, timestamp=timestamp, nonce=nonce, body=body)
    if not (genuine and is_fresh(timestamp, now=datetime.now(UTC))):
        raise HTTPException("signature refused", status_code=401)
    return body


def _known(request: Call, out_trade_no: str) -> Order:
    order = _bank(request).books.orders.get(out_trade_no)
    if order is None:
        raise HTTPException("no such order", status_code=404)
    return order


def _of_page(request: Call, ref: str) -> Order:
    """Find the order of a pay page, whose address is known to the payer only."""
    for order in _bank(request).books.orders.values():
        if order.provider_ref == ref:
            return order
    raise HTTPException("no such page", status_code=404)


def _facts(request: Call, order: Order) -> dict[str, Any]:
    base = request.app.state.public_url or str(request.base_url)
    return {**facts_of(order), "payUrl": f"{base.rstrip('/')}/pay/{order.provider_ref}"}


@get("/health")
async def health() -> dict[str, str]:
    """Say that the provider is there."""
    return {"status": "ok"}


@post("/v1/orders", status_code=200)
async def open_order(request: Call) -> dict[str, Any]:
    """Open an order, or find it again by the merchant's number."""
    asked = _decoded(await _genuine_body(request), NewOrder)
    if asked.currency != CURRENCY:
        raise HTTPException("unknown currency", status_code=400)
    return _facts(request, _bank(request).order(asked))


@get("/v1/orders/{number:str}")
async def tell_order(request: Call, number: FromPath[str]) -> dict[str, Any]:
    """Tell how an order stands; its signature covers the empty body."""
    await _genuine_body(request)
    return _facts(request, _known(request, number))


@post("/v1/orders/{number:str}/close", status_code=200)
async def close_order(request: Call, number: FromPath[str]) -> dict[str, Any]:
    """Close an order that nobody has paid; a paid one stays paid and says so."""
    await _genuine_body(request)
    order = _known(request, number)
    _bank(request).finish(order, "closed")
    return _facts(request, order)


@post("/v1/refunds", status_code=200)
async def give_back(request: Call) -> dict[str, Any]:
    """Give money back; the same refund number gives it once."""
    asked = _decoded(await _genuine_body(request), NewRefund)
    refund, fresh = _bank(request).refund(asked)
    if fresh and asked.amount_fen == LOST_ANSWER_FEN:
        raise HTTPException("the answer was lost", status_code=500)
    return refund_facts(refund)


@get("/v1/refunds/{number:str}")
async def tell_refund(request: Call, number: FromPath[str]) -> dict[str, Any]:
    """Tell how a refund stands."""
    await _genuine_body(request)
    refund = _bank(request).books.refunds.get(number)
    if refund is None:
        raise HTTPException("no such refund", status_code=404)
    return refund_facts(refund)


@get("/pay/{ref:str}", media_type=MediaType.HTML)
async def pay_page(request: Call, ref: FromPath[str]) -> str:
    """Show the payer what is to be paid and two large buttons, or how it ended."""
    order = _of_page(request, ref)
    return PAGES.get_template("sandbox_pay.html").render(
        title=TITLES[order.state],
        description=order.asked.description,
        amount=yuan_text(order.asked.amount_fen),
        open=order.state == "pending",
        action=f"/pay/{ref}",
        outcome=OUTCOMES.get(order.state),
        return_url=order.asked.return_url,
    )


@post("/pay/{ref:str}/{verdict:str}", status_code=200)
async def decide(
    request: Call, ref: FromPath[str], verdict: FromPath[str]
) -> Redirect | Response[dict[str, Any]]:
    """Take the payer's yes (approve) or no (decline), from the page or as JSON."""
    order = _of_page(request, ref)
    if verdict not in VERDICTS:
        raise HTTPException("approve or decline", status_code=404)
    _bank(request).finish(order, VERDICTS[verdict])
    if "application/json" in request.headers.get("Accept", ""):
        return Response(_facts(request, order), status_code=200)
    return Redirect(f"/pay/{ref}", status_code=303)


def _decoded(body: bytes, kind: type[T]) -> T:
    """Read a merchant's call, or refuse it with 400."""
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as wrong:
        raise HTTPException(str(wrong), status_code=400) from wrong
