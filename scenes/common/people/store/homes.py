"""Where people live, counted by the database."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

CELLS_PER_DEGREE = 2000

_CELLS = text(
    """
    SELECT area, (floor(lat * :per) + 0.5) / :per AS lat, (floor(lng * :per) + 0.5) / :per AS lng,
           count(*) AS residents, count(*) FILTER (WHERE birth_date <= :born_by) AS elders
    FROM person WHERE lat IS NOT NULL AND erased_at IS NULL
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    """
)


async def home_cells(session: AsyncSession, *, born_by: date) -> Sequence[tuple[str, float, float, int, int]]:
    """Count residents, and those born by a day, by subdistrict and cell; with the cell's centre."""
    found = await session.execute(_CELLS, {"per": CELLS_PER_DEGREE, "born_by": born_by})
    return [(row.area, float(row.lat), float(row.lng), row.residents, row.elders) for row in found]
