"""Our client against the sandbox operator over a real socket, in both dialects; and against nonsense."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest
from litestar import Litestar, Response, post
from sqlalchemy import text

from scenes.charging.errors import OperatorRefused, OperatorUnknown, OperatorUnreachable
from scenes.charging.rules import envelope as env
from scenes.charging.rules.dialect import Dialect
from scenes.charging.rules.messages import CheckedOrder
from scenes.charging.upstream import OperatorClient, Operators, fresh_seq, open_operators, open_secrets
from scenes.common.kit.crypto import FieldCipher, SealBroken
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from tests.scenes.common.payments.conftest import free_port, serving, until
from tests.support.charging_operator import (
    CODE,
    PLATFORM,
    QUIRKY,
    SECRETS,
    STANDARD,
    THEIRS,
    operator_row,
    plant_spec,
    running,
)
from tests.support.clock import AdjustableClock


class Partner:
    """A client with the sandbox behind it."""

    def __init__(self, client: OperatorClient, app: Litestar, http: httpx.AsyncClient) -> None:
        self.client = client
        self.app = app
        self.http = http

    async def hand(self, code: str, **facts: Any) -> None:
        answer = await self.http.post(f"/sandbox/connectors/{code}", json=facts)
        assert answer.status_code == 200


@asynccontextmanager
async def partner_of(
    database: Database, cipher: FieldCipher, clock: AdjustableClock, dialect: Dialect
) -> AsyncIterator[Partner]:
    async with (
        running(plant_spec(9, dialect, speed=1), clock) as (url, app),
        httpx.AsyncClient(base_url=url, trust_env=False) as http,
        open_operators(database, cipher, clock=clock) as operators,
    ):
        yield Partner(await known(database, cipher, operators, base_url=url, dialect=dialect), app, http)


async def known(
    database: Database, cipher: FieldCipher, operators: Operators, **facts: Any
) -> OperatorClient:
    operator_id = new_id()
    async with database.transaction() as session:
        session.add(operator_row(operator_id, cipher, **facts))
    return await operators.client(operator_id)


@pytest.fixture(params=[STANDARD, QUIRKY], ids=["standard", "quirky"])
async def partner(
    request: pytest.FixtureRequest, database: Database, cipher: FieldCipher, clock: AdjustableClock
) -> AsyncIterator[Partner]:
    async with partner_of(database, cipher, clock, request.param) as partner:
        yield partner


async def test_stations_status_and_tariff(partner: Partner, clock: AdjustableClock) -> None:
    stations = await partner.client.stations()
    assert [(each.code, len(each.connectors)) for each in stations] == [("S-1", 3), ("S-2", 1)]
    near = stations[0]
    assert (round(near.lat, 4), round(near.lng, 4)) == (31.24, 121.4)
    assert [each.has_lock for each in near.connectors] == [False, True, False]
    assert await partner.client.stations(since=clock()) == ()
    await partner.hand("C-2", status=255)
    statuses = await partner.client.statuses(["S-1", "S-2"])
    assert {each.connector_code: each.status for each in statuses} == {
        "C-1": 1, "C-2": 255, "C-3": 1, "D-1": 1,
    }  # fmt: skip
    (only,) = await partner.client.policy("D-1")
    assert (only.elec_price, only.service_price) == (Decimal("0.1234"), Decimal("0.5"))
    assert len(await partner.client.policy("C-1")) == 6


async def test_stations_come_page_by_page(
    database: Database, cipher: FieldCipher, clock: AdjustableClock
) -> None:
    dialect = msgspec.structs.replace(STANDARD, page_size=1)
    async with partner_of(database, cipher, clock, dialect) as partner:
        assert [each.code for each in await partner.client.stations()] == ["S-1", "S-2"]


async def test_a_charge_from_start_to_books(partner: Partner, clock: AdjustableClock) -> None:
    client, began = partner.client, clock()
    seq = fresh_seq(PLATFORM)
    assert await client.authenticate("D-1") == 0
    ack = await client.start(seq, "D-1")
    assert (ack.accepted, ack.state, ack.start_seq) == (True, 1, seq)
    assert (await client.charge_status(seq)).started_at is None
    assert await client.start(seq, "D-1") == ack
    clock.advance(timedelta(seconds=2, minutes=6))
    meter = await client.charge_status(seq)
    assert (meter.state, meter.connector_status, meter.energy_wh) == (2, 3, 6_000)
    assert (meter.started_at, meter.at) == (began + timedelta(seconds=2), clock())
    assert (meter.elec_fen, meter.service_fen, meter.total_fen) == (74, 300, 374)
    assert await client.authenticate("D-1") == 2
    stop = await client.stop(seq, "D-1")
    assert (stop.stopped, stop.state) == (True, 3)
    clock.advance(timedelta(seconds=1))

    async def ended() -> bool:
        return (await client.charge_status(seq)).state == 4

    await until(ended)
    again = await client.stop(seq, "D-1")
    assert (again.stopped, again.fail_reason) == (False, 3)
    final = await client.charge_status(seq)
    mine = CheckedOrder(start_seq=seq, energy_wh=final.energy_wh, total_fen=final.total_fen)
    span = {"since": began, "until": clock() + timedelta(minutes=1)}
    assert (await client.check_orders([mine], **span)).disputed == ()
    await partner.http.post(f"/sandbox/orders/{seq}", json={"totalFen": 999})
    check = await client.check_orders([mine], **span)
    assert [(each.start_seq, each.total_fen, each.reason) for each in check.disputes] == [(seq, 999, 2)]
    stranger = msgspec.structs.replace(mine, start_seq=fresh_seq(PLATFORM))
    check = await client.check_orders([stranger], **span)
    assert {(each.start_seq, each.reason) for each in check.disputes} == {(seq, 1), (stranger.start_seq, 1)}


async def test_why_a_charge_cannot_start(partner: Partner) -> None:
    await partner.hand("C-1", status=0)
    await partner.hand("C-2", status=2)
    await partner.hand("C-3", plugged=False)
    acks = [await partner.client.start(fresh_seq(PLATFORM), code) for code in ("NOWHERE", "C-1", "C-2")]
    assert [(each.accepted, each.fail_reason) for each in acks] == [(False, 1), (False, 2), (False, 3)]
    reasons = [await partner.client.authenticate(code) for code in ("C-1", "C-2", "C-3", "D-1")]
    assert reasons == [2, 2, 1, 0]
    stop = await partner.client.stop(fresh_seq(PLATFORM), "C-1")
    assert (stop.stopped, stop.fail_reason, stop.state) == (False, 1, 5)


async def test_a_start_that_is_accepted_and_then_fails(partner: Partner, clock: AdjustableClock) -> None:
    await partner.hand("C-3", plugged=False)
    seq = fresh_seq(PLATFORM)
    assert (await partner.client.start(seq, "C-3")).accepted
    clock.advance(timedelta(seconds=3))

    async def failed() -> bool:
        return (await partner.client.charge_status(seq)).state == 4

    await until(failed)
    meter = await partner.client.charge_status(seq)
    assert (meter.started_at, meter.energy_wh, meter.total_fen) == (None, 0, 0)


async def test_a_token_that_ended_or_was_forgotten_is_renewed(
    partner: Partner, clock: AdjustableClock
) -> None:
    await partner.client.stations()
    partner.app.state.operator._tokens.clear()
    assert len(await partner.client.stations()) == 2
    clock.advance(timedelta(hours=2))
    assert len(await partner.client.stations()) == 2


async def test_an_operator_that_does_not_know_what_was_asked(partner: Partner) -> None:
    for asked in (partner.client.charge_status(fresh_seq(PLATFORM)), partner.client.policy("NOWHERE")):
        with pytest.raises(OperatorRefused) as caught:
            await asked
        assert caught.value.ret == 4004


async def test_keys_that_do_not_fit_are_refused(
    database: Database, cipher: FieldCipher, clock: AdjustableClock
) -> None:
    spec = plant_spec(9)
    other = msgspec.structs.replace(THEIRS, sig_secret="another")
    spec = msgspec.structs.replace(spec, secrets=env.Secrets(theirs=other, ours=SECRETS.ours))
    async with running(spec, clock) as (url, _), open_operators(database, cipher, clock=clock) as operators:
        client = await known(database, cipher, operators, base_url=url)
        with pytest.raises(OperatorRefused) as caught:
            await client.stations()
    assert caught.value.ret == 4001


async def test_nobody_there_has_done_nothing(
    database: Database, cipher: FieldCipher, clock: AdjustableClock
) -> None:
    async with open_operators(database, cipher, clock=clock) as operators:
        client = await known(database, cipher, operators, base_url=f"http://127.0.0.1:{free_port()}")
        with pytest.raises(OperatorUnreachable) as caught:
            await client.start(fresh_seq(PLATFORM), "C-1")
    assert caught.value.maybe_done is False


def signed(plain: bytes, **facts: Any) -> bytes:
    return msgspec.json.encode(msgspec.structs.replace(env.answered(THEIRS, plain), **facts))


TOKEN = b'{"SuccStat": 0, "AccessToken": "t", "TokenAvailableTime": 3600, "FailReason": 0}'
BUSY = msgspec.json.encode(env.refused(THEIRS, -1, "busy"))
FAILED = msgspec.json.encode(env.refused(THEIRS, 500, "broken"))


@pytest.mark.parametrize(
    "nonsense",
    [
        (b"", 200, True),
        (b"<html>", 200, True),
        (b'{"Ret": 0}', 200, True),
        (b'{"Ret": "yes", "Msg": "", "Data": "", "Sig": ""}', 200, True),
        (signed(b"{}", data="AAAA"), 200, True),
        (signed(b"{"), 200, True),
        (signed(b"{}"), 200, True),
        (signed(b'{"SuccStat": 0, "StartChargeSeq": 7}'), 200, True),
        (b"[" * 100_000, 200, True),
        (b"gone", 404, True),
        (b"", 500, True),
        (b"", 429, False),
        (FAILED, 200, True),
        (BUSY, 200, False),
    ],
)
async def test_nonsense_is_never_believed(
    database: Database, cipher: FieldCipher, clock: AdjustableClock, nonsense: tuple[bytes, int, bool]
) -> None:
    answer, status, maybe_done = nonsense

    @post("/evcs/v1/query_token", status_code=200)
    async def token() -> Response[bytes]:
        return Response(signed(TOKEN), media_type="application/json")

    @post("/evcs/v1/query_start_charge", status_code=200)
    async def start() -> Response[bytes]:
        return Response(answer, status_code=status, media_type="application/json")

    async with (
        serving(Litestar([token, start], openapi_config=None), free_port()) as url,
        open_operators(database, cipher, clock=clock) as operators,
    ):
        client = await known(database, cipher, operators, base_url=url)
        with pytest.raises(OperatorUnreachable) as caught:
            await client.start(fresh_seq(PLATFORM), "C-1")
    assert caught.value.maybe_done is maybe_done


async def test_a_disabled_or_unknown_operator_has_no_client(
    database: Database, cipher: FieldCipher, clock: AdjustableClock
) -> None:
    async with open_operators(database, cipher, clock=clock) as operators:
        client = await known(database, cipher, operators)
        assert await operators.client(client.operator_id) is client
        async with database.transaction() as session:
            await session.execute(text("UPDATE charging_operator SET enabled = false"))
        for each in (client.operator_id, UUID(int=1)):
            with pytest.raises(OperatorUnknown):
                await operators.client(each)


def test_sealed_keys_open_only_in_their_own_row(cipher: FieldCipher) -> None:
    row = operator_row(new_id(), cipher)
    assert open_secrets(row.secrets_sealed, row.id, cipher=cipher) == SECRETS
    with pytest.raises(SealBroken):
        open_secrets(row.secrets_sealed, new_id(), cipher=cipher)


def test_numbers_have_the_standards_form_and_never_collide() -> None:
    numbers = {fresh_seq(CODE) for _ in range(2_000)}
    assert len(numbers) == 2_000
    assert {(len(each), each[:9]) for each in numbers} == {(27, CODE)}
