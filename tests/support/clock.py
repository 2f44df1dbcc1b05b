"""A clock that tests turn by hand."""

from datetime import datetime, timedelta

from scenes.common.kit.clock import SHANGHAI

MONDAY_NINE = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)


class AdjustableClock:
    """Answers the instant it was set to until it is turned."""

    def __init__(self, at: datetime = MONDAY_NINE) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def set(self, at: datetime) -> None:
        self.at = at

    def advance(self, by: timedelta) -> None:
        self.at += by
