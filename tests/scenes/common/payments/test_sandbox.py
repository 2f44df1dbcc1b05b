"""The demo provider alone, in its own process, with a listener of ours on a real socket."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from litestar import Litestar, Request, Response, post

from scenes.common.kit.clock import system_clock
from scenes.common.kit.refusals import Refusal
from scenes.common.payments.errors import ProviderRefused, ProviderUnreachable
from scenes.common.payments.upstream import NewOrder, SandboxProvider
from tests.scenes.common.payments.conftest import SECRET, Peer, Spawn, free_port, serving, until


@asynccontextmanager
async def listening(port: int, *, statuses: list[int]) -> AsyncIterator[list[tuple[httpx.Headers, bytes]]]:
    """Write every notice down and answer it with the next status, 200 once they are used up."""
    heard: list[tuple[httpx.Headers, bytes]] = []

    @post("/payments/notify/sandbox")
    async def hear(request: Request) -> Response:
        heard.append((httpx.Headers(dict(request.headers)), await request.body()))
        return Response({}, status_code=statuses.pop(0) if statuses else 200)

    async with serving(Litestar([hear], openapi_config=None), port):
        yield heard


@asynccontextmanager
async def client_of(peer: Peer, secret: str = SECRET) -> AsyncIterator[SandboxProvider]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield SandboxProvider(peer.url, secret.encode(), client=client, clock=system_clock)


def order(amount_fen: int = 350) -> NewOrder:
    return NewOrder(payment_id=uuid4(), amount_fen=amount_fen, description="曹杨中心 内科")


async def test_good_news_comes_twice_signed_and_again_when_not_answered_with_200(
    tmp_path: Path, spawn: Spawn
) -> None:
    port = free_port()
    peer = spawn(port, tmp_path / "books.json", scale=0.001)
    async with listening(port, statuses=[500, 404]) as heard, client_of(peer) as provider:
        asked = order()
        opened = await provider.create(asked)
        await provider.decide(opened.pay_url or "", "approve")

        async def four() -> bool:
            return len(heard) == 4 and not json.loads((tmp_path / "books.json").read_bytes())["notices"]

        await until(four)
        notices = [provider.read_notice(head, body, now=system_clock()) for head, body in heard]
    assert peer.stop() == 0
    assert len({each.event_no for each in notices}) == 1
    assert {(each.facts.payment_id, each.facts.state, each.facts.amount_fen) for each in notices} == {
        (asked.payment_id, "paid", 350)
    }


async def test_what_was_promised_survives_a_kill(tmp_path: Path, spawn: Spawn) -> None:
    port = free_port()
    peer = spawn(port, tmp_path / "books.json", scale=0.001)
    async with client_of(peer) as provider:
        asked = order()
        opened = await provider.create(asked)
        await provider.decide(opened.pay_url or "", "approve")
        await provider.refund(asked.payment_id, out_refund_no="R1", amount_fen=350)
        peer.kill()
        with pytest.raises(ProviderUnreachable):
            await provider.query(asked.payment_id)
        async with listening(port, statuses=[]) as heard:
            peer.start()

            async def news() -> bool:
                return bool(heard)

            await until(news)
            again = await provider.query(asked.payment_id)
            refund = await provider.query_refund("R1")
    assert peer.stop() == 0
    assert again is not None
    assert refund is not None
    assert (again.state, again.provider_ref, refund.state) == ("paid", opened.provider_ref, "succeeded")


async def test_the_same_numbers_mean_the_same_order_and_the_same_refund(peer: Peer) -> None:
    async with client_of(peer) as provider:
        asked = order()
        opened = await provider.create(asked)
        assert await provider.create(asked) == opened
        with pytest.raises(ProviderRefused):
            await provider.create(
                NewOrder(payment_id=asked.payment_id, amount_fen=351, description=asked.description)
            )
        with pytest.raises(ProviderRefused):
            await provider.refund(asked.payment_id, out_refund_no="A1", amount_fen=350)
        await provider.decide(opened.pay_url or "", "approve")
        number = f"{asked.payment_id.hex}R1"
        first = await provider.refund(asked.payment_id, out_refund_no=number, amount_fen=350)
        assert await provider.refund(asked.payment_id, out_refund_no=number, amount_fen=350) == first
        with pytest.raises(ProviderRefused):
            await provider.refund(asked.payment_id, out_refund_no=f"{number}x", amount_fen=1)


async def test_a_closed_order_cannot_be_paid_and_a_paid_one_cannot_be_closed(peer: Peer) -> None:
    async with client_of(peer) as provider:
        closed, paid = await provider.create(order()), await provider.create(order())
        await provider.close(closed.payment_id)
        await provider.decide(closed.pay_url or "", "approve")
        await provider.decide(paid.pay_url or "", "approve")
        await provider.close(paid.payment_id)
        states = [await provider.query(each.payment_id) for each in (closed, paid)]
    assert [each and each.state for each in states] == ["closed", "paid"]


async def test_calls_signed_with_another_secret_are_refused(peer: Peer) -> None:
    async with client_of(peer, "another") as stranger:
        with pytest.raises(ProviderRefused):
            await stranger.create(order())
    async with httpx.AsyncClient(base_url=peer.url, trust_env=False) as client:
        answers = [
            await client.get("/v1/orders/x"),
            await client.get("/pay/x"),
            await client.post("/v1/refunds"),
        ]
    assert [each.status_code for each in answers] == [401, 404, 401]


async def test_a_lost_answer_is_found_by_asking(peer: Peer) -> None:
    async with client_of(peer) as provider:
        asked = order(66_602)
        opened = await provider.create(asked)
        await provider.decide(opened.pay_url or "", "approve")
        with pytest.raises(Refusal):
            await provider.refund(asked.payment_id, out_refund_no=asked.payment_id.hex, amount_fen=66_602)
        found = await provider.query_refund(asked.payment_id.hex)
        assert await provider.query_refund("never") is None
    assert found is not None
    assert found.state == "succeeded"
