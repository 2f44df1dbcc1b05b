import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.common.booking import rules
from scenes.common.booking.errors import (
    BookingNotFound,
    HoldExpired,
    IllegalMove,
    PaymentDue,
    Suspended,
    TooEarly,
    TooLate,
    WantInvalid,
    WindowFull,
    WindowNotFound,
    WindowNotOpen,
)
from scenes.common.booking.rules import Person, Standing, Terms, Window

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
PLACE = UUID(int=7)
near = st.timedeltas(min_value=timedelta(days=-3), max_value=timedelta(days=3))
units = st.integers(1, rules.MAX_UNITS)


def a_window(**facts: Any) -> Window:
    values = {
        "id": uuid4(),
        "scene": "clinic",
        "place_id": PLACE,
        "group_id": UUID(int=9),
        "title": "全科",
        "resource": "李敏",
        "starts_at": NOW + timedelta(days=1),
        "ends_at": NOW + timedelta(days=1, minutes=30),
        "capacity": 20,
        "taken": 0,
        "opens_at": NOW - timedelta(days=7),
        "closes_at": NOW + timedelta(hours=8),
        "audience": "public",
        "falls_through_at": None,
        "state": "open",
        "price_fen": 0,
        "hold_seconds": 900,
        "terms": Terms(),
    }
    return Window(**{**values, **facts})


def a_person(birth_date: date = date(1990, 1, 1), *standings: Standing) -> Person:
    return Person(UUID(int=1), "王芳", birth_date, standings)


def refusal(question: Callable[..., object], *args: Any, **kwargs: Any) -> type[Exception] | None:
    """Name what a rule refuses with, or None."""
    try:
        question(*args, **kwargs)
    except Exception as error:  # noqa: BLE001 - the kind is the answer
        return type(error)
    return None


@given(st.dates(date(1900, 1, 1), date(2026, 11, 23)), st.integers(0, 120))
def test_age_grows_on_the_birthday_and_not_a_day_before(birth: date, years: int) -> None:
    try:
        birthday = birth.replace(year=birth.year + years)
    except ValueError:  # 29 February: the law counts from 1 March in other years
        birthday = date(birth.year + years, 3, 1)
    assert rules.age_on(birth, birthday) == years
    assert rules.age_on(birth, birthday - timedelta(days=1)) == years - 1


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(-1, 60)), max_size=45))
def test_wants_are_some_windows_once_each_in_bounds(asked: list[tuple[int, int]]) -> None:
    ids = [number for number, _ in asked]
    sound = (
        0 < len(asked) <= rules.MAX_WINDOWS
        and len(set(ids)) == len(ids)
        and all(1 <= n <= rules.MAX_UNITS for _, n in asked)
    )
    wants = [(UUID(int=number), n) for number, n in asked]
    assert refusal(rules.check_wants, wants) == (None if sound else WantInvalid)


def test_too_many_windows_are_refused() -> None:
    many = [(UUID(int=n), 1) for n in range(rules.MAX_WINDOWS + 1)]
    assert refusal(rules.check_wants, many) is WantInvalid
    assert refusal(rules.check_wants, many[:-1]) is None


def test_a_window_of_another_scene_is_not_found() -> None:
    window = a_window()
    assert rules.check_scene(window, "clinic") is window
    assert refusal(rules.check_scene, window, "charging") is WindowNotFound
    assert refusal(rules.check_scene, None, "clinic") is WindowNotFound


@given(near, near, near, st.sampled_from(["open", "stopped"]))
def test_a_window_opens_at_its_instant_and_closes_before_its_last(
    opens: timedelta, closes: timedelta, now: timedelta, state: str
) -> None:
    window = a_window(opens_at=NOW + opens, closes_at=NOW + closes, state=state)
    sound = state == "open" and opens <= now < closes
    assert refusal(rules.check_open, window, a_person(), NOW + now) == (None if sound else WindowNotOpen)


@given(st.dates(date(1950, 1, 1), date(1980, 1, 1)), st.none() | near, near)
def test_elders_numbers_go_to_elders_until_they_fall_through(
    birth: date, falls_through: timedelta | None, now: timedelta
) -> None:
    falls = None if falls_through is None else NOW + falls_through
    window = a_window(audience="elders", falls_through_at=falls)
    elder = rules.age_on(birth, date(2026, 11, 24)) >= 60
    everybody = falls_through is not None and now >= falls_through
    assert rules.is_for(window, a_person(birth), NOW + now) == (elder or everybody)


def test_an_elder_is_sixty_on_the_day_of_the_window_in_shanghai() -> None:
    late = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)  # half past midnight of the 24th in Shanghai
    window = a_window(audience="elders", starts_at=late)
    assert rules.is_for(window, a_person(date(1966, 11, 24)), NOW)
    assert not rules.is_for(window, a_person(date(1966, 11, 25)), NOW)


@given(near, st.none() | near, near, st.sampled_from([PLACE, UUID(int=8)]))
def test_signed_numbers_go_to_those_signed_with_this_place_now(
    since: timedelta, until: timedelta | None, now: timedelta, place: UUID
) -> None:
    signed = Standing(f"signed:{place}", NOW + since, None if until is None else NOW + until)
    window = a_window(audience="signed")
    holds = place == PLACE and since <= now and (until is None or now < until)
    assert rules.is_for(window, a_person(date(1990, 1, 1), signed), NOW + now) == holds


@given(near, near, near)
def test_a_ban_counts_in_its_scene_and_its_time_only(
    since: timedelta, until: timedelta | None, now: timedelta
) -> None:
    banned = a_person(date(1990, 1, 1), Standing("suspended:clinic", NOW + since, NOW + until))
    expected = Suspended if since <= now < until else None
    assert refusal(rules.check_not_suspended, banned, "clinic", NOW + now) is expected
    assert refusal(rules.check_not_suspended, banned, "charging", NOW + now) is None


@given(st.integers(0, 60), st.integers(0, 60), units)
def test_room_is_what_is_free(capacity: int, taken: int, wanted: int) -> None:
    window = a_window(capacity=capacity, taken=taken)
    assert refusal(rules.check_room, window, wanted) == (WindowFull if capacity - taken < wanted else None)


@given(st.integers(0, 10**6))
def test_a_hold_ends_with_its_seconds_and_never_after_the_window(seconds: int) -> None:
    window = a_window(hold_seconds=seconds)
    until = rules.hold_until(window, NOW)
    assert until == min(NOW + timedelta(seconds=seconds), window.ends_at)


@given(st.sampled_from(["held", "confirmed", "expired", "cancelled"]), st.none() | near)
def test_a_hold_is_dead_at_its_last_instant(state: str, left: timedelta | None) -> None:
    expires = None if left is None else NOW + left
    dead = state == "expired" or (state == "held" and left is not None and left <= timedelta(0))
    assert refusal(rules.check_hold_alive, state, expires, NOW) == (HoldExpired if dead else None)


@given(
    st.integers(0, 10**6),
    st.sampled_from([None, "pending", "success", "failed", "refunded"]),
    st.sampled_from(["resident", "staff", "payment", "system"]),
)
def test_residents_confirm_only_what_is_free_or_paid(amount: int, paid: str | None, by: str) -> None:
    due = by == "resident" and amount > 0 and paid != "success"
    assert refusal(rules.check_paid, amount, paid, by) == (PaymentDue if due else None)


@given(st.integers(0, 30), st.integers(0, 30))
def test_holds_extend_a_limited_number_of_times(done: int, most: int) -> None:
    expected = IllegalMove if done >= most else None
    assert refusal(rules.check_extensions, done, Terms(max_extensions=most)) is expected


def test_the_usual_limit_allows_ten_extensions() -> None:
    assert refusal(rules.check_extensions, 9, Terms()) is None


@given(
    st.sampled_from(["held", "confirmed", "checked_in"]),
    st.none() | near,
    st.sampled_from(["resident", "staff", "payment", "system"]),
)
def test_residents_cancel_until_the_last_free_instant(state: str, left: timedelta | None, by: str) -> None:
    terms = Terms(cancel_until=None if left is None else NOW + left)
    late = by == "resident" and state != "held" and left is not None and left < timedelta(0)
    assert refusal(rules.check_cancel_time, state, terms, by, NOW) == (TooLate if late else None)


@given(st.none() | near, st.none() | near)
def test_check_in_has_a_beginning_and_an_end(begins: timedelta | None, ends: timedelta | None) -> None:
    terms = Terms(
        check_in_from=None if begins is None else NOW + begins,
        check_in_until=None if ends is None else NOW + ends,
    )
    expected = None
    if begins is not None and begins > timedelta(0):
        expected = TooEarly
    elif ends is not None and ends < timedelta(0):
        expected = TooLate
    assert refusal(rules.check_check_in_time, terms, NOW) is expected


ids = st.integers(1, 4).map(lambda n: UUID(int=n))


@given(
    st.sampled_from(["resident", "staff", "payment", "system"]),
    st.none() | ids,
    st.none() | st.frozensets(ids),
    ids,
)
def test_residents_touch_their_own_and_staff_their_venues(
    by: str, actor: UUID | None, places: frozenset[UUID] | None, place: UUID
) -> None:
    owners = (UUID(int=1), UUID(int=2))
    stranger = by == "resident" and actor not in owners
    elsewhere = by == "staff" and places is not None and place not in places
    expected = BookingNotFound if stranger or elsewhere else None
    assert refusal(rules.check_owner, by, actor, owners, places, place) is expected


@given(
    event=st.sampled_from(["cancel", "expire"]),
    waiting=st.booleans(),
    delay=st.none() | st.tuples(st.integers(0, 60), st.integers(60, 120)),
    closes=near,
    seed=st.integers(0, 2**32),
)
def test_returned_units_wait_only_after_a_cancel_and_only_while_the_window_is_open(
    *, event: str, waiting: bool, delay: tuple[int, int] | None, closes: timedelta, seed: int
) -> None:
    window = a_window(terms=Terms(resale_delay=delay), closes_at=NOW + closes)
    due = rules.return_due(window, event, waiting=waiting, now=NOW, chance=random.Random(seed))  # noqa: S311
    if waiting:
        assert due == NOW
    elif event != "cancel" or delay is None:
        assert due is None
    elif due is not None:
        assert delay[0] <= (due - NOW) / timedelta(minutes=1) <= delay[1]
        assert due < window.closes_at
    else:
        assert NOW + timedelta(minutes=delay[1]) >= window.closes_at


def test_what_was_promised_survives_its_json() -> None:
    terms = Terms(
        cancel_until=NOW,
        grace_minutes=10,
        no_show_rule="爽约三次停约九十天",
        check_in_from=NOW,
        check_in_until=NOW + timedelta(hours=1),
        resale_delay=(60, 120),
        offer_minutes=20,
        max_extensions=3,
    )
    assert msgspec.json.decode(msgspec.json.encode(terms), type=Terms) == terms


@pytest.mark.parametrize("text", ["{}", '{"graceMinutes": 0}'])
def test_missing_promises_have_plain_meanings(text: str) -> None:
    assert msgspec.json.decode(text, type=Terms) == Terms()
