"""A real ledger on real PostgreSQL, the demo provider as a real process, our routes on a real socket."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
from granian.constants import Interfaces
from granian.server.embed import Server
from litestar import Litestar, Request, Response
from litestar.di import Provide
from litestar.types import ASGIApp
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from api.sessions import SessionsMiddleware, sessions
from scenes.common.booking.ledger import BookingRecord, Claim, Ledger, Want
from scenes.common.booking.tables import BookingRow, BookingWindowRow
from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import system_clock
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from scenes.common.kit.refusals import Conflict, Forbidden, Invalid, NotFound, Refusal, Unprocessable
from scenes.common.payments.cashier import Cashier
from scenes.common.payments.routes import DEMO_ROUTES, ROUTES
from scenes.common.payments.upstream import Providers, open_providers
from scenes.common.people.tables import PersonRow
from tests.support.clock import AdjustableClock

SECRET = "a-secret-for-tests"
STATUSES = {Conflict: 409, NotFound: 404, Forbidden: 403, Invalid: 400, Unprocessable: 422}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def until(answer: Callable[[], object], *, seconds: float = 20) -> object:
    """Wait for something that another process brings about; fails when it does not come."""
    async with asyncio.timeout(seconds):
        while True:
            found = await answer()
            if found:
                return found
            await asyncio.sleep(0.02)


class Peer:
    """The demo provider in a process of its own."""

    def __init__(
        self,
        notify_port: int,
        store: Path | None = None,
        *,
        scale: float = 0.02,
        path: str = "/payments/notify/sandbox",
    ) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.settings = {
            "LIFECIRCLE_SANDBOX_PAYMENTS_URL": self.url,
            "LIFECIRCLE_SANDBOX_PAY_SECRET": SECRET,
        }
        notify = f"http://127.0.0.1:{notify_port}{path}"
        self._command = [sys.executable, "-m", "scenes.common.payments.sandbox", "--port", str(self.port)]
        self._command += ["--notify-url", notify, "--time-scale", str(scale)]
        self._command += ["--store", str(store)] if store else []
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(self._command, env={**os.environ, **self.settings})  # noqa: S603 - our own module
        for _ in range(400):
            try:
                if httpx.get(f"{self.url}/health", trust_env=False).is_success:
                    return
            except httpx.TransportError:
                self.process.poll()
        raise AssertionError("the sandbox did not start")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(timeout=20)


@pytest.fixture(scope="session")
def notify_port() -> int:
    return free_port()


class Spawn:
    """Starts providers and sees to it that none outlives the test."""

    def __init__(self) -> None:
        self._peers: list[Peer] = []

    def __call__(self, notify_port: int, store: Path | None = None, *, scale: float = 0.02) -> Peer:
        self._peers.append(Peer(notify_port, store, scale=scale))
        return self._peers[-1]

    def close(self) -> None:
        for peer in self._peers:
            peer.kill()


@pytest.fixture
def spawn() -> Iterator[Spawn]:
    spawn = Spawn()
    yield spawn
    spawn.close()


@pytest.fixture(scope="session")
def peer(notify_port: int) -> Iterator[Peer]:
    peer = Peer(notify_port)
    yield peer
    assert peer.stop() == 0


@pytest.fixture
def ledger_clock() -> AdjustableClock:
    """The ledger's clock runs apart, so that holds can expire while signatures stay fresh."""
    return AdjustableClock(system_clock())


@pytest.fixture
async def ledger(database: Database, ledger_clock: AdjustableClock) -> AsyncIterator[Ledger]:
    ledger = Ledger(database, clock=ledger_clock, render=lambda record, _: record.id.hex.encode())
    await ledger.start()
    yield ledger
    await ledger.stop()


@pytest.fixture
async def providers(peer: Peer) -> AsyncIterator[Providers]:
    async with open_providers(peer.settings, clock=system_clock) as providers:
        yield providers


@pytest.fixture
def cashier(database: Database, ledger: Ledger, providers: Providers) -> Cashier:
    return Cashier(database, ledger, providers=providers, clock=system_clock, return_url="http://x/me")


@dataclass
class District:
    """One resident, one priced window, and the means to book it."""

    database: Database
    ledger: Ledger
    resident: Resident
    window_id: UUID

    async def hold(self) -> BookingRecord:
        claim = Claim(
            scene="clinic",
            booker_id=self.resident.person_id,
            subject_id=self.resident.person_id,
            wants=(Want(self.window_id),),
            key=uuid4().hex,
            fingerprint=b"",
        )
        booking = (await self.ledger.claim(claim)).booking
        assert booking is not None
        return booking

    async def booking(self, booking_id: UUID) -> tuple[str, UUID | None, str | None]:
        async with self.database.transaction() as session:
            row = await session.get(BookingRow, booking_id)
        assert row is not None
        return row.state, row.payment_id, row.payment_state

    async def database_execute(self, statement: str) -> None:
        async with self.database.transaction() as session:
            await session.execute(text(statement))


def person(name: str) -> PersonRow:
    return PersonRow(
        id=new_id(),
        name=name,
        birth_date=date(1950, 5, 1),
        sex="f",
        area="曹杨新村街道",
        hukou=True,
        has_account=True,
        synthetic=True,
        created_at=system_clock(),
    )


def priced_window(price_fen: int) -> BookingWindowRow:
    now = system_clock()
    return BookingWindowRow(
        id=new_id(),
        scene="clinic",
        place_id=new_id(),
        group_id=new_id(),
        title="曹杨中心 内科",
        resource="王医生",
        starts_at=now + timedelta(hours=20),
        ends_at=now + timedelta(hours=21),
        capacity=5,
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(hours=19),
        price_fen=price_fen,
        hold_seconds=900,
        terms={},
    )


async def settle_in(session: AsyncSession, *, price_fen: int) -> tuple[Resident, UUID]:
    somebody, window = person("王秀芳"), priced_window(price_fen)
    session.add_all([somebody, window])
    await session.flush()
    return Resident(somebody.id, new_id()), window.id


@pytest.fixture
def price_fen(request: pytest.FixtureRequest) -> int:
    return getattr(request, "param", 350)


@pytest.fixture
async def district(database: Database, ledger: Ledger, price_fen: int) -> District:
    async with database.transaction() as session:
        resident, window_id = await settle_in(session, price_fen=price_fen)
    return District(database, ledger, resident, window_id)


def refuse(_: Request, refusal: Refusal) -> Response:
    status = next((status for kind, status in STATUSES.items() if isinstance(refusal, kind)), 503)
    return Response({"code": refusal.code}, status_code=status)


@asynccontextmanager
async def serving(app: ASGIApp, port: int) -> AsyncIterator[str]:
    server = Server(
        app, address="127.0.0.1", port=port, interface=Interfaces.ASGI, log_enabled=False, websockets=False
    )
    running = asyncio.create_task(server.serve())

    async def answers() -> bool:
        async with httpx.AsyncClient(trust_env=False) as probe:
            try:
                await probe.get(f"http://127.0.0.1:{port}/")
            except httpx.TransportError:
                return False
            return True

    await until(answers)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.stop()
        await running


@pytest.fixture
async def merchant(
    database: Database, cashier: Cashier, district: District, notify_port: int
) -> AsyncIterator[httpx.AsyncClient]:
    """Our own routes, where the provider's notices really arrive."""

    app = Litestar(
        [*ROUTES, *DEMO_ROUTES],
        dependencies={
            **sessions(lambda: database),
            "cashier": Provide(lambda: cashier, sync_to_thread=False),
            "resident": Provide(lambda: district.resident, sync_to_thread=False),
        },
        middleware=[SessionsMiddleware],
        exception_handlers={Refusal: refuse},
        openapi_config=None,
    )
    async with serving(app, notify_port) as url, httpx.AsyncClient(base_url=url, trust_env=False) as client:
        yield client
