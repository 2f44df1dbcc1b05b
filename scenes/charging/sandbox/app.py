"""A sandbox operator's doors: T/CEC 102 for the platform, and a few switches for whoever plays the world."""

import asyncio
import hashlib
import hmac
import logging
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx
import msgspec
from litestar import Litestar, Request, Response, get, post
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.params import FromPath, JSONBody

from scenes.charging.errors import PartnerInputRefused
from scenes.charging.rules import codec
from scenes.charging.rules import envelope as env
from scenes.charging.rules.dialect import spoken
from scenes.charging.sandbox import speech
from scenes.charging.sandbox.books import Books, Hand
from scenes.charging.sandbox.calls import CALLS
from scenes.charging.sandbox.messenger import Messenger
from scenes.charging.sandbox.news import News
from scenes.charging.sandbox.plant import Plant
from scenes.charging.sandbox.spec import Mischief, PlantSpec
from scenes.common.kit.clock import Clock, system_clock

Call = Request[Any, Any, State]
TOKEN_LASTS: Final = timedelta(hours=1)
_log = logging.getLogger(__name__)


class Operator:
    """A sandbox operator as a process holds it: the plant, who hears of it, and the tokens it gave."""

    def __init__(self, spec: PlantSpec, *, mischief: Mischief, store_path: Path | None, clock: Clock) -> None:
        self.clock = clock
        self.books = Books(store_path)
        self.plant = Plant(spec, self.books, mischief=mischief)
        self._news = News(self.plant)
        self._tokens: dict[bytes, datetime] = {}

    @asynccontextmanager
    async def open(self, _: Litestar) -> AsyncGenerator[None]:
        """Let time pass and news leave until the process ends."""
        async with httpx.AsyncClient(trust_env=False) as http:
            tasks = [
                asyncio.create_task(self._live()),
                asyncio.create_task(self._tell(Messenger(self.plant, http))),
            ]
            yield
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            self.books.save()

    async def _live(self) -> None:
        while True:
            try:
                self.step()
            except Exception:  # noqa: BLE001 - one stumble must not end the demo; it is logged
                _log.exception("the plant stumbled")
            await asyncio.sleep(self.plant.spec.pace.tick_seconds)

    async def _tell(self, messenger: Messenger) -> None:
        while True:
            try:
                await messenger.send_due(self.clock())
            except Exception:  # noqa: BLE001 - one stumble must not end the demo; it is logged
                _log.exception("the messenger stumbled")
            await asyncio.sleep(self.plant.spec.pace.tick_seconds)

    def step(self) -> None:
        """Let time pass up to now, write down what happened and what is to be told."""
        now = self.clock()
        self.plant.advance(now)
        self._news.gather(now)
        self.books.save()

    def answer(self, name: str, authorization: str, body: bytes) -> bytes:
        """Answer a call of the platform; whatever it promises is in the books by then."""
        spec, keys = self.plant.spec, self.plant.spec.secrets.theirs
        try:
            plain = self._acted(name, authorization, env.opened(body))
        except PartnerInputRefused as refused:
            answer = env.refused(keys, refused.ret, refused.why)
        else:
            answer = env.answered(keys, spoken(plain, spec.dialect))
        self.books.save()
        if spec.dialect.ret == "text":
            answer = msgspec.structs.replace(answer, ret=str(answer.ret))
        return msgspec.json.encode(answer)

    def _acted(self, name: str, authorization: str, envelope: env.Envelope) -> speech.Body:
        """Check a call in the standard's order and do what it asks."""
        spec, now = self.plant.spec, self.clock()
        keys, dialect = spec.secrets.theirs, spec.dialect
        env.check_signature(keys, envelope)
        call = {dialect.call_to_send(each): each for each in (*CALLS, "query_token")}.get(name)
        if call != "query_token":
            self._check_token(authorization, now)
        env.check_clock(envelope, now=now, window=timedelta(minutes=dialect.replay_minutes))
        fields = codec.read(env.decrypt(keys, envelope.data), dialect)
        if call == "query_token":
            return self._token(codec.token_request(fields), now)
        if call is None:
            raise PartnerInputRefused(env.BAD_PARAMETERS, "call", why="no such call here")
        self.plant.advance(now)
        return CALLS[call](self.plant, fields, now)

    def _check_token(self, authorization: str, now: datetime) -> None:
        token = authorization.removeprefix("Bearer ").encode()
        if self._tokens.get(hashlib.sha256(token).digest(), now) <= now:
            raise PartnerInputRefused(env.BAD_TOKEN, "token", why="no such token")

    def _token(self, asked: codec.TokenRequest, now: datetime) -> speech.Body:
        wanted = self.plant.spec.secrets.theirs.operator_secret
        right = hmac.compare_digest(asked.secret.encode(), wanted.encode())
        token = secrets.token_hex(24) if right else ""
        if right:
            self._tokens[hashlib.sha256(token.encode()).digest()] = now + TOKEN_LASTS
        return {
            "OperatorID": self.plant.spec.operator_code,
            "SuccStat": 0 if right else 1,
            "AccessToken": token,
            "TokenAvailableTime": int(TOKEN_LASTS.total_seconds()) if right else 0,
            "FailReason": 0 if right else 2,
        }


class Planted(msgspec.Struct, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """How an order's accounts are made to differ."""

    total_fen: int | None = None
    energy_wh: int | None = None
    missing: bool = False


def create_sandbox(
    spec: PlantSpec,
    *,
    mischief: Mischief | None = None,
    store_path: Path | None = None,
    clock: Clock = system_clock,
) -> Litestar:
    """Make an operator; with `store_path` (a JSON file) its books survive a kill, and its charges go on."""
    operator = Operator(spec, mischief=mischief or Mischief(), store_path=store_path, clock=clock)

    @post(f"/{spec.dialect.path.strip('/')}/{{call:str}}", status_code=200)
    async def hear(call: FromPath[str], request: Call) -> Response[bytes]:
        authorization = request.headers.get("Authorization", "")
        answer = operator.answer(call, authorization, await request.body())
        return Response(answer, media_type="application/json")

    return Litestar(
        [health, hear, set_by_hand, plant_difference, misbehave, show_session],
        lifespan=[operator.open],
        state=State({"operator": operator}),
        openapi_config=None,
    )


def _operator(request: Call) -> Operator:
    return request.app.state.operator


@get("/health")
async def health() -> dict[str, str]:
    """Say that the operator is there."""
    return {"status": "ok"}


@post("/sandbox/connectors/{code:str}", status_code=200)
async def set_by_hand(code: FromPath[str], data: JSONBody[Hand], request: Call) -> dict[str, Any]:
    """Break, occupy or plug a connector; null lets it be as it would."""
    operator = _operator(request)
    if code not in operator.plant.connectors:
        raise HTTPException("no such connector", status_code=404)
    operator.books.ledger.hands[code] = data
    operator.books.dirty = True
    operator.step()
    return speech.connector_status(operator.plant, code, operator.clock())


@post("/sandbox/orders/{start_seq:str}", status_code=200)
async def plant_difference(
    start_seq: FromPath[str], data: JSONBody[Planted], request: Call
) -> dict[str, str]:
    """Let the accounts of an order differ from what was told of it."""
    operator = _operator(request)
    session = operator.books.ledger.sessions.get(start_seq)
    if session is None:
        raise HTTPException("no such charge", status_code=404)
    session.book_total_fen, session.book_energy_wh = data.total_fen, data.energy_wh
    session.book_missing = data.missing
    operator.books.dirty = True
    operator.step()
    return {"startSeq": start_seq}


@post("/sandbox/mischief", status_code=200)
async def misbehave(data: JSONBody[Mischief], request: Call) -> Mischief:
    """Set how badly it behaves from now on."""
    _operator(request).plant.mischief = data
    return data


@get("/sandbox/sessions/{start_seq:str}")
async def show_session(start_seq: FromPath[str], request: Call) -> Response[bytes]:
    """Show a charge as the books have it, and what it has drawn."""
    operator = _operator(request)
    session = operator.books.ledger.sessions.get(start_seq)
    if session is None:
        raise HTTPException("no such charge", status_code=404)
    meter = speech.meter(operator.plant, session, operator.clock())
    body = {
        "session": session,
        "energyKwh": float(meter["TotalPower"]),
        "totalYuan": float(meter["TotalMoney"]),
    }
    return Response(msgspec.json.encode(body), media_type="application/json")
