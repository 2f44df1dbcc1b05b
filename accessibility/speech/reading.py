"""From Chinese text to the pinyin the speech engine reads, tone by tone."""

import re
from typing import Final

from pypinyin import Style, lazy_pinyin

from accessibility.speech.wording import aloud

_BREAKS: Final = {"。": ". ", "!": "! ", "?": "? ", ";": ". ", "\n": ". "}
_SHORT: Final = ",,、::;…—·()()「」『』《》/ -"
_SYLLABLE: Final = re.compile(r"[a-zv]+[1-5]")


def pinyin(text: str) -> str:
    """Write a text as numbered pinyin with pauses: "明天,看牙" is "ming2 tian1, kan4 ya2"."""
    said = aloud(text)
    parts = lazy_pinyin(
        said, style=Style.TONE3, neutral_tone_with_five=True, tone_sandhi=True, errors=_pauses
    )
    words = [each for part in parts for each in _kept(part)]
    return " ".join(words).replace(" ,", ",").replace(" .", ".").strip(" ,.")


def _pauses(text: str) -> str:
    """Keep only the pause of what is not Chinese."""
    if any(each in _BREAKS or each in "!?;" for each in text):
        return "."
    return "," if any(each in _SHORT for each in text) else ""


def _kept(part: str) -> list[str]:
    if part in {",", "."}:
        return [part]
    return [part] if _SYLLABLE.fullmatch(part) else []
