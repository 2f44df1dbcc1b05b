from datetime import timedelta

from scenes.charging.jobs_live import learn_usual_days
from scenes.charging.service.board import board_of
from scenes.common.kit.jobs import Works
from tests.support.charging import AC, DC, FAR, NEAR, Charging


async def test_a_station_learns_its_usual_day_by_kind(charging: Charging, works: Works) -> None:
    for _ in range(2):
        await charging.all_free()
        charging.clock.advance(timedelta(hours=3))
        await charging.tell(NEAR_01=3, NEAR_02=3, NEAR_03=3)
        charging.clock.advance(timedelta(hours=3))
        await charging.all_free()
        charging.clock.advance(timedelta(hours=18))
    await learn_usual_days(works)
    await learn_usual_days(works)
    rows = await charging.rows(
        "SELECT station_id, connector_kind, day_kind, busy, weight, learnt_until FROM station_profile"
        " ORDER BY station_id, connector_kind, day_kind"
    )
    assert [row[:3] for row in rows] == [
        (charging.stations[name], kind, "workday")
        for name in sorted((NEAR, FAR), key=lambda n: charging.stations[n])
        for kind in (AC, DC)
    ]
    busy, weight = next((r[3], r[4]) for r in rows if r[:2] == (charging.stations[NEAR], DC))
    assert (busy[12 * 4 + 1], busy[16 * 4], weight[13 * 4]) == (1.0, 0.0, 2.0)
    assert rows[0][5] == charging.clock()


async def test_the_board_foresees_by_what_was_learnt(charging: Charging, works: Works) -> None:
    board = board_of(works.directory)
    await board.refresh(works.database, works.cache, charging.clock())
    near = board.stations[charging.stations[NEAR]]
    assert board.profiles(near) == {}
    await charging.all_free()
    charging.clock.advance(timedelta(hours=8))
    await learn_usual_days(works)
    await board.refresh(works.database, works.cache, charging.clock())
    assert set(board.profiles(near)) == {"workday"}
    assert set(board.profiles(near, AC)) == {"workday"}
    assert board.profiles(near, 5) == {}
