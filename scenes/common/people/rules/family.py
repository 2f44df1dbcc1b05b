"""What family and helpers may do in somebody's name: scopes, spans, cooling-off, odd payments, codes."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal, cast, get_args

import msgspec

from scenes.common.kit.clock import shanghai
from scenes.common.kit.refusals import Invalid
from scenes.common.people.errors import CoolingOff, DelegateLimitReached
from scenes.common.people.states import State

Scope = Literal["book", "pay", "view"]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
PRESENT: Final = "present"
"""What no delegation can grant: acts for which the person is there, with the staff who help them."""

ASSISTED: Final = frozenset({*SCOPES, PRESENT})
"""What a member of staff may do while the person who read out the code is at the counter."""

Oddity = Literal["large", "new", "night"]


class FamilyRule(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The district's values: of the dated row in force, else these.

    A delegation may not pay more than `cooling_most_fen` in one payment in its first `cooling_hours`.
    A payment is odd from `odd_from_fen`, in a delegation's first `new_hours`, and between the hours
    `night_from` and `night_until` in Shanghai.
    """

    cooling_hours: int = 24
    cooling_most_fen: int = 5_000
    odd_from_fen: int = 20_000
    new_hours: int = 72
    night_from: int = 22
    night_until: int = 6
    most_days: int = 366
    most_delegates: int = 5
    code_minutes: int = 5
    code_tries: int = 5
    assist_minutes: int = 15


class Dated(msgspec.Struct, frozen=True):
    """A stored rule, in force on days from `since` until before `until`."""

    since: date
    until: date | None
    values: Mapping[str, Any]


def rule_on(day: date, rows: Sequence[Dated]) -> FamilyRule:
    """Return the values in force on a day: of the latest row that covers it."""
    covering = [row for row in rows if row.since <= day and (row.until is None or day < row.until)]
    if not covering:
        return FamilyRule()
    return msgspec.convert(dict(max(covering, key=lambda row: row.since).values), FamilyRule)


def checked_scopes(scopes: Collection[str]) -> list[Scope]:
    """Return scopes in their order, each once; refuses none at all, or an unknown one, with Invalid."""
    if not scopes or not set(scopes) <= set(SCOPES):
        raise Invalid("请至少选一样可以代办的事。", errors=(("scopes", "请至少选一样可以代办的事"),))
    return [scope for scope in SCOPES if scope in scopes]


def check_until(until: datetime, now: datetime, rule: FamilyRule) -> None:
    """Refuse an end that is past, or further away than the district lets it be, with Invalid."""
    if not now < until <= now + timedelta(days=rule.most_days):
        said = f"代办的期限要在今天以后,最长{rule.most_days}天"
        raise Invalid(f"{said}。", errors=(("until", said),))


def check_one_more(running: int, rule: FamilyRule) -> None:
    """Refuse a further delegate of one person with DelegateLimitReached."""
    if running >= rule.most_delegates:
        raise DelegateLimitReached


def cooling_until(approved_at: datetime, rule: FamilyRule) -> datetime:
    """Say until when a new delegation may pay only small amounts."""
    return approved_at + timedelta(hours=rule.cooling_hours)


def check_cooling(amount_fen: int, cooling: datetime | None, *, now: datetime, rule: FamilyRule) -> None:
    """Refuse a payment too large for a delegation this new with CoolingOff."""
    if cooling is not None and now < cooling and amount_fen > rule.cooling_most_fen:
        raise CoolingOff(rule.cooling_most_fen)


def oddities(
    amount_fen: int, approved_at: datetime | None, *, now: datetime, rule: FamilyRule
) -> list[Oddity]:
    """Say what is odd about a payment in somebody's name: its size, a new delegate, the hour."""
    hour = shanghai(now).hour
    new = approved_at is not None and now < approved_at + timedelta(hours=rule.new_hours)
    found: dict[Oddity, bool] = {
        "large": amount_fen >= rule.odd_from_fen,
        "new": new,
        "night": hour >= rule.night_from or hour < rule.night_until,
    }
    return [oddity for oddity, so in found.items() if so]


def state_now(state: str, until: datetime, now: datetime) -> State:
    """Say how a delegation stands: one whose end has passed has expired, whatever its row says."""
    if state in {"requested", "active"} and until <= now:
        return "expired"
    return cast("State", state)
