"""Grants and preferences as they go over the wire."""

from datetime import time
from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from scenes.common.kit.masking import mask_phone
from scenes.common.kit.wire import Wire, WireRequest
from scenes.common.notices.channels import Preference, quiet_between
from scenes.common.notices.service.liking import Liking

Hour = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
"""A time of day as HH:MM."""


class GrantRequest(WireRequest, frozen=True, kw_only=True):
    """What `wx.requestSubscribeMessage` answered, with a fresh code of `wx.login`."""

    code: str
    accepted: bool

    def __repr__(self) -> str:
        """Keep the code out of logs."""
        return "GrantRequest()"


class Grants(Wire, frozen=True, kw_only=True):
    """How many WeChat messages the person still allows."""

    left: int


class NoticePreference(Wire, frozen=True, kw_only=True):
    """How a person likes to be told: `auto` leaves the channel to the desk.

    Quiet hours are Shanghai wall-clock, null while the district's hold; `callPhone` is masked, null for the
    account's own number.
    """

    prefer: Preference
    quiet_from: str | None
    quiet_until: str | None
    reminders: bool
    call_phone: str | None


class NoticePreferenceRequest(WireRequest, frozen=True, kw_only=True):
    """A wish for a channel and hours; urgent things take every channel at any hour all the same.

    `callPhone` left out keeps the number named before, null goes back to the account's.
    """

    prefer: Preference
    quiet_from: Hour | None = None
    quiet_until: Hour | None = None
    reminders: bool = True
    call_phone: Annotated[str, Meta(max_length=20)] | UnsetType | None = UNSET

    def __repr__(self) -> str:
        """Keep the number out of logs."""
        return f"NoticePreferenceRequest(prefer={self.prefer!r})"


def shown_liking(liking: Liking) -> NoticePreference:
    """Show a person's wishes, the number masked."""
    quiet, phone = liking.quiet, liking.call_phone
    return NoticePreference(
        prefer=liking.prefer,
        quiet_from=f"{quiet.begins:%H:%M}" if quiet else None,
        quiet_until=f"{quiet.ends:%H:%M}" if quiet else None,
        reminders=liking.reminders,
        call_phone=mask_phone(phone) if isinstance(phone, str) else None,
    )


def asked_liking(asked: NoticePreferenceRequest) -> Liking:
    """Read wishes from a request (QuietHoursInvalid when only one end is named)."""
    return Liking(
        prefer=asked.prefer,
        quiet=quiet_between(_time(asked.quiet_from), _time(asked.quiet_until)),
        reminders=asked.reminders,
        call_phone=asked.call_phone,
    )


def _time(hour: str | None) -> time | None:
    return time.fromisoformat(hour) if hour else None
