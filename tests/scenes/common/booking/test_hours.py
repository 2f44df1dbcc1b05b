"""A booking of a whole day's window shows its own hours, as far as they are known."""

from datetime import timedelta

from scenes.common.booking.hours import OWN_TIMES, Hours, hours_of
from tests.support.clock import MONDAY_NINE

LATER = MONDAY_NINE + timedelta(hours=1)


def test_hours_are_told_as_they_become_known() -> None:
    started, ended = {"startedAt": MONDAY_NINE.isoformat()}, {"endedAt": LATER.isoformat()}
    known: list[dict[str, object]] = [{}, started, started | ended]
    assert [hours_of({OWN_TIMES: True} | each, created_at=LATER) for each in known] == [
        Hours(LATER, None, begun=False), Hours(MONDAY_NINE, None), Hours(MONDAY_NINE, LATER),
    ]  # fmt: skip


def test_a_window_that_says_its_hours_is_believed() -> None:
    assert hours_of({"startedAt": MONDAY_NINE.isoformat()}, created_at=LATER) is None
