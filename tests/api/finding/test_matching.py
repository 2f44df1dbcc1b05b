"""Words, pinyin, first letters and what sounds alike find the same thing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.finding.matching import EXACT, LONGEST, score, words_of

NAMES = {
    "口腔科": ("牙科", "看牙"),
    "全科": (),
    "中医科": (),
    "豆浆": (),
    "绿豆粥": (),
    "曹杨社区卫生服务中心": (),
    "李敏医生": ("李敏",),
    "助浴": ("洗澡",),
    "充电": ("充电桩",),
}


def found(question: str) -> list[str]:
    """Name what fits, the best first."""
    words = words_of(question)
    fits = [(score(words, (name, *others)), name) for name, others in NAMES.items()]
    return [name for points, name in sorted(fits, reverse=True) if points]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("牙科", "口腔科"), ("yake", "口腔科"), ("ya ke", "口腔科"), ("yk", "口腔科"), ("YA'KE", "口腔科"),
        ("亚科", "口腔科"), ("kouq", "口腔科"), ("豆浆", "豆浆"), ("doujiang", "豆浆"), ("dj", "豆浆"),
        ("豆酱", "豆浆"), ("doujian", "豆浆"), ("逗将", "豆浆"), ("lvdou", "绿豆粥"),
        ("卫生服务", "曹杨社区卫生服务中心"),
        ("cysq", "曹杨社区卫生服务中心"), ("曹阳社区", "曹杨社区卫生服务中心"), ("limin", "李敏医生"),
        ("李明", "李敏医生"), ("洗澡", "助浴"), ("xizao", "助浴"), ("cdz", "充电"), ("congdian", "充电"),
        ("曹杨 卫生", "曹杨社区卫生服务中心"), ("全科", "全科"),
    ],
)  # fmt: skip
def test_what_people_write_finds_it(question: str, first: str) -> None:
    assert found(question)[:1] == [first]


@pytest.mark.parametrize("question", ["", "  ", "火锅", "xyz", "医院食堂", "曹杨 豆浆", "。", "q"])
def test_what_is_not_there_is_not_found(question: str) -> None:
    assert found(question) == []


@given(st.sampled_from(sorted(NAMES)))
def test_a_name_finds_itself_best(name: str) -> None:
    assert score(words_of(name), (name, *NAMES[name])) == EXACT


@given(st.text(max_size=80))
def test_any_question_is_parted_into_short_words(question: str) -> None:
    words = words_of(question)
    assert all(words)
    assert sum(map(len, words)) <= 2 * LONGEST
    assert 0 <= score(words, NAMES) <= EXACT
