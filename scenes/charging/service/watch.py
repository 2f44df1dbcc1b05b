"""Asks operators by itself: their stations and tariffs daily, their connectors when they fall silent.

No transaction is open while an operator is asked. One that fails is marked, and asked ever more rarely.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

import msgspec
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.errors import OperatorRefused, OperatorUnreachable, PartnerInputRefused
from scenes.charging.rules import attention
from scenes.charging.rules import envelope as env
from scenes.charging.rules.attention import Contact
from scenes.charging.rules.dialect import Dialect
from scenes.charging.rules.messages import PricePeriod
from scenes.charging.service.incidents import About, note_incident
from scenes.charging.service.live import publish, record_statuses
from scenes.charging.service.partners import Lines
from scenes.charging.service.stations import upsert_stations
from scenes.charging.store import partners as store
from scenes.charging.tables import ChargingOperatorRow, ChargingTariffRow
from scenes.charging.upstream import OperatorClient, OperatorNonsense, Operators
from scenes.common.kit.clock import Clock, local_day
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from scenes.common.kit.refusals import Refusal

log: Final = structlog.stdlib.get_logger(__name__)
MOST_NAMED: Final = 5


class Watch:
    """Looks after the operators."""

    def __init__(self, database: Database, operators: Operators, *, lines: Lines, clock: Clock) -> None:
        self._database = database
        self._operators = operators
        self._lines = lines
        self._clock = clock

    async def attend(self) -> None:
        """Ask every operator that is due; one that fails keeps no other waiting."""
        async with self._database.read() as session:
            rows = await store.operators(session)
        await asyncio.gather(*(self._attend_one(row) for row in rows))

    async def _attend_one(self, row: ChargingOperatorRow) -> None:
        now, contact = self._clock(), _contact(row)
        sync = attention.sync_due(contact, now)
        try:
            silent = Dialect.of(row.dialect).silent_seconds
        except msgspec.ValidationError as broken:
            log.warning("operator_dialect_broken", operator=row.operator_code, why=str(broken))
            return
        due = sync or attention.poll_due(contact, now, silent_seconds=silent)
        if not (due and attention.may_ask(contact, now)):
            return
        try:
            client = self._operators.client_of(row)
            if sync:
                await self.sync(client)
            await self.poll(client)
            if sync:
                await self.price(client)
        except OperatorUnreachable as failure:
            kind = "answer" if isinstance(failure, OperatorNonsense) else ""
            await self._failed(row, Wrong(kind, str(failure)))
        except OperatorRefused as failure:
            await self._failed(row, Wrong("refused", str(failure)))
        except Refusal as failure:
            await self._failed(row, Wrong(failure.code, failure.en))

    async def sync(self, client: OperatorClient) -> None:
        """Take over an operator's stations."""
        stations = await client.stations()
        async with self._database.transaction() as session:
            await upsert_stations(session, client.operator_id, stations, now=self._clock())

    async def price(self, client: OperatorClient) -> None:
        """Take over what each station asks; one that does not say keeps what it had."""
        async with self._database.read() as session:
            priced = await store.priced_connectors(session, client.operator_id)
        for station_id, connector_code in priced:
            try:
                periods = await client.policy(connector_code)
            except (OperatorNonsense, OperatorRefused) as failure:
                async with self._database.transaction() as session:
                    wrong = Wrong("tariff", f"{connector_code}: {failure}")
                    await _note(session, client.operator_id, wrong, now=self._clock())
                continue
            async with self._database.transaction() as session:
                await _put_if_changed(session, _tariff_row(station_id, periods, self._clock()))
        async with self._database.transaction() as session:
            await store.note_operator(session, client.operator_id, stations_at=self._clock())

    async def poll(self, client: OperatorClient) -> None:
        """Ask how all connectors of an operator stand."""
        async with self._database.read() as session:
            codes = await store.station_codes(session, client.operator_id)
        statuses = await client.statuses(codes)
        now = self._clock()
        async with self._database.transaction() as session:
            recorded = await record_statuses(session, client.operator_id, statuses, source="poll", now=now)
            await store.note_operator(session, client.operator_id, polled_at=now, failing_since=None)
            if recorded.unknown:
                named = ", ".join(recorded.unknown[:MOST_NAMED])
                wrong = Wrong("connector_unknown", f"ConnectorID: not known: {named}")
                await _note(session, client.operator_id, wrong, now=now)
        await publish(self._lines.cache, self._lines.fanout, recorded)

    async def _failed(self, row: ChargingOperatorRow, wrong: "Wrong") -> None:
        """Mark an operator as failing since the first time; what it answered wrongly is an incident."""
        now = self._clock()
        log.warning("operator_failed", operator=row.operator_code, why=wrong.why)
        async with self._database.transaction() as session:
            since = row.failing_since or now
            await store.note_operator(session, row.id, polled_at=now, failing_since=since)
            if wrong.kind:
                await _note(session, row.id, wrong, now=now)


async def forget(session: AsyncSession, *, before: datetime) -> None:
    """Drop seen messages and tokens from before an instant."""
    await store.forget(session, before=before)


def stored(periods: Sequence[PricePeriod]) -> list[dict[str, str]]:
    """Write a tariff as its row has it."""
    return [
        {
            "start": each.start.strftime("%H:%M"),
            "elecPrice": str(each.elec_price),
            "servicePrice": str(each.service_price),
        }
        for each in periods
    ]


def _tariff_row(station_id: UUID, periods: Sequence[PricePeriod], now: datetime) -> ChargingTariffRow:
    return ChargingTariffRow(
        id=new_id(),
        station_id=station_id,
        since=local_day(now),
        periods=stored(periods),
        source="operator",
        created_at=now,
    )


async def _put_if_changed(session: AsyncSession, row: ChargingTariffRow) -> None:
    """Put an operator's tariff in force from today, unless it said the same before."""
    told = await store.told_tariff(session, row.station_id)
    if told is None or told.periods != row.periods:
        await store.put_tariff(session, row)


class Wrong(NamedTuple):
    """What was wrong with an operator's answer."""

    kind: str
    why: str


async def _note(session: AsyncSession, operator_id: UUID, wrong: Wrong, *, now: datetime) -> None:
    refused = PartnerInputRefused(env.BAD_PARAMETERS, wrong.kind, why=wrong.why)
    await note_incident(session, refused, About(operator_id=operator_id, call="answer"), now=now)


def _contact(row: ChargingOperatorRow) -> Contact:
    return Contact(
        heard_at=row.heard_at,
        polled_at=row.polled_at,
        stations_at=row.stations_at,
        failing_since=row.failing_since,
    )
