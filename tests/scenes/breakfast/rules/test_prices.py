"""Elder prices and subsidies: the notice's own figures as vectors, and what holds for every order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from scenes.breakfast.rules.prices import Buyer, Portion, quote
from scenes.common.kit.ids import new_id
from tests.scenes.breakfast.rules.samples import RULE, buyer, spend

LOW = frozenset({"low_income"})


@pytest.mark.parametrize(
    ("age", "facts", "gross", "total", "subsidy"),
    [
        (59, {}, 2000, 2000, None),
        (60, {"hukou": False}, 2000, 1800, None),  # 60–79: 10 % off, any resident
        (79, {"hukou": False}, 2000, 1800, None),
        (80, {"hukou": False}, 2000, 1700, None),  # 80 and over: 15 % off, any resident
        (70, {}, 1500, 1150, "subsidy:B"),  # spend ≥ 15 yuan: 2 yuan
        (70, {}, 1499, 1349, None),
        (80, {}, 1500, 975, "subsidy:C"),  # 80+, spend ≥ 15 yuan: 3 yuan
        (80, {}, 1499, 1274, None),
        (65, {"standings": LOW}, 800, 220, "subsidy:A"),  # low income, spend ≥ 8 yuan: 5 yuan
        (65, {"standings": LOW}, 799, 719, None),
        (85, {"standings": LOW}, 2000, 1200, "subsidy:A"),  # the better of two classes
        (59, {"standings": LOW}, 2000, 2000, None),
        (70, {"subsidy_used": True}, 2000, 1800, None),
    ],
)
def test_the_notices_figures(
    age: int, facts: dict[str, object], gross: int, total: int, subsidy: str | None
) -> None:
    priced = quote(spend(gross), buyer(age, **facts), RULE)
    assert (priced.gross_fen, priced.total_fen, priced.subsidy) == (gross, total, subsidy)


@pytest.mark.parametrize(("reading", "total"), [("before", 1150), ("after", 1350)])
def test_both_readings_of_the_threshold(reading: str, total: int) -> None:
    """15 yuan before a tenth is off is 13.5 yuan after it."""
    rule = replace(RULE, threshold_reading=reading)
    priced = quote(spend(1500), buyer(70), rule)
    assert priced.total_fen == total
    word = {"before": "打折前", "after": "打折后"}[reading]
    assert word in priced.lines[-1].why


def test_half_a_fen_is_rounded_up() -> None:
    assert quote(spend(335), buyer(70), RULE).total_fen == 335 - 34


def test_nothing_is_paid_out_in_cash() -> None:
    cheap = replace(RULE, subsidies=(replace(RULE.subsidies[1], threshold_fen=100, amount_fen=900),))
    assert quote(spend(500), buyer(70), cheap).total_fen == 0


def test_a_class_one_is_not_in_is_not_mentioned() -> None:
    assert [line.rule for line in quote(spend(2000), buyer(70), RULE).lines] == ["elderPrice", "subsidy:B"]
    assert [line.rule for line in quote(spend(2000), buyer(30), RULE).lines] == ["elderPrice"]


buyers = st.builds(
    Buyer,
    age=st.integers(0, 110),
    hukou=st.booleans(),
    standings=st.sampled_from([frozenset[str](), LOW]),
    subsidy_used=st.booleans(),
)
orders = st.lists(
    st.builds(
        Portion,
        item_id=st.builds(new_id),
        name=st.just("豆浆"),
        units=st.integers(1, 20),
        unit_fen=st.integers(0, 5000),
    ),
    min_size=1,
    max_size=8,
)
readings = st.sampled_from(["before", "after"])


@given(portions=orders, who=buyers, reading=readings)
def test_the_lines_add_up_and_never_below_nothing(portions: list[Portion], who: Buyer, reading: str) -> None:
    priced = quote(portions, who, replace(RULE, threshold_reading=reading))
    assert priced.gross_fen == sum(p.units * p.unit_fen for p in portions)
    assert priced.total_fen == priced.gross_fen + sum(line.fen for line in priced.lines)
    assert 0 <= priced.total_fen <= priced.gross_fen


@given(portions=orders, who=buyers, reading=readings)
def test_at_most_one_subsidy_and_only_for_hukou_elders(
    portions: list[Portion], who: Buyer, reading: str
) -> None:
    priced = quote(portions, who, replace(RULE, threshold_reading=reading))
    counted = [line for line in priced.lines if line.rule.startswith("subsidy:") and line.applies]
    assert len(counted) <= 1
    assert (priced.subsidy is not None) == bool(counted)
    if counted:
        assert who.hukou
        assert who.age >= 60
        assert not who.subsidy_used


@given(portions=orders, who=buyers)
def test_every_line_says_why(portions: list[Portion], who: Buyer) -> None:
    assert all(line.why and line.label for line in quote(portions, who, RULE).lines)
