from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from scenes.common.kit.clock import shanghai
from scenes.demo.rules.chance import SEED, stream
from scenes.demo.rules.plugging import (
    CHARGING,
    DAYS,
    FREE,
    PLUG_INS,
    Change,
    draw_changes,
    plug_in_at,
)
from scenes.demo.rules.stations import draw_stations

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
FIRST = date(2026, 11, 23) - timedelta(days=DAYS)


def changes() -> dict[tuple[str, int], list[Change]]:
    found: dict[tuple[str, int], list[Change]] = defaultdict(list)
    for station in draw_stations(SEED):
        for change in draw_changes(SEED, station, first=FIRST, now=NOW):
            found[station.facts.code, change.position].append(change)
    return found


def test_the_same_seed_draws_the_same_weeks() -> None:
    station = draw_stations(SEED)[0]
    assert list(draw_changes(SEED, station, first=FIRST, now=NOW)) == list(
        draw_changes(SEED, station, first=FIRST, now=NOW)
    )


def test_every_connector_starts_free_goes_forward_in_time_and_changes_each_time() -> None:
    for course in changes().values():
        assert course[0].status == FREE
        assert all(one.at < other.at and one.status != other.status for one, other in pairwise(course))
        assert course[-1].at < NOW


def test_most_plug_in_in_the_morning_and_few_at_night_as_counted() -> None:
    hours = Counter(
        shanghai(change.at).hour
        for course in changes().values()
        for change in course
        if change.status == CHARGING
    )
    assert max(hours, key=lambda hour: hours[hour]) == max(PLUG_INS, key=lambda hour: PLUG_INS[hour])
    assert max(hours[hour] for hour in (0, 1, 2, 3, 4, 5, 22, 23)) < hours[21]


def test_drawn_plug_ins_have_the_counted_shape() -> None:
    chance, day = stream(SEED, "test"), date(2026, 11, 3)
    hours = Counter(shanghai(plug_in_at(chance, day)).hour for _ in range(20_000))
    whole = sum(PLUG_INS.values())
    assert {hour: hours[hour] / 20_000 for hour in PLUG_INS} == pytest.approx(
        {hour: count / whole for hour, count in PLUG_INS.items()}, abs=0.01
    )
