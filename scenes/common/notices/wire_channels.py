"""Grants and preferences as they go over the wire."""

from scenes.common.kit.wire import Wire, WireRequest
from scenes.common.notices.channels import Preference


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
    """Where a person likes to be told: `auto` leaves the choice to the desk."""

    prefer: Preference


class NoticePreferenceRequest(WireRequest, frozen=True, kw_only=True):
    """A wish for a channel; urgent things take every channel all the same."""

    prefer: Preference
