"""When a visit may be photographed, and how often."""

from typing import Final

from scenes.eldercare.errors import NotVisiting, PhotosFull

DURING: Final = frozenset({"arrived", "done"})
MOST: Final = 6


def check_may_add(state: str, count: int) -> None:
    """Refuse before the arrival and after the rating (NotVisiting), and a seventh photo (PhotosFull)."""
    if state not in DURING:
        raise NotVisiting
    if count >= MOST:
        raise PhotosFull
