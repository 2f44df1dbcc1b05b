"""Paying in another's name: small at first, the person told of what looks odd, none after the end."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text

from scenes.common.booking.errors import BookingNotFound
from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import local_day, system_clock
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from scenes.common.kit.outbox import OutboxRow
from scenes.common.payments import service
from scenes.common.people.errors import CoolingOff, NotDelegated
from scenes.common.people.tables import DelegationRow, FamilyRuleRow
from tests.scenes.common.payments.conftest import District, person


@pytest.fixture
async def daughter(district: District) -> Resident:
    """Be a daughter who may pay for the resident since a minute ago; 3 yuan at most for now."""
    now, row = system_clock(), person("王梅")
    elder = district.resident.person_id
    async with district.database.transaction() as session:
        session.add(row)
        await session.flush()
        session.add(
            DelegationRow(
                id=new_id(), principal_id=elder, delegate_id=row.id, scopes=["pay"], state="active",
                asked_by="principal", asked_at=now, approved_at=now - timedelta(minutes=1),
                cooling_until=now + timedelta(hours=24), until=now + timedelta(days=9),
            )
        )  # fmt: skip
        values = {"coolingMostFen": 300, "nightFrom": 24, "nightUntil": 0}
        session.add(FamilyRuleRow(id=new_id(), since=local_day(now), values=values))
    return Resident(row.id, new_id(), elder, frozenset({"pay"}))


async def told(database: Database) -> list[tuple[UUID, object]]:
    async with database.transaction() as session:
        rows = await session.scalars(select(OutboxRow).where(text("topic = 'family.odd_payment'")))
        return [(row.subject_id, row.payload["why"]) for row in rows]


async def open_as(district: District, resident: Resident, booking_id: UUID, hours: int = 0) -> UUID:
    now = system_clock() + timedelta(hours=hours)
    async with district.database.transaction() as session:
        row, _ = await service.open_payment(session, booking_id, resident=resident, method="sandbox", now=now)
        assert (row.person_id, row.payer_id) == (district.resident.person_id, resident.person_id)
        return row.id


async def test_a_new_delegate_pays_small_amounts_only(district: District, daughter: Resident) -> None:
    held = await district.hold()
    with pytest.raises(CoolingOff):
        await open_as(district, daughter, held.id)
    assert await told(district.database) == []
    await open_as(district, district.resident, held.id)


@pytest.mark.parametrize("price_fen", [299], indirect=True)
async def test_the_elder_is_told_of_what_looks_odd(district: District, daughter: Resident) -> None:
    held = await district.hold()
    await open_as(district, daughter, held.id)
    assert await told(district.database) == [(district.resident.person_id, ["new"])]


async def test_nothing_is_paid_after_the_end(district: District, daughter: Resident) -> None:
    held = await district.hold()
    await district.database_execute("UPDATE delegation SET state = 'revoked'")
    with pytest.raises(NotDelegated):
        await open_as(district, daughter, held.id)
    with pytest.raises(BookingNotFound):
        await open_as(district, Resident(daughter.person_id, new_id()), held.id)
