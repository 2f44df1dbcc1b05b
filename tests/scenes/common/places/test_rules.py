from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.common.kit.clock import SHANGHAI
from scenes.common.places.rules import (
    AHEAD,
    Hours,
    Openness,
    Span,
    availability_state,
    certain_ahead,
    closes_at,
    is_open,
    openness,
    opens_at,
    parse_holiday,
    parse_span,
    parse_spans,
    parse_weekly,
    spans_on,
)

MORNING, AFTERNOON = Span(480, 690), Span(780, 990)
OFFICE = parse_weekly({day: ["08:00-11:30", "13:00-16:30"] for day in ("mon", "tue", "wed", "thu", "fri")})
CLINIC = Hours(weekly=OFFICE, holiday=())
NIGHT = Hours(weekly=parse_weekly({"fri": ["22:00-02:00"], "sat": ["22:00-02:00"]}), holiday=None)
ALWAYS = Hours(weekly=((Span(0, 1440),),) * 7, holiday=None)
NEVER = Hours(weekly=((),) * 7, holiday=None)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def open_until(text: str) -> Openness:
    return Openness(open_now=True, closes_at=at(text))


def closed_until(text: str) -> Openness:
    return Openness(open_now=False, opens_at=at(text))


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("08:00-11:30", Span(480, 690)),
        ("22:00-02:00", Span(1320, 1560)),
        ("00:00-24:00", Span(0, 1440)),
        ("18:00-00:00", Span(1080, 1440)),
    ],
)
def test_spans_are_read(text: str, span: Span) -> None:
    assert parse_span(text) == span


@pytest.mark.parametrize(
    "text",
    [
        "",
        "08:00",
        "8-11",
        "08:00-08:00",
        "24:00-02:00",
        "08:60-09:00",
        "-1:00-02:00",
        "25:00-26:00",
        "٨:00-9:00",
    ],
)
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        parse_span(text)


def test_spans_of_a_day_may_not_overlap() -> None:
    with pytest.raises(ValueError, match="overlap"):
        parse_spans(["08:00-12:00", "11:00-13:00"])


def test_an_unknown_weekday_is_refused() -> None:
    with pytest.raises(ValueError, match="funday"):
        parse_weekly({"funday": ["08:00-12:00"]})


def test_holiday_rule_and_hours_must_agree() -> None:
    assert parse_holiday("usual", []) is None
    assert parse_holiday("closed", []) == ()
    assert parse_holiday("hours", ["09:00-11:00"]) == (Span(540, 660),)
    with pytest.raises(ValueError, match="holiday hours"):
        parse_holiday("hours", [])
    with pytest.raises(ValueError, match="holiday hours"):
        parse_holiday("closed", ["09:00-11:00"])


def test_two_spans_a_day() -> None:
    assert openness(CLINIC, at("2026-11-23T07:59:59")) == Openness(
        open_now=False, opens_at=at("2026-11-23T08:00")
    )
    assert openness(CLINIC, at("2026-11-23T08:00")) == Openness(
        open_now=True, closes_at=at("2026-11-23T11:30")
    )
    assert openness(CLINIC, at("2026-11-23T11:30")) == Openness(
        open_now=False, opens_at=at("2026-11-23T13:00")
    )
    assert openness(CLINIC, at("2026-11-27T16:30")) == Openness(
        open_now=False, opens_at=at("2026-11-30T08:00")
    )


def test_hours_run_past_midnight() -> None:
    assert openness(NIGHT, at("2026-11-28T01:59")) == Openness(
        open_now=True, closes_at=at("2026-11-28T02:00")
    )
    assert openness(NIGHT, at("2026-11-28T02:00")) == Openness(
        open_now=False, opens_at=at("2026-11-28T22:00")
    )
    assert not is_open(NIGHT, at("2026-11-27T01:00"))


def test_round_the_clock_never_closes_and_never_open_never_opens() -> None:
    assert openness(ALWAYS, at("2026-11-23T00:00")) == Openness(open_now=True)
    assert openness(NEVER, at("2026-11-23T00:00")) == Openness(open_now=False)


@pytest.mark.parametrize(
    "day", ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]
)
def test_swapped_workdays_of_2026_keep_mondays_hours(day: str) -> None:
    swapped = date.fromisoformat(day)
    assert swapped.weekday() >= 5
    assert spans_on(CLINIC, swapped) == (MORNING, AFTERNOON)
    assert is_open(CLINIC, at(f"{day}T09:00"))


@pytest.mark.parametrize(
    "day", ["2026-01-01", "2026-02-17", "2026-04-06", "2026-05-01", "2026-06-19", "2026-09-25", "2026-10-07"]
)
def test_public_holidays_follow_the_places_own_rule(day: str) -> None:
    holiday = date.fromisoformat(day)
    special = Hours(weekly=OFFICE, holiday=(Span(540, 660),))
    usual = Hours(weekly=OFFICE, holiday=None)
    assert spans_on(CLINIC, holiday) == ()
    assert spans_on(special, holiday) == (Span(540, 660),)
    assert spans_on(usual, holiday) == (MORNING, AFTERNOON)


def test_the_week_off_in_october_is_skipped_up_to_its_end() -> None:
    assert opens_at(CLINIC, at("2026-09-30T16:30")) == at("2026-10-08T08:00")


@pytest.mark.parametrize("day", ["2027-01-01", "2027-02-06", "2027-10-01"])
def test_festivals_of_2027_are_known_though_the_notice_is_not(day: str) -> None:
    assert spans_on(CLINIC, date.fromisoformat(day)) == ()
    assert not certain_ahead(at(f"{day}T00:00"))


def test_the_turn_of_the_year_is_crossed() -> None:
    assert opens_at(CLINIC, at("2026-12-31T16:30")) == at("2027-01-04T08:00")
    assert closes_at(CLINIC, at("2027-01-04T08:00")) == at("2027-01-04T11:30")
    assert certain_ahead(at("2026-12-17T23:59"))
    assert not certain_ahead(at("2026-12-18T00:00"))


def test_exceptions_win_over_week_holiday_and_swap() -> None:
    exceptions = {
        date(2026, 11, 23): (),
        date(2026, 10, 1): (Span(600, 660),),
        date(2026, 10, 10): (),
    }
    hours = Hours(weekly=OFFICE, holiday=(), exceptions=exceptions)
    assert {day: spans_on(hours, day) for day in exceptions} == exceptions
    assert opens_at(hours, at("2026-11-23T07:00")) == at("2026-11-24T08:00")


def test_a_change_beyond_fourteen_days_is_not_told() -> None:
    only_one = {date(2026, 12, 7): (Span(540, 600),)}
    hours = Hours(weekly=((),) * 7, holiday=None, exceptions=only_one)
    assert opens_at(hours, at("2026-11-23T09:00")) == at("2026-12-07T09:00")
    assert opens_at(hours, at("2026-11-23T08:59")) is None


@st.composite
def days_spans(draw: st.DrawFn) -> tuple[Span, ...]:
    """Up to three spans in order, the last perhaps past midnight."""
    cuts = sorted(draw(st.sets(st.integers(0, 1439), max_size=6)))
    spans = [Span(start, end) for start, end in zip(cuts[::2], cuts[1::2], strict=False)]
    if spans and draw(st.booleans()):
        spans[-1] = Span(spans[-1].start, spans[-1].start + draw(st.integers(1, 1439)))
    if draw(st.integers(0, 9)) == 0:
        return (Span(0, 1440),)
    return tuple(spans)


hours_of_all_kinds = st.builds(
    Hours,
    weekly=st.tuples(*[days_spans()] * 7),
    holiday=st.none() | days_spans(),
    exceptions=st.dictionaries(st.dates(date(2026, 9, 1), date(2027, 3, 1)), days_spans(), max_size=8),
)
instants = st.datetimes(datetime(2025, 12, 20), datetime(2027, 12, 31), timezones=st.just(SHANGHAI))  # noqa: DTZ001
near_exceptions = st.datetimes(datetime(2026, 9, 1), datetime(2027, 3, 1), timezones=st.just(SHANGHAI))  # noqa: DTZ001
TICK = timedelta(microseconds=1)


def plainly_open(hours: Hours, when: datetime) -> bool:
    """The definition, minute by minute of yesterday and today."""
    local = when.astimezone(SHANGHAI)
    for back in (0, 1):
        day = local.date() - timedelta(days=back)
        seconds = (local - datetime.combine(day, time(), SHANGHAI)).total_seconds()
        if any(span.start * 60 <= seconds < span.end * 60 for span in spans_on(hours, day)):
            return True
    return False


@given(hours_of_all_kinds, instants | near_exceptions)
def test_openness_agrees_with_the_definition(hours: Hours, when: datetime) -> None:
    assert is_open(hours, when) == openness(hours, when).open_now == plainly_open(hours, when)


@given(hours_of_all_kinds, instants | near_exceptions)
def test_the_next_change_is_a_change_and_the_first(hours: Hours, when: datetime) -> None:
    known = openness(hours, when)
    change = known.closes_at or known.opens_at
    assert (known.opens_at is None) or not known.open_now
    assert (known.closes_at is None) or known.open_now
    until = change or when + AHEAD
    if change is not None:
        assert when < change <= when + AHEAD
        assert is_open(hours, change - TICK) == known.open_now
        assert is_open(hours, change) != known.open_now
    step = max((until - when) / 97, TICK)
    probe = when
    while probe < until:
        assert is_open(hours, probe) == known.open_now
        probe += step


@given(hours_of_all_kinds, instants, st.sampled_from(["UTC", "America/New_York", "Asia/Tokyo"]))
def test_the_zone_of_the_instant_does_not_matter(hours: Hours, when: datetime, zone: str) -> None:
    assert openness(hours, when.astimezone(ZoneInfo(zone))) == openness(hours, when)


@given(days_spans())
def test_spans_survive_writing_and_reading(spans: tuple[Span, ...]) -> None:
    def clock(minutes: int) -> str:
        return f"{minutes // 60:02d}:{minutes % 60:02d}"

    texts = [
        f"{clock(span.start)}-{clock(span.end if span.end <= 1440 else span.end - 1440)}" for span in spans
    ]
    assert parse_spans(texts) == spans


@pytest.mark.parametrize(
    ("opens_today", "free", "capacity", "state"),
    [
        (False, 5, 10, "closed"),
        (True, None, 10, "unknown"),
        (True, 0, 10, "full"),
        (True, 0, 0, "full"),
        (True, 2, 10, "few"),
        (True, 3, 10, "free"),
        (True, 1, 1, "free"),
    ],
)
def test_availability_in_a_word(opens_today: bool, free: int | None, capacity: int, state: str) -> None:  # noqa: FBT001
    assert availability_state(opens_today=opens_today, free=free, capacity=capacity) == state
