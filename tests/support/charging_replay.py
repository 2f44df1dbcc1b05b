"""A day of charging in accelerated time, through the real ledger and services: plug-ins by the hour.

Run as a script it plays all 2,114 sessions on a throw-away embedded database and prints what came of them:
`python -m tests.support.charging_replay [sessions]`.
"""

import asyncio
import random
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import asyncpg
import msgspec

from api.migrate import upgrade
from scenes.charging.errors import ConnectorBusy
from scenes.charging.rules.bill import Bill
from scenes.charging.rules.replay import PLUG_INS
from scenes.charging.rules.windows import quarter_of
from scenes.charging.service import reservations
from scenes.charging.service.charges import Charge
from scenes.charging.service.reservations import Wish
from scenes.common.booking.errors import WindowFull
from scenes.common.kit.caller import Resident
from scenes.common.kit.database import Database
from scenes.common.kit.embedded import EmbeddedStack
from scenes.common.kit.refusals import Refusal
from tests.support.charging import Charging, a_connector, a_station
from tests.support.charging_sessions import Garage
from tests.support.clock import MONDAY_NINE, AdjustableClock

STEP: Final = timedelta(minutes=10)
POWERS: Final = (7, 30, 60)
OVERLAPS: Final = """
SELECT count(*) FROM charging_session a JOIN charging_session b
  ON a.connector_id = b.connector_id AND a.id < b.id
  AND a.started_at < b.ended_at AND b.started_at < a.ended_at
"""
TWICE: Final = """
SELECT count(*) FROM (
  SELECT l.window_id FROM booking_line l JOIN booking b ON b.id = l.booking_id
    JOIN booking_window w ON w.id = l.window_id
  WHERE w.capacity = 1 AND (b.state IN ('held', 'confirmed', 'checked_in')
    OR b.state = 'fulfilled' AND w.starts_at < b.updated_at)
  GROUP BY l.window_id HAVING sum(l.units) > 1) twice
"""


class Tally(msgspec.Struct):
    """What came of a replay; money in fen."""

    begun: int = 0
    refused: int = 0
    reserved: int = 0
    billed: int = 0
    energy_wh: int = 0
    paid_fen: int = 0
    kept_fen: int = 0
    refunded_fen: int = 0
    lines_fen: int = 0
    operator_fen: int = 0
    differences: int = 0
    overlaps: int = 0
    twice: int = 0

    @property
    def reconciled(self) -> bool:
        """Tell whether every fen is accounted for and no connector was given twice."""
        money = self.paid_fen == self.kept_fen + self.refunded_fen and self.kept_fen == self.lines_fen
        return money and (self.overlaps, self.twice, self.differences) == (0, 0, 0) and self.operator_fen > 0


class Replay:
    """Sessions of a day, begun by the hour as real ones were; some come from reservations."""

    def __init__(self, garage: Garage, sessions: int, seed: int = 2114) -> None:
        self.garage = garage
        self.world = garage.world
        self.chance = random.Random(seed)  # noqa: S311 - a replay repeats itself
        self.tally = Tally()
        self.running: list[tuple[Charge, Resident, datetime]] = []
        self.waiting: list[tuple[Resident, UUID, datetime]] = []
        self.plan = self._plan(sessions)

    def _plan(self, sessions: int) -> list[datetime]:
        """Spread plug-ins over the day as they were spread, from the clock's midnight on."""
        begins = self.world.clock()
        hours = list(range(24))
        chosen = self.chance.choices(hours, weights=[PLUG_INS[hour] for hour in hours], k=sessions)
        return sorted(begins + timedelta(hours=hour, minutes=self.chance.uniform(0, 60)) for hour in chosen)

    async def play(self) -> Tally:
        """Play the day and what is left of it after midnight."""
        while self.plan or self.running or self.waiting:
            await self._step()
        await self._settle()
        return self.tally

    async def _step(self) -> None:
        self.world.clock.advance(STEP)
        now = self.world.clock()
        await self.world.all_free()
        await self._stop_those_done(now)
        await self._arrive_with_reservations(now)
        while self.plan and self.plan[0] <= now:
            self.plan.pop(0)
            await self._one_comes(now)
        await self._drive()

    async def _one_comes(self, now: datetime) -> None:
        who = await self.garage.resident()
        connector = self.chance.choice(list(self.world.connectors.values()))
        if self.chance.random() < 0.2:
            await self._reserve(who, connector, now)
            return
        await self._begin(who, connector, now)

    async def _reserve(self, who: Resident, connector: UUID, now: datetime) -> None:
        station = next(iter(self.world.stations.values()))
        starts_at = quarter_of(now) + self.chance.randint(1, 4) * timedelta(minutes=15)
        wish = Wish(station_id=station, connector_id=connector, starts_at=starts_at, minutes=60)
        try:
            await reservations.reserve(
                self.garage.ledger, self.world.database, resident=who, wish=wish,
                key=f"replay-{who.person_id.hex}", fingerprint=b"r" * 16, clock=self.world.clock,
            )  # fmt: skip
        except Refusal:
            self.tally.refused += 1
            return
        self.tally.reserved += 1
        comes = self.chance.random() < 0.8
        if comes:
            self.waiting.append((who, connector, starts_at))

    async def _arrive_with_reservations(self, now: datetime) -> None:
        for each in [each for each in self.waiting if each[2] <= now]:
            self.waiting.remove(each)
            await self._begin(each[0], each[1], now)

    async def _begin(self, who: Resident, connector: UUID, now: datetime) -> None:
        try:
            charge = await self.garage.begin_at(who, connector)
        except (ConnectorBusy, WindowFull):
            self.tally.refused += 1
            return
        self.tally.begun += 1
        self.tally.paid_fen += charge.booking.amount_fen
        await self.garage.pay(charge)
        stays = timedelta(minutes=self.chance.randint(15, 150))
        self.running.append((charge, who, now + stays))

    async def _stop_those_done(self, now: datetime) -> None:
        for each in [each for each in self.running if each[2] <= now]:
            self.running.remove(each)
            await self.garage.stop(each[0], each[1])

    async def _drive(self) -> None:
        """Do the worker's work; the operator's account of what stopped arrives in between."""
        await self.garage.driver.drive_due()
        stopped = await self.world.rows(
            "SELECT start_seq, running_fen FROM charging_session WHERE state = 'ended' AND bill IS NULL"
        )
        for start_seq, running_fen in stopped:
            await self.garage.order_of(start_seq, running_fen)
        await self.garage.driver.drive_due()
        await self.garage.ledger.sweep()

    async def _settle(self) -> None:
        for _ in range(4):
            self.world.clock.advance(STEP)
            await self._drive()
        rows = self.world.rows
        bills: list[tuple[Any, ...]] = await rows(
            "SELECT bill, operator_total_fen, total_fen FROM charging_session WHERE bill IS NOT NULL"
        )
        tally = self.tally
        for plain, operator_fen, total_fen in bills:
            bill = Bill.of(plain)
            tally.billed += 1
            tally.energy_wh += bill.energy_wh
            tally.lines_fen += sum(line.fen for line in bill.lines) - bill.capped_fen
            tally.operator_fen += operator_fen or 0
            tally.kept_fen += total_fen
        tally.refunded_fen = (await rows("SELECT COALESCE(sum(amount_fen), 0)::int FROM refund"))[0][0]
        tally.differences = (await rows("SELECT count(*) FROM reconciliation"))[0][0]
        tally.overlaps = (await rows(OVERLAPS))[0][0]
        tally.twice = (await rows(TWICE))[0][0]


async def furnished(world: Charging, connectors: int) -> Garage:
    """Put a station of so many connectors in, open for two days."""
    async with world.database.transaction() as session:
        session.add(world.operator_row(world.operator, "MA1FY0A01"))
    guns = [
        a_connector(f"R-{n:03d}", power_kw=float(POWERS[n % len(POWERS)])) for n in range(1, connectors + 1)
    ]
    await world.feed(a_station("S-R", guns))
    async with world.database.transaction() as session:
        session.add_all(world.tariff_row(station) for station in world.stations.values())
    garage = Garage(world, await world.ledger())
    await garage.furnish(depositFen=20_000, staleMinutes=10)
    return garage


async def played(url: str, sessions: int) -> Tally:
    """Play a whole day on an empty database of the stack at an address."""
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE DATABASE replay")
    await connection.close()
    url = urlunsplit(urlsplit(url)._replace(path="/replay"))
    await asyncio.to_thread(upgrade, url)
    database = Database(url, pool_size=8)
    world = Charging(database, AdjustableClock(MONDAY_NINE.replace(hour=0)))
    tally = await Replay(await furnished(world, max(8, sessions // 12)), sessions).play()
    await world.stop()
    await world.check()
    await database.close()
    return tally


def main(sessions: int) -> None:
    """Play a day on a throw-away stack, and say whether every fen was found again."""
    with tempfile.TemporaryDirectory(prefix="lc-replay-") as folder:
        Path(folder).chmod(0o755)
        stack = EmbeddedStack(Path(folder) / "data")
        urls = stack.start()
        try:
            tally = asyncio.run(played(urls.database, sessions))
        finally:
            stack.stop()
    for name in tally.__struct_fields__:
        sys.stdout.write(f"{name:>14} {getattr(tally, name):>12,}\n")
    sys.stdout.write(f"{'reconciled':>14} {tally.reconciled!s:>12}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2114)
