"""The drill: the worker is killed twice at every rung, every channel but the last fails, and help comes.

`python -m tests.support.sos_drill` prints each step with its time and every receipt. The SMS gateway is an
address where nobody listens, nobody sits at the desk, the daughter and the carer read nothing. What
is left is the list of calls: a colleague rings the officer on duty, who takes the alarm. The second drill
is answered by nobody at all: it comes to the last rung and begins again.
"""

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import text

from api.migrate import upgrade
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import local_day, system_clock
from scenes.common.kit.database import Database
from scenes.common.kit.embedded import EmbeddedStack
from scenes.common.kit.ids import new_id
from scenes.common.notices import service as notices
from scenes.common.notices.channels import NoticeRule
from scenes.eldercare.rules.sos import Waits
from scenes.eldercare.service import sos, sos_desk
from scenes.eldercare.service.alarm_log import set_waits
from scenes.eldercare.wire_sos import receipts_of
from tests.scenes.common.payments.conftest import free_port
from tests.support.sos import Household, hold_to_log
from tests.support.sos_worker import CIPHER

SHORT = Waits(undo_seconds=1, rung_seconds=(1, 1, 1, 1, 1))
PATIENT = Waits(undo_seconds=1, rung_seconds=(1, 1, 1, 60, 1))
QUICK = NoticeRule(urgent_retry_seconds=0.2, urgent_most_tries=3, timeout_seconds=1.0, lease_seconds=4.0)
SECONDS = 60.0
_LISTED = text(
    "SELECT id FROM notice_delivery WHERE channel = 'call' AND state = 'listed' AND person_id = :who"
)


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a drill showed: rungs begun in order, kills, the steps with seconds from the tap, the receipts."""

    rungs: list[tuple[int, int]]
    kills: int
    state: str
    answered_rung: int | None
    steps: list[tuple[float, str, int, int, str]]
    receipts: list[tuple[int, int, str, str, str]]


class Drill:
    """A household on a database, practising with workers that are killed."""

    def __init__(self, database: Database, url: str) -> None:
        self.url = url
        self.gateway = f"http://127.0.0.1:{free_port()}"
        self.household = Household(database, system_clock, CIPHER)  # pyright: ignore[reportArgumentType]
        self.kills = 0

    async def furnish(self, waits: Waits) -> None:
        """Let everybody move in, with waits of a second or so."""
        await self.household.move_in()
        await self.household.hire_carer()
        today = local_day(system_clock())
        async with self.household.database.transaction() as session:
            await set_waits(session, waits, since=today)
            await notices.set_rule(session, QUICK, since=today)

    async def begin(self) -> UUID:
        """Start a drill at the desk."""
        home = self.household
        async with home.database.transaction() as session:
            row = await sos_desk.start_drill(
                session, home.staff, home.elder.person_id, cipher=CIPHER, now=system_clock()
            )
        return row.id

    async def killed_at(self, *places: tuple[int, int]) -> None:
        """Let a worker die inside each of these rungs, and the next one right after its commit."""
        for number, rung in places:
            for how in ("inside", "after"):
                worker = self._worker(f"{number}:{rung}:{how}")
                try:
                    code = await asyncio.to_thread(worker.wait, SECONDS)
                finally:
                    worker.kill()
                assert code == -9, code
                self.kills += 1

    async def going_on(self, until: Callable[[], Awaitable[bool]]) -> None:
        """Let a worker that nobody kills run until something is so."""
        worker = self._worker("never")
        try:
            ends = time.monotonic() + SECONDS
            while not await until():
                assert time.monotonic() < ends, "it never came"
                await asyncio.sleep(0.1)
        finally:
            worker.kill()
            worker.wait()

    def _worker(self, at: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "tests.support.sos_worker", self.url, self.gateway, at]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - our own module

    async def ring_the_officer(self) -> bool:
        """Work the list of calls as staff do, if the officer is on it; then the officer takes the alarm."""
        home, now = self.household, system_clock()
        clerk = Staff(new_id(), new_id(), "eldercare", frozenset())
        async with home.database.transaction() as session:
            listed: Any = await session.scalar(_LISTED, {"who": home.officer.person_id})
            if listed is None:
                return False
            await notices.take_call(session, clerk, listed, cipher=CIPHER, now=now)
            await notices.call_done(session, clerk, listed, cipher=CIPHER, now=now)
        return True

    async def report(self, alarm_id: UUID) -> Report:
        """Read what the drill showed, every alarm held to its log."""
        view = await self.household.view(alarm_id)
        hold_to_log(view)
        row = view.row
        return Report(
            rungs=[(step.round, step.rung) for step in view.steps if step.kind == "rung"],
            kills=self.kills,
            state=row.state,
            answered_rung=row.answered_rung,
            steps=[
                ((step.at - row.raised_at).total_seconds(), step.kind, step.round, step.rung, step.actor)
                for step in view.steps
            ],
            receipts=[(r.round, r.rung, r.target, r.channel, r.state) for r in receipts_of(view)],
        )


async def last_channel(database: Database, url: str) -> Report:
    """Let every channel fail but the list of calls; the officer on duty is rung and takes the alarm."""
    drill = Drill(database, url)
    await drill.furnish(PATIENT)
    alarm_id = await drill.begin()
    await drill.killed_at((1, 1), (1, 2), (1, 3), (1, 4))
    await drill.going_on(drill.ring_the_officer)
    async with database.transaction() as session:
        await sos.answer_called(session, drill.household.officer, alarm_id, now=system_clock())
    return await drill.report(alarm_id)


async def nobody_answers(database: Database, url: str) -> Report:
    """Let nobody answer: the last rung is reached, and a new round begins."""
    drill = Drill(database, url)
    await drill.furnish(SHORT)
    alarm_id = await drill.begin()
    await drill.killed_at(*((1, rung) for rung in range(1, 6)), (2, 1))
    return await drill.report(alarm_id)


def shown(title: str, report: Report) -> str:
    """Write a report as a table."""
    lines = [
        title,
        f"  kill -9: {report.kills}   state: {report.state}   answered on rung: {report.answered_rung}",
    ]
    lines += ["  seconds  step       round rung by"]
    lines += [
        f"  {at:7.2f}  {kind:<10} {number:>5} {rung:>4} {actor}"
        for at, kind, number, rung, actor in report.steps
    ]
    lines += ["  receipts: round rung whom    channel  state"]
    lines += [f"            {r[0]:>5} {r[1]:>4} {r[2]:<7} {r[3]:<8} {r[4]}" for r in report.receipts]
    return "\n".join(lines)


async def run(url: str, drill: Callable[[Database, str], Awaitable[Report]]) -> Report:
    """Run one drill on a migrated database."""
    database = Database(url, pool_size=4)
    try:
        return await drill(database, url)
    finally:
        await database.close()


def main() -> None:
    """Run both drills, each on a database of its own, and print them."""
    drills = (("every channel but the call list fails", last_channel), ("nobody answers", nobody_answers))
    for title, drill in drills:
        with tempfile.TemporaryDirectory(prefix="lc-drill-") as folder:
            Path(folder).chmod(0o755)
            stack = EmbeddedStack(Path(folder) / "data")
            url = stack.start().database
            try:
                upgrade(url)
                print(shown(title, asyncio.run(run(url, drill))))  # noqa: T201 - it prints a table
            finally:
                stack.stop()


if __name__ == "__main__":
    main()
