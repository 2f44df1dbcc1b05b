"""Pay, charge, stop, billed to the fen; and `kill -9` of what drives it and of the operator bills it once."""

import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from scenes.charging.rules.bill import Bill
from scenes.charging.service import windows
from scenes.common.booking.ledger import Ledger
from scenes.common.booking.wire import renderer
from scenes.common.kit.clock import system_clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from tests.scenes.charging.test_sandbox import Peer
from tests.scenes.common.payments.conftest import free_port, until
from tests.support.booking import place_named
from tests.support.charging import Charging, a_connector, a_station
from tests.support.charging_operator import operator_row
from tests.support.charging_sessions import Garage

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


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[Peer]:
    peer = Peer(tmp_path, free_port())
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
    done = await garage.see(charge, who)
    assert done.row.bill is not None
    bill = Bill.of(done.row.bill)
    async with httpx.AsyncClient(base_url=peer.url, trust_env=False) as http:
        theirs = (await http.get(f"/sandbox/sessions/{charge.row.start_seq}")).json()
    assert bill.energy_wh == round(theirs["energyKwh"] * 1000) > 0
    assert sum(line.fen for line in bill.lines) == bill.total_fen == round(theirs["totalYuan"] * 100)
    assert await garage.refunds() == [(100_000 - bill.total_fen,)]
    assert await garage.world.rows("SELECT captured_fen FROM payment") == [(bill.total_fen,)]
    assert done.booking.state == "fulfilled"
