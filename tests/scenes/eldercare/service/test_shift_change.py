"""What one shift leaves to the next."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import local_day
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from scenes.eldercare.errors import NotTheCareDesk
from scenes.eldercare.service import shift_change
from scenes.eldercare.wire_care_csv import report_csv
from tests.support.care import CareTown
from tests.support.clock import AdjustableClock


@pytest.fixture
async def town(database: Database, clock: AdjustableClock, cipher: FieldCipher) -> AsyncIterator[CareTown]:
    town = CareTown(database, clock, cipher)
    await town.furnish()
    yield town
    await town.stop()


async def leave(town: CareTown, staff: Staff, words: str) -> None:
    async with town.database.transaction() as session:
        await shift_change.leave_note(
            session, staff, town.place, words=words, cipher=town.cipher, now=town.clock()
        )


async def left(town: CareTown, staff: Staff) -> list[str]:
    async with town.database.read() as session:
        return [each.words for each in await shift_change.notes(session, staff, cipher=town.cipher)]


async def test_the_next_shift_reads_the_last_note_first_and_it_is_kept_sealed(town: CareTown) -> None:
    await leave(town, town.desk, "陈秀英的门铃坏了")
    town.clock.advance(timedelta(hours=1))
    await leave(town, town.desk, "吴护士明天请假")
    assert await left(town, town.desk) == ["吴护士明天请假", "陈秀英的门铃坏了"]
    kept = await town.rows("SELECT note_sealed FROM care_handover")
    assert not any("门铃".encode() in bytes(row[0]) for row in kept)


async def test_another_venue_and_the_carers_read_and_leave_nothing(town: CareTown) -> None:
    await leave(town, town.desk, "陈秀英的门铃坏了")
    elsewhere = Staff(new_id(), new_id(), "eldercare", frozenset({new_id()}))
    assert await left(town, elsewhere) == []
    for staff in (elsewhere, town.lu):
        with pytest.raises(NotTheCareDesk):
            await leave(town, staff, "不该写")
    with pytest.raises(NotTheCareDesk):
        await left(town, town.lu)


async def test_the_day_report_has_every_time_and_nobodys_name(town: CareTown) -> None:
    kept, late = (await town.ask()).row.id, (await town.ask(by=town.stranger)).row.id
    for request_id, minutes in ((kept, 30), (late, 60)):
        await town.assign(request_id, town.gu)
        await town.step(request_id, "release", town.gu)
        await town.assign(request_id, town.lu)
        await town.step(request_id, "accept", town.lu)
        town.clock.advance(timedelta(minutes=minutes))
        await town.arrive(request_id, town.lu, note="家人开的门")
    async with town.database.read() as session:
        lines = await shift_change.report(session, town.desk, local_day(town.clock()))
        before = await shift_change.report(session, town.desk, local_day(town.clock()) - timedelta(days=1))
    found = [(line.id, line.sent, line.arrived_by, line.kept) for line in lines]
    assert (found, before) == ([(kept, 2, "note", True), (late, 2, "note", False)], [])
    table = report_csv(lines).decode("utf-8-sig")
    assert len(table.splitlines()) == 3
    assert "陈秀英" not in table
    assert "陆护理员" not in table
