from hypothesis import given
from hypothesis import strategies as st

from scenes.common.places.coverage.tally import THRESHOLD, Cell, Share, Within, percent, rounded, shares

CELL = st.builds(
    lambda area, elders, younger: Cell(area, 31.24, 121.4, elders + younger, elders),
    st.sampled_from(["甲", "乙"]), st.integers(0, 30), st.integers(0, 60),
)  # fmt: skip
CELLS = st.lists(st.tuples(CELL, st.booleans(), st.booleans()), max_size=12)


def test_a_small_district() -> None:
    cells = [Cell("甲", 31.2, 121.4, 58, 21), Cell("甲", 31.3, 121.4, 40, 14), Cell("乙", 31.2, 121.5, 9, 9)]
    found = shares(cells, {"clinic": Within([True, False, True], [True, False, False])})
    shown = Share(area="甲", scene="clinic", residents=100, within=60, elders=40, elders_within=20)
    hidden = Share(area="乙", scene="clinic", residents=None, within=None, elders=None, elders_within=None)
    whole = Share(area="", scene="clinic", residents=100, within=60, elders=40, elders_within=20)
    assert found == [hidden, shown, whole]
    assert [(each.percent, each.elders_percent) for each in found] == [(None, None), (60, 50), (60, 50)]


@given(CELLS)
def test_counts_are_those_of_counting_one_by_one(living: list[tuple[Cell, bool, bool]]) -> None:
    cells = [cell for cell, _, _ in living]
    within = Within([near for _, near, _ in living], [near for _, _, near in living])
    for share in shares(cells, {"clinic": within}):
        if share.area and share.residents is not None:
            ours = [each for each in living if each[0].area == share.area]
            assert share.residents == rounded(sum(cell.residents for cell, _, _ in ours))
            assert share.within == rounded(sum(cell.residents for cell, near, _ in ours if near))


@given(CELLS)
def test_no_count_is_small_or_exact(living: list[tuple[Cell, bool, bool]]) -> None:
    cells = [cell for cell, _, _ in living]
    within = Within([near for _, near, _ in living], [near for _, _, near in living])
    for share in shares(cells, {"clinic": within}):
        counts = (share.residents, share.within, share.elders, share.elders_within)
        assert [count % THRESHOLD for count in counts if count is not None and count] == [
            0 for count in counts if count
        ]  # fmt: skip
        assert share.residents is None or share.residents >= THRESHOLD
        assert share.within is None or share.residents is None or share.within <= share.residents


@given(st.integers(0, 10_000))
def test_rounding_is_near(count: int) -> None:
    assert abs(rounded(count) - count) <= THRESHOLD / 2


def test_percent_of_nobody_is_nothing() -> None:
    assert [percent(1, 0), percent(None, 5), percent(1, 3)] == [None, None, 33]
