"""When the platform asks by itself."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from scenes.charging.rules.attention import Contact, may_ask, poll_due, sync_due

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)


def contact(**ago: int | None) -> Contact:
    """Say how many seconds ago things were; what is not named never was."""
    names = ("heard_at", "polled_at", "stations_at", "failing_since")
    seconds = {name: ago.get(name) for name in names}
    return Contact(**{
        name: None if each is None else NOW - timedelta(seconds=each) for name, each in seconds.items()
    })  # fmt: skip


def due(**ago: int | None) -> bool:
    return poll_due(contact(**ago), NOW, silent_seconds=120)


def test_a_new_operator_is_asked_for_everything_at_once() -> None:
    assert due()
    assert sync_due(contact(), NOW)
    assert may_ask(contact(), NOW)


def test_a_silent_operator_is_polled_every_twenty_seconds() -> None:
    assert [due(heard_at=121, polled_at=each) for each in (19, 20)] == [False, True]
    assert [due(polled_at=each) for each in (19, 20)] == [False, True]


def test_one_that_talks_is_polled_before_the_quiet_connectors_count_as_unknown() -> None:
    assert [due(heard_at=120, polled_at=each) for each in (239, 240)] == [False, True]


def test_stations_are_fetched_daily() -> None:
    assert [sync_due(contact(stations_at=each), NOW) for each in (86_399, 86_400)] == [False, True]


def test_a_failing_operator_is_asked_after_a_quarter_of_its_failure() -> None:
    assert [may_ask(contact(failing_since=each, polled_at=each), NOW) for each in (14, 15)] == [False, True]
    assert [may_ask(contact(failing_since=1_000 + each, polled_at=each), NOW) for each in (249, 250)] == [
        False, True,
    ]  # fmt: skip
    assert [may_ask(contact(failing_since=90_000, polled_at=each), NOW) for each in (599, 600)] == [
        False,
        True,
    ]


@given(st.integers(0, 100_000), st.integers(0, 100_000))
def test_nobody_waits_longer_than_ten_minutes(failing: int, polled: int) -> None:
    facts = contact(failing_since=max(failing, polled), polled_at=polled)
    assert may_ask(facts, NOW) or polled < 600
