"""Putting charging rules in force, and reading the rule and the tariff that count."""

from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.errors import TariffMissing
from scenes.charging.rules.rule import ChargingRule, DatedRule, IdleFee, check_rule, rule_for
from scenes.charging.rules.tariff import Tariff, bands_of, periods_of
from scenes.charging.store import rules as store
from scenes.charging.tables import ChargingRuleRow, ChargingStationRow
from scenes.common.kit.clock import local_day
from scenes.common.kit.ids import new_id


async def set_rule(
    session: AsyncSession,
    rule: ChargingRule,
    *,
    since: date,
    until: date | None = None,
    place_id: UUID | None = None,
) -> None:
    """Put a rule in force from a day on, for the district or for one station (ChargingRuleInvalid)."""
    check_rule(rule)
    values = msgspec.to_builtins(rule)
    session.add(ChargingRuleRow(id=new_id(), place_id=place_id, since=since, until=until, values=values))
    await session.flush()


async def rules_in_force(session: AsyncSession) -> list[DatedRule]:
    """Read every rule, to choose by station and day."""
    return [DatedRule(r.place_id, r.since, r.until, r.values) for r in await store.rules(session)]


async def rule_at(session: AsyncSession, station_id: UUID, at: datetime) -> ChargingRule:
    """Read the rule of a station at an instant (ChargingRuleMissing)."""
    return rule_for(station_id, local_day(at), await rules_in_force(session))


async def tariff_at(session: AsyncSession, station: ChargingStationRow, at: datetime) -> Tariff:
    """Read what a station asks at an instant, with its idle fee or the district's (TariffMissing)."""
    row = await store.tariff_on(session, station.id, local_day(at))
    if row is None:
        raise TariffMissing
    if station.idle_fee:
        fee = msgspec.convert(station.idle_fee, IdleFee, strict=False)
    else:
        fee = (await rule_at(session, station.id, at)).idle_fee
    return Tariff(bands=bands_of(periods_of(row.periods)), idle_fee=fee)
