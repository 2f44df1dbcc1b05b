"""Who lives in the demo's nursing home, and the internet hospital whose doctors they see by video."""

from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.booking.rules import Terms
from scenes.common.booking.tables import BookingWindowRow
from scenes.common.kit.clock import instant, local_day
from scenes.common.places.service import PlaceFacts, upsert_places
from scenes.demo import store
from scenes.demo.rules import cares
from scenes.demo.rules.chance import drawn_id, stream
from scenes.demo.service.clinics import HOURS_SOURCE
from scenes.eldercare.store.homes import HOSPITAL
from scenes.eldercare.tables import CareResidentRow

DAYS: Final = 14
DOCTORS: Final = (("周医生(内科)", 9), ("许医生(慢病)", 14))
"""Each with the hour at which their two hours of video begin."""

VISITS: Final = 4
LENGTH: Final = timedelta(minutes=30)
LIVE_HERE: Final = 8
OLD: Final = 80
WEEK: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


async def open_homes(session: AsyncSession, seed: int, *, now: datetime) -> None:
    """Write what is missing: the hospital, its times of the next two weeks, and who lives in the home."""
    hospital = drawn_id(stream(seed, "internet hospital"), 0)
    await upsert_places(session, [_hospital(hospital)], now=now)
    first = local_day(now)
    rows = [
        _window(seed, hospital, doctor=doctor, day=first + timedelta(days=ahead), hour=hour, at=at)
        for ahead in range(DAYS)
        for doctor, hour in DOCTORS
        for at in range(VISITS)
    ]
    await store.add_if_missing(session, BookingWindowRow, rows)
    home = next(team for team in cares.TEAMS if team.kind == "nursing_home")
    old = await store.oldest(
        session, born_before=first.replace(year=first.year - OLD, day=1), limit=LIVE_HERE
    )
    stays = [_stay(seed, cares.team_id(seed, home), each, at, first) for at, each in enumerate(old)]
    if stays:
        await store.add_if_missing(session, CareResidentRow, stays)


def _hospital(place_id: UUID) -> PlaceFacts:
    return PlaceFacts(
        id=place_id, scene="eldercare", kind=HOSPITAL, name="互联网医院(演示)", address="视频看诊,不用出门",
        phone=None, lat=31.2360, lng=121.4010, subdistrict="曹杨新村街道", step_free=True,
        weekly_hours={day: ["08:00-17:00"] for day in WEEK}, holiday_rule="usual", hours_source=HOURS_SOURCE,
        synthetic=True,
    )  # fmt: skip


def _window(  # noqa: PLR0913 - one fact each
    seed: int, hospital: UUID, *, doctor: str, day: date, hour: int, at: int
) -> dict[str, Any]:
    starts = instant(day, time(hour)) + at * LENGTH
    terms = Terms(
        cancel_until=starts - timedelta(hours=1), grace_minutes=20, no_show_rule="来不了请早点取消。"
    )
    return {
        "id": drawn_id(stream(seed, "video window", doctor, day), at), "scene": "eldercare",
        "place_id": hospital, "group_id": drawn_id(stream(seed, "video session", doctor, day), 0),
        "title": "视频看诊", "resource": doctor, "capacity": 1, "taken": 0, "starts_at": starts,
        "ends_at": starts + LENGTH, "opens_at": starts - timedelta(days=DAYS + 1),
        "closes_at": starts - timedelta(minutes=5), "audience": "public", "state": "open", "price_fen": 0,
        "hold_seconds": 900, "terms": msgspec.to_builtins(terms),
    }  # fmt: skip


def _stay(seed: int, home: UUID, person_id: UUID, at: int, today: date) -> dict[str, Any]:
    return {
        "id": drawn_id(stream(seed, "stay", person_id), 0), "place_id": home, "person_id": person_id,
        "room": f"{2 + at // 4}0{1 + at % 4}室", "since": today - timedelta(days=90 + 11 * at), "until": None,
    }  # fmt: skip
