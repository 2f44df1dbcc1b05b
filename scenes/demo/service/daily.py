"""The demo's daily signs and readings in every state, so that their pages are alive from the first minute."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.clock import instant, local_day, shanghai
from scenes.common.kit.crypto import FieldCipher
from scenes.common.people.tables import ConsentRow
from scenes.demo import store
from scenes.demo.rules import daily
from scenes.demo.rules.chance import drawn_id, stream
from scenes.eldercare.rules.wellbeing import WellbeingRule
from scenes.eldercare.tables.readings import CareAlertRow, CareDeviceRow, CareReadingRow, values_context
from scenes.eldercare.tables.wellbeing import WellbeingMissRow, WellbeingPlanRow, WellbeingSignRow

OLD: Final = 70
HOSPITAL_DAYS: Final = 6
SILENT: Final = timedelta(hours=14)
RULE: Final = WellbeingRule()


async def live_daily(
    session: AsyncSession, seed: int, *, cipher: FieldCipher, secret_key: bytes, now: datetime
) -> None:
    """Write plans, signs, misses, consents, devices, readings and alerts of the first old residents."""
    born_before = local_day(now).replace(year=local_day(now).year - OLD, day=1)
    found = await store.oldest_at_home(session, born_before=born_before, limit=len(daily.HABITS))
    people, dispatcher = [each[0] for each in found], (await store.staff_ids(session))["eldercare"]
    for at, person_id in enumerate(people):
        await _habit(session, seed, at, person_id=person_id, dispatcher=dispatcher, now=now)
    for at, gauge in enumerate(daily.GAUGES):
        if gauge.owner < len(people):
            owner = people[gauge.owner]
            await _device(session, seed, at, owner=owner, secret_key=secret_key, now=now)
            await _readings(session, seed, at, owner=owner, cipher=cipher, now=now)
            await _alert(session, seed, at, owner=owner, dispatcher=dispatcher, now=now)


def device_id(seed: int, at: int) -> UUID:
    """Return the id of a device of the demo."""
    return drawn_id(stream(seed, "care device", at), 0)


def secret_of(device: UUID, secret_key: bytes) -> str:
    """Derive a device's secret from the district's, so that the demo's sender can be told it."""
    digest = hmac.digest(secret_key, f"lifecircle demo device:{device}".encode(), "sha256")
    return urlsafe_b64encode(digest).decode().rstrip("=")


def device_lines(seed: int, secret_key: bytes) -> list[str]:
    """Write each device of the demo with its token, as `python -m scenes.eldercare.devices` reads them."""
    devices = [(gauge.kind, device_id(seed, at)) for at, gauge in enumerate(daily.GAUGES)]
    return [f"{kind:<8} {device}.{secret_of(device, secret_key)}" for kind, device in devices]


async def _habit(  # noqa: PLR0913 - one fact each
    session: AsyncSession, seed: int, at: int, *, person_id: UUID, dispatcher: UUID, now: datetime
) -> None:
    habit, today = daily.HABITS[at], local_day(now)
    gone = daily.hour_gone(now, habit.ago) if habit.ago is not None else None
    hour = _hour(habit, gone)
    since = today - timedelta(days=daily.DAYS + 7)
    paused = habit.today == "hospital"
    plan = {
        "person_id": person_id, "by_hour": hour, "since": since, "tell_kin": True, "tell_community": True,
        "by_device": at == 1,
        "active": habit.today != "off", "paused_from": today - timedelta(days=2) if paused else None,
        "paused_until": today + timedelta(days=HOSPITAL_DAYS) if paused else None,
        "pause_reason": "hospital" if paused else None, "set_by": person_id,
        "updated_at": instant(since, hour),
    }  # fmt: skip
    await store.add_if_missing(session, WellbeingPlanRow, [plan])
    if signs := _signs(seed, at, person_id, hour, gone=gone, now=now):
        await store.add_if_missing(session, WellbeingSignRow, signs)
    if misses := _misses(seed, at, person_id, gone=gone, dispatcher=dispatcher, now=now):
        await store.add_if_missing(session, WellbeingMissRow, misses)
    if habit.consents:
        consent = {
            "id": drawn_id(stream(seed, "consent", person_id), 0), "person_id": person_id,
            "subject": "health", "given_at": instant(since, hour), "withdrawn_at": None,
        }  # fmt: skip
        await store.add_if_missing(session, ConsentRow, [consent])


def _hour(habit: daily.Habit, gone: datetime | None) -> time:
    """Return by which hour: the one that passed, or one that fits a day in which all is well."""
    if gone is not None:
        return gone.time()
    return daily.LATE_HOUR if habit.today == "waiting" else daily.USUAL_HOUR


def _signs(  # noqa: PLR0913 - one fact each
    seed: int, at: int, person_id: UUID, hour: time, *, gone: datetime | None, now: datetime
) -> list[dict[str, Any]]:
    """Draw a sign for each day of two weeks that was not missed, paused or is not over yet."""
    habit, today = daily.HABITS[at], local_day(now)
    first = {"hospital": 3}.get(habit.today, 0 if habit.today == "seen" else 1)
    rows: list[dict[str, Any]] = []
    for back in range(first, daily.DAYS):
        day = today - timedelta(days=back)
        if habit.today == "off" or back == habit.missed or (gone and day == gone.date()):
            continue
        signed = min(daily.sign_at(stream(seed, "sign", at, day), day, hour), now)
        rows.append({"person_id": person_id, "day": day, "at": max(signed, instant(day, time(0))),
                     "how": "tap"})  # fmt: skip
    return rows


def _misses(  # noqa: PLR0913 - one fact each
    seed: int, at: int, person_id: UUID, *, gone: datetime | None, dispatcher: UUID, now: datetime
) -> list[dict[str, Any]]:
    """Write the day that is missed now as far as it has come, and the one of the past."""
    habit, rows = daily.HABITS[at], list[dict[str, Any]]()
    if gone is not None:
        state = habit.today
        rows.append(_miss(seed, at, person_id, gone, state=state, dispatcher=dispatcher, now=now))
    if habit.missed is not None:
        hour = daily.USUAL_HOUR
        past = shanghai(instant(local_day(now) - timedelta(days=habit.missed), hour))
        rows.append(_miss(seed, at, person_id, past, state="closed", dispatcher=dispatcher, now=now))
    return rows


def _miss(  # noqa: PLR0913 - one fact each
    seed: int, at: int, person_id: UUID, gone: datetime, *, state: str, dispatcher: UUID, now: datetime
) -> dict[str, Any]:
    step = daily.STEPS[state]
    kin, visit = (gone + timedelta(minutes=after) for after in (RULE.kin_after, RULE.visit_after))
    taken = min(visit + timedelta(minutes=9), now) if state in {"taken", "closed"} else None
    closed = min(visit + timedelta(minutes=34), now) if state == "closed" else None
    due = {1: kin, 2: visit}.get(step) if gone.date() == local_day(now) else None
    visited = visit if step == 3 else None  # noqa: PLR2004 - the step of the visit
    return {
        "id": drawn_id(stream(seed, "miss", at, gone.date()), 0), "person_id": person_id, "day": gone.date(),
        "step": step, "due_at": due, "reminded_at": gone, "kin_at": kin if step > 1 else None,
        "visit_at": visited, "visit_due": visited and visited + timedelta(minutes=RULE.visit_within),
        "seen_at": closed, "taken_by": dispatcher if taken else None, "taken_at": taken,
        "closed_by": dispatcher if closed else None, "closed_at": closed,
        "result": "fine" if closed else None,
    }  # fmt: skip


async def _device(  # noqa: PLR0913 - one fact each
    session: AsyncSession, seed: int, at: int, *, owner: UUID, secret_key: bytes, now: datetime
) -> None:
    gauge, device = daily.GAUGES[at], device_id(seed, at)
    row = {
        "id": device, "person_id": owner, "kind": gauge.kind,
        "secret_hash": hashlib.sha256(secret_of(device, secret_key).encode()).digest(),
        "registered_by": owner, "registered_at": now - timedelta(days=daily.DAYS + 1),
        "used_at": now - SILENT if gauge.kind == "water" else None, "gone_at": None,
    }  # fmt: skip
    await store.add_if_missing(session, CareDeviceRow, [row])


async def _readings(  # noqa: PLR0913 - one fact each
    session: AsyncSession, seed: int, at: int, *, owner: UUID, cipher: FieldCipher, now: datetime
) -> None:
    """Write two weeks of readings; the last ones as the device's story has them."""
    gauge, device = daily.GAUGES[at], device_id(seed, at)
    times: Sequence[datetime] = daily.measured_at(now) if gauge.usual else ()
    if gauge.kind == "water":
        times = [each for each in times if each <= now - SILENT]
    values = [daily.measure(stream(seed, "reading", at, when), gauge) for when in times]
    values[len(values) - len(gauge.last) :] = [dict(each) for each in gauge.last]
    rows = [
        {
            "device_id": device, "at": when, "person_id": owner, "kind": gauge.kind, "received_at": when,
            "values_sealed": cipher.seal(
                msgspec.json.encode(each).decode(), context=values_context(device, when)
            ),
        }
        for when, each in zip(times, values, strict=True)
    ]  # fmt: skip
    if rows:
        await store.add_if_missing(session, CareReadingRow, rows)


async def _alert(  # noqa: PLR0913 - one fact each
    session: AsyncSession, seed: int, at: int, *, owner: UUID, dispatcher: UUID, now: datetime
) -> None:
    gauge = daily.GAUGES[at]
    if gauge.side is None:
        return
    began = now - timedelta(hours=2) if gauge.kind == "water" else daily.measured_at(now)[-1]
    row = {
        "id": drawn_id(stream(seed, "care alert", at), 0), "person_id": owner, "kind": gauge.kind,
        "side": gauge.side, "began_at": began, "seen_by": dispatcher if gauge.seen else None,
        "seen_at": min(began + timedelta(minutes=6), now) if gauge.seen else None, "ended_at": None,
    }  # fmt: skip
    await store.add_if_missing(session, CareAlertRow, [row])
