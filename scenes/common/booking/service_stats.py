"""Figures by day, venue and scene, for the venues of who asks."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Self
from uuid import UUID

import msgspec
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.booking import store_stats as store
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import day_span
from scenes.common.kit.refusals import NotFound
from scenes.common.places.directory import PlaceDirectory

Key = tuple[date | None, UUID | None, str | None]
"""A day, a venue and a scene, or nothing for all of them."""


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of a day, a venue and a scene, or of several added up; `minutes` is the sum over `seen`."""

    capacity: int = 0
    taken: int = 0
    bookings: int = 0
    arrived: int = 0
    missed: int = 0
    cancelled: int = 0
    expired: int = 0
    elders: int = 0
    seen: int = 0
    minutes: int = 0
    failed: int = 0
    sold_out: int = 0
    ruled_out: int = 0
    busy: int = 0

    @classmethod
    def added(cls, several: Iterable[Self]) -> Self:
        """Add figures up."""
        every = list(several)
        return cls(**{name: sum(getattr(each, name) for each in every) for name in cls.__struct_fields__})


class Waits(msgspec.Struct, frozen=True):
    """How many people were called in, and how many minutes half and nine in ten of them waited at most."""

    waited: int = 0
    median: int | None = None
    most: int | None = None


class DayFigures(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one day at one venue."""

    day: date
    place_id: UUID
    place: str
    scene: str
    figures: Figures
    waits: Waits


class Undelivered(msgspec.Struct, frozen=True, kw_only=True):
    """How many notices a channel could not deliver on a day, in the whole district."""

    day: date
    channel: str
    failed: int


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of some days: by day and venue, the waits of each day, and the waits of all.

    `undelivered` is for who sees the whole district, since a notice belongs to no venue; else None.
    """

    lines: list[DayFigures]
    day_waits: dict[date, Waits]
    all_waits: Waits
    undelivered: list[Undelivered] | None

    def of_day(self, day: date) -> tuple[Figures, Waits]:
        """Add up a day's venues."""
        own = Figures.added(line.figures for line in self.lines if line.day == day)
        return own, self.day_waits.get(day, Waits())

    @property
    def total(self) -> Figures:
        """Add everything up."""
        return Figures.added(line.figures for line in self.lines)


async def report_of(
    session: AsyncSession,
    staff: Staff,
    directory: PlaceDirectory,
    *,
    place_id: UUID | None,
    span: tuple[date, date],
) -> Report:
    """Read the figures of one venue, or of all within the scope (NotFound outside it)."""
    names = {place.id: place.name for place in directory.all() if staff.may_work_at(place.id)}
    if place_id is not None and place_id not in names:
        raise NotFound
    wanted = [place_id] if place_id is not None else list(names)
    since, until = day_span(span[0])[0], day_span(span[1])[1]
    rows = await store.day_figures(session, wanted, since=since, until=until)
    waits = {
        (row["day"], row["place_id"], row["scene"]): Waits(row["waited"], row["median"], row["most"])
        for row in await store.waits(session, wanted, since=since, until=until)
    }
    return Report(
        lines=[_line(row, names, waits) for row in rows],
        day_waits={day: some for (day, place, _), some in waits.items() if place is None and day},
        all_waits=waits.get((None, None, None), Waits()),
        undelivered=await _undelivered(session, since, until) if _sees_all(staff, place_id) else None,
    )


def _sees_all(staff: Staff, place_id: UUID | None) -> bool:
    return staff.role == "district" and place_id is None


def _line(row: RowMapping, names: Mapping[UUID, str], waits: Mapping[Key, Waits]) -> DayFigures:
    return DayFigures(
        day=row["day"],
        place_id=row["place_id"],
        place=names[row["place_id"]],
        scene=row["scene"],
        figures=Figures(**{name: row[name] for name in Figures.__struct_fields__}),
        waits=waits.get((row["day"], row["place_id"], row["scene"]), Waits()),
    )


async def _undelivered(session: AsyncSession, since: datetime, until: datetime) -> list[Undelivered]:
    found = await store.undelivered(session, since=since, until=until)
    return [Undelivered(day=row["day"], channel=row["channel"], failed=row["failed"]) for row in found]
