"""The sandbox operator in a process of its own, killed and told to end."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import msgspec
import pytest

from scenes.charging.rules.messages import ChargeStatus
from scenes.charging.sandbox.__main__ import SECRETS_VARIABLE
from scenes.charging.upstream import OperatorClient, fresh_seq, open_operators
from scenes.common.kit.clock import system_clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from tests.scenes.common.payments.conftest import free_port, until
from tests.support.charging_operator import (
    CODE,
    PLATFORM,
    SECRETS,
    operator_row,
    plant_spec,
)


class Peer:
    """An operator in a process of its own, to be killed."""

    def __init__(self, folder: Path, platform_port: int, *, speed: int = 600) -> None:
        stations = folder / "stations.json"
        stations.write_bytes(msgspec.json.encode(plant_spec(9).stations))
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        platform = f"http://127.0.0.1:{platform_port}/api/v1/evcs"
        options = {
            "--port": self.port, "--operator-code": CODE, "--stations": stations, "--speed": speed,
            "--platform-url": platform, "--store": folder / "books.json",
            "--waits": 0.01, "--meter-seconds": 0.2, "--start-seconds": 1,
        }  # fmt: skip
        words = [str(part) for pair in options.items() for part in pair]
        self._command = [sys.executable, "-m", "scenes.charging.sandbox", *words]
        self._environment = {**os.environ, SECRETS_VARIABLE: msgspec.json.encode(SECRETS).decode()}
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(self._command, env=self._environment)  # noqa: S603 - our own module
        for _ in range(2_000):
            try:
                if httpx.get(f"{self.url}/health", trust_env=False).is_success:
                    return
            except httpx.TransportError:
                assert self.process.poll() is None
        raise AssertionError("the sandbox did not start")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[Peer]:
    peer = Peer(tmp_path, free_port())
    yield peer
    peer.kill()


@asynccontextmanager
async def client_of(peer: Peer, database: Database, cipher: FieldCipher) -> AsyncIterator[OperatorClient]:
    operator_id = new_id()
    async with database.transaction() as session:
        session.add(operator_row(operator_id, cipher, base_url=peer.url))
    async with open_operators(database, cipher, clock=system_clock) as operators:
        yield await operators.client(operator_id)


async def test_a_charge_goes_on_through_kill_9_and_is_accounted_once(
    peer: Peer, database: Database, cipher: FieldCipher
) -> None:
    async with client_of(peer, database, cipher) as client:
        seq, began = fresh_seq(PLATFORM), system_clock()
        assert (await client.start(seq, "C-3")).accepted

        async def charging() -> ChargeStatus | None:
            meter = await client.charge_status(seq)
            return meter if meter.energy_wh else None

        before = await until(charging)
        peer.kill()
        peer.start()
        assert isinstance(before, ChargeStatus)

        async def went_on() -> ChargeStatus | None:
            meter = await client.charge_status(seq)
            return meter if meter.energy_wh > before.energy_wh else None

        after = await until(went_on)
        assert isinstance(after, ChargeStatus)
        assert (after.state, after.started_at) == (2, before.started_at)
        assert (await client.start(seq, "C-3")).accepted
        assert (await client.stop(seq, "C-3")).stopped

        async def ended() -> ChargeStatus | None:
            meter = await client.charge_status(seq)
            return meter if meter.state == 4 else None

        final = await until(ended)
        peer.kill()
        peer.start()
        assert isinstance(final, ChargeStatus)
        again = await client.charge_status(seq)
        assert (again.energy_wh, again.total_fen, again.at) == (final.energy_wh, final.total_fen, final.at)
        check = await client.check_orders([], since=began, until=system_clock() + timedelta(minutes=1))
        assert [(each.start_seq, each.total_fen) for each in check.disputes] == [(seq, final.total_fen)]


async def test_a_process_ends_cleanly_when_told(peer: Peer) -> None:
    peer.process.terminate()
    assert await asyncio.to_thread(peer.process.wait, 20) == 0
