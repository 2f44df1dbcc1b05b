from datetime import datetime, timedelta
from uuid import UUID

import pytest

from scenes.clinic.rules.sessions import (
    EqualWindow,
    WindowFacts,
    free_for_public,
    nearest_equal,
    session_state,
)
from scenes.clinic.rules.windows import release_at, windows_for
from scenes.common.kit.clock import SHANGHAI
from tests.scenes.clinic.rules.samples import MONDAY, RULE, SHIFT


def at(day: int, hour: int, minute: int = 0, *, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


def published(*, free: int | None = None, state: str = "open") -> list[WindowFacts]:
    return [
        WindowFacts(
            id=UUID(int=number),
            starts_at=plan.starts_at,
            ends_at=plan.ends_at,
            capacity=plan.capacity,
            free=plan.capacity if free is None else free,
            audience=plan.audience,
            opens_at=plan.opens_at,
            closes_at=plan.closes_at,
            falls_through_at=plan.falls_through_at,
            state=state,
        )
        for number, plan in enumerate(windows_for(SHIFT, RULE))
    ]


def state_at(now: datetime, windows: list[WindowFacts], *, stopped: bool = False) -> str:
    return session_state(windows, stopped=stopped, releases_at=release_at(MONDAY, RULE), now=now)


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (at(17, 12), "upcoming"),
        (at(18, 7), "upcoming"),
        (at(23, 6, 59), "upcoming"),
        (at(23, 7), "open"),
        (at(29, 16, 59), "open"),
        (at(29, 17), "upcoming"),
        (at(30, 6, 59), "upcoming"),
        (at(30, 7), "open"),
        (at(30, 10, 59), "open"),
        (at(30, 11), "over"),
        (at(1, 9, month=12), "over"),
    ],
)
def test_a_session_stands_by_the_hour(now: datetime, state: str) -> None:
    assert state_at(now, published()) == state


def test_a_session_without_free_numbers_is_full_while_it_could_be_booked() -> None:
    assert [state_at(now, published(free=0)) for now in (at(22, 7), at(23, 7), at(30, 11))] == [
        "upcoming",
        "full",
        "over",
    ]


def test_a_stopped_session_is_stopped_at_any_hour() -> None:
    assert state_at(at(23, 9), published(state="stopped")) == "stopped"
    assert state_at(at(23, 9), published(), stopped=True) == "stopped"


def test_free_numbers_count_only_while_they_can_be_booked() -> None:
    windows = published()
    assert [free_for_public(windows, now) for now in (at(23, 6, 59), at(23, 7), at(29, 16), at(29, 17))] == [
        0,
        20,
        34,
        0,
    ]


def equal(number: int, *, session: int, place: int, starts_at: datetime) -> EqualWindow:
    return EqualWindow(
        window_id=UUID(int=number),
        session_id=UUID(int=session),
        place_id=UUID(int=place),
        doctor="李敏",
        grade="主治医师",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=30),
    )


def test_equal_windows_are_of_the_same_venue_first_then_the_nearest_one_a_session() -> None:
    here_next = equal(1, session=1, place=1, starts_at=at(24, 9))
    here_late = equal(2, session=1, place=1, starts_at=at(24, 11))
    here_far = equal(3, session=2, place=1, starts_at=at(26, 9))
    there = equal(4, session=3, place=2, starts_at=at(23, 9))
    chosen = nearest_equal(
        [there, here_far, here_late, here_next], place_id=UUID(int=1), starts_at=at(23, 10), limit=3
    )
    assert chosen == [here_next, here_far, there]


def test_no_more_windows_are_offered_than_asked_for() -> None:
    many = [equal(n, session=n, place=1, starts_at=at(24, 9) + timedelta(hours=n)) for n in range(9)]
    chosen = nearest_equal(many, place_id=UUID(int=1), starts_at=at(23, 10), limit=3)
    assert chosen == many[:3]
