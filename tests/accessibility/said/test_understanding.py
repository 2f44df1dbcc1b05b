from datetime import UTC, datetime, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from accessibility.said.heard import Heard, Known
from accessibility.said.score import FILES, KNOWN, read
from accessibility.said.understanding import understand
from scenes.common.kit.clock import local_day

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - given a zone
PIECES = sorted({piece for path in FILES for each in read(path) for piece in each.text.split(",")})
SPOKEN = st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map(",".join)


def test_an_emergency_goes_first() -> None:
    assert understand("救命我要挂号", now=NOW, known=Known()) == Heard(action="emergency", certain=True)


def test_with_no_rooms_nothing_is_certain_that_names_one() -> None:
    heard = understand("明天上午看牙", now=NOW, known=Known())
    assert heard == Heard(
        flow="clinic", action="book", day=local_day(NOW + timedelta(days=1)), period="morning",
        unclear=("department",),
    )  # fmt: skip


def test_what_is_for_a_stranger_is_not_begun_for_oneself() -> None:
    heard = understand("给老王约明天看牙", now=NOW, known=KNOWN)
    assert heard.unclear == ("period", "words")


@settings(deadline=None)
@given(text=st.text() | SPOKEN, now=MOMENTS)
@example(text="二月三十号 25点99分 ٣号", now=NOW)
@example(text="²天后", now=NOW)
@example(text="老是" * 190 + "明天上午看牙", now=NOW)
def test_any_text_is_heard_without_a_day_gone_by(text: str, now: datetime) -> None:
    heard = understand(text, now=now, known=KNOWN)
    assert heard.certain == (not heard.unclear)
    assert heard.day is None or heard.day >= local_day(now)
    assert (heard.hour is None) == (heard.minute is None)
    assert all(each.quantity > 0 for each in heard.items)


@settings(deadline=None)
@given(text=st.text(alphabet=st.characters(blacklist_categories=("Lo", "Cs")), max_size=60))
def test_what_is_not_chinese_is_never_certain(text: str) -> None:
    heard = understand(text, now=NOW, known=KNOWN)
    assert not heard.certain
    assert heard.action is None


@settings(deadline=None)
@given(days=st.integers(min_value=0, max_value=800))
def test_a_day_said_is_the_same_day_whenever_it_is_said(days: int) -> None:
    now = NOW + timedelta(days=days)
    heard = understand("后天上午看牙", now=now, known=KNOWN)
    assert heard.day == local_day(now) + timedelta(days=2)
