from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.ids import new_id
from scenes.common.people.service.homes import HomeCell, home_cells
from scenes.common.people.tables import PersonRow, make_person_row
from tests.support.clock import AdjustableClock

CIPHER = FieldCipher(bytes(16), bytes(32))
TODAY = date(2026, 11, 23)


def person(clock: AdjustableClock, born: date, area: str = "甲", **where: float | None) -> PersonRow:
    row = make_person_row(CIPHER, new_id(), name="王秀芳", birth_date=born, sex="f", now=clock())
    row.area, row.lat, row.lng = area, where.get("lat", 31.2401), where.get("lng", 121.4001)
    return row


async def test_people_are_counted_by_cell_and_subdistrict(
    session: AsyncSession, clock: AdjustableClock
) -> None:
    sixty, young = date(1966, 11, 23), date(1966, 11, 24)
    erased = person(clock, sixty)
    erased.erased_at = clock() - timedelta(days=1)
    session.add_all([
        person(clock, sixty), person(clock, young, lat=31.2404, lng=121.4004),
        person(clock, sixty, lat=31.2406), person(clock, sixty, "乙"),
        person(clock, sixty, lat=None, lng=None), erased,
    ])  # fmt: skip
    await session.flush()
    assert await home_cells(session, now=clock()) == [
        HomeCell("乙", 31.24025, 121.40025, 1, 1),
        HomeCell("甲", 31.24025, 121.40025, 2, 1),
        HomeCell("甲", 31.24075, 121.40025, 1, 1),
    ]


async def test_whoever_was_born_on_a_leap_day(session: AsyncSession) -> None:
    clock = AdjustableClock()
    clock.advance(timedelta(days=(date(2028, 2, 29) - TODAY).days))
    session.add(person(clock, date(1968, 2, 29)))
    await session.flush()
    assert [cell.elders for cell in await home_cells(session, now=clock())] == [0]
    clock.advance(timedelta(days=1))
    assert [cell.elders for cell in await home_cells(session, now=clock())] == [1]
