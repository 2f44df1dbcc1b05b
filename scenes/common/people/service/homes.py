"""How many people live where, by small cells: for what is planned for a district, never for one person."""

from datetime import date, datetime

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.clock import local_day
from scenes.common.people.store import homes as store

ELDER_AGE = 60
"""Law on the protection of the rights of the elderly, article 2."""


class HomeCell(msgspec.Struct, frozen=True):
    """A cell of some 55 by 48 m: its subdistrict, its centre in WGS-84, residents, and elders among them."""

    area: str
    lat: float
    lng: float
    residents: int
    elders: int


async def home_cells(session: AsyncSession, *, now: datetime) -> list[HomeCell]:
    """Count the residents whose home is known, by cell and subdistrict, counted by the database.

    The counts are as small as one: whoever calls must not let them out.
    """
    found = await store.home_cells(session, born_by=_years_before(local_day(now), ELDER_AGE))
    return [HomeCell(*row) for row in found]


def _years_before(day: date, years: int) -> date:
    """Return the last birthday with which somebody is so old on a day."""
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - years, day=28 if leap else day.day)
