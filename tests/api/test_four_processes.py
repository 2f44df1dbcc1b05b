"""Four API processes on one database: still exactly as many numbers as there are."""

import asyncio
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest

from api.ports import claim_port
from api.settings import Settings
from scenes.common.kit.caller import Resident
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from scenes.common.people.tokens import TokenSigner
from tests.support.booking import World
from tests.support.clock import AdjustableClock

READY_WITHIN = 60


@pytest.fixture
def server(settings: Settings) -> Iterator[str]:
    """Serve as `lifecircle serve --workers 4` does."""
    claim = claim_port("127.0.0.1", 0)
    placed = replace(settings, host="127.0.0.1", port=claim.port, workers=4, log_level="error")
    env = os.environ | placed.environment()
    with subprocess.Popen([sys.executable, "-m", "api.server"], env=env) as process:
        try:
            yield f"http://127.0.0.1:{claim.port}"
        finally:
            process.terminate()


async def ready(client: httpx.AsyncClient) -> None:
    async with asyncio.timeout(READY_WITHIN):
        while True:
            try:
                if (await client.get("/health/ready")).status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)


async def test_five_hundred_for_twenty_over_four_processes(
    database: Database, settings: Settings, server: str
) -> None:
    world = World(database, AdjustableClock(datetime.now(UTC)))
    window = await world.offer(capacity=20)
    people = await world.people(500)
    signer, now = TokenSigner(settings.secret_key), world.clock()

    def headers(person: object) -> dict[str, str]:
        token = signer.sign(Resident(person, new_id()), now=now, until=now + timedelta(minutes=15))
        return {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex}

    limits = httpx.Limits(max_connections=200, max_keepalive_connections=200)
    async with httpx.AsyncClient(base_url=server, trust_env=False, timeout=30, limits=limits) as client:
        await ready(client)
        body = {"windowId": str(window.id)}
        asked = [client.post("/api/v1/clinic/appointments", json=body, headers=headers(p)) for p in people]
        answers = await asyncio.gather(*asked)

    told = Counter((a.status_code, a.json().get("code", "") if a.status_code != 201 else "") for a in answers)
    assert told == {(201, ""): 20, (409, "window_full"): 480}
    assert await world.taken(window) == 20
    await world.check()
