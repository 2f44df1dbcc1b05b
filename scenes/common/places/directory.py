"""Every place of the district in this process's memory, so that reading them costs no statement.

The snapshot follows the change counter and survives a database outage. Coordinates are WGS-84.
"""

import asyncio
from contextlib import suppress
from datetime import datetime, time, timedelta
from uuid import UUID

import structlog

from scenes.common.kit.byte_cache import ByteCache
from scenes.common.kit.clock import Clock, instant, local_day, system_clock
from scenes.common.kit.database import Database
from scenes.common.places import store
from scenes.common.places.availability import AvailabilityBoard
from scenes.common.places.datum import Datum
from scenes.common.places.following import Held, held, read_walks
from scenes.common.places.nearness import Method, Near, Walked, Wanted, walked
from scenes.common.places.snapshot import Entry, Nearby, Place, Snapshot, places_of
from scenes.common.places.walking import Pace, Walking
from scenes.common.places.walks import Walkable

REFRESH_SECONDS = 2.0
ANSWER_SECONDS = 1.0
MOST_ANSWERS = 256
"""Some two megabytes: with many more, the processor's own memory holds old answers instead of places."""
OUTLINE_SECONDS = 600.0
MOST_OUTLINES = 256
RECKONED_AT_ONCE = 100
"""Places whose opening is reckoned before others get their turn: about a millisecond."""
log = structlog.stdlib.get_logger(__name__)


class PlaceDirectory:
    """The places of one process: ask `near`, `get`, `all`; `start` keeps it following the database.

    `board` holds what rooms tell of free units; `answers` keeps encoded answers for a second and
    `outlines` what is reached from where for minutes; `clock` is
    carried along since a route with a second dependency costs several times as much.
    """

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock = system_clock,
        walking: Walking | None = None,
        board: AvailabilityBoard | None = None,
        refresh_seconds: float = REFRESH_SECONDS,
    ) -> None:
        self.walking = walking or Walking()
        self.board = board or AvailabilityBoard()
        self.answers = ByteCache(ANSWER_SECONDS, MOST_ANSWERS)
        self.outlines = ByteCache(OUTLINE_SECONDS, MOST_OUTLINES)
        self._database = database
        self.clock = clock
        self._refresh_seconds = refresh_seconds
        self._held = Held(Snapshot((), None))
        self._following: asyncio.Task[None] | None = None

    @property
    def counter(self) -> int | None:
        """The value of the change counter that is known here; none before the first refresh."""
        return self._held.snapshot.counter

    @property
    def walkable(self) -> Walkable | None:
        """The streets and the walks over them; none where no network is loaded."""
        return self._held.walkable

    async def start(self) -> None:
        """Load the places, or try until it succeeds, and follow their changes."""
        await self._try_refresh()
        await self._reckon()
        self._following = asyncio.create_task(self._follow(), name="places-directory")

    async def stop(self) -> None:
        """Stop following; what is known stays readable."""
        if self._following is not None:
            self._following.cancel()
            with suppress(asyncio.CancelledError):
                await self._following
            self._following = None

    async def refresh(self) -> bool:
        """Take over changes, if the counter has moved; tell whether it had. Raises when it cannot read."""
        known, walkable = self._held.snapshot.counter, self._held.walkable
        async with self._database.read() as session:
            counter = await store.counter(session)
            if counter == known:
                return False
            since = known if known is not None and counter > known else -1
            rows = await store.places_since(session, since)
            yesterday = local_day(self.clock()) - timedelta(days=1)
            exceptions = await store.exceptions_from(session, yesterday, version=since)
            old = walkable.walks if walkable is not None and since >= 0 else None
            walks = await read_walks(session, old, since=since)
        base = self._held.snapshot if since >= 0 else Snapshot((), None)

        def changed() -> Held:
            return held(base.with_changes(places_of(rows, exceptions), counter), walks)

        self._held = await asyncio.to_thread(changed)
        return True

    def get(self, place_id: UUID) -> Place | None:
        """Return a place by its id; none when there is none or it closed for good."""
        entry = self._held.snapshot.entries.get(place_id)
        return entry.place if entry else None

    def all(self, scene: str | None = None) -> tuple[Place, ...]:
        """Return every place, or those of a scene, in id order."""
        places = (entry.place for entry in self._held.snapshot.entries.values())
        return tuple(place for place in places if scene is None or place.scene == scene)

    def coordinates(self, place: Place, datum: Datum) -> tuple[float, float]:
        """Return a place's (lat, lng) in a datum, remembered where it costs."""
        entry = self._held.snapshot.entries.get(place.id)
        return (entry or Entry(place)).coordinates(datum)

    def at(self, place_id: UUID, at: datetime) -> Nearby | None:
        """Return one place as it stands at an instant, without a walk."""
        entry = self._held.snapshot.entries.get(place_id)
        return self.standing(entry, at) if entry else None

    def near(  # noqa: PLR0913 - each is one fact of the question
        self,
        lat: float,
        lng: float,
        *,
        minutes: int = 15,
        pace: Pace = "standard",
        scene: str | None = None,
        open_now: bool = False,
        limit: int = 20,
        at: datetime,
    ) -> list[Nearby]:
        """Return the places within a walk of `minutes` from a WGS-84 point, nearest first."""
        wanted = Wanted(lat, lng, minutes, pace, scene, open_now, limit, at)
        return self.walked(wanted)[1]

    def walked(self, wanted: Wanted) -> tuple[Method, list[Nearby]]:
        """Return the places within a walk, nearest first, and how walks are reckoned from there."""
        found = self.found(wanted)
        day_ends = end_of_day(wanted.at)
        return found.method, [
            self.standing(near.entry, wanted.at, day_ends=day_ends, near=near) for near in found.found
        ]

    def found(self, wanted: Wanted) -> Walked:
        """Return what `walked` does, without finding out how the places stand."""
        return walked(self._held, self.walking, wanted)

    def standing(
        self, entry: Entry, at: datetime, *, day_ends: datetime | None = None, near: Near | None = None
    ) -> Nearby:
        """Tell how a place stands at an instant, with the walk to it if there is one."""
        known = entry.openness(at)
        opens_today = known.open_now or (
            known.opens_at is not None and known.opens_at < (day_ends or end_of_day(at))
        )
        available = self.board.at_place(entry.place.id, opens_today=opens_today, at=at)
        if near is None:
            return Nearby(entry.place, known, available)
        return Nearby(entry.place, known, available, near.metres, near.minutes, near.method)

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(self._refresh_seconds)
            await self._try_refresh()
            await self._reckon()

    async def _reckon(self) -> None:
        """Find out ahead of the questions which places are open now, without holding up the loop.

        Thousands of places change at eight sharp; the first to ask should not wait for all of them.
        """
        at = self.clock()
        for order, entry in enumerate(self._held.snapshot.entries.values()):
            entry.openness(at)
            if order % RECKONED_AT_ONCE == 0:
                await asyncio.sleep(0)

    async def _try_refresh(self) -> None:
        try:
            await self.refresh()
        except Exception as error:  # noqa: BLE001 - whatever the trouble, the last known places serve on
            log.warning("places_not_refreshed", error=type(error).__name__)


def end_of_day(at: datetime) -> datetime:
    """Return the Shanghai midnight that ends the day of an instant."""
    return instant(local_day(at) + timedelta(days=1), time())
