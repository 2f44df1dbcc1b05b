"""Opening the eldercare teams: venues, the catalogue with its terms, carers, and two weeks of shifts."""

from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.booking.rules import Terms
from scenes.common.booking.tables import BookingWindowRow
from scenes.common.kit.clock import instant, local_day
from scenes.common.kit.crypto import FieldCipher
from scenes.common.people.service import NewStaff, create_staff
from scenes.common.people.tables import StaffPlaceRow
from scenes.common.people.tokens import Passwords
from scenes.common.places.service import PlaceFacts, upsert_places
from scenes.demo import store
from scenes.demo.rules import cares
from scenes.demo.rules.chance import drawn_id, stream
from scenes.demo.service.clinics import HOURS_SOURCE
from scenes.demo.service.staff import password_of, totp_secret_of
from scenes.eldercare.tables import CareCarerRow, CareServiceRow, CareShiftRow, CareTermsRow

SCENE: Final = "eldercare"
DAYS: Final = 14
STARTS: Final = (9, 14, 16)
VISIT: Final = timedelta(hours=2)
WEEK: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


async def open_eldercare(
    session: AsyncSession, seed: int, *, secret_key: bytes, cipher: FieldCipher, now: datetime
) -> list[UUID]:
    """Write what is missing, and the shifts of the next two weeks; return the venues."""
    places = [cares.team_id(seed, team) for team in cares.TEAMS]
    facts = [_place(team, at) for team, at in zip(cares.TEAMS, places, strict=True)]
    await upsert_places(session, facts, now=now)
    await store.add_if_missing(
        session, CareServiceRow, [_service(seed, n) for n in range(len(cares.SERVICES))]
    )
    await store.add_if_missing(session, CareTermsRow, [_terms(seed, each) for each in cares.SERVICES])
    for team, place_id in zip(cares.TEAMS, places, strict=True):
        await _hire(session, team, place_id, secret_key=secret_key, cipher=cipher, now=now)
        await _publish(session, seed, team, place_id=place_id, now=now)
    return places


def _place(team: cares.Team, place_id: UUID) -> PlaceFacts:
    return PlaceFacts(
        id=place_id, scene=SCENE, kind=team.kind, name=team.name, address=f"{team.area}(演示)", phone=None,
        lat=team.lat, lng=team.lng, subdistrict=team.area, step_free=True,
        weekly_hours={day: ["08:00-18:00"] for day in WEEK}, holiday_rule="usual", hours_source=HOURS_SOURCE,
        synthetic=True,
    )  # fmt: skip


def _service(seed: int, position: int) -> dict[str, Any]:
    each = cares.SERVICES[position]
    return {
        "id": cares.service_id(seed, each), "code": each.code, "name": each.name, "summary": each.summary,
        "prepare": each.prepare, "skill": each.skill, "by_window": each.by_window, "position": position,
        "active": True, "accompanies": each.accompanies,
    }  # fmt: skip


def _terms(seed: int, each: cares.CareService) -> dict[str, Any]:
    return {
        "id": cares.terms_id(seed, each), "service_id": cares.service_id(seed, each), "place_id": None,
        "since": cares.TERMS_SINCE, "until": None, "values": dict(each.terms),
    }  # fmt: skip


async def _hire(  # noqa: PLR0913 - one fact each
    session: AsyncSession,
    team: cares.Team,
    place_id: UUID,
    *,
    secret_key: bytes,
    cipher: FieldCipher,
    now: datetime,
) -> None:
    known = await store.staff_ids(session)
    for username, name, sex, skills in team.carers:
        staff_id = known.get(username)
        if staff_id is None:
            new = NewStaff(
                username=username, password=password_of(username, secret_key), display_name=name, role=SCENE,
                totp_secret=totp_secret_of(username, secret_key),
            )  # fmt: skip
            staff_id = (await create_staff(session, new, passwords=Passwords(), cipher=cipher, now=now)).id
            await session.flush()
        at = {"staff_id": staff_id, "place_id": place_id}
        await store.add_if_missing(session, StaffPlaceRow, [at])
        carer = at | {"sex": sex, "skills": list(skills), "active": True}
        await store.add_if_missing(session, CareCarerRow, [carer])


async def _publish(
    session: AsyncSession, seed: int, team: cares.Team, *, place_id: UUID, now: datetime
) -> None:
    first = local_day(now)
    for service in cares.SERVICES:
        able = cares.skilled(team, service)
        if not service.by_window or not able:
            continue
        for ahead in range(DAYS):
            day = first + timedelta(days=ahead)
            shift = drawn_id(stream(seed, "care shift", team.code, service.code, day), 0)
            facts = {"service_id": cares.service_id(seed, service), "place_id": place_id, "day": day}
            await store.add_if_missing(session, CareShiftRow, [{"id": shift, **facts}])
            windows = [_window(seed, shift, service, day=day, hour=hour) for hour in STARTS]
            rows = [
                each | {"place_id": place_id, "resource": team.name, "capacity": able} for each in windows
            ]
            await store.add_if_missing(session, BookingWindowRow, rows)


def _window(seed: int, shift: UUID, service: cares.CareService, *, day: date, hour: int) -> dict[str, Any]:
    starts = instant(day, time(hour))
    terms = Terms(
        cancel_until=starts - timedelta(hours=2), grace_minutes=180, no_show_rule="来不了请早点取消。"
    )
    return {
        "id": drawn_id(stream(seed, "care window", shift, hour), 0), "scene": SCENE, "group_id": shift,
        "title": service.name, "starts_at": starts, "ends_at": starts + VISIT, "taken": 0,
        "opens_at": starts - timedelta(days=DAYS + 1), "closes_at": starts - timedelta(hours=1),
        "audience": "public", "state": "open", "price_fen": service.terms.get("priceFen", 0),
        "hold_seconds": 900, "terms": msgspec.to_builtins(terms),
    }  # fmt: skip
