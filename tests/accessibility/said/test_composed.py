"""Sentences put together from parts: in any order, with any numbers, each part is heard as it was said."""

from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from accessibility.said.heard import Heard, Item
from accessibility.said.score import KNOWN
from accessibility.said.understanding import understand
from scenes.common.kit.money import spoken_number

NOW: Final = datetime(2026, 11, 23, 5, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY: Final = NOW.date()
DAYS: Final = {
    "今天": 0, "今朝": 0, "明天": 1, "明朝": 1, "后天": 2, "大后天": 3, "礼拜三": 2, "星期五": 4, "下周一": 7,
    "12月3号": 10, "二十八号": 5, "三天以后": 3,
}  # fmt: skip
CLOCKS: Final = {"": 0, "半": 30, "一刻": 15, "三刻": 45, "零五分": 5, "二十": 20, "十分": 10}
CARE: Final = {
    "洗澡": "助浴",
    "打扫卫生": "助洁",
    "陪我走走": "助行",
    "陪我看病": "助医",
    "教我用手机": "数字助老",
}
VISITS: Final = {
    "看牙": "口腔科", "看眼睛": "眼科", "针灸": "中医科", "配药": "全科", "做康复": "康复医学科",
}  # fmt: skip
DISHES: Final = {
    "油条": ("油条", "根"), "甜豆浆": ("甜豆浆", "碗"), "肉包": ("鲜肉大包", "个"),
    "茶叶蛋": ("茶叶蛋", "只"), "小馄饨": ("小馄饨", "碗"), "大饼": ("大饼", "张"),
}  # fmt: skip


def day_of(word: str) -> date:
    return TODAY + timedelta(days=DAYS[word])


def counted(number: int, *, in_digits: bool) -> str:
    return str(number) if in_digits else "两" if number == 2 else spoken_number(number)


@st.composite
def clocks(draw: st.DrawFn, hours: range) -> tuple[str, int, int]:
    hour, rest = draw(st.sampled_from(hours)), draw(st.sampled_from(sorted(CLOCKS)))
    said = counted((hour - 1) % 12 + 1, in_digits=draw(st.booleans()))
    return f"{said}点{rest}", hour, CLOCKS[rest]


@settings(deadline=None)
@given(st.sampled_from(sorted(DAYS)), clocks(range(8, 12)), st.sampled_from(sorted(VISITS)))
def test_a_visit(day: str, clock: tuple[str, int, int], visit: str) -> None:
    said, hour, minute = clock
    heard = Heard(
        flow="clinic", action="book", day=day_of(day), period="morning", hour=hour, minute=minute,
        department=VISITS[visit], certain=True,
    )  # fmt: skip
    for text in (f"{day}上午{said}{visit}", f"{visit},{day}上午{said}", f"帮我约{day}上午{said}的{visit}"):
        assert (text, understand(text, now=NOW, known=KNOWN)) == (text, heard)


@settings(deadline=None)
@given(
    day=st.sampled_from(sorted(DAYS)),
    clock=clocks(range(6, 10)),
    dishes=st.dictionaries(st.sampled_from(sorted(DISHES)), st.integers(1, 12), min_size=1, max_size=4),
    in_digits=st.booleans(),
)
def test_a_breakfast(
    day: str, clock: tuple[str, int, int], dishes: dict[str, int], *, in_digits: bool
) -> None:
    said, hour, minute = clock
    heard = Heard(
        flow="breakfast", action="book", day=day_of(day), period="morning", hour=hour, minute=minute,
        items=tuple(Item(DISHES[dish][0], count) for dish, count in dishes.items()), certain=True,
    )  # fmt: skip
    numbers = {dish: counted(count, in_digits=in_digits) + DISHES[dish][1] for dish, count in dishes.items()}
    before = "".join(f"{number}{dish}" for dish, number in numbers.items())
    after = "".join(f"{dish}{number}" for dish, number in numbers.items())
    for text in (f"{day}早上{said},{before}", f"{day}早上{said}{after}", f"给我{after},{day}早上{said}来拿"):
        assert (text, understand(text, now=NOW, known=KNOWN)) == (text, heard)


@settings(deadline=None)
@given(st.sampled_from(sorted(DAYS)), clocks(range(13, 18)), st.sampled_from(sorted(CARE)))
def test_help(day: str, clock: tuple[str, int, int], care: str) -> None:
    said, hour, minute = clock
    heard = Heard(
        flow="eldercare", action="book", day=day_of(day), period="afternoon", hour=hour, minute=minute,
        service=CARE[care], certain=True,
    )  # fmt: skip
    for text in (f"{day}下午{said}{care}", f"{care},{day}下午{said}"):
        assert (text, understand(text, now=NOW, known=KNOWN)) == (text, heard)


@settings(deadline=None)
@given(st.sampled_from(sorted(DAYS)), st.sampled_from(sorted(DAYS)), st.sampled_from(sorted(VISITS)))
def test_the_corrected_day_counts_and_is_asked_back(wrong: str, right: str, visit: str) -> None:
    if day_of(wrong) == day_of(right):
        return
    heard = Heard(
        flow="clinic",
        action="book",
        day=day_of(right),
        period="morning",
        department=VISITS[visit],
        unclear=("words",),
    )
    for text in (f"不是{wrong},是{right}上午{visit}", f"{wrong}上午{visit},不对,{right}上午"):
        assert (text, understand(text, now=NOW, known=KNOWN)) == (text, heard)
