"""Words for the ear: numbers, dates, amounts and phone numbers as one says them, and what may not be said.

A sentence has at most 20 characters and one idea (ours; no Chinese numeric standard was found). Phone
numbers and codes are said digit by digit, amounts as 「三元五角」, and no English abbreviation is left.
"""

import re
from typing import Final

from scenes.common.kit.money import DIGITS, spoken_number, spoken_yuan

LONGEST_SENTENCE: Final = 20
PAUSE: Final = ","
CODE_FROM: Final = 5
"""Digits in a row from which a number is a code or a phone number."""

GROUP: Final = 4
FEN: Final = 100
_ENDS: Final = re.compile(r"[。!?;!?;\n]+")
_ASIDE: Final = re.compile(r"[((「『《【〔\[][^))」』》】〕\]]*[))」』》】〕\]]")
_SILENT: Final = re.compile(r"[\s,,、::·「」『』()()《》—…-]")
_LATIN: Final = re.compile(r"[A-Za-z]+")
_PHONE: Final = re.compile(r"(?<!\d)(?:\d{3,4}[- ]\d{7,8}|\d{5,}|\d{3}(?=电话))(?!\d)")
_AMOUNT: Final = re.compile(r"(\d{1,9})(?:\.(\d{1,2}))?\s?元")
_CLOCK: Final = re.compile(r"(?<!\d)([01]?\d|2[0-4])[::]([0-5]\d)(?!\d)")
_YEAR: Final = re.compile(r"(\d{4})(?=年)")
_MINUTES: Final = re.compile(r"(?<=点)0(\d)(?=分)")
_COUNTED: Final = re.compile(r"(?<!\d)2(?=[点个位份碗杯只根块张客瓶天次米])")
_DECIMAL: Final = re.compile(r"(\d+)\.(\d+)")
_WHOLE: Final = re.compile(r"\d{1,12}")
_SAID: Final = (
    ("QR", "二维码"),
    ("APP", "应用"),
    ("km", "公里"),
    ("kWh", "度"),
    ("kW", "千瓦"),
    ("+", "加"),
    ("%", "个百分点"),
)


def digits(code: str) -> str:
    """Say a code or phone number digit by digit, in groups of four: "62345678" is "六二三四,五六七八"."""
    said = [DIGITS[int(each)] for each in code if each.isdecimal()]
    return PAUSE.join("".join(said[at : at + GROUP]) for at in range(0, len(said), GROUP))


def aloud(text: str) -> str:
    """Put a text as it is said: no digit is left in it."""
    for written, said in _SAID:
        text = text.replace(written, said)
    text = _PHONE.sub(lambda match: _phone(match[0]), text)
    text = _AMOUNT.sub(lambda match: spoken_yuan(_fen(match[1], match[2])), text)
    text = _CLOCK.sub(lambda match: _clock(int(match[1]), int(match[2])), text)
    text = _YEAR.sub(lambda match: "".join(DIGITS[int(each)] for each in match[1]), text)
    text = _MINUTES.sub(lambda match: f"零{DIGITS[int(match[1])]}", text)
    text = _COUNTED.sub("两", text)
    text = _DECIMAL.sub(lambda match: _decimal(match[1], match[2]), text)
    return _WHOLE.sub(lambda match: spoken_number(int(match[0])), text)


def sentences(text: str) -> list[str]:
    """Part a text into sentences, as one hears them."""
    return [each for each in (part.strip() for part in _ENDS.split(text)) if each]


def spoken_length(sentence: str) -> int:
    """Count what is heard of a sentence: asides in brackets, spaces and commas are not counted."""
    return len(_SILENT.sub("", _ASIDE.sub("", sentence)))


def too_long(text: str) -> list[str]:
    """List the sentences of a text that are longer than one keeps in mind."""
    return [each for each in sentences(text) if spoken_length(each) > LONGEST_SENTENCE]


def abbreviations(text: str) -> list[str]:
    """List what is not Chinese: an elder is not asked to know it."""
    return _LATIN.findall(text)


def _phone(written: str) -> str:
    area, _, number = written.replace(" ", "-").rpartition("-")
    return f"{digits(area)}{PAUSE}{digits(number)}" if area else digits(number)


def _fen(yuan: str, fraction: str | None) -> int:
    return int(yuan) * FEN + (int(fraction.ljust(2, "0")) if fraction else 0)


def _clock(hour: int, minute: int) -> str:
    said = "两" if hour == 2 else spoken_number(hour)  # noqa: PLR2004 - two o'clock is 两点
    if minute == 0:
        return f"{said}点"
    if minute == 30:  # noqa: PLR2004 - half past
        return f"{said}点半"
    return f"{said}点{'零' if minute < 10 else ''}{spoken_number(minute)}分"  # noqa: PLR2004 - one digit


def _decimal(whole: str, fraction: str) -> str:
    return f"{spoken_number(int(whole[-9:]))}点{''.join(DIGITS[int(each)] for each in fraction)}"
