import pytest

from loadtests.stages.release import shared_out


@pytest.mark.parametrize(
    ("numbers", "shares"), [(1, [1]), (2, [1, 1]), (20, [10, 10]), (81, [27, 27, 27]), (101, [34, 34, 33])]
)
def test_numbers_are_shared_out_over_doctors(numbers: int, shares: list[int]) -> None:
    assert shared_out(numbers) == shares
