"""Pay, charge, stop, billed to the fen; and `kill -9` of what drives it and of the operator bills it once."""

import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from api.settings import Settings
from scenes.charging.rules.bill import Bill
from scenes.charging.service import charges, windows
from scenes.charging.service.charges import Charge
from scenes.common.booking.ledger import Ledger
from scenes.common.booking.wire import renderer
from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import system_clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.people.tokens import TokenSigner
from tests.scenes.charging.test_sandbox_process import Peer
from tests.scenes.common.payments.conftest import free_port, until
from tests.support.booking import place_named
from tests.support.charging import Charging, a_connector, a_station
from tests.support.charging_operator import operator_row
from tests.support.charging_sessions import Garage, HasId

FLAT = [{"start": "00:00", "elecPrice": "0.1234", "servicePrice": "0.5000"}]
RULE = {
    "depositFen": 100_000, "daysAhead": 1, "pollSeconds": 1, "stopTimeoutSeconds": 1,
    "startTimeoutSeconds": 60, "stopMarginFen": 100,
}  # fmt: skip


class Worker:
    """What drives charges, in a process of its own."""

    def __init__(self, url: str) -> None:
        self._command = [sys.executable, "-m", "tests.support.charging_worker", url]
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(self._command)  # noqa: S603 - our own module

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


class Server:
    """The web process as `lifecircle serve` starts it, to be killed with all it started."""

    def __init__(self, settings: Settings, port: int) -> None:
        keys = {"field_key": bytes(range(16)), "index_key": bytes(range(32))}
        placed = replace(settings, host="127.0.0.1", port=port, workers=1, log_level="error", **keys)
        self._environment = os.environ | placed.environment()
        self._signer = TokenSigner(settings.secret_key)
        self.url = f"http://127.0.0.1:{port}"
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "api.server"], env=self._environment, start_new_session=True
        )

    def kill(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    async def ready(self) -> None:
        """Wait until it answers."""

        async def answers() -> bool:
            try:
                async with httpx.AsyncClient(base_url=self.url, trust_env=False) as http:
                    return (await http.get("/health/ready")).is_success
            except httpx.TransportError:
                return False

        await until(answers)

    async def ask(self, method: str, path: str, who: Resident, **body: Any) -> httpx.Response:
        """Call as a resident, with the one key that this resident uses."""
        now = system_clock()
        token = self._signer.sign(who, now=now, until=now + timedelta(minutes=15))
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"charge-{who.person_id.hex}"}
        async with httpx.AsyncClient(base_url=self.url, trust_env=False, timeout=30) as http:
            return await http.request(method, f"/api/v1{path}", headers=headers, json=body or None)


@pytest.fixture
def platform_port() -> int:
    return free_port()


@pytest.fixture
def server(settings: Settings, platform_port: int) -> Iterator[Server]:
    server = Server(settings, platform_port)
    yield server
    server.kill()


@pytest.fixture
def peer(tmp_path: Path, platform_port: int) -> Iterator[Peer]:
    peer = Peer(tmp_path, platform_port, speed=60)
    yield peer
    peer.kill()


@pytest.fixture
def worker(database_url: str) -> Iterator[Worker]:
    worker = Worker(database_url)
    yield worker
    worker.kill()


@pytest.fixture
async def garage(peer: Peer, database: Database, cipher: FieldCipher) -> AsyncIterator[Garage]:
    """The operator's second station at our side, on the clock of this machine."""
    world = Charging(database, system_clock)  # pyright: ignore[reportArgumentType]
    async with database.transaction() as session:
        session.add(operator_row(world.operator, cipher, base_url=peer.url))
    await world.feed(a_station("S-2", [a_connector("D-1")]))
    async with database.transaction() as session:
        session.add(world.tariff_row(world.stations["S-2"], FLAT))
    await world.set_rule(RULE)
    async with database.transaction() as session:
        await windows.publish(session, now=system_clock())
    await world.all_free()
    ledger = Ledger(database, clock=system_clock, render=renderer(place_named))
    await ledger.start()
    yield Garage(world, ledger)
    await ledger.stop()


async def test_a_charge_survives_kill_9_of_both_sides_and_is_billed_once(
    garage: Garage, peer: Peer, worker: Worker
) -> None:
    who = await garage.resident()
    charge = await garage.begin_at(who, garage.world.connectors["D-1"])
    await garage.pay(charge)

    async def row() -> Any:
        return (await garage.see(charge, who)).row

    async def charging() -> bool:
        return (await row()).energy_wh > 0

    await until(charging)
    worker.kill()
    peer.kill()
    before = (await row()).energy_wh
    worker.start()
    peer.start()

    async def goes_on() -> bool:
        return (await row()).energy_wh > before

    await until(goes_on)
    await garage.stop(charge, who)
    worker.kill()
    worker.start()

    async def ended() -> bool:
        return (await row()).state == "ended"

    await until(ended)
    worker.kill()
    worker.start()

    async def settled() -> bool:
        return (await row()).settled_at is not None

    await until(settled)
    await billed_once(garage, peer, charge, who)


async def billed_once(garage: Garage, peer: Peer, charge: Charge, who: Resident) -> int:
    """Hold a charge to one bill, the operator's own total to the fen and the refund; return the total."""
    done = await garage.see(charge, who)
    assert done.row.bill is not None
    bill = Bill.of(done.row.bill)
    async with httpx.AsyncClient(base_url=peer.url, trust_env=False) as http:
        theirs = (await http.get(f"/sandbox/sessions/{charge.row.start_seq}")).json()
    assert bill.energy_wh == round(theirs["energyKwh"] * 1000) > 0
    assert sum(line.fen for line in bill.lines) == bill.total_fen == round(theirs["totalYuan"] * 100)
    assert await garage.refunds() == [(100_000 - bill.total_fen,)]
    assert await garage.world.rows("SELECT captured_fen FROM payment") == [(bill.total_fen,)]
    assert await garage.world.rows("SELECT count(*) FROM charging_session") == [(1,)]
    assert done.booking.state == "fulfilled"
    return bill.total_fen


async def test_a_live_charge_survives_kill_9_of_the_server(
    garage: Garage, peer: Peer, worker: Worker, server: Server
) -> None:
    who, gun = await garage.resident(), str(garage.world.connectors["D-1"])
    await server.ready()
    first = await server.ask("POST", "/charging/sessions", who, connectorId=gun)
    assert first.status_code == 201, first.text
    async with garage.world.database.read() as session:
        charge = await charges.charge_of(session, msgspec.json.decode(first.content, type=HasId).id)
    await garage.pay(charge)

    async def row() -> Any:
        return (await garage.see(charge, who)).row

    async def charging() -> bool:
        return (await row()).energy_wh > 0

    await until(charging)
    server.kill()
    worker.kill()
    before = (await row()).energy_wh
    server.start()
    worker.start()
    await server.ready()

    async def goes_on() -> bool:
        return (await row()).energy_wh > before

    await until(goes_on)
    again = await server.ask("POST", "/charging/sessions", who, connectorId=gun)
    assert (again.content, again.headers["Idempotency-Replayed"]) == (first.content, "true")
    here = f"/charging/sessions/{charge.row.id}"
    assert (await server.ask("POST", f"{here}/stop", who)).json()["state"] == "stopping"
    server.kill()
    server.start()

    async def settled() -> bool:
        return (await row()).settled_at is not None

    await until(settled)
    total = await billed_once(garage, peer, charge, who)
    await server.ready()
    assert (await server.ask("GET", f"{here}/bill", who)).json()["totalFen"] == total
