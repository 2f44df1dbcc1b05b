"""Publishing the connectors' quarter-hours as the charging room would, but by one statement a day.

The room's own rules say the terms; a test holds the result against its own publishing.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.rules.rule import ChargingRule
from scenes.charging.rules.windows import QUARTER, day_span, quarter_terms
from scenes.charging.service.rules import rules_in_force
from scenes.charging.service.windows import TITLE, publish_deposits
from scenes.charging.store.windows import lock_publishing
from scenes.common.kit.clock import local_day
from scenes.demo import store
from scenes.demo.rules.stations import Station
from scenes.demo.service.charging import RULE

Record = tuple[datetime, str]


async def publish_quarters(session: AsyncSession, stations: Sequence[Station], *, now: datetime) -> int:
    """Publish what is missing of today and the days ahead; return how many quarter-hours are new."""
    await lock_publishing(session)
    rules, today, new = await rules_in_force(session), local_day(now), 0
    ids = {station.id for station in stations}
    for ahead in range(RULE.days_ahead + 1):
        day = today + timedelta(days=ahead)
        new += await store.publish_quarters(session, day_facts(RULE, day))
        await publish_deposits(session, ids, day, rules=rules)
    return new


def day_facts(rule: ChargingRule, day: date) -> dict[str, Any]:
    """Tell what all connectors' windows of a day have in common, and each quarter's start and terms."""
    since, until = day_span(day)
    quarters = _quarters(rule, since, until)
    return {
        "title": TITLE,
        "since": since,
        "until": until,
        "opens_at": since - timedelta(days=rule.days_ahead),
        "hold_seconds": rule.hold_seconds,
        "starts": [at for at, _ in quarters],
        "terms": [terms for _, terms in quarters],
    }


def _quarters(rule: ChargingRule, since: datetime, until: datetime) -> Sequence[Record]:
    starts = [since + number * QUARTER for number in range((until - since) // QUARTER)]
    return [(at, msgspec.json.encode(quarter_terms(at, rule)).decode()) for at in starts]
