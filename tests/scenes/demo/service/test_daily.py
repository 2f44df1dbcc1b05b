"""The demo's daily signs stand in every state, and its devices' readings are what the room makes of them."""

import hashlib
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.demo.rules.chance import SEED
from scenes.demo.service.daily import device_id, secret_of
from scenes.demo.service.progress import Report
from scenes.eldercare.rules import readings as rules
from scenes.eldercare.service.readings import opened
from scenes.eldercare.service.wellbeing_missed import follow_up
from scenes.eldercare.store import readings as store
from tests.scenes.demo.conftest import NOW, Keys, Made, make

CIPHER = FieldCipher(Keys.field_key, Keys.index_key)
MISSED = """SELECT step, taken_by IS NOT NULL, result, visit_due < :now AND closed_at IS NULL
            FROM wellbeing_miss WHERE day = :day ORDER BY 1, 2, 3 NULLS FIRST"""


async def rows(database: Database, statement: str, **facts: Any) -> list[tuple[Any, ...]]:
    async with database.read() as session:
        return [tuple(row) for row in (await session.execute(text(statement), facts)).all()]


async def test_today_is_missed_as_far_as_a_day_can_be(made: Made) -> None:
    database = await made(residents=400, days=1)
    assert await rows(database, MISSED, day=NOW.date(), now=NOW) == [
        (1, False, None, None), (2, False, None, None), (3, False, None, True),
        (3, True, None, False), (3, True, "fine", False),
    ]  # fmt: skip
    plans = "SELECT count(*), count(*) FILTER (WHERE active), count(paused_from) FROM wellbeing_plan"
    assert await rows(database, plans) == [(10, 9, 1)]
    signs = "SELECT count(*) FROM wellbeing_sign WHERE day = :day"
    assert await rows(database, signs, day=NOW.date()) == [(2,)]
    both = "SELECT count(*) FROM wellbeing_sign s JOIN wellbeing_miss m USING (person_id, day)"
    assert await rows(database, both) == [(0,)]


async def test_nothing_is_left_for_the_job_that_time_alone_did_not_bring(made: Made) -> None:
    database = await made(residents=400, days=1)
    assert await follow_up(database, clock=lambda: NOW) == 0
    assert await follow_up(database, clock=lambda: NOW + timedelta(minutes=25)) == 1


async def test_alerts_stand_where_the_rules_see_news_and_nowhere_else(made: Made) -> None:
    database = await made(residents=400, days=1)
    alerts = "SELECT person_id || kind, side FROM care_alert WHERE kind <> 'water'"
    told: dict[str, str] = {key: side for key, side in await rows(database, alerts)}  # noqa: C416
    seen: dict[str, str] = {}
    devices = await rows(database, "SELECT person_id, kind FROM care_device WHERE kind <> 'water'")
    async with database.read() as session:
        for person_id, kind in devices:
            last = await store.last_readings(session, person_id, kind, limit=3)
            side = rules.news([opened(row, CIPHER) for row in last], rules.Limits())
            if side is not None:
                seen[f"{person_id}{kind}"] = side
    assert sorted(told.values()) == ["high", "low"]
    assert told == seen
    silent = "SELECT side, count(*) FROM care_alert WHERE kind = 'water' GROUP BY 1"
    assert await rows(database, silent) == [("silent", 1)]


async def test_the_sender_can_be_told_the_secrets_and_growing_changes_nothing(
    made: Made, report: Report
) -> None:
    database = await made(residents=400, days=1)
    device = device_id(SEED, 0)
    digest = hashlib.sha256(secret_of(device, Keys.secret_key).encode()).digest()
    kept = "SELECT kind, secret_hash FROM care_device WHERE id = :id"
    assert await rows(database, kept, id=device) == [("bp", digest)]
    counted = """SELECT (SELECT count(*) FROM care_reading), (SELECT count(*) FROM wellbeing_sign),
                 (SELECT count(*) FROM consent WHERE subject = 'health')"""
    before = await rows(database, counted)
    await make(database, report, residents=400, days=1, if_empty=False)
    assert await rows(database, counted) == before
