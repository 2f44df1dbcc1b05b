import asyncio
import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from pyotp import TOTP
from sqlalchemy import text

from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.people.tokens import Passwords
from scenes.demo.rules.chance import SEED
from scenes.demo.service import seed, staff_lines
from scenes.demo.service.progress import Report
from tests.scenes.demo.conftest import NOW, Keys, Made, make
from tests.scenes.demo.outline import DATA, inside, outlines

CIPHER = FieldCipher(Keys.field_key, Keys.index_key)

_FACTS = (
    (
        "SELECT id, resident_no, name, birth_date, sex, phone_index, id_index, area, lat, lng, hukou,"
        " has_account FROM person ORDER BY resident_no"
    ),
    "SELECT id, name, address, lat, lng FROM place ORDER BY id",
    "SELECT id, station_id, code, number, kind, power_kw, has_lock FROM charging_connector ORDER BY id",
    "SELECT id, connector_id, status, at FROM connector_change ORDER BY id",
    "SELECT id, station_id, periods::text FROM charging_tariff ORDER BY id",
    "SELECT id, place_id, name, price_fen, daily_stock FROM breakfast_item ORDER BY id",
    "SELECT item_id, day, portions, weather FROM breakfast_demand ORDER BY 1, 2",
    "SELECT id, name, title, department_id FROM doctor ORDER BY id",
    "SELECT account_id, person_id, relation FROM patient_link ORDER BY 1, 2",
    "SELECT id, person_id, doctor_id FROM family_doctor_contract ORDER BY id",
    "SELECT id, day, period, doctor_id FROM clinic_session ORDER BY id",
    "SELECT id, taken, capacity FROM booking_window ORDER BY id",
    "SELECT id, person_id, state, code, queue_no, payment_id, created_at FROM booking ORDER BY id",
)


async def rows(database: Database, statement: str, **facts: Any) -> list[tuple[Any, ...]]:
    async with database.read() as session:
        return [tuple(row) for row in (await session.execute(text(statement), facts)).all()]


async def one(database: Database, statement: str) -> Any:
    return (await rows(database, statement))[0][0]


async def digest(database: Database) -> str:
    told = hashlib.sha256()
    for statement in _FACTS:
        told.update(repr(await rows(database, statement)).encode())
    return told.hexdigest()


async def test_the_district_has_who_and_what_was_asked_for(made: Made) -> None:
    database = await made(residents=5000, days=14)
    counted = await rows(
        database,
        "SELECT count(*), count(*) FILTER (WHERE synthetic), min(resident_no), max(resident_no),"
        " count(*) FILTER (WHERE birth_date <= DATE '1966-11-23') FROM person",
    )
    people_count, synthetic, first, last, elders = counted[0]
    assert (people_count, synthetic, first, last) == (5000, 5000, 1, 5000)
    assert elders / people_count == pytest.approx(0.31, abs=0.01)
    assert await rows(
        database, "SELECT kind, count(*), bool_and(synthetic) FROM place GROUP BY 1 ORDER BY 1"
    ) == [
        ("breakfast_cart", 6, True),
        ("breakfast_locker", 4, True),
        ("breakfast_shop", 30, True),
        ("charging_station", 36, True),
        ("day_care", 1, True),
        ("health_centre", 10, True),
        ("health_kiosk", 10, True),
        ("health_station", 49, True),
        ("internet_hospital", 1, True),
        ("nursing_home", 1, True),
    ]
    for table, fewest, most in (("department", 5, 8), ("doctor", 3, 10)):
        per = [n for (n,) in await rows(database, f"SELECT count(*) FROM {table} GROUP BY place_id")]  # noqa: S608
        assert (len(per), min(per) >= fewest, max(per) <= most) == (10, True, True)
    assert await rows(
        database, "SELECT min(day) >= DATE '2026-11-09', max(day) <= DATE '2026-12-07' FROM clinic_session"
    ) == [(True, True)]
    assert await rows(database, "SELECT username FROM staff ORDER BY 1") == [
        (name,)
        for name in (
            "auditor",
            "breakfast",
            "carer1",
            "carer2",
            "carer3",
            "carer4",
            "carer5",
            "charging",
            "clinic",
            "district",
            "eldercare",
        )
    ]
    assert await rows(
        database,
        "SELECT username, count(*) FROM staff_place JOIN staff ON id = staff_id GROUP BY 1 ORDER BY 1",
    ) == [
        ("breakfast", 40), ("carer1", 1), ("carer2", 1), ("carer3", 1), ("carer4", 1), ("carer5", 1),
        ("charging", 36), ("clinic", 10), ("eldercare", 2),
    ]  # fmt: skip


async def test_all_that_was_booked_is_what_is_taken_and_paid(made: Made) -> None:
    database = await made()
    wrong = {
        "taken": "SELECT w.id FROM booking_window w LEFT JOIN booking_line l ON l.window_id = w.id"
        " LEFT JOIN booking b ON b.id = l.booking_id"
        " AND b.state IN ('held', 'confirmed', 'checked_in', 'fulfilled', 'no_show') GROUP BY w.id"
        " HAVING w.taken <> COALESCE(sum(l.units) FILTER (WHERE b.id IS NOT NULL), 0)",
        "payment": "SELECT b.id FROM booking b LEFT JOIN payment p ON p.id = b.payment_id"
        " AND p.booking_id = b.id AND p.state = 'success' AND p.settled_at IS NOT NULL"
        " AND p.amount_fen = b.amount_fen AND p.refund_state = 'none'"
        " WHERE (b.amount_fen > 0 AND b.state <> 'cancelled') <> (p.id IS NOT NULL)",
        "payable ahead": "SELECT id FROM booking WHERE state = 'confirmed' AND amount_fen > 0",
        "end states": "SELECT id FROM booking WHERE (state = 'confirmed') <> (ends_at + make_interval("
        "mins => COALESCE((terms->>'graceMinutes')::int, 0)) > :now)",
        "audience": "SELECT b.id FROM booking b JOIN booking_line l ON l.booking_id = b.id"
        " JOIN booking_window w ON w.id = l.window_id JOIN person p ON p.id = b.person_id"
        " WHERE (w.audience = 'elders' AND p.birth_date > w.starts_at - interval '60 years')"
        " OR (w.audience = 'signed' AND NOT EXISTS (SELECT FROM booking_standing s WHERE"
        " s.person_id = p.id AND s.key = 'signed:' || w.place_id))",
        "booked in time": "SELECT b.id FROM booking b JOIN booking_line l ON l.booking_id = b.id"
        " JOIN booking_window w ON w.id = l.window_id"
        " WHERE b.created_at < w.opens_at OR b.created_at > w.closes_at OR b.created_at > :now"
        " OR b.updated_at > :now",
        "strikes": "SELECT b.id FROM booking b FULL JOIN clinic_strike s ON s.booking_id = b.id"
        " WHERE (b.state = 'no_show') <> (s.booking_id IS NOT NULL)",
        "banned": "SELECT person_id FROM clinic_strike GROUP BY 1 HAVING count(*) > 2",
        "numbers": "SELECT b.group_id FROM booking b LEFT JOIN booking_queue q ON q.group_id = b.group_id"
        " WHERE b.queue_no IS NOT NULL GROUP BY b.group_id, q.last_no"
        " HAVING count(*) <> COALESCE(q.last_no, 0) OR max(b.queue_no) <> q.last_no",
        "the first residents": "SELECT b.id FROM booking b JOIN person p ON p.id = b.person_id"
        " WHERE p.resident_no <= 750",
    }
    found = {}
    for name, statement in wrong.items():
        facts = {"now": NOW} if ":now" in statement else {}
        found[name] = await rows(database, statement, **facts)
    assert {name: rows for name, rows in found.items() if rows} == {}


async def test_one_refund_waits_for_the_district(made: Made) -> None:
    database = await made()
    assert await rows(
        database,
        "SELECT b.state, b.payment_state, p.refund_state, r.state, r.amount_fen = b.amount_fen,"
        " r.requested_at <= :now FROM refund r JOIN payment p ON p.id = r.payment_id"
        " JOIN booking b ON b.id = p.booking_id AND b.payment_id = p.id",
        now=NOW,
    ) == [("cancelled", "refunding", "abnormal", "abnormal", True, True)]


async def test_a_fifth_of_past_visits_was_missed_and_coming_sessions_are_partly_booked(made: Made) -> None:
    database = await made(residents=5000, days=14)
    states = dict(await rows(database, "SELECT state, count(*) FROM booking GROUP BY 1"))
    assert set(states) == {"confirmed", "cancelled", "fulfilled", "no_show"}
    assert states["no_show"] / (states["no_show"] + states["fulfilled"]) == pytest.approx(0.2, abs=0.03)
    full = "SELECT count(*) FROM booking_window WHERE starts_at > :now AND taken = capacity"
    too_early = "SELECT count(*) FROM booking_window WHERE opens_at > :now AND taken > 0"
    assert (await rows(database, full, now=NOW))[0][0] > 0
    assert (await rows(database, too_early, now=NOW))[0][0] == 0


async def test_the_same_numbers_make_the_same_district(
    made: Made, database: Database, report: Report
) -> None:
    first, other = await digest(await made()), await digest(await made(seed_number=SEED + 1))
    await make(database, report)
    assert (first == await digest(database), first == other) == (True, False)


async def test_a_district_that_is_there_is_left_alone_if_asked(made: Made, report: Report) -> None:
    database = await made()
    before = await digest(database)
    assert not await make(database, report, residents=2000, now=NOW + timedelta(days=1))
    assert await digest(database) == before


async def test_a_district_grows_to_what_it_would_have_been(
    made: Made, database: Database, report: Report
) -> None:
    grown = await made(residents=10, days=1)
    await make(grown, report, residents=2300, days=1, if_empty=False)
    await make(database, report, residents=2300, days=1)
    for statement in (_FACTS[0], _FACTS[3]):
        assert await rows(grown, statement) == await rows(database, statement)


async def test_the_next_day_adds_only_that_days_sessions(made: Made, report: Report) -> None:
    database = await made(residents=5000, days=14)
    before = await one(database, "SELECT count(*) FROM clinic_session")
    await make(database, report, residents=5000, days=14, if_empty=False, now=NOW + timedelta(days=1))
    added = await one(database, "SELECT count(*) FROM clinic_session WHERE day = DATE '2026-12-08'")
    assert (await one(database, "SELECT count(*) FROM clinic_session"), added > 0) == (before + added, True)


@pytest.mark.skipif(not DATA.exists(), reason="the outlines are a district's own data, not kept here")
async def test_every_stored_home_and_place_is_inside_its_subdistrict(made: Made) -> None:
    database = await made(residents=5000, days=14)
    real = outlines()
    spots = await rows(
        database, "SELECT area, lat, lng FROM person UNION ALL SELECT subdistrict, lat, lng FROM place"
    )
    assert (len(spots), [spot for spot in spots if not inside(real[spot[0]], *spot[1:])]) == (5148, [])


async def test_a_killed_making_leaves_nothing(
    database: Database, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(*_: object, **__: object) -> None:
        raise asyncpg.PostgresError

    monkeypatch.setattr("scenes.demo.service.write_visits", breaks)
    with pytest.raises(asyncpg.PostgresError):
        await make(database, report)
    counted = (
        "SELECT (SELECT count(*) FROM person), (SELECT count(*) FROM place), (SELECT count(*) FROM staff)"
    )
    assert await rows(database, counted) == [(0, 0, 0)]


async def test_the_staff_can_sign_in_with_what_is_printed(made: Made) -> None:
    database = await made(residents=10, days=1)
    printed = {line.split()[0]: line.split()[1:] for line in staff_lines(Keys(), clock=lambda: NOW)[1:]}
    for name, hashed in await rows(database, "SELECT username, password_hash FROM staff"):
        password, secret, code = printed[name]
        assert (await Passwords().matches(password, hashed), TOTP(secret).at(NOW)) == (True, code)
    other = replace(Keys(), secret_key=b"another district's secret, 32 by")
    assert not {each[0] for each in printed.values()} & {line.split()[1] for line in staff_lines(other)}


async def test_seeding_from_the_command_line_tells_how_far_it_is(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Keys(database_url=database.url)
    await asyncio.to_thread(seed, settings, residents=2500, days=1, if_empty=True, clock=lambda: NOW)
    told = capsys.readouterr().err.splitlines()
    at = told.index("· moving residents in: 2,500")
    assert told[at : at + 3] == [
        "· moving residents in: 2,500",
        "· moving residents in: 1,000 of 2,500",
        "· moving residents in: 2,000 of 2,500",
    ]
    assert await one(database, "SELECT count(*) FROM person") == 2500
