"""How the desk speaks with payment providers: one protocol inside, one provider for each method.

A method without a provider is refused clearly; WeChat Pay joins by registering one more provider.
"""

import secrets
import ssl
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cache
from typing import Any, Literal, Protocol, TypeVar
from uuid import UUID

import httpx
import msgspec

from scenes.common.kit.clock import Clock
from scenes.common.payments.errors import (
    MethodNotOffered,
    NoticeRefused,
    ProviderRefused,
    ProviderUnreachable,
)
from scenes.common.payments.rules import CURRENCY, is_fresh, is_genuine, signature

T = TypeVar("T")
NOT_FOUND, TROUBLE = 404, 500
SANDBOX_URL, SANDBOX_SECRET = "LIFECIRCLE_SANDBOX_PAYMENTS_URL", "LIFECIRCLE_SANDBOX_PAY_SECRET"
TIMEOUT = 5.0
"""Seconds; the providers themselves give us as long to answer a notice."""


class NewOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider is asked to collect; the payment's id is the order number, so asking again is safe."""

    payment_id: UUID
    amount_fen: int
    description: str
    return_url: str | None = None


class OrderFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider says of an order, in a query or a notice."""

    payment_id: UUID
    provider_ref: str
    state: Literal["pending", "paid", "declined", "closed"]
    amount_fen: int
    currency: str
    pay_url: str | None = None


class RefundFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider says of a refund."""

    out_refund_no: str
    state: Literal["processing", "succeeded", "abnormal"]
    amount_fen: int


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """A genuine notice: the provider's number for the event, the facts, and the words as they came."""

    event_no: str
    facts: OrderFacts
    raw: dict[str, Any]


class Provider(Protocol):
    """One way to pay; every call is safe to repeat, and raises ProviderUnreachable when unsure."""

    async def create(self, order: NewOrder) -> OrderFacts:
        """Open an order, or find it again."""
        ...

    async def query(self, payment_id: UUID) -> OrderFacts | None:
        """Ask how an order stands; None if the provider never heard of it."""
        ...

    async def close(self, payment_id: UUID) -> OrderFacts | None:
        """Close an order nobody has paid; a paid one stays paid."""
        ...

    async def refund(self, payment_id: UUID, *, out_refund_no: str, amount_fen: int) -> RefundFacts:
        """Give money back, once for each `out_refund_no`."""
        ...

    async def query_refund(self, out_refund_no: str) -> RefundFacts | None:
        """Ask how a refund stands; None if the provider never heard of it."""
        ...

    def read_notice(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Notice:
        """Check a notice's signature and age and read it (NoticeRefused)."""
        ...


class Providers:
    """The registry of methods of payment that this district offers."""

    def __init__(self, offered: Mapping[str, Provider]) -> None:
        self._offered = dict(offered)

    def named(self, method: str) -> Provider:
        """Return the provider of a method; refuses with MethodNotOffered."""
        try:
            return self._offered[method]
        except KeyError:
            raise MethodNotOffered from None

    def demo(self) -> "SandboxProvider":
        """Return the demo provider, if this is a demo district (MethodNotOffered)."""
        provider = self.named("sandbox")
        if not isinstance(provider, SandboxProvider):
            raise MethodNotOffered
        return provider


class _SandboxOrder(msgspec.Struct, frozen=True, rename="camel"):
    out_trade_no: UUID
    provider_ref: str
    state: Literal["pending", "paid", "declined", "closed"]
    amount_fen: int
    currency: str
    pay_url: str | None = None
    event_no: str = ""

    def facts(self) -> OrderFacts:
        return OrderFacts(
            payment_id=self.out_trade_no,
            provider_ref=self.provider_ref,
            state=self.state,
            amount_fen=self.amount_fen,
            currency=self.currency,
            pay_url=self.pay_url,
        )


class _SandboxRefund(msgspec.Struct, frozen=True, rename="camel"):
    out_refund_no: str
    state: Literal["processing", "succeeded", "abnormal"]
    amount_fen: int


class SandboxProvider:
    """The demo provider's client; `client` needs no settings of its own, `url` is where the sandbox runs."""

    def __init__(self, url: str, secret: bytes, *, client: httpx.AsyncClient, clock: Clock) -> None:
        self._url = url.rstrip("/")
        self._secret = secret
        self._client = client
        self._clock = clock

    async def create(self, order: NewOrder) -> OrderFacts:
        """Open an order at the sandbox; the answer carries the address of its pay page."""
        asked = {
            "outTradeNo": str(order.payment_id),
            "amountFen": order.amount_fen,
            "currency": CURRENCY,
            "description": order.description,
            "returnUrl": order.return_url,
        }
        answer = await self._signed("POST", "/v1/orders", asked)
        return _read(answer, _SandboxOrder).facts()

    async def query(self, payment_id: UUID) -> OrderFacts | None:
        """Ask how an order stands."""
        answer = await self._signed("GET", f"/v1/orders/{payment_id}")
        return None if answer is None else _read(answer, _SandboxOrder).facts()

    async def close(self, payment_id: UUID) -> OrderFacts | None:
        """Close an order nobody has paid."""
        answer = await self._signed("POST", f"/v1/orders/{payment_id}/close")
        return None if answer is None else _read(answer, _SandboxOrder).facts()

    async def refund(self, payment_id: UUID, *, out_refund_no: str, amount_fen: int) -> RefundFacts:
        """Give money back."""
        asked = {"outRefundNo": out_refund_no, "outTradeNo": str(payment_id), "amountFen": amount_fen}
        return _refund_facts(await self._signed("POST", "/v1/refunds", asked))

    async def query_refund(self, out_refund_no: str) -> RefundFacts | None:
        """Ask how a refund stands."""
        answer = await self._signed("GET", f"/v1/refunds/{out_refund_no}")
        return None if answer is None else _refund_facts(answer)

    def read_notice(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Notice:
        """Check the signature before anything else is looked at, then the age, then read."""
        timestamp, nonce = headers.get("Sandbox-Timestamp", ""), headers.get("Sandbox-Nonce", "")
        given = headers.get("Sandbox-Signature", "")
        if not is_genuine(self._secret, given, timestamp=timestamp, nonce=nonce, body=body):
            raise NoticeRefused
        if not is_fresh(timestamp, now=now):
            raise NoticeRefused
        order = _read(body, _SandboxOrder)
        return Notice(event_no=order.event_no, facts=order.facts(), raw=msgspec.json.decode(body))

    async def decide(self, pay_url: str, verdict: Literal["approve", "decline"]) -> None:
        """Press the button of the pay page on the payer's behalf; demo only."""
        path = httpx.URL(pay_url).path
        await self._sent("POST", f"{self._url}{path}/{verdict}", b"", {"Accept": "application/json"})

    async def _signed(self, verb: str, path: str, asked: object = None) -> bytes | None:
        body = b"" if asked is None else msgspec.json.encode(asked)
        timestamp, nonce = str(int(self._clock().timestamp())), secrets.token_hex(16)
        proof = signature(self._secret, timestamp=timestamp, nonce=nonce, body=body)
        headers = {
            "Content-Type": "application/json",
            "Sandbox-Timestamp": timestamp,
            "Sandbox-Nonce": nonce,
            "Sandbox-Signature": proof,
        }
        return await self._sent(verb, self._url + path, body, headers)

    async def _sent(self, verb: str, url: str, body: bytes, headers: Mapping[str, str]) -> bytes | None:
        """Send one call; None is "not found", anything but a clear yes or no is ProviderUnreachable."""
        try:
            answer = await self._client.request(verb, url, content=body, headers=headers, timeout=TIMEOUT)
        except httpx.HTTPError as failure:
            raise ProviderUnreachable from failure
        if answer.status_code == NOT_FOUND:
            return None
        if answer.status_code >= TROUBLE:
            raise ProviderUnreachable
        if not answer.is_success:
            raise ProviderRefused
        return answer.content


def _read(answer: bytes | None, kind: type[T]) -> T:
    """Read a provider's words; what cannot be read is as good as no answer."""
    if answer is None:
        raise ProviderUnreachable
    try:
        return msgspec.json.decode(answer, type=kind)
    except msgspec.DecodeError as nonsense:
        raise ProviderUnreachable from nonsense


def _refund_facts(answer: bytes | None) -> RefundFacts:
    refund = _read(answer, _SandboxRefund)
    return RefundFacts(out_refund_no=refund.out_refund_no, state=refund.state, amount_fen=refund.amount_fen)


@cache
def _trust() -> ssl.SSLContext:
    """Read the system's certificates once a process; jobs open a client each time they run."""
    return ssl.create_default_context()


@asynccontextmanager
async def open_providers(settings: Mapping[str, str], *, clock: Clock) -> AsyncGenerator[Providers]:
    """Connect the methods of payment that the settings name; the sandbox only where its address is set."""
    async with httpx.AsyncClient(verify=_trust(), trust_env=False) as client:
        offered: dict[str, Provider] = {}
        if url := settings.get(SANDBOX_URL):
            secret = settings[SANDBOX_SECRET].encode()
            offered["sandbox"] = SandboxProvider(url, secret, client=client, clock=clock)
        yield Providers(offered)
