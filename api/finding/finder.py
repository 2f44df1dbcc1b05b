"""What can be found in the whole circle, gathered from the rooms and kept for a minute in this process."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from math import cos, hypot, radians
from typing import Final, NamedTuple

from api.finding.matching import score, words_of
from api.finding.pages_known import PAGES_KNOWN
from scenes.breakfast.service.finding import findables as dishes
from scenes.clinic.service.finding import findables as doctors
from scenes.common.kit.database import Database
from scenes.common.kit.findable import Findable, Kind
from scenes.common.places.directory import PlaceDirectory
from scenes.common.places.grid import METRES_PER_DEGREE
from scenes.common.places.snapshot import Place
from scenes.eldercare.service.finding import findables as cares

KEPT: Final = timedelta(minutes=1)
KINDS: Final[tuple[Kind, ...]] = ("service", "department", "care", "doctor", "dish", "place", "page")
"""In the order in which equally good fits are shown."""


class Found(NamedTuple):
    """Something found: the nearest of those with its name, where it is, and how many others there are."""

    what: Findable
    place: Place | None
    others: int


class Finder:
    """Searches for one process."""

    def __init__(self, database: Database, directory: PlaceDirectory) -> None:
        self._database = database
        self._directory = directory
        self._known: list[Findable] = []
        self._gathered: datetime | None = None
        self._gathering = asyncio.Lock()
        self._places: tuple[int | None, list[Findable]] = (None, [])

    async def find(self, question: str, *, lat: float, lng: float, limit: int) -> list[Found]:
        """Return what fits best; of equally good ones the nearest to a WGS-84 point first."""
        words = words_of(question)
        if not words:
            return []
        known = [*await self._all(), *self._all_places()]
        found = await asyncio.to_thread(ranked, known, words, places=self._directory, near=(lat, lng))
        return found[:limit]

    async def _all(self) -> list[Findable]:
        """Read what the rooms have, when what is known is older than a minute."""
        async with self._gathering:
            now = self._directory.clock()
            if self._gathered is None or not timedelta(0) <= now - self._gathered < KEPT:
                async with self._database.read() as session:
                    found = [*await doctors(session), *await cares(session), *await dishes(session)]
                self._known, self._gathered = [*PAGES_KNOWN, *found], now
            return self._known

    def _all_places(self) -> list[Findable]:
        """Name every place, anew when the directory has changed."""
        counter, known = self._places
        if counter is None or counter != self._directory.counter:
            known = [
                Findable(
                    kind="place",
                    title=place.name,
                    href=f"/places/{place.id}",
                    scene=place.scene,
                    about=place.address,
                    place_id=place.id,
                )
                for place in self._directory.all()
            ]
            self._places = (self._directory.counter, known)
        return known


def ranked(
    known: Iterable[Findable], words: list[str], *, places: PlaceDirectory, near: tuple[float, float]
) -> list[Found]:
    """Put what fits into order, and keep of those with the same name the nearest."""
    fits: list[tuple[int, int, float, str, Findable]] = []
    for what in known:
        points = score(words, (what.title, *what.words), what.about)
        if points:
            place = places.get(what.place_id) if what.place_id else None
            away = _metres(place, near) if place else 0.0
            fits.append((-points, KINDS.index(what.kind), away, what.title, what))
    fits.sort(key=lambda fit: fit[:4])
    first: dict[tuple[Kind, str], list[Findable]] = {}
    for *_, what in fits:
        first.setdefault((what.kind, what.title), []).append(what)
    return [
        Found(same[0], places.get(same[0].place_id) if same[0].place_id else None, len(same) - 1)
        for same in first.values()
    ]


def _metres(place: Place, near: tuple[float, float]) -> float:
    east = (place.lng - near[1]) * METRES_PER_DEGREE * cos(radians(near[0]))
    return hypot(east, (place.lat - near[0]) * METRES_PER_DEGREE)
