"""A server that is asked to stop ends its live pages, and does not wait for them until it is killed."""

import asyncio
import os
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx

from api.ports import claim_port
from api.settings import Settings
from scenes.common.people.tokens import TokenSigner
from tests.api.test_four_processes import ready
from tests.support.whole import API, staff_of

WITHIN = 15
"""Seconds; a worker that waits for a live page is killed after twenty."""


async def test_nobody_who_follows_a_page_keeps_the_server_from_stopping(settings: Settings) -> None:
    claim = claim_port("127.0.0.1", 0)
    placed = replace(settings, host="127.0.0.1", port=claim.port, workers=2, log_level="error")
    now = datetime.now(UTC)
    token = TokenSigner(settings.secret_key).sign(
        staff_of("district"), now=now, until=now + timedelta(minutes=15)
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "api.server", env=os.environ | placed.environment()
    )
    try:
        url, headers = f"http://127.0.0.1:{claim.port}", {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(base_url=url, headers=headers, trust_env=False, timeout=60) as client:
            await ready(client)
            async with client.stream("GET", f"{API}/staff/waiting/events") as followed:
                lines = followed.aiter_lines()
                assert await anext(lines) == "event: waiting"
                process.terminate()
                assert [line async for line in lines if line.startswith("event")] == []
        assert await asyncio.wait_for(process.wait(), WITHIN) == 0
    finally:
        if process.returncode is None:
            process.kill()
