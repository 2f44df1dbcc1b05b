import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.common.kit.clock import SHANGHAI
from scenes.common.kit.speech import spoken_when
from scenes.common.notices.rules import TEMPLATES, Facts, Words, compose

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
NINE_THIRTY = datetime(2026, 11, 24, 9, 30, tzinfo=SHANGHAI)
INSTANTS = st.datetimes(datetime(2026, 11, 20), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is given beside
LONGEST = 20
"""Characters of a sentence an elder follows; a date stands alone, in the form of kit/speech."""


def test_reads_and_sounds_plain() -> None:
    facts = Facts(title="曹杨中心 内科", starts_at=NINE_THIRTY, amount_fen=350)
    assert compose("booking_called_off", facts, now=NOW) == Words(
        "预约办不成了",
        "很抱歉,这个预约办不成了。曹杨中心 内科。明天(11月24日 星期二)上午9点半。"
        "付过的3.5 元会退回。请另选时间,或打电话给我们。",
        "很抱歉,这个预约办不成了。曹杨中心 内科。明天上午9点半。"
        "付过的三元五角会退回。请另选时间,或打电话给我们。",
    )


def test_what_is_not_known_is_not_said() -> None:
    assert compose("waitlist_cleared", Facts(), now=NOW).text == "这次没有等到号。没有收您的钱。"
    assert "付过" not in compose("booking_cancelled", Facts(title="内科"), now=NOW).text


def test_whoever_arranged_it_reads_that_it_was_for_family() -> None:
    words = compose("payment_refunded", Facts(amount_fen=1200, for_family=True), now=NOW)
    assert words.speak == "这是您帮家人办的。一十二元已经退给您。退到原来付款的账户。".replace(
        "一十二", "十二"
    )


@given(
    template=st.sampled_from(sorted(TEMPLATES)),
    at=INSTANTS,
    until=st.integers(1, 180),
    fen=st.integers(0, 99_999),
)
def test_no_sentence_of_ours_is_longer_than_twenty_characters(
    template: str, at: datetime, until: int, fen: int
) -> None:
    facts = Facts(
        title="内科", starts_at=at, until=NOW + timedelta(minutes=until), amount_fen=fen, for_family=True
    )
    words = compose(template, facts, now=NOW)
    ours = words.text.replace(spoken_when(at, NOW) + "。", "")
    assert [each for each in re.findall(r"[^。]+。", ours) if len(each) > LONGEST] == []
    assert len(words.headline) <= LONGEST


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_every_template_can_be_filled_without_any_fact(template: str) -> None:
    words = compose(template, Facts(), now=NOW)
    assert "{" not in words.text + words.speak
