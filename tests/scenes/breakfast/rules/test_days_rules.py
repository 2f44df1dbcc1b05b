from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from scenes.breakfast.errors import RuleInvalid
from scenes.breakfast.rules.days import Slot, slot_terms
from scenes.breakfast.rules.rule import check_rule
from scenes.common.booking.rules import Terms
from tests.scenes.breakfast.rules.samples import RULE

BEGINS = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
SLOT = Slot(BEGINS, BEGINS + timedelta(minutes=30))


@pytest.mark.parametrize(
    ("percent", "promised"), [(0, "不退钱"), (30, "退30%的钱"), (50, "退一半的钱"), (100, "钱全退")]
)
def test_an_order_says_what_goes_back_when_nobody_fetches_it(percent: int, promised: str) -> None:
    assert slot_terms(SLOT, replace(RULE, uncollected_refund_percent=percent)) == Terms(
        cancel_until=BEGINS - timedelta(minutes=30),
        grace_minutes=30,
        no_show_rule=f"过了取餐时间30分钟没来取,会让给别人,{promised}。",
        check_in_from=BEGINS - timedelta(minutes=15),
        check_in_until=BEGINS + timedelta(minutes=60),
        no_show_refund_percent=percent,
        extend_until=BEGINS - timedelta(minutes=10),
    )


@given(st.integers(-200, 300))
def test_a_share_is_between_nothing_and_all(percent: int) -> None:
    rule = replace(RULE, uncollected_refund_percent=percent)
    if 0 <= percent <= 100:
        check_rule(rule)
        return
    with pytest.raises(RuleInvalid) as refused:
        check_rule(rule)
    assert [path for path, _ in refused.value.errors] == ["uncollectedRefundPercent"]
