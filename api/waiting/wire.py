"""The menu's numbers on the wire."""

from collections.abc import Mapping

from api.web.desk_nav import WAYS, shown, spoken
from scenes.common.kit.wire import Wire

LABELS = {way.href: way.label for way in WAYS}


class WaitingPage(Wire, frozen=True, kw_only=True):
    """How many wait on one page of the console: the number, as the menu shows it, and as it is spoken."""

    page: str
    waiting: int
    label: str
    speak: str


class DeskWaiting(Wire, frozen=True, kw_only=True):
    """What waits on each counted page that the account has."""

    items: list[WaitingPage]

    @classmethod
    def of(cls, numbers: Mapping[str, int]) -> "DeskWaiting":
        """Show the numbers of an account."""
        return cls(
            items=[
                WaitingPage(page=page, waiting=count, label=shown(count), speak=spoken(LABELS[page], count))
                for page, count in numbers.items()
            ]
        )
