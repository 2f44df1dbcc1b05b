"""Names break between their words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.common.kit.joints import joints


@pytest.mark.parametrize(
    ("name", "pieces"),
    [
        ("曹杨社区卫生服务中心", ["曹杨", "社区", "卫生服务中心"]),
        ("曹杨枫桥路公园停车场充电站", ["曹杨枫桥路", "公园", "停车场", "充电站"]),
        ("石泉路早餐坊", ["石泉路", "早餐坊"]),
        ("曹杨日间照料中心(演示)", ["曹杨", "日间照料中心", "(演示)"]),
        ("阿婆家", ["阿婆家"]),
        ("", []),
    ],
)
def test_names_of_the_district(name: str, pieces: list[str]) -> None:
    assert joints(name) == pieces


@given(st.text(st.sampled_from("曹杨路社区卫生服务中心站公园 A1()"), max_size=20))
def test_nothing_is_lost_and_no_piece_is_empty(name: str) -> None:
    assert ("".join(joints(name)), all(joints(name))) == (name, True)
