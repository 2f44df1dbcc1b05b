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
    refused AS (
      SELECT day, place_id, scene,
        sum(refused) FILTER (WHERE code = 'window_full') AS sold_out,
        sum(refused) FILTER (WHERE code NOT IN ('window_full', 'busy')) AS ruled_out,
        sum(refused) FILTER (WHERE code = 'busy') AS busy
      FROM booking_refusal
      WHERE place_id = ANY(:places)
        AND day >= (CAST(:since AS timestamptz) AT TIME ZONE 'Asia/Shanghai')::date
        AND day < (CAST(:until AS timestamptz) AT TIME ZONE 'Asia/Shanghai')::date
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
      coalesce(seen, 0)::int AS seen, coalesce(minutes, 0)::int AS minutes,
      coalesce(failed, 0)::int AS failed,
      coalesce(sold_out, 0)::int AS sold_out, coalesce(ruled_out, 0)::int AS ruled_out,
      coalesce(busy, 0)::int AS busy
    FROM offered FULL JOIN booked USING (day, place_id, scene) FULL JOIN refused USING (day, place_id, scene)
    LEFT JOIN unpaid USING (day, place_id, scene)
    ORDER BY day, scene, place_id
    """
)
_WAITS: Final = text(
    """
    SELECT day, place_id, scene, count(*)::int AS waited,
      percentile_disc(0.5) WITHIN GROUP (ORDER BY minutes) AS median,
      percentile_disc(0.9) WITHIN GROUP (ORDER BY minutes) AS most
    FROM (
      SELECT (starts_at AT TIME ZONE 'Asia/Shanghai')::date AS day, place_id, scene,
        floor(extract(epoch FROM called_at - arrived_at) / 60)::int AS minutes
      FROM booking
      WHERE group_id IN (
          SELECT group_id FROM booking_window
          WHERE place_id = ANY(:places) AND starts_at >= :since AND starts_at < :until)
        AND place_id = ANY(:places) AND starts_at >= :since AND starts_at < :until
        AND called_at >= arrived_at) AS waits
    GROUP BY GROUPING SETS ((day, place_id, scene), (day), ())
    """
)
"""Of each day and venue, of each day, and of all together, which is the row without a day."""

_UNDELIVERED: Final = text(
    """
    SELECT (created_at AT TIME ZONE 'Asia/Shanghai')::date AS day, channel, count(*)::int AS failed
    FROM notice_delivery
    WHERE state = 'failed' AND created_at >= :since AND created_at < :until
      AND coalesce(why, '') NOT IN ('no_longer_true', 'answered')
    GROUP BY 1, 2 ORDER BY 1, 2
    """
)
"""Without what was withdrawn because it was no longer true, or because somebody had come."""

_CALLED: Final = text("UPDATE booking SET called_at = :now WHERE id = :id AND called_at IS NULL")


async def day_figures(
    session: AsyncSession, places: Sequence[UUID], *, since: datetime, until: datetime
) -> Sequence[RowMapping]:
    """Count what was offered, booked, kept and missed at venues, by day and scene."""
    facts = {"places": list(places), "since": since, "until": until}
    return (await session.execute(_DAYS, facts)).mappings().all()


async def waits(
    session: AsyncSession, places: Sequence[UUID], *, since: datetime, until: datetime
) -> Sequence[RowMapping]:
    """Read how long people waited from their check-in until they were called in, in whole minutes."""
    facts = {"places": list(places), "since": since, "until": until}
    return (await session.execute(_WAITS, facts)).mappings().all()


async def undelivered(session: AsyncSession, *, since: datetime, until: datetime) -> Sequence[RowMapping]:
    """Count the notices of the whole district that a channel could not deliver, by day and channel."""
    return (await session.execute(_UNDELIVERED, {"since": since, "until": until})).mappings().all()


async def note_call(session: AsyncSession, booking_id: UUID, *, now: datetime) -> None:
    """Keep when a person was called in; the first call counts."""
    await session.execute(_CALLED, {"id": booking_id, "now": now})
