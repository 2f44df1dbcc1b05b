"""A courier with the demo carriers as a real process, and what became of what it carried."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlmodel import col

from scenes.common.kit.clock import system_clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.notices import service
from scenes.common.notices.channels import NoticeRule
from scenes.common.notices.courier import Courier
from scenes.common.notices.rules import Facts
from scenes.common.notices.tables import NoticeDeliveryRow
from scenes.common.notices.upstream import Carriers, open_carriers
from tests.scenes.common.payments.conftest import free_port
from tests.support.clock import AdjustableClock
from tests.support.notices import Peer, became, move_in

ALWAYS = NoticeRule(
    quiet_from=NoticeRule().quiet_until, timeout_seconds=0.4, lease_seconds=2, most_tries=3, receipt_hours=72
)
Tell = Callable[..., Awaitable[UUID]]


@pytest.fixture
def clock() -> AdjustableClock:
    """Signatures need the real time; the desk's own hours are turned ahead from there."""
    return AdjustableClock(system_clock())


@pytest.fixture
def receipt_port() -> int:
    return free_port()


@pytest.fixture
def faults() -> tuple[str, ...]:
    return ()


@pytest.fixture
async def peer(tmp_path: Path, receipt_port: int, faults: tuple[str, ...]) -> AsyncIterator[Peer]:
    peer = Peer(tmp_path, receipt_port, *faults)
    yield peer
    peer.kill()


@pytest.fixture
async def carriers(peer: Peer) -> AsyncIterator[Carriers]:
    async with open_carriers(peer.settings, clock=system_clock) as carriers:
        yield carriers


@pytest.fixture
async def courier(
    database: Database, cipher: FieldCipher, carriers: Carriers, clock: AdjustableClock
) -> Courier:
    async with database.transaction() as session:
        await service.set_rule(session, ALWAYS, since=date(2020, 1, 1))
    return Courier(database, cipher, carriers=carriers, clock=clock)


@pytest.fixture
def tell(database: Database, cipher: FieldCipher, clock: AdjustableClock) -> Tell:
    async def tell(dedupe: str = "n", *, grants: int = 0, urgent: bool = False, **facts: Any) -> UUID:
        async with database.transaction() as session:
            person = await move_in(session, cipher, **facts)
            for _ in range(grants):
                await service.grant(session, person, openid="o-nobody", cipher=cipher, now=clock())
            await service.tell(
                session, person, dedupe=dedupe, template="session_stopped", facts=Facts(title="内科"),
                now=clock(), urgent=urgent,
            )  # fmt: skip
        return person

    return tell


async def state(database: Database, prefix: str = "n") -> list[tuple[str, str]]:
    async with database.transaction() as session:
        return (await became(session, prefix))[1:]


async def why(database: Database) -> list[tuple[str, str | None]]:
    async with database.transaction() as session:
        rows = await session.scalars(select(NoticeDeliveryRow).order_by(col(NoticeDeliveryRow.id)))
        return [(row.channel, row.why) for row in rows]
