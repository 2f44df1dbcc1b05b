"""What the statistics read, one statement a function."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

_DAYS: Final = text(
    """
    WITH offered AS (
      SELECT (starts_at AT TIME ZONE 'Asia/Shanghai')::date AS day, place_id, scene,
        sum(capacity) AS capacity, sum(taken) AS taken
      FROM booking_window
      WHERE place_id = ANY(:places) AND starts_at >= :since AND starts_at < :until AND state = 'open'
      GROUP BY 1, 2, 3),
    booked AS (
      SELECT (b.starts_at AT TIME ZONE 'Asia/Shanghai')::date AS day, b.place_id, b.scene,
        count(*) AS bookings,
        count(*) FILTER (WHERE b.state IN ('checked_in', 'fulfilled')) AS arrived,
        count(*) FILTER (WHERE b.state = 'no_show') AS missed,
        count(*) FILTER (WHERE b.state = 'cancelled') AS cancelled,
        count(*) FILTER (WHERE b.state = 'expired') AS expired,
        count(*) FILTER (WHERE p.birth_date <= (b.starts_at - interval '60 years')::date) AS elders,
        count(*) FILTER (WHERE b.state = 'fulfilled') AS seen,
        sum(greatest(0, extract(epoch FROM b.updated_at - b.starts_at) / 60))
          FILTER (WHERE b.state = 'fulfilled') AS minutes
      FROM booking b JOIN person p ON p.id = b.person_id
      WHERE b.place_id = ANY(:places) AND b.starts_at >= :since AND b.starts_at < :until
      GROUP BY 1, 2, 3),
    unpaid AS (
      SELECT (b.starts_at AT TIME ZONE 'Asia/Shanghai')::date AS day, b.place_id, b.scene, count(*) AS failed
      FROM booking b JOIN payment y ON y.booking_id = b.id AND y.state IN ('failed', 'error')
      WHERE b.place_id = ANY(:places) AND b.starts_at >= :since AND b.starts_at < :until
      GROUP BY 1, 2, 3)
    SELECT day, place_id, scene, coalesce(capacity, 0)::int AS capacity, coalesce(taken, 0)::int AS taken,
      coalesce(bookings, 0)::int AS bookings, coalesce(arrived, 0)::int AS arrived,
      coalesce(missed, 0)::int AS missed, coalesce(cancelled, 0)::int AS cancelled,
      coalesce(expired, 0)::int AS expired, coalesce(elders, 0)::int AS elders,
      coalesce(seen, 0)::int AS seen, coalesce(minutes, 0)::int AS minutes, coalesce(failed, 0)::int AS failed
    FROM offered FULL JOIN booked USING (day, place_id, scene) LEFT JOIN unpaid USING (day, place_id, scene)
    ORDER BY day, scene, place_id
    """
)


async def day_figures(
    session: AsyncSession, places: Sequence[UUID], *, since: datetime, until: datetime
) -> Sequence[RowMapping]:
    """Count what was offered, booked, kept and missed at venues, by day and scene."""
    facts = {"places": list(places), "since": since, "until": until}
    return (await session.execute(_DAYS, facts)).mappings().all()
