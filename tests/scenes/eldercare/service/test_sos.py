"""An alarm from the tap to its result, over real rows."""

import asyncio
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text

from scenes.common.kit.caller import Staff
from scenes.common.kit.ids import new_id
from scenes.eldercare.errors_sos import AlarmNotAnswered, AlarmNotFound, ClosingInvalid, NotTheAlarmDesk
from scenes.eldercare.rules.sos import Waits
from scenes.eldercare.service import sos, sos_desk
from scenes.eldercare.service.alarm_log import set_waits
from tests.support.sos import HOME, Household

WHOLE = [
    ("raised", 1, 0), ("rung", 1, 1), ("rung", 1, 2), ("rung", 1, 3), ("nobody", 1, 3), ("rung", 1, 4),
    ("rung", 1, 5),
]  # fmt: skip


async def answered(household: Household, alarm_id: UUID) -> None:
    async with household.database.transaction() as session:
        await sos_desk.answer(session, household.staff, alarm_id, now=household.clock())


async def closed(household: Household, alarm_id: UUID, result: sos_desk.Result = "helped") -> None:
    async with household.database.transaction() as session:
        await sos_desk.close(
            session, household.staff, alarm_id, result=result, note="", cipher=household.cipher,
            now=household.clock(),
        )  # fmt: skip


async def test_unanswered_it_climbs_to_the_end_and_everybody_hears(household: Household) -> None:
    alarm_id, new = await household.tap()
    assert new
    await household.wait(9)
    assert await household.log(alarm_id) == [("raised", 1, 0)]
    await household.wait(1 + 60 + 60 + 120)
    assert await household.log(alarm_id) == WHOLE
    assert await household.inbox(household.daughter) == ["快去看看:有人呼救"]
    assert await household.inbox(household.officer) == ["快去看看:有人呼救"]
    assert await household.inbox(household.elder) == ["请打120"]
    assert await household.inbox(household.stranger) == []


async def test_undone_within_ten_seconds_nobody_is_called(household: Household) -> None:
    alarm_id, _ = await household.tap()
    household.clock.advance(timedelta(seconds=9))
    async with household.database.transaction() as session:
        _, undone = await sos.cancel(session, household.elder, alarm_id, now=household.clock())
    assert undone
    await household.wait(120, every=10)
    assert await household.log(alarm_id) == [("raised", 1, 0), ("cancelled", 1, 0)]


async def test_later_i_am_fine_goes_to_the_desk_and_closes_nothing(household: Household) -> None:
    alarm_id, _ = await household.tap()
    await household.wait(10)
    async with household.database.transaction() as session:
        _, undone = await sos.cancel(session, household.elder, alarm_id, now=household.clock())
    assert not undone
    await household.wait(60)
    assert await household.log(alarm_id) == [
        ("raised", 1, 0), ("rung", 1, 1), ("fine", 1, 1), ("rung", 1, 2),
    ]  # fmt: skip


async def test_a_second_tap_is_the_same_alarm_even_at_the_same_moment(household: Household) -> None:
    taps = await asyncio.gather(*(household.tap() for _ in range(4)))
    assert len({alarm_id for alarm_id, _ in taps}) == 1
    assert [new for _, new in taps].count(True) == 1


async def test_a_tap_long_after_the_answer_calls_everybody_again(household: Household) -> None:
    alarm_id, _ = await household.tap()
    await household.wait(10)
    await answered(household, alarm_id)
    await household.wait(601, every=60)
    again, new = await household.tap()
    assert (again, new) == (alarm_id, False)
    await household.climb()
    assert await household.log(alarm_id) == [
        ("raised", 1, 0), ("rung", 1, 1), ("answered", 1, 1), ("again", 2, 0), ("rung", 2, 1),
    ]  # fmt: skip


async def test_answered_and_not_attended_it_climbs_again(household: Household) -> None:
    alarm_id, _ = await household.tap()
    await household.wait(10)
    await answered(household, alarm_id)
    await household.wait(29 * 60, every=60)
    assert (await household.row(alarm_id)).state == "answered"
    await household.wait(60, every=60)
    assert (await household.log(alarm_id))[-1] == ("rung", 2, 1)
    row = await household.row(alarm_id)
    assert (row.answered_rung, row.answered_by) == (1, household.staff.staff_id)


async def test_after_a_stop_the_next_rung_begins_at_once_and_the_others_keep_their_wait(
    household: Household,
) -> None:
    alarm_id, _ = await household.tap()
    await household.wait(10)
    household.clock.advance(timedelta(minutes=20))
    assert await household.climb() == 1
    assert (await household.log(alarm_id))[-1] == ("rung", 1, 2)


async def test_two_workers_begin_each_rung_once(household: Household) -> None:
    ids = [(await household.tap(person_id=(await household.person("周", "13500135000")).person_id))[0]]
    ids.append((await household.tap())[0])
    household.clock.advance(timedelta(seconds=10))
    begun = await asyncio.gather(*(household.climb() for _ in range(4)))
    assert sum(begun) == 2
    for alarm_id in ids:
        assert await household.log(alarm_id) == [("raised", 1, 0), ("rung", 1, 1)]


async def test_one_that_cannot_be_told_holds_up_nobody(
    household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    from scenes.eldercare.service import on_ladder  # noqa: PLC0415 - to break it

    tell = on_ladder.notices.tell

    async def broken(session: object, person_id: UUID, **more: object) -> bool:
        if person_id == household.daughter.person_id:
            raise OSError("the line is dead")
        return await tell(session, person_id, **more)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(on_ladder.notices, "tell", broken)
    alarm_id, _ = await household.tap()
    await household.wait(72)
    view = await household.view(alarm_id)
    states = [(call.target, call.state) for call in view.calls]
    assert states == [
        ("desk", "told"), ("kin", "failed"), ("kin", "nobody"), ("carer", "nobody"), ("duty", "told"),
    ]  # fmt: skip


async def test_kin_who_were_called_answer_and_others_find_nothing(household: Household) -> None:
    alarm_id, _ = await household.tap()
    await household.wait(70)
    async with household.database.transaction() as session:
        with pytest.raises(AlarmNotFound):
            await sos.answer_called(session, household.stranger, alarm_id, now=household.clock())
        with pytest.raises(AlarmNotFound):
            await sos.answer_called(session, household.officer, alarm_id, now=household.clock())
        row = await sos.answer_called(session, household.daughter, alarm_id, now=household.clock())
        assert (row.state, row.answered_rung) == ("answered", 2)
    await household.wait(300, every=60)
    assert (await household.log(alarm_id))[-1] == ("answered", 1, 2)


async def test_only_those_called_see_the_place(household: Household) -> None:
    alarm_id, _ = await household.tap(spot=sos.Spot(31.25, 121.41), note="摔了")
    await household.wait(70)
    async with household.database.transaction() as session:
        view, called = await sos.alarm_for(session, household.daughter, alarm_id)
        assert called
        assert sos.spot_of(view.row, household.cipher) == sos.Spot(31.25, 121.41)
        assert sos.note_of(view.row, household.cipher) == "摔了"
        await sos.note_seen(session, household.daughter, alarm_id, now=household.clock())
        await sos.note_seen(session, household.daughter, alarm_id, now=household.clock())
        with pytest.raises(AlarmNotFound):
            await sos.alarm_for(session, household.stranger, alarm_id)
    assert (await household.log(alarm_id))[-1] == ("seen", 1, 2)
    raw = (await household.row(alarm_id)).place_sealed
    assert raw is not None
    assert b"31.25" not in raw


async def test_without_a_position_the_home_is_known(household: Household) -> None:
    alarm_id, _ = await household.tap()
    assert sos.spot_of(await household.row(alarm_id), household.cipher) == sos.Spot(*HOME, "home")


async def test_the_desk_opens_answers_and_closes_and_all_is_audited(household: Household) -> None:
    alarm_id, _ = await household.tap()
    async with household.database.transaction() as session:
        with pytest.raises(AlarmNotFound):  # the tap can still be taken back
            await sos_desk.detail(
                session, household.staff, alarm_id, cipher=household.cipher, now=household.clock()
            )
    await household.wait(10)
    async with household.database.transaction() as session:
        found = await sos_desk.detail(
            session, household.staff, alarm_id, cipher=household.cipher, now=household.clock()
        )
    assert (found.phone, found.spot) == ("13800138000", sos.Spot(*HOME, "home"))
    with pytest.raises(AlarmNotAnswered):
        await closed(household, alarm_id)
    await answered(household, alarm_id)
    await closed(household, alarm_id)
    assert (await household.row(alarm_id)).result == "helped"
    async with household.database.read() as session:
        connection = await session.connection()
        audit = await connection.exec_driver_sql("SELECT action FROM audit_entry ORDER BY seq")
        assert audit.scalars().all() == ["staff.sos.read", "staff.sos.answer", "staff.sos.close.helped"]


async def test_another_desk_sees_no_alarm(household: Household) -> None:
    clinic = Staff(new_id(), new_id(), "clinic", frozenset())
    async with household.database.read() as session:
        with pytest.raises(NotTheAlarmDesk):
            await sos_desk.desk(session, clinic)


async def test_a_drill_says_so_everywhere_and_stands_beside_a_real_alarm(household: Household) -> None:
    async with household.database.transaction() as session:
        drill = await sos_desk.start_drill(
            session, household.staff, household.elder.person_id, cipher=household.cipher,
            now=household.clock(),
        )  # fmt: skip
    await household.wait(10 + 60 + 60 + 120)
    assert await household.log(drill.id) == WHOLE
    heard = [await household.inbox(who) for who in (household.daughter, household.officer, household.elder)]
    assert heard == [["【演练】呼救"], ["【演练】呼救"], ["【演练】到了最后一步"]]
    real, new = await household.tap()
    assert new
    assert real != drill.id
    await answered(household, drill.id)
    with pytest.raises(ClosingInvalid):
        await closed(household, drill.id)
    await closed(household, drill.id, "drill")
    today = household.clock().date()
    async with household.database.read() as session:
        figures, rows = await sos_desk.figures(session, household.staff, since=today, until=today)
        drills, _ = await sos_desk.figures(session, household.staff, since=today, until=today, drill=True)
    assert ([row.id for row in rows], figures.answered[0].of, drills.answered[0].of) == ([], 0, 1)


async def test_the_district_sets_the_waits_and_open_alarms_keep_theirs(household: Household) -> None:
    before, _ = await household.tap()
    today = household.clock().date()
    async with household.database.transaction() as session:
        await set_waits(session, Waits(undo_seconds=20, rung_seconds=(30, 60, 60, 60, 60)), since=today)
    after, _ = await household.tap(person_id=household.officer.person_id)
    await household.wait(40)
    assert (await household.log(before))[-1] == ("rung", 1, 1)
    await household.wait(10)
    assert (await household.log(after))[-1] == ("rung", 1, 5)


async def test_the_database_itself_refuses_to_change_the_log(household: Household, database_url: str) -> None:
    await household.tap()
    connection = await asyncpg.connect(database_url)
    try:
        with pytest.raises(asyncpg.RaiseError, match="the log of an alarm is final"):
            await connection.execute("UPDATE sos_step SET kind = 'closed'")
    finally:
        await connection.close()


async def test_the_nearest_carer_is_called_and_may_answer_and_is_not_told_of_it_again(
    household: Household,
) -> None:
    carer = await household.hire_carer()
    alarm_id, _ = await household.tap()
    await household.wait(10 + 60 + 60)
    calls = [(call.target, call.person_id) for call in (await household.view(alarm_id)).calls]
    assert calls == [("desk", None), ("kin", household.daughter.person_id), ("carer", carer.person_id)]
    listed = "SELECT state, why FROM notice_delivery WHERE channel = 'call' ORDER BY id"
    async with household.database.transaction() as session:
        await session.execute(text("UPDATE notice_delivery SET channel = 'call', state = 'listed'"))
        row = await sos.answer_called(session, carer, alarm_id, now=household.clock())
        assert (row.state, row.answered_by, row.answered_rung) == ("answered", carer.person_id, 3)
    assert await household.inbox(carer) == ["快去看看:有人呼救"]
    assert await household.inbox(household.daughter) == ["快去看看:有人呼救", "有人去处理了"]
    async with household.database.read() as session:
        found = [tuple(each) for each in await session.execute(text(listed))]
    assert set(found) == {("failed", "answered")}
