"""The drill: the server dies by `kill -9` at every place of a guided flow, and each goes on to one booking.

`python -m tests.support.flow_drill --flow clinic --rounds 5` kills at every place that often, both ways to
go on, and prints what was found after each kill; without `--flow` it drills every flow that books. Exit code
1 where anything ended otherwise than it must.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Literal
from uuid import UUID, uuid4

import httpx
import msgspec
from sqlalchemy import text

from accessibility.flows.rules import CALL_ME
from api.lifespan import House
from api.migrate import upgrade
from api.settings import Settings, load_settings
from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import instant
from scenes.common.kit.database import Database
from scenes.common.kit.embedded import EmbeddedStack
from tests.scenes.common.payments.conftest import free_port
from tests.support.breakfast import MONDAY, SIX
from tests.support.clock import AdjustableClock
from tests.support.flow_scenes import SCENES, Scene
from tests.support.flow_server import START_SECONDS, Server
from tests.support.whole import Whole, good

How = Literal["same key", "opened again"]
ANSWERS: Final = frozenset({"answering", "answered"})
"""Places of a tap that only answers a question."""

MOST_AGAIN: Final = 6
"""Taps after a yes that a room refused."""


DRILL: Final[tuple[tuple[str, How], ...]] = (
    ("answering", "same key"),
    ("answered", "same key"),
    ("agreeing", "same key"),
    ("agreed", "same key"),
    ("agreed", "opened again"),
    ("claiming", "same key"),
    ("claiming", "opened again"),
    ("claimed", "same key"),
    ("claimed", "opened again"),
    ("told", "same key"),
    ("undoing", "same key"),
    ("undoing", "opened again"),
)
"""Each place of a kill with each way to go on: the same answer under the same key, or the run opened again
and 「看看办好了没有」 tapped (the first key comes late); at a question there is nothing to look for."""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What one kill left behind (`after`: state, title, bookings, offered at home), and how it ended."""

    flow: str
    place: str
    how: How
    after: tuple[str, str, int, bool]
    end: tuple[str, int, bool]


class Run:
    """One elder's flow over the socket; every answer has a key that can be sent again."""

    def __init__(self, whole: Whole, elder: Resident, scene: Scene) -> None:
        self._scene = scene
        self._whole = whole
        self._elder = elder
        self._key = ""
        self._choice = ""
        self.step: dict[str, Any] = {}

    async def start(self) -> None:
        """Begin, and wait until there is something to choose: a new process learns first what is free."""
        self.step = good(await self._whole.post(f"/elder/flows/{self._scene.flow}", self._elder), 201)
        ends = time.monotonic() + START_SECONDS
        while self.step["choices"][0]["id"] == CALL_ME:
            assert time.monotonic() < ends, self.step
            await asyncio.sleep(0.1)
            await self.open()

    async def tap(self, choice: str | int) -> None:
        """Tap a choice by its label (empty: the first) or place, or an event by its id, under a new key."""
        if isinstance(choice, int):
            choice = self.step["choices"][choice]["label"]
        same = [each["id"] for each in self.step["choices"] if each["label"].startswith(choice)]
        self._choice, self._key = (same[0] if same else choice), str(uuid4())
        await self.again()

    async def again(self) -> None:
        """Send the last answer once more, under the key it had."""
        path = f"/elder/flows/{self.step['runId']}/answers"
        body = {"choice": self._choice}
        self.step = good(await self._whole.post(path, self._elder, key=self._key, json=body))

    async def home(self) -> str | None:
        """Read which run the home offers to go on with."""
        resume = good(await self._whole.get("/elder/home", self._elder))["resume"]
        return resume["runId"] if resume else None

    async def open(self) -> None:
        """Open the run again."""
        self.step = good(await self._whole.get(f"/elder/flows/{self.step['runId']}", self._elder))

    async def up_to(self, place: str) -> str | int:
        """Go on to the tap that is to be killed; answer what is to be tapped."""
        await self.start()
        for at, label in enumerate(self._scene.taps):
            if place in ANSWERS and at == self._scene.killed_at:
                return label
            await self.tap(label)
        if place != "undoing":
            return "yes"
        await self.agree()
        return "undo"

    async def agree(self) -> None:
        """Say yes; where what was chosen went to the run before, take what is offered instead."""
        await self.tap("yes")
        for _ in range(MOST_AGAIN):
            if self.step["state"] == "asking":
                await self.tap("yes" if self.step["confirm"] else "")

    async def look_for(self) -> None:
        """Open the run again and tap 「看看办好了没有」, on a page with a key of its own."""
        await self.open()
        assert self.step["confirm"]["yes"] == "看看办好了没有"
        sent = (self._choice, self._key)
        await self.tap("yes")
        self._choice, self._key = sent

    async def finish(self) -> None:
        """Tap whatever is left to tap, to the booking."""
        for label in self._scene.taps[self._scene.killed_at + 1 :]:
            await self.tap(label)
        await self.agree()


class Drill:
    """Rooms to book in, and a server that is killed in the middle of taps."""

    def __init__(self, database: Database, settings: Settings, folder: Path) -> None:
        self._clock = AdjustableClock(instant(MONDAY, SIX))
        self._database = database
        self._house = House(replace(settings, port=free_port()), self._clock)
        self.server = Server(settings, folder)

    async def run(self, kills: Sequence[tuple[str, str, How]]) -> list[Found]:
        """Kill at each place of each flow, go on, and say what was found."""
        towns = {
            flow: await SCENES[flow].furnish(self._database, self._clock, self._house)
            for flow in dict.fromkeys(flow for flow, _, _ in kills)
        }
        found: list[Found] = []
        try:
            await self.server.start()
            async with httpx.AsyncClient(base_url=self.server.url, trust_env=False, timeout=30) as http:
                whole = Whole(self._house, http)
                for flow, place, how in kills:
                    elder = await SCENES[flow].elder(towns[flow])
                    found.append(await self._killed(whole, SCENES[flow], elder, place=place, how=how))
        finally:
            self.server.kill()
            await self._house.database.close()
        return found

    async def _killed(self, whole: Whole, scene: Scene, elder: Resident, *, place: str, how: How) -> Found:
        run = Run(whole, elder, scene)
        last = await run.up_to(place)
        self.server.die_at(place)
        try:
            await run.tap(last)
            raise AssertionError(place)
        except httpx.TransportError:
            await self.server.died()
        await self.server.start()
        after = await self._after(run, elder)
        if how == "same key":
            await run.again()
        else:
            await run.look_for()
        if place in ANSWERS:
            await run.finish()
        await run.again()
        end = await self._end(run, elder, booked=scene.booked)
        return Found(flow=scene.flow, place=place, how=how, after=after, end=end)

    async def _after(self, run: Run, elder: Resident) -> tuple[str, str, int, bool]:
        kept = run.step["runId"]
        [(state,)] = await self._rows("SELECT state FROM elder_run WHERE id = :id", id=UUID(kept))
        offered = await run.home() == kept
        step = run.step
        await run.open()
        title, run.step = run.step["title"], step
        return state, title, len(await self._bookings(elder)), offered

    async def _end(self, run: Run, elder: Resident, *, booked: str) -> tuple[str, int, bool]:
        """Read the run's end, how many bookings there are, and whether the run's booking is that one."""
        [row] = await self._rows(
            "SELECT state, booking_id FROM elder_run WHERE id = :id", id=UUID(run.step["runId"])
        )
        bookings = await self._bookings(elder)
        states = {"done": booked, "undone": "cancelled"}
        [shown] = await self._rows(
            "SELECT count(*) FROM elder_run WHERE person_id = :who", who=elder.person_id
        )
        same = bookings == [(row[1], states.get(row[0]))] and run.step["state"] == row[0] and shown[0] == 1
        return row[0], len(bookings), same

    async def _rows(self, statement: str, **facts: Any) -> list[tuple[Any, ...]]:
        async with self._database.read() as session:
            return [tuple(row) for row in (await session.execute(text(statement), facts)).all()]

    async def _bookings(self, elder: Resident) -> list[tuple[Any, ...]]:
        return await self._rows("SELECT id, state FROM booking WHERE person_id = :who", who=elder.person_id)


def wrong(found: Found) -> bool:
    """Tell whether a run ended otherwise than it must: one booking, and the run's own."""
    return found.end != ("undone" if found.place == "undoing" else "done", 1, True)


async def drilled(settings: Settings, folder: Path, kills: Sequence[tuple[str, str, How]]) -> list[Found]:
    """Kill each of these flows at these places, on a migrated database."""
    database = Database(settings.database_url or "", pool_size=4)
    try:
        return await Drill(database, settings, folder).run(kills)
    finally:
        await database.close()


def shown(all_found: Sequence[Found]) -> str:
    """Write what was found as a table, equal kills together."""
    lines = ["kills  flow       place      goes on by    left behind (state, title, bookings, offered)  end"]
    for found, times in Counter(all_found).items():
        lines.append(
            f"{times:>5}  {found.flow:<10} {found.place:<10} {found.how:<13} {found.after}  {found.end}"
        )
    failed = sum(wrong(each) for each in all_found)
    return "\n".join([*lines, f"{len(all_found)} kills, {failed} ended wrongly"])


def main() -> int:
    """Drill on a stack of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often each place is killed")
    parser.add_argument("--flow", choices=sorted(SCENES), action="append", help="only this flow")
    given = parser.parse_args()
    kills = [(flow, *each) for flow in given.flow or SCENES for each in DRILL * given.rounds]
    with tempfile.TemporaryDirectory(prefix="lc-drill-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with EmbeddedStack(folder / "data") as stack:
            upgrade(stack.urls.database)
            settings = load_settings({
                "LIFECIRCLE_DATABASE_URL": stack.urls.database,
                "LIFECIRCLE_REDIS_URL": stack.urls.redis,
                "LIFECIRCLE_DATA_DIR": name,
                "LIFECIRCLE_DEMO": "1",
                "LIFECIRCLE_LOG_LEVEL": "error",
            })  # fmt: skip
            found = asyncio.run(drilled(settings, folder, kills))
    print(shown(found))  # noqa: T201 - it prints a table
    return int(any(map(wrong, found)))


if __name__ == "__main__":
    sys.exit(main())
