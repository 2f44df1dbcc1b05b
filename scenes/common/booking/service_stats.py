"""Figures by day, venue and scene, for the venues of who asks."""

from collections.abc import Iterable
from datetime import date
from typing import Self
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.booking import store_stats as store
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import day_span
from scenes.common.kit.refusals import NotFound
from scenes.common.places.directory import PlaceDirectory


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

    @classmethod
    def added(cls, several: Iterable[Self]) -> Self:
        """Add figures up."""
        every = list(several)
        return cls(**{name: sum(getattr(each, name) for each in every) for name in cls.__struct_fields__})


class DayFigures(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one day at one venue."""

    day: date
    place_id: UUID
    place: str
    scene: str
    figures: Figures


async def figures_of(
    session: AsyncSession,
    staff: Staff,
    directory: PlaceDirectory,
    *,
    place_id: UUID | None,
    span: tuple[date, date],
) -> list[DayFigures]:
    """Read the figures of one venue, or of all within the scope (NotFound outside it)."""
    names = {place.id: place.name for place in directory.all() if staff.may_work_at(place.id)}
    if place_id is not None and place_id not in names:
        raise NotFound
    wanted = [place_id] if place_id is not None else list(names)
    since, until = day_span(span[0])[0], day_span(span[1])[1]
    rows = await store.day_figures(session, wanted, since=since, until=until)
    return [
        DayFigures(
            day=row["day"],
            place_id=row["place_id"],
            place=names[row["place_id"]],
            scene=row["scene"],
            figures=Figures(**{name: row[name] for name in Figures.__struct_fields__}),
        )
        for row in rows
    ]
