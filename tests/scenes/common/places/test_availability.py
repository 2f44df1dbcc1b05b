from datetime import UTC, datetime, timedelta

from scenes.common.kit.ids import new_id
from scenes.common.places.availability import Availability, AvailabilityBoard

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
HERE, THERE = new_id(), new_id()


def test_nobody_told_is_unknown() -> None:
    assert AvailabilityBoard().at_place(HERE, opens_today=True, at=NOW) == Availability("unknown")


def test_what_a_room_told_is_shown_and_replaced_by_its_next_push() -> None:
    board = AvailabilityBoard()
    board.push("clinic", {HERE: (7, 10, NOW)})
    board.push("charging", {THERE: (0, 4, NOW)})
    assert board.at_place(HERE, opens_today=True, at=NOW) == Availability("free", 7, NOW)
    assert board.at_place(THERE, opens_today=True, at=NOW) == Availability("full", 0, NOW)
    board.push("clinic", {})
    assert board.at_place(HERE, opens_today=True, at=NOW) == Availability("unknown")
    assert board.at_place(THERE, opens_today=True, at=NOW) == Availability("full", 0, NOW)
    assert board.version == 3


def test_done_for_today_is_closed_whatever_is_free() -> None:
    board = AvailabilityBoard()
    board.push("clinic", {HERE: (7, 10, NOW)})
    assert board.at_place(HERE, opens_today=False, at=NOW) == Availability("closed")


def test_old_news_is_unknown() -> None:
    board = AvailabilityBoard(stale_after=timedelta(minutes=5))
    board.push("clinic", {HERE: (7, 10, NOW)})
    later = NOW + timedelta(minutes=5)
    assert board.at_place(HERE, opens_today=True, at=later).state == "free"
    assert board.at_place(HERE, opens_today=True, at=later + timedelta(seconds=1)).state == "unknown"
