"""Numbers as people say and type them: 「两」, 「廿七」, 「俩」, 「12」."""

import re
from typing import Final

NUMBER: Final = r"(?:\d{1,4}|[一二两三四五六七八九十廿百零俩仨]{1,5})"
"""A pattern for a number below a thousand or so."""

_DIGITS: Final = {
    **{digit: at for at, digit in enumerate("零一二三四五六七八九")},
    "两": 2, "俩": 2, "仨": 3,
}  # fmt: skip
_SHAPE: Final = re.compile(
    r"(?:(?P<h>[一二两三四五六七八九])百零?)?(?:(?P<t>[一二三四五六七八九])?(?P<ten>十)|(?P<twenty>廿))?(?P<o>[零一二两三四五六七八九俩仨])?"
)


def number(words: str) -> int | None:
    """Read a number, none if it is not one."""
    if words.isdecimal() and words.isascii():
        return int(words)
    shape = _SHAPE.fullmatch(words.lstrip("零") or words)
    if not words or shape is None:
        return None
    hundreds, tens, ones = shape["h"], shape["t"], shape["o"]
    whole = 100 * _DIGITS[hundreds] if hundreds else 0
    if shape["ten"]:
        whole += 10 * (_DIGITS[tens] if tens else 1)
    if shape["twenty"]:
        whole += 20
    return whole + (_DIGITS[ones] if ones else 0)
