"""Stations as their rows tell them, ready to be shown: what is in force today, put together."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from scenes.charging.errors import ChargingRuleMissing, TariffInvalid
from scenes.charging.rules.forecast import Profile, Profiles
from scenes.charging.rules.rule import ChargingRule, DatedRule, IdleFee, rule_for
from scenes.charging.rules.tariff import Band, Tariff, bands_of, periods_of
from scenes.charging.tables import ChargingConnectorRow, ChargingStationRow, StationProfileRow
from scenes.common.kit.clock import local_day


class Connector(msgspec.Struct, frozen=True, kw_only=True):
    """A plug that the operator still lists; power in kW."""

    id: UUID
    number: int
    name: str
    kind: int
    power_kw: float
    park_no: str
    has_lock: bool
    reservable: bool
    out_of_service: bool


class Station(msgspec.Struct, frozen=True, kw_only=True):
    """A station with what is in force there today; `tariff` is none where nobody published a price."""

    id: UUID
    operator: str
    status: int
    phone: str
    park_fee: str
    site_guide: str
    hours: str
    tariff: Tariff | None
    rule: ChargingRule
    connectors: tuple[Connector, ...]

    @property
    def stale_after(self) -> timedelta:
        """Return for how long a word on a connector is believed."""
        return timedelta(minutes=self.rule.stale_minutes)

    def of_kind(self, kind: int | None) -> tuple[Connector, ...]:
        """Return the connectors of a kind, or all."""
        return tuple(c for c in self.connectors if kind is None or c.kind == kind)


def by_connector(held: Iterable[tuple[UUID, datetime]]) -> dict[UUID, set[datetime]]:
    """Sort quarter-hours by their connectors."""
    found: dict[UUID, set[datetime]] = {}
    for connector_id, starts_at in held:
        found.setdefault(connector_id, set()).add(starts_at.astimezone(UTC))
    return found


def rule_of(station_id: UUID | None, rules: Sequence[DatedRule], now: datetime) -> ChargingRule:
    """Return the rule in force; status and guidance are shown by the plain rule where none is."""
    try:
        return rule_for(station_id or UUID(int=0), local_day(now), rules)
    except ChargingRuleMissing:
        return ChargingRule()


def station_of(
    row: ChargingStationRow,
    rule: ChargingRule,
    *,
    operator: str,
    periods: Sequence[Mapping[str, str]] | None,
    connectors: Sequence[Connector],
) -> Station:
    """Put a station together; its own idle fee outranks the rule's."""
    idle_fee = msgspec.convert(row.idle_fee, IdleFee, strict=False) if row.idle_fee else rule.idle_fee
    bands = _bands(periods)
    return Station(
        id=row.id,
        operator=operator,
        status=row.status,
        phone=row.service_phone,
        park_fee=row.park_fee,
        site_guide=row.site_guide,
        hours=str(row.facts.get("hours", "")),
        tariff=Tariff(bands=bands, idle_fee=idle_fee) if bands else None,
        rule=rule,
        connectors=tuple(connectors),
    )


def _bands(periods: Sequence[Mapping[str, str]] | None) -> tuple[Band, ...]:
    """Read a tariff; one that cannot be read is shown as no price, never as a wrong one."""
    try:
        return bands_of(periods_of(periods)) if periods else ()
    except TariffInvalid:
        return ()


def connector_of(row: ChargingConnectorRow) -> Connector:
    """Take a connector's row as a value."""
    return Connector(
        id=row.id,
        number=row.number,
        name=row.name,
        kind=row.kind,
        power_kw=row.power_kw,
        park_no=row.park_no,
        has_lock=row.has_lock,
        reservable=row.reservable,
        out_of_service=row.out_of_service_at is not None,
    )


def profiles_of(rows: Sequence[StationProfileRow]) -> dict[tuple[UUID, int], Profiles]:
    """Sort what was learnt by station and kind of connector."""
    known: dict[tuple[UUID, int], dict[str, Profile]] = {}
    for row in rows:
        profile = Profile(*(_floats(values) for values in (row.busy, row.turnover, row.weight)))
        known.setdefault((row.station_id, row.connector_kind), {})[row.day_kind] = profile
    return dict(known)


def _floats(values: Sequence[Any]) -> tuple[float, ...]:
    return tuple(float(value) for value in values)
