"""A missed day from the reminder to the visit, over real rows; each step once, whatever dies."""

import asyncio
from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import instant, local_day
from scenes.common.people import service as people
from scenes.eldercare.errors import NotTheCareDesk
from scenes.eldercare.errors_wellbeing import (
    ConsentMissing,
    OnlyThemselves,
    VisitOver,
    VisitTaken,
    WellbeingNotFound,
)
from scenes.eldercare.service import wellbeing, wellbeing_desk, wellbeing_missed
from scenes.eldercare.service.wellbeing import Wish
from tests.support.sos import Household
from tests.support.whole import staff_of

REMINDED, WORRIED, RELIEVED = "今天还没有报平安", "家人今天没有报平安", "家人报平安了"


@pytest.fixture
async def morning(household: Household) -> Household:
    """Tomorrow at eight, with a sign expected by nine."""
    household.clock.advance(
        instant(local_day(household.clock()) + timedelta(days=1), time(8)) - household.clock()
    )
    async with household.database.transaction() as session:
        wish = Wish(by_hour=time(9))
        await wellbeing.set_plan(
            session, household.elder, household.elder.person_id, wish, now=household.clock()
        )
    return household


async def look(home: Household, minutes: float = 0) -> int:
    home.clock.advance(timedelta(minutes=minutes))
    return await wellbeing_missed.follow_up(home.database, clock=home.clock)


async def give(home: Household) -> bool:
    async with home.database.transaction() as session:
        return await wellbeing.sign(session, home.elder, how="tap", now=home.clock())


async def rows(home: Household, query: str) -> list[tuple[Any, ...]]:
    async with home.database.read() as session:
        return [tuple(row) for row in await session.execute(text(query))]


async def test_elder_then_kin_then_a_visit_each_once(morning: Household) -> None:
    assert await look(morning, 59) == 0
    assert await look(morning, 1) == 1
    assert (await morning.inbox(morning.elder), await morning.inbox(morning.daughter)) == ([REMINDED], [])
    assert (await look(morning, 29), await look(morning, 1), await look(morning)) == (0, 1, 0)
    assert await morning.inbox(morning.daughter) == [WORRIED]
    assert (await look(morning, 60), await look(morning, 200)) == (1, 0)
    assert await rows(morning, "SELECT step, due_at, visit_due - visit_at FROM wellbeing_miss") == [
        (3, None, timedelta(minutes=60))
    ]
    assert await morning.inbox(morning.elder) == [REMINDED]


async def test_after_a_stop_all_that_was_due_happens_and_four_at_once_do_it_once(morning: Household) -> None:
    morning.clock.advance(timedelta(hours=5))
    taken = await asyncio.gather(*(look(morning) for _ in range(4)))
    assert sum(taken) >= 1
    await look(morning)
    assert await rows(morning, "SELECT step FROM wellbeing_miss") == [(3,)]
    assert (await morning.inbox(morning.elder), await morning.inbox(morning.daughter)) == (
        [REMINDED], [WORRIED],
    )  # fmt: skip


async def test_a_step_that_dies_half_way_has_not_happened(
    morning: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell = wellbeing_missed.notices.tell

    async def dying(*args: Any, **more: Any) -> bool:
        await tell(*args, **more)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(wellbeing_missed.notices, "tell", dying)
        with pytest.raises(KeyboardInterrupt):
            await look(morning, 60)
    assert (await rows(morning, "SELECT 1 FROM wellbeing_miss"), await morning.inbox(morning.elder)) == (
        [],
        [],
    )
    assert await look(morning) == 1
    assert await morning.inbox(morning.elder) == [REMINDED]


async def test_a_sign_stops_it_once_a_day_and_kin_who_worried_hear(morning: Household) -> None:
    await look(morning, 90)
    assert (await give(morning), await give(morning)) == (True, False)
    assert (await look(morning, 300), await morning.inbox(morning.daughter)) == (0, [WORRIED, RELIEVED])
    morning.clock.advance(timedelta(days=1) - timedelta(hours=6))
    assert await give(morning)
    assert await rows(morning, "SELECT count(*) FROM wellbeing_sign") == [(2,)]


async def test_a_pause_and_an_hour_chosen_too_late_miss_nobody(morning: Household) -> None:
    me, today = morning.elder.person_id, local_day(morning.clock())
    async with morning.database.transaction() as session:
        await wellbeing.pause(
            session, morning.daughter, me, begins=today, ends=today + timedelta(days=2), reason="hospital",
            now=morning.clock(),
        )  # fmt: skip
    assert await look(morning, 300) == 0
    async with morning.database.transaction() as session:
        await wellbeing.resume(session, morning.daughter, me, now=morning.clock())
    assert await look(morning) == 0
    assert await look(morning, 24 * 60) == 3


async def test_kin_see_with_consent_only_and_others_find_nothing(morning: Household) -> None:
    await give(morning)
    async with morning.database.transaction() as session:
        me, now = morning.elder.person_id, morning.clock()
        with pytest.raises(ConsentMissing):
            await wellbeing.view(session, morning.daughter, me, now=now)
        with pytest.raises(WellbeingNotFound):
            await wellbeing.view(session, morning.stranger, me, now=now)
        acting = Resident(morning.daughter.person_id, me, acting_for=me)
        with pytest.raises(OnlyThemselves):
            await wellbeing.sign(session, acting, how="tap", now=now)
        await people.set_consents(session, me, wanted={"health": True}, now=now)
        seen = await wellbeing.view(session, morning.daughter, me, now=now)
    assert [each.standing for each in seen.days] == ["seen"] + ["off"] * 13


async def test_the_desk_sees_who_is_missing_goes_and_writes_down_what_came_of_it(morning: Household) -> None:
    await look(morning, 180)
    colleague = staff_of("eldercare")
    async with morning.database.transaction() as session:
        now = morning.clock()
        with pytest.raises(NotTheCareDesk):
            await wellbeing_desk.unseen(session, staff_of("clinic"), now=now)
        [line] = await wellbeing_desk.unseen(session, morning.staff, now=now)
        assert (line.name, line.step, line.visit_due) == ("陈秀英", 3, now + timedelta(minutes=60))
        assert line.visit_id is not None
        await wellbeing_desk.take(session, morning.staff, line.visit_id, now=now)
        with pytest.raises(VisitTaken):
            await wellbeing_desk.take(session, colleague, line.visit_id, now=now)
        await wellbeing_desk.close(session, morning.staff, line.visit_id, result="fine", now=now)
        with pytest.raises(VisitOver):
            await wellbeing_desk.close(session, morning.staff, line.visit_id, result="fine", now=now)
        assert await wellbeing_desk.unseen(session, morning.staff, now=now) == []
    assert await rows(morning, "SELECT how FROM wellbeing_sign") == [("staff",)]
    audited = "SELECT action FROM audit_entry WHERE action LIKE 'staff.wellbeing.%' ORDER BY 1"
    assert await rows(morning, audited) == [("staff.wellbeing.close.fine",), ("staff.wellbeing.take",)]


async def test_a_sign_ends_a_visit_nobody_set_out_for(morning: Household) -> None:
    await look(morning, 180)
    await give(morning)
    assert await rows(morning, "SELECT result FROM wellbeing_miss") == [("signed",)]
