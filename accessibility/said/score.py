"""How well sentences are understood: a corpus is read, every sentence judged whole, the figures printed.

`python -m accessibility.said.score [FILE…]`; without files, the project's own seven.
"""

import re
import sys
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final, NamedTuple, cast
from zoneinfo import ZoneInfo

import msgspec

from accessibility.said.heard import Heard, Item, Known, Slot
from accessibility.said.understanding import understand

OWN: Final = Path(__file__).parents[2] / "tests" / "accessibility" / "said"
FILES: Final = (OWN / "corpus.txt", OWN / "corpus_held_out.txt")
HARD: Final = (
    OWN / "corpus_hard.txt",
    OWN / "corpus_harder.txt",
    OWN / "corpus_told.txt",
    OWN / "corpus_named.txt",
    OWN / "corpus_later.txt",
)
SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
FLOWS: Final = frozenset({"clinic", "breakfast", "eldercare", "charging", "my-bookings"})
ACTIONS: Final = frozenset({"book", "cancel", "show", "call_person", "emergency"})
KNOWN: Final = Known(
    departments=("全科", "中医科", "儿童保健科", "慢病管理门诊", "口腔科", "妇科", "康复医学科", "眼科"),
    doctors=("李秀珍", "李明华", "王建国", "陈伟", "张慧", "周文彬"),
    dishes=(
        "甜豆浆", "淡豆浆", "咸豆浆", "油条", "大饼", "粢饭团", "鲜肉大包", "香菇菜包", "豆沙包",
        "杂粮馒头", "生煎馒头四只", "小笼馒头六只", "小馄饨", "葱油拌面", "白粥", "小米粥", "皮蛋瘦肉粥",
        "茶叶蛋", "水煮蛋",
        "蒸蛋羹", "低糖酸奶", "鲜牛奶",
    ),
    services=(
        "助餐", "助浴", "助洁", "助急", "助行", "助医", "一键叫车", "代办", "数字助老", "上门护理",
        "安宁疗护咨询",
    ),
    places=(
        "曹杨新村街道社区卫生服务中心", "长风新村街道社区卫生服务中心", "石泉路街道社区卫生服务中心",
        "曹杨兰溪路豆浆店", "长风大渡河路早餐坊", "曹杨梅岭北路无人早餐车",
        "曹杨桂巷路公园停车场充电站", "真如铜川路商场地下车库充电站",
    ),
)  # fmt: skip
"""The names the corpora are written for; a corpus may name others in its `%` lines."""


class Sentence(NamedTuple):
    """A sentence with the moment it is said and the whole of what must be heard."""

    text: str
    now: datetime
    expected: Heard
    asks: bool = False
    """Whether any answer is right that is not certain."""

    known: Known = KNOWN

    def is_heard(self, got: Heard) -> bool:
        """Tell whether this is what had to be heard."""
        return not got.certain if self.asks else got == self.expected


class Score(NamedTuple):
    """Figures of one corpus; a wrong booking is one heard for certain that was not meant so."""

    sentences: int
    right: int
    asked_back: int
    wrong: tuple[tuple[Sentence, Heard], ...]
    wrong_bookings: tuple[tuple[Sentence, Heard], ...]

    @property
    def accuracy(self) -> float:
        """Share of sentences heard whole and right."""
        return self.right / self.sentences if self.sentences else 0.0


def read(path: Path) -> Iterator[Sentence]:
    """Read a corpus file: `@` sets the moment, `%` names of the rooms, `#` begins a comment."""
    now, known = datetime.min.replace(tzinfo=SHANGHAI), KNOWN
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("@"):
            now = datetime.fromisoformat(line[1:].strip()).replace(tzinfo=SHANGHAI)
        elif line.startswith("%"):
            name, _, names = line[1:].strip().partition("=")
            known = msgspec.structs.replace(known, **{name: tuple(names.split(","))})
        elif line and not line.startswith("#"):
            text, _, expected = line.rpartition(" | ")
            asks = expected == "asks"
            yield Sentence(text, now, Heard() if asks else _expected(expected, now.date()), asks, known)


def score(sentences: Iterator[Sentence]) -> Score:
    """Judge every sentence whole."""
    heard = [(each, understand(each.text, now=each.now, known=each.known)) for each in sentences]
    wrong = tuple((each, got) for each, got in heard if not each.is_heard(got))
    return Score(
        sentences=len(heard),
        right=len(heard) - len(wrong),
        asked_back=sum(not got.certain for _, got in heard),
        wrong=wrong,
        wrong_bookings=tuple(
            (each, got) for each, got in wrong if got.certain and got.action in {"book", "cancel"}
        ),
    )


def line_of(name: str, figures: Score) -> str:
    """Say the figures in one line."""
    return (
        f"{name}: {figures.right} of {figures.sentences} right ({figures.accuracy:.1%}), "
        f"{len(figures.wrong_bookings)} wrong bookings, asked back {figures.asked_back} times"
    )


def _expected(words: str, today: date) -> Heard:
    fields: dict[str, Any] = {}
    for word in words.split():
        name, is_field, value = word.partition("=")
        if is_field:
            fields |= _field(name, value, today)
        elif word.startswith("?"):
            fields["unclear"] = tuple(cast("Slot", each) for each in word[1:].split(","))
        else:
            fields["flow" if word in FLOWS else "action"] = word
    order = Slot.__args__
    unclear = tuple(sorted(fields.pop("unclear", ()), key=order.index))
    return Heard(unclear=unclear, certain=not unclear, **fields)


def _field(name: str, value: str, today: date) -> dict[str, Any]:
    names = {
        "dep": "department",
        "doc": "doctor",
        "svc": "service",
        "dest": "destination",
        "who": "stranger",
        "for": "for_whom",
    }
    several = {"docs": "doctors", "places": "places"}
    if name in several:
        return {several[name]: tuple(value.split(","))}
    if name == "d":
        return {"day": date.fromisoformat(value if len(value) > len("11-24") else f"{today.year}-{value}")}
    if name == "t":
        at = time.fromisoformat(value)
        return {"hour": at.hour, "minute": at.minute}
    if name == "p":
        return {"period": value}
    if name == "items":
        pairs = [each.split("*") for each in value.split(",")]
        return {"items": tuple(Item(dish, int(count)) for dish, count in pairs)}
    return {names.get(name, name): value}


def main(paths: list[str]) -> None:
    """Print each corpus's figures and what was heard wrong."""
    out = sys.stdout
    for path in [Path(each) for each in paths] or (*FILES, *HARD):
        figures = score(read(path))
        out.write(line_of(path.stem, figures) + "\n")
        for sentence, got in figures.wrong:
            out.write(f"  {sentence.text}\n    want {_short(sentence.expected)}\n    got  {_short(got)}\n")


def _short(heard: Heard) -> str:
    return re.sub(r"\b\w+=(?:None|\(\)|False)(?:, )?", "", repr(heard))


if __name__ == "__main__":
    main(sys.argv[1:])
