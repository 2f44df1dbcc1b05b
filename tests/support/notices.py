"""People to be told, and what became of it, for tests of the notices desk."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from litestar import Litestar, Request, Response
from litestar.di import Provide
from sqlalchemy.ext.asyncio import AsyncSession

from api.sessions import SessionsMiddleware, sessions
from scenes.common.kit.clock import system_clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from scenes.common.kit.refusals import Forbidden
from scenes.common.notices import service
from scenes.common.notices.routes_channels import receive_receipt
from scenes.common.notices.upstream import Carriers
from scenes.common.people.tables import make_person_row
from tests.scenes.common.payments.conftest import free_port, serving
from tests.support.clock import MONDAY_NINE

SECRET = "a secret for the carriers of tests, long"
RECEIPTS = "/notices/sms/receipts"


async def move_in(
    session: AsyncSession, cipher: FieldCipher, *, phone: str | None = "13812345678", account: bool = True
) -> UUID:
    """Let somebody move in, with or without a phone and the app."""
    row = make_person_row(
        cipher, new_id(), name="王秀芳", birth_date=date(1948, 5, 1), sex="f", now=MONDAY_NINE,
        phone=phone, has_account=account,
    )  # fmt: skip
    session.add(row)
    await session.flush()
    return row.id


async def became(session: AsyncSession, dedupe_prefix: str) -> list[tuple[str, str]]:
    """Read what became of notices: channel and state of each receipt."""
    found: Any = await service.receipts(session, dedupe_prefix=dedupe_prefix)
    return [(each.channel, each.state) for each in found]


class Peer:
    """The demo carriers in a process of their own, with their books in a file."""

    def __init__(self, folder: Path, receipt_port: int, *faults: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.settings = {
            "LIFECIRCLE_SMS_URL": self.url,
            "LIFECIRCLE_SMS_SECRET": SECRET,
            "LIFECIRCLE_WECHAT_URL": self.url,
            "LIFECIRCLE_WECHAT_APP_ID": "app",
            "LIFECIRCLE_WECHAT_APP_SECRET": "hush",
            "LIFECIRCLE_WECHAT_TEMPLATE": "news",
        }
        options = {
            "--port": str(self.port),
            "--receipt-url": f"http://127.0.0.1:{receipt_port}{RECEIPTS}",
            "--store": str(folder / "carried.jsonl"),
            "--delay": "0",
            "--time-scale": "0.02",
        }
        self._command = [sys.executable, "-m", "scenes.common.notices.sandbox"]
        self._command += [word for pair in options.items() for word in pair] + list(faults)
        self.start()

    def start(self) -> None:
        """Start, and wait until it answers."""
        self.process = subprocess.Popen(self._command, env={**os.environ, **self.settings})  # noqa: S603 - our own module
        for _ in range(400):
            try:
                if httpx.get(f"{self.url}/health", trust_env=False).is_success:
                    return
            except httpx.TransportError:
                self.process.poll()
        raise AssertionError("the carriers did not start")

    def kill(self) -> None:
        """Kill it in the midst of whatever it does."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """End it cleanly; answer its exit code."""
        self.process.terminate()
        return self.process.wait(timeout=20)

    def outbox(self) -> list[dict[str, Any]]:
        """Read what was carried, newest first."""
        return httpx.get(f"{self.url}/outbox.json", trust_env=False).json()

    def drawn(self) -> dict[str, int]:
        """Read how often each fault struck."""
        return httpx.get(f"{self.url}/faults.json", trust_env=False).json()


@asynccontextmanager
async def hearing_receipts(database: Database, carriers: Carriers, port: int) -> AsyncIterator[str]:
    """Serve the receipts' door on a real socket."""

    def refuse(_: Request[Any, Any, Any], refusal: Forbidden) -> Response[dict[str, str]]:
        return Response({"code": refusal.code}, status_code=403)

    app = Litestar(
        [receive_receipt],
        dependencies={
            **sessions(lambda: database),
            "carriers": Provide(lambda: carriers, sync_to_thread=False),
            "clock": Provide(lambda: system_clock, sync_to_thread=False),
        },
        middleware=[SessionsMiddleware],
        exception_handlers={Forbidden: refuse},
        openapi_config=None,
        logging_config=None,
    )
    async with serving(app, port) as url:
        yield url
