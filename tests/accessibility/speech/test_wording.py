import pytest
from hypothesis import given
from hypothesis import strategies as st

from accessibility.speech.reading import pinyin
from accessibility.speech.wording import abbreviations, aloud, sentences, spoken_length, too_long


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("明天(11月24日 星期二)上午9点半", "明天(十一月二十四日 星期二)上午九点半"),
        ("下午2点05分", "下午两点零五分"),
        ("9:30", "九点半"),
        ("02:05", "两点零五分"),
        ("共3.5元", "共三元五角"),
        ("10 元", "十元"),
        ("2元", "两元"),
        ("请打021-62345678", "请打零二一,六二三四,五六七八"),
        ("取餐码83921", "取餐码八三九二,一"),
        ("2027年1月5日", "二零二七年一月五日"),
        ("豆浆2碗,包子3个", "豆浆两碗,包子三个"),
        ("走12分钟,1.5公里", "走十二分钟,一点五公里"),
    ],
)
def test_numbers_are_said_as_people_say_them(written: str, said: str) -> None:
    assert aloud(written) == said


@given(st.text(alphabet="0123456789.:-元点分月日年 码"))
def test_no_digit_is_left_for_the_voice(written: str) -> None:
    assert not any(each.isdecimal() for each in aloud(written))


def test_a_sentence_is_as_long_as_what_one_hears() -> None:
    text = "您好,请选一天。明天(11月24日 星期二)上午9点半,口腔科,王医生,可以吗?"
    assert sentences(text) == ["您好,请选一天", "明天(11月24日 星期二)上午9点半,口腔科,王医生,可以吗"]
    assert [spoken_length(each) for each in sentences(text)] == [6, 16]
    assert too_long(text) == []
    assert too_long("这一句话实在是太长了太长了太长了谁也记不住的") == [
        "这一句话实在是太长了太长了太长了谁也记不住的"
    ]


def test_english_is_found() -> None:
    assert abbreviations("请用APP扫QR码") == ["APP", "QR"]


def test_pinyin_has_tones_readings_and_pauses() -> None:
    assert (
        pinyin("您好,女儿去银行挂号。不要紧!") == "nin2 hao3, nv3 er2 qu4 yin2 hang2 gua4 hao4. bu2 yao4 jin3"
    )
    assert pinyin("😀 ok") == ""


@given(st.text())
def test_any_text_is_read_with_known_sounds_only(text: str) -> None:
    assert set(pinyin(text)) <= set("abcdefghijklmnopqrstuvwxyz12345 ,.")
