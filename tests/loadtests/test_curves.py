from itertools import pairwise

import pytest

from loadtests.curves import (
    METRO_EVENING,
    METRO_MORNING,
    PKU_STOMATOLOGY,
    PLUGGING_EVENING,
    Course,
    Waiting,
    evenly,
    per_second,
)


def test_the_release_minute_starts_at_its_counted_peak() -> None:
    first_second = PKU_STOMATOLOGY.come_by(1.0) * PKU_STOMATOLOGY.visits

    assert first_second == pytest.approx(PKU_STOMATOLOGY.peak_per_second, rel=0.06)


def test_everybody_has_come_by_the_end_of_the_minute() -> None:
    assert [PKU_STOMATOLOGY.come_by(second) for second in (-5.0, 0.0, 60.0, 90.0)] == [0.0, 0.0, 1.0, 1.0]


def test_a_share_and_its_second_are_each_other_s_way_back() -> None:
    shares = [0.0, 0.1, 0.5, 0.999, 1.0]

    assert [PKU_STOMATOLOGY.come_by(PKU_STOMATOLOGY.second_of(share)) for share in shares] == pytest.approx(
        shares
    )


def test_a_scaled_minute_keeps_the_visits_for_each_number() -> None:
    small = PKU_STOMATOLOGY.scaled(4_000)

    assert (small.visits, small.numbers, small.peak_per_second) == (4_000, 20, 400)
    assert small.decay == pytest.approx(PKU_STOMATOLOGY.decay)


def test_a_handful_of_visitors_still_finds_a_number() -> None:
    assert PKU_STOMATOLOGY.scaled(3).numbers == 1


def test_a_crowd_drawn_evenly_has_the_curve_s_counts() -> None:
    minute = PKU_STOMATOLOGY.scaled(20_000)
    counted = per_second([minute.second_of(share) for share in evenly(minute.visits)])

    expected = {
        second: round((minute.come_by(second + 1) - minute.come_by(second)) * minute.visits)
        for second in range(60)
    }
    assert counted == pytest.approx(expected, abs=1)


def test_those_who_wait_gather_ever_faster_before_the_release() -> None:
    waiting = Waiting()
    seconds = [waiting.second_of(share) for share in evenly(1_000)]
    counted = list(per_second(seconds).values())

    assert (min(seconds) >= -waiting.longest_seconds, max(seconds) <= 0.0) == (True, True)
    assert all(earlier <= later + 1 for earlier, later in pairwise(counted))


@pytest.mark.parametrize(
    "course", [METRO_MORNING, METRO_EVENING, PLUGGING_EVENING], ids=lambda c: c.source[:20]
)
def test_a_crowd_on_a_course_has_its_counts_step_by_step(course: Course) -> None:
    number = 10_000
    steps = [int(course.minute_of(share) // course.step_minutes) for share in evenly(number)]

    expected = [count / sum(course.counts) * number for count in course.counts]
    assert [steps.count(step) for step in range(len(course.counts))] == pytest.approx(expected, abs=1)


def test_a_course_and_its_minutes_are_each_other_s_way_back() -> None:
    shares = [0.0, 0.01, 0.3, 0.5, 0.999, 1.0]

    assert [METRO_MORNING.come_by(METRO_MORNING.minute_of(share)) for share in shares] == pytest.approx(
        shares
    )
    assert [METRO_MORNING.come_by(minute) for minute in (-1.0, 0.0, 300.0, 400.0)] == [0.0, 0.0, 1.0, 1.0]


def test_breakfast_peaks_before_nine_and_plugging_in_at_seven() -> None:
    peaks = [course.begins.hour * 60 + course.step_minutes * course.busiest
             for course in (METRO_MORNING, METRO_EVENING, PLUGGING_EVENING)]  # fmt: skip

    assert [divmod(minute, 60) for minute in peaks] == [(8, 45), (18, 15), (19, 0)]
