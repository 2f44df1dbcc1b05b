"""The checker of histories: a clean one is silent, every planted violation is found."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from api.history import Report, check, examine
from api.history_file import (
    Call,
    History,
    HistoryUnreadableError,
    TrueBooking,
    TrueLine,
    TrueWindow,
    Truth,
    written,
)

T0 = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
GROUP, WINDOW, OTHER = UUID(int=1), UUID(int=2), UUID(int=3)
ANN, BEN, CAI = (UUID(int=n) for n in (11, 12, 13))
A, B, C = (UUID(int=n) for n in (21, 22, 23))


def book(person: UUID, booking: UUID | None, at: float, **facts: Any) -> Call:
    values = {
        "client": 1, "op": "book", "key": f"key-{person.int}", "window_id": WINDOW, "person_id": person,
        "invoked_at": T0 + timedelta(seconds=at), "returned_at": T0 + timedelta(seconds=at + 1),
        "outcome": "ok", "status": 201, "booking_id": booking,
    }  # fmt: skip
    return Call(**{**values, **facts})


def cancel(person: UUID, booking: UUID, at: float, **facts: Any) -> Call:
    return book(
        person, booking, at, **{"op": "cancel", "key": f"cancel-{booking.int}", "status": 200, **facts}
    )


def booking(booking_id: UUID, person: UUID, state: str = "confirmed", **facts: Any) -> TrueBooking:
    made = TrueBooking(booking_id, person, GROUP, state, exclusive=True, lines=(TrueLine(WINDOW, 1),))
    return replace(made, **facts)


def clean() -> History:
    """Two units: Ann books, Ben books and cancels with a retry, Cai is refused, then gets Ben's."""
    calls = (
        book(ANN, A, 0, outcome="unknown", status=None, booking_id=None, returned_at=None),
        book(ANN, A, 1, replayed=True),
        book(BEN, B, 2),
        book(CAI, None, 4, outcome="refused", status=409, code="window_full"),
        cancel(BEN, B, 6, outcome="unknown", status=503),
        cancel(BEN, B, 7, replayed=True),
        book(CAI, C, 9),
    )
    bookings = (booking(A, ANN), booking(B, BEN, "cancelled"), booking(C, CAI))
    return History(calls, Truth((TrueWindow(WINDOW, GROUP, 2, 2),), bookings))


def with_truth(history: History, **facts: Any) -> History:
    return replace(history, truth=replace(history.truth, **facts))


def with_calls(history: History, *calls: Call) -> History:
    return replace(history, calls=(*history.calls, *calls))


def kinds(history: History) -> list[str]:
    return [sentence.split(":")[0] for sentence in examine(history).violations]


def test_a_clean_history_is_silent() -> None:
    assert examine(clean()) == Report(calls=7, acknowledged=4, unknown=2, early_refusals=0, violations=())


def test_a_window_oversold_in_the_end() -> None:
    history = with_truth(clean(), windows=(TrueWindow(WINDOW, GROUP, 1, 2),))
    assert "oversold: window 00000000-0000-0000-0000-000000000002 has 1 units, 2 are booked" in (
        examine(history).violations
    )


def test_a_window_oversold_for_a_moment_only() -> None:
    history = clean()
    calls = [call for call in history.calls if call.op == "book"]
    late = with_calls(replace(history, calls=tuple(calls)), cancel(BEN, B, 20))
    assert kinds(late) == ["oversold"]


def test_what_may_have_been_cancelled_in_time_is_not_oversold() -> None:
    history = clean()
    assert kinds(with_calls(history, cancel(BEN, B, 3, outcome="unknown"))) == []


@pytest.mark.parametrize("taken", [1, 3])
def test_a_count_that_is_not_the_sum(taken: int) -> None:
    assert kinds(with_truth(clean(), windows=(TrueWindow(WINDOW, GROUP, 5, taken),))) == ["miscounted"]


def test_units_on_their_way_back_count_as_taken() -> None:
    assert kinds(with_truth(clean(), windows=(TrueWindow(WINDOW, GROUP, 5, 3, 1),))) == []


def test_an_acknowledged_booking_that_is_missing() -> None:
    history = clean()
    history = with_truth(
        history, bookings=history.truth.bookings[1:], windows=(TrueWindow(WINDOW, GROUP, 2, 1),)
    )
    assert kinds(history) == ["lost"]


def test_an_acknowledged_booking_that_became_someone_elses() -> None:
    history = clean()
    bookings = (booking(A, ANN, person_id=UUID(int=99)), *history.truth.bookings[1:])
    assert kinds(with_truth(history, bookings=bookings)) == ["changed"]


def test_an_acknowledged_booking_of_another_window() -> None:
    history = clean()
    moved = booking(A, ANN, lines=(TrueLine(OTHER, 1),))
    windows = (TrueWindow(WINDOW, GROUP, 2, 1), TrueWindow(OTHER, GROUP, 2, 1))
    history = with_truth(history, bookings=(moved, *history.truth.bookings[1:]), windows=windows)
    assert kinds(history) == ["changed", "doubled"]


def test_a_cancel_that_was_acknowledged_and_undone() -> None:
    history = clean()
    bookings = (booking(A, ANN), booking(B, BEN), booking(C, CAI))
    history = with_truth(history, bookings=bookings, windows=(TrueWindow(WINDOW, GROUP, 3, 3),))
    assert kinds(history) == ["impossible"]


def test_a_booking_cancelled_by_nobody() -> None:
    history = clean()
    bookings = (booking(A, ANN, "cancelled"), *history.truth.bookings[1:])
    history = with_truth(history, bookings=bookings, windows=(TrueWindow(WINDOW, GROUP, 2, 1),))
    assert kinds(history) == ["impossible"]


def test_one_key_with_two_bookings() -> None:
    history = clean()
    again = UUID(int=24)
    history = with_calls(history, book(CAI, again, 12))
    bookings = (*history.truth.bookings, booking(again, CAI, group_id=OTHER))
    history = with_truth(history, bookings=bookings, windows=(TrueWindow(WINDOW, GROUP, 3, 3),))
    assert kinds(history) == ["doubled", "doubled"]


def test_a_key_granted_and_refused_afterwards() -> None:
    refused = book(ANN, None, 15, outcome="refused", status=409, code="already_booked")
    assert kinds(with_calls(clean(), refused)) == ["unstable"]


def test_a_retry_that_booked_again_behind_an_unknown_outcome() -> None:
    history = clean()
    bookings = (*history.truth.bookings, booking(UUID(int=24), ANN, group_id=OTHER))
    history = with_truth(history, bookings=bookings, windows=(TrueWindow(WINDOW, GROUP, 3, 3),))
    assert kinds(history) == ["doubled"]


def test_two_active_bookings_of_one_person_and_session() -> None:
    history = with_calls(clean(), book(ANN, UUID(int=24), 12, key="another-key"))
    bookings = (*history.truth.bookings, booking(UUID(int=24), ANN))
    history = with_truth(history, bookings=bookings, windows=(TrueWindow(WINDOW, GROUP, 3, 3),))
    assert kinds(history) == ["doubled"]
    several = (*history.truth.bookings[:-1], booking(UUID(int=24), ANN, exclusive=False))
    assert kinds(with_truth(history, bookings=several)) == []


def test_a_refusal_while_there_was_room_is_only_counted() -> None:
    history = with_truth(clean(), windows=(TrueWindow(WINDOW, GROUP, 9, 2),))
    assert (examine(history).early_refusals, kinds(history)) == (1, [])


def test_a_file_is_read_and_checked(tmp_path: Path) -> None:
    history, file = clean(), tmp_path / "history.jsonl"
    file.write_bytes(written(history))
    assert check(file) == examine(history)
    lines = written(history).splitlines()
    for broken in (lines[:-1], [*lines[1:-1], b"{"], []):
        file.write_bytes(b"\n".join(broken))
        with pytest.raises(HistoryUnreadableError):
            check(file)
