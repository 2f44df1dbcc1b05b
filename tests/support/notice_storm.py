"""Many notices through a gateway on a bad day, while their worker is killed again and again.

`python -m tests.support.notice_storm 10000` prints what became of them: each delivered once, by the
gateway's own books, or listed for a person. The gateway here sends again whatever comes again, so that a
worker that does not ask first would be found out.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from datetime import date
from datetime import time as hour
from pathlib import Path

import msgspec
from sqlalchemy import text

from api.migrate import upgrade
from scenes.common.kit.clock import system_clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.embedded import EmbeddedStack
from scenes.common.notices import service
from scenes.common.notices.channels import NoticeRule
from scenes.common.notices.rules import Facts
from scenes.common.notices.upstream import open_carriers
from tests.scenes.common.payments.conftest import free_port
from tests.support.notices import Peer, hearing_receipts, move_in

BAD_DAY = ("--fail", "0.3", "--hang", "0.01", "--duplicate", "0.05", "--hang-seconds", "6", "--no-dedupe")
HURRIED = NoticeRule(
    quiet_from=hour(0), quiet_until=hour(0), retry_seconds=0.4, retry_factor=1.5, retry_most_seconds=4,
    most_tries=8, timeout_seconds=1.5, lease_seconds=4.5,
)  # fmt: skip
"""The default's manner at a thousandth of its waits."""

KILLS = 5
AT_A_TIME = 100
CIPHER = FieldCipher(bytes(range(16)), bytes(range(32)))

_OPEN = text("SELECT count(*) FROM notice_delivery WHERE state IN ('waiting', 'sending', 'sent')")
_ENDED = text(
    """
    SELECT s.id AS number, s.state AS sms, s.tries, c.state AS call, c.why FROM inbox_message m
    LEFT JOIN notice_delivery s ON s.message_id = m.id AND s.channel = 'sms'
    LEFT JOIN notice_delivery c ON c.message_id = m.id AND c.channel = 'call'
    """
)


class Report(msgspec.Struct, kw_only=True):
    """What became of the notices; `twice` went out more than once, `lost` neither arrived nor are listed.

    `both` arrived and are still on the call list; `interrupted` were in hand when a worker was killed.
    """

    notices: int
    kills: int
    interrupted: int
    delivered: int
    listed: int
    both: int
    lost: int
    twice: int
    strangers: int
    seconds: float
    tries: dict[int, int]
    drawn: dict[str, int]

    @property
    def clean(self) -> bool:
        """Tell whether each notice was delivered once or listed, and none was both, lost or unknown."""
        wrong = (self.both, self.lost, self.twice, self.strangers)
        return not any(wrong) and self.delivered + self.listed == self.notices


async def storm(database: Database, folder: Path, count: int) -> Report:
    """Tell so many people something, carry it through the bad day, and take stock."""
    await _tell_all(database, count)
    port, began = free_port(), time.monotonic()
    peer = Peer(folder, port, *BAD_DAY)
    try:
        async with (
            open_carriers(peer.settings, clock=system_clock) as carriers,
            hearing_receipts(database, carriers, port),
        ):
            interrupted = await _carry(database, peer, count)
            return await _stock(database, peer, interrupted=interrupted, seconds=time.monotonic() - began)
    finally:
        peer.kill()


async def _tell_all(database: Database, count: int) -> None:
    async with database.transaction() as session:
        await service.set_rule(session, HURRIED, since=date(2020, 1, 1))
    for first in range(0, count, AT_A_TIME):
        async with database.transaction() as session:
            for number in range(first, min(first + AT_A_TIME, count)):
                person = await move_in(session, CIPHER, phone=f"137{number:07d}0")
                await service.tell(
                    session, person, dedupe="storm", template="session_stopped", facts=Facts(),
                    now=system_clock(),
                )  # fmt: skip


async def _carry(database: Database, peer: Peer, count: int) -> int:
    """Let workers carry; kill -9 one whenever another sixth is done; answer how many tries that broke."""
    interrupted = 0
    for kill in range(1, KILLS + 1):
        worker = _worker(database.url, peer)
        await _until_open(database, count - count * kill // (KILLS + 1), worker)
        worker.kill()
        worker.wait()
        interrupted += await _count(database, "SELECT count(*) FROM notice_delivery WHERE state = 'sending'")
    worker = _worker(database.url, peer)
    try:
        await _until_open(database, 0, worker)
    finally:
        worker.kill()
        worker.wait()
    return interrupted


def _worker(url: str, peer: Peer) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.support.notice_worker", url]
    return subprocess.Popen(command, env={**os.environ, **peer.settings})  # noqa: S603 - our own module


async def _until_open(database: Database, most: int, worker: subprocess.Popen[bytes]) -> None:
    """Wait until no more than so many notices are on their way, as other processes bring about."""
    async with asyncio.timeout(1800):
        while True:
            async with database.read() as session:
                if (await session.execute(_OPEN)).scalar_one() <= most:
                    return
            if worker.poll() is not None:
                raise AssertionError("the worker ended by itself")
            await asyncio.sleep(0.05)


async def _count(database: Database, statement: str) -> int:
    async with database.read() as session:
        return (await session.execute(text(statement))).scalar_one()


async def _stock(database: Database, peer: Peer, *, interrupted: int, seconds: float) -> Report:
    """Hold our rows against the gateway's books."""
    books = {each["outId"]: each for each in peer.outbox()}
    drawn = peer.drawn()
    async with database.read() as session:
        ended = (await session.execute(_ENDED)).all()
    out = {str(row.number) for row in ended if books.get(str(row.number), {}).get("state") == "delivered"}
    listed = {str(row.number) for row in ended if row.call == "listed"}
    told = {str(row.number) for row in ended if row.sms == "delivered"}
    return Report(
        notices=len(ended),
        kills=KILLS,
        interrupted=interrupted,
        delivered=len(out & told - listed),
        listed=len(listed - out),
        both=len(listed & out),
        lost=sum(1 for row in ended if str(row.number) not in (out & told) | listed),
        twice=sum(1 for each in books.values() if each["times"] > 1),
        strangers=len(books.keys() - {str(row.number) for row in ended}),
        seconds=round(seconds, 1),
        tries=dict(sorted(Counter(row.tries for row in ended).items())),
        drawn=dict(sorted(drawn.items())),
    )


def by_itself(count: int) -> Report:
    """Run the storm on a database of its own."""
    with tempfile.TemporaryDirectory(prefix="lc-storm-") as folder:
        Path(folder).chmod(0o755)
        stack = EmbeddedStack(Path(folder) / "data")
        urls = stack.start()
        try:
            upgrade(urls.database)
            return asyncio.run(_on(urls.database, Path(folder), count))
        finally:
            stack.stop()


async def _on(url: str, folder: Path, count: int) -> Report:
    database = Database(url, pool_size=16)
    try:
        return await storm(database, folder, count)
    finally:
        await database.close()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        found = by_itself(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
        print(msgspec.json.format(msgspec.json.encode(found)).decode())  # noqa: T201 - a tool's answer
        sys.exit(0 if found.clean else 1)
