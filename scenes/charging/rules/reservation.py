"""Which connectors may be reserved, whose reservation a connector can no longer keep, and missed ones."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

import msgspec

from scenes.charging.rules.rule import ChargingRule
from scenes.charging.rules.status import CHARGING, State

Why = Literal["connector_fault", "connector_offline", "connector_occupied"]
PLUGGED: Final = 2
"""T/CEC 102: a plug is in and nothing flows, which may well be the holder who has just arrived."""


class Connector(msgspec.Struct, frozen=True, kw_only=True):
    """A connector as it stands now; `status` and `since` are the operator's last word and its age."""

    id: UUID
    number: int
    name: str
    kind: int
    has_lock: bool
    reservable: bool
    state: State
    status: int | None
    since: datetime | None
    ours: bool
    """Whether a session of ours runs on it, whatever its last status was."""


def may_reserve(connector: Connector, starts_at: datetime, *, rule: ChargingRule, now: datetime) -> bool:
    """Tell whether a connector may be reserved for a start.

    A broken one never; within the live horizon only one that is free now, so that what is occupied, offline
    or unheard-of counts against the station's capacity.
    """
    if not connector.reservable or connector.state == "fault":
        return False
    if starts_at >= now + timedelta(minutes=rule.live_horizon_minutes):
        return True
    return connector.state == "free" and not connector.ours


def offered(  # noqa: PLR0913 - the facts of a wish
    connectors: Iterable[Connector],
    starts_at: datetime,
    *,
    connector_id: UUID | None = None,
    kind: int | None = None,
    rule: ChargingRule,
    now: datetime,
) -> list[UUID]:
    """Return the connectors that may be reserved: the named one, those of a kind, or any."""
    return [
        each.id
        for each in connectors
        if connector_id in {None, each.id}
        and kind in {None, each.kind}
        and may_reserve(each, starts_at, rule=rule, now=now)
    ]


def cannot_keep(
    connector: Connector, starts_at: datetime, *, rule: ChargingRule, now: datetime
) -> Why | None:
    """Say why a connector cannot keep a coming reservation; none while it can.

    A plug that went in as the start drew near may be the holder's: only what charges without them, or was
    plugged in long before, is a stranger. The holder is known by their session, never by a last status.
    """
    if connector.state == "fault":
        return "connector_fault"
    if connector.state == "unknown":
        soon = now >= starts_at - timedelta(minutes=rule.live_horizon_minutes)
        return "connector_offline" if soon else None
    near = now >= starts_at - timedelta(minutes=rule.settle_place_minutes)
    return "connector_occupied" if near and _is_strangers(connector, starts_at, rule) else None


def _is_strangers(connector: Connector, starts_at: datetime, rule: ChargingRule) -> bool:
    if connector.ours or connector.status == CHARGING:
        return True
    arrives_from = starts_at - timedelta(minutes=rule.early_minutes)
    return connector.status == PLUGGED and connector.since is not None and connector.since < arrives_from


def must_end(why: Why, starts_at: datetime, now: datetime) -> bool:
    """Tell whether a reservation that cannot be moved ends: an occupied connector may still come free."""
    return why != "connector_occupied" or now >= starts_at


def banned_until(missed: Sequence[datetime], rule: ChargingRule, at: datetime) -> datetime | None:
    """Return when the ban that missed reservations lead to ends; none while they are below the limit."""
    since = at - timedelta(days=rule.no_show_days)
    counting = [each for each in missed if since < each <= at]
    if len(counting) < rule.no_show_limit or rule.no_show_ban_days == 0:
        return None
    return at + timedelta(days=rule.no_show_ban_days)
