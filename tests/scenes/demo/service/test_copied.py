"""Rows that are copied in bulk are those that the desks would write."""

import json
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from scenes.clinic.rules.rule import rule_for
from scenes.clinic.service.schedule import publish_schedule, rules_in_force
from scenes.clinic.tables import ClinicSessionRow
from scenes.common.booking.tables import BookingWindowRow
from scenes.common.kit.clock import local_day
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.people.tables import PersonRow, id_context, make_person_row, phone_context
from scenes.demo.rules.chance import SEED
from scenes.demo.rules.residents import draw_batch
from scenes.demo.rules.staffing import duties
from scenes.demo.service import people, sessions
from scenes.demo.service.clinics import draw_clinics, open_clinics
from tests.scenes.demo.conftest import NOW, Keys

CIPHER = FieldCipher(Keys.field_key, Keys.index_key)


async def rows(database: Database, statement: str) -> list[tuple[Any, ...]]:
    async with database.read() as session:
        return [tuple(row) for row in (await session.execute(text(statement))).all()]


def test_a_person_is_copied_as_the_people_desk_would_write_them() -> None:
    for resident in draw_batch(SEED, 0)[:20]:
        copied = dict(zip(people.PERSON_COLUMNS, people.person_record(CIPHER, resident, NOW), strict=True))
        wanted = make_person_row(
            CIPHER, resident.id, name=resident.name, birth_date=resident.birth, sex=resident.sex, now=NOW,
            area=resident.home.area, phone=resident.phone, resident_id=resident.resident_id,
            resident_no=resident.no, lat=resident.home.lat, lng=resident.home.lng, hukou=resident.hukou,
            has_account=resident.has_account, synthetic=True,
        ).model_dump()  # fmt: skip
        opened = [_opened(record) for record in (copied, wanted)]
        assert opened[0] == opened[1]
    assert set(people.PERSON_COLUMNS) == set(PersonRow.__table__.columns.keys())


def _opened(record: dict[str, Any]) -> dict[str, Any]:
    """Open what is sealed, which is never twice the same."""
    phone, number = record["phone_sealed"], record["id_sealed"]
    return record | {
        "phone_sealed": CIPHER.open(phone, context=phone_context(record["id"])) if phone else None,
        "id_sealed": CIPHER.open(number, context=id_context(record["id"])),
    }


async def test_sessions_are_copied_as_the_clinic_would_publish_them(database: Database) -> None:
    clinics, today = draw_clinics(SEED), local_day(NOW)
    wanted = list(duties(clinics.doctors[:3], first=today, last=today + timedelta(days=7)))
    departments = {each.id: each for each in clinics.departments}
    async with database.transaction() as session:
        await open_clinics(session, clinics, now=NOW)
        rules = await rules_in_force(session)
        planned = [
            sessions.planned_session(
                SEED,
                duty,
                departments[duty.doctor.department_id],
                rule_for(duty.doctor.site_id, duty.day, rules),
            )
            for duty in wanted
        ]
        await publish_schedule(session, [sessions._shift(duty) for duty in wanted])
    copied = sorted(
        _plain(sessions.WINDOW_COLUMNS, sessions.window_record(slot, 0))
        for _, slots in planned
        for slot in slots
    )
    stored = await rows(database, f"SELECT {', '.join(_cast(sessions.WINDOW_COLUMNS))} FROM booking_window")  # noqa: S608
    assert copied == sorted(_plain(sessions.WINDOW_COLUMNS, row) for row in stored)
    stored = await rows(database, f"SELECT {', '.join(sessions.SESSION_COLUMNS)} FROM clinic_session")  # noqa: S608
    assert sorted(_plain(sessions.SESSION_COLUMNS, record) for record, _ in planned) == sorted(
        _plain(sessions.SESSION_COLUMNS, row) for row in stored
    )
    assert set(sessions.WINDOW_COLUMNS) == set(BookingWindowRow.__table__.columns.keys())
    assert set(ClinicSessionRow.__table__.columns.keys()) - set(sessions.SESSION_COLUMNS) == {
        "serving_booking_id",
        "serving_no",
    }


def _cast(columns: tuple[str, ...]) -> list[str]:
    return [f"{name}::text" if name == "terms" else name for name in columns]


def _plain(columns: tuple[str, ...], record: tuple[Any, ...]) -> list[str]:
    """Write a record without its own identifiers, so that two of different makers compare."""
    facts = dict(zip(columns, record, strict=True))
    if "terms" in facts:
        facts["terms"] = sorted(json.loads(facts["terms"]).items())
    return [repr(value) for name, value in facts.items() if name not in {"id", "group_id"}]
