"""The application as a process that dies wherever it is told to, for the drill of the guided flows."""

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import httpx

from api.settings import Settings
from tests.scenes.common.payments.conftest import free_port

START_SECONDS: Final = 60.0


class Server:
    """The application as a process of its own, to be killed wherever its file says."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self._port = free_port()
        self._file = folder / "place"
        self._environment = os.environ | settings.environment()
        self.url = f"http://127.0.0.1:{self._port}"
        command = [sys.executable, "-m", "tests.support.flow_worker", str(self._port), str(self._file)]
        self._nurse = subprocess.Popen(  # noqa: S603 - our own module
            command, env=self._environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    async def start(self) -> None:
        """Start it, and wait until it answers."""
        self.die_at("nowhere")
        assert self._nurse.stdin is not None
        self._nurse.stdin.write("start\n")
        self._nurse.stdin.flush()
        ends = time.monotonic() + START_SECONDS
        async with httpx.AsyncClient(base_url=self.url, trust_env=False) as http:
            while not await self._answers(http):
                assert time.monotonic() < ends, "the server did not start"
                await asyncio.sleep(0.1)

    async def _answers(self, http: httpx.AsyncClient) -> bool:
        try:
            return (await http.get("/health/ready")).is_success
        except httpx.TransportError:
            return False

    def die_at(self, place: str) -> None:
        """Say where to die."""
        self._file.write_text(place)

    async def died(self) -> None:
        """Hold it to have died by SIGKILL."""
        assert self._nurse.stdout is not None
        assert await asyncio.to_thread(self._nurse.stdout.readline) == "-9\n"

    def kill(self) -> None:
        """End it; the server goes with who started it."""
        self._nurse.kill()
        self._nurse.communicate()
