"""What operators tell of a session: each message is taken once, in any order, and never leads back.

Every function returns the session's id, for `session:{id}` listeners to be told after the commit.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging import states
from scenes.charging.errors import UnknownCharge
from scenes.charging.rules.bill import Reading, energy_lines
from scenes.charging.rules.messages import ChargeOrder, ChargeStatus, StartResult, StopAck
from scenes.charging.rules.meter import FUTURE, is_news
from scenes.charging.rules.tariff import Tariff
from scenes.charging.store import sessions as store
from scenes.charging.tables import ChargingSessionRow, ReconciliationRow
from scenes.common.booking.store import note_times
from scenes.common.kit.clock import local_day
from scenes.common.kit.ids import new_id

STARTING, CHARGING, STOPPING, ENDED = 1, 2, 3, 4
"""T/CEC 102 StartChargeSeqStat; 5 is unknown."""

ALREADY_STOPPED: Final = 3
EARLY: Final = timedelta(minutes=10)
"""How far before we asked an operator's start may lie, for clocks that differ."""


async def hear_start(
    session: AsyncSession, message: StartResult, *, operator_id: UUID, now: datetime
) -> UUID:
    """Take notification_start_charge_result: charging begins, or the start that was accepted failed."""
    row = await _row(session, message.start_seq, operator_id)
    if message.state == CHARGING:
        await begin(session, row, message.started_at, now=now)
    elif message.state == ENDED and row.state == "requested":
        fail(row, "start_failed", now=now)
    await _tell_times(session, row)
    return row.id


async def hear_meter(
    session: AsyncSession, message: ChargeStatus, *, operator_id: UUID, now: datetime
) -> UUID:
    """Take a meter reading (UnknownCharge, MeterWentBack, MeterTimeWentBack; then nothing is changed)."""
    row = await _row(session, message.start_seq, operator_id)
    await _check(session, row, Reading(message.at, message.energy_wh), now)
    if row.state in states.OVER or message.state not in {CHARGING, STOPPING, ENDED}:
        _charges_after_all(row, message.state, now)
        return row.id
    await begin(session, row, message.started_at or message.at, now=now)
    await read(session, row, Reading(message.at, message.energy_wh), now=now)
    row.soc_percent, row.heard_at = message.soc_percent, now
    if message.state == STOPPING:
        ask_stop(row, "operator", now=now)
    elif message.state == ENDED:
        end(row, message.at, None, now=now)
    await _tell_times(session, row)
    return row.id


async def hear_stop(session: AsyncSession, message: StopAck, *, operator_id: UUID, now: datetime) -> UUID:
    """Take notification_stop_charge_result: it stopped, or had stopped already."""
    row = await _row(session, message.start_seq, operator_id)
    stopped = message.stopped or message.fail_reason == ALREADY_STOPPED
    if stopped and row.state in states.LIVE:
        if row.started_at is None:
            fail(row, "never_began", now=now)
        elif message.state == ENDED or message.fail_reason == ALREADY_STOPPED:
            end(row, now, None, now=now)
        else:
            ask_stop(row, "operator", now=now)
    await _tell_times(session, row)
    return row.id


async def hear_order(
    session: AsyncSession, message: ChargeOrder, *, operator_id: UUID, now: datetime
) -> UUID:
    """Take the operator's final account; it ends the session, and its total is kept beside ours."""
    row = await _row(session, message.start_seq, operator_id)
    await _check(session, row, Reading(message.ended_at, message.energy_wh), now)
    row.operator_total_fen = message.total_fen
    if row.state == "failed" or row.bill is not None:
        await compare(session, row, energy_wh=message.energy_wh, now=now)
        return row.id
    await begin(session, row, message.started_at, now=now)
    await read(session, row, Reading(message.ended_at, message.energy_wh), now=now)
    end(row, message.ended_at, str(message.stop_reason), now=now)
    row.ended_at, row.stop_reason, row.heard_at = message.ended_at, str(message.stop_reason), now
    _changed(row, now)
    await _tell_times(session, row)
    return row.id


async def begin(
    session: AsyncSession, row: ChargingSessionRow, started_at: datetime | None, *, now: datetime
) -> None:
    """Say that energy flows since an instant; said again, or after something later, it changes nothing."""
    row.state = states.after(row.state, "begin")
    if row.started_at is None:
        asked = row.asked_at or row.created_at
        credible = started_at is not None and asked - EARLY <= started_at <= now + FUTURE
        begins = started_at if started_at is not None and credible else now.replace(microsecond=0)
        row.started_at, row.accepted_at = begins, row.accepted_at or now
        await store.add_reading(session, row.id, Reading(begins, 0), now)
        _changed(row, now)


async def read(session: AsyncSession, row: ChargingSessionRow, reading: Reading, *, now: datetime) -> None:
    """Keep a reading that is news and say what the charge costs so far."""
    known = await store.readings(session, row.id)
    if not is_news(reading, known, now=now):
        return
    await store.add_reading(session, row.id, reading, now)
    row.energy_wh = reading.energy_wh
    lines = energy_lines(
        row.started_at or reading.at, reading.at, [*known, reading], tariff=Tariff.of(row.tariff)
    )
    row.running_fen = sum(line.fen for line in lines)
    _changed(row, now)


def ask_stop(row: ChargingSessionRow, by: str, *, now: datetime) -> None:
    """Say that the charge is to stop, or is stopping; the first to say so is remembered."""
    row.state = states.after(row.state, "ask_stop")
    if row.stop_asked_at is None:
        row.stop_asked_at, row.stop_asked_by = now, by
        _changed(row, now)


def end(row: ChargingSessionRow, ended_at: datetime, reason: str | None, *, now: datetime) -> None:
    """Say that the charge is over."""
    if row.state != "ended":
        row.state = states.after(row.state, "end")
        row.ended_at, row.stop_reason = min(ended_at, now), reason
        _changed(row, now)


def fail(row: ChargingSessionRow, why: str, *, now: datetime) -> None:
    """Say that there was no charge; its money goes back by itself."""
    if row.state != "failed":
        row.state = states.after(row.state, "fail")
        row.failure = why
        _changed(row, now)


async def compare(session: AsyncSession, row: ChargingSessionRow, *, energy_wh: int, now: datetime) -> None:
    """Keep a difference between our bill and the operator's total, for staff to settle."""
    ours = int(row.bill["energyFen"]) if row.bill is not None else 0
    if row.operator_total_fen is None or row.operator_total_fen == ours:
        return
    kind = "charged_after_failure" if row.state == "failed" else "amount"
    await store.put_difference(
        session,
        ReconciliationRow(
            id=new_id(), operator_id=row.operator_id, day=local_day(row.ended_at or now),
            start_seq=row.start_seq, session_id=row.id, kind=kind,
            ours={"totalFen": ours, "energyWh": row.energy_wh},
            theirs={"totalFen": row.operator_total_fen, "energyWh": energy_wh},
            difference_fen=row.operator_total_fen - ours, state="open", found_at=now,
        ),
    )  # fmt: skip


def _charges_after_all(row: ChargingSessionRow, state: int, now: datetime) -> None:
    """Have a charge stopped that began after we had given it up and sent its money back."""
    if row.state == "failed" and state == CHARGING:
        row.stop_asked_at, row.settled_at = None, None
        _changed(row, now)


async def _tell_times(session: AsyncSession, row: ChargingSessionRow) -> None:
    """Let the prepaid booking show the charge's own hours: its window is the whole day."""
    if row.started_at is not None:
        await note_times(session, row.booking_id, started_at=row.started_at, ended_at=row.ended_at)


async def _check(session: AsyncSession, row: ChargingSessionRow, reading: Reading, now: datetime) -> None:
    """Refuse a wrong reading before anything is changed, in whatever state the session is."""
    is_news(reading, await store.readings(session, row.id), now=now)


async def _row(session: AsyncSession, start_seq: str, operator_id: UUID) -> ChargingSessionRow:
    row = await store.by_seq(session, operator_id, start_seq)
    if row is None:
        raise UnknownCharge
    return row


def _changed(row: ChargingSessionRow, now: datetime) -> None:
    row.version += 1
    row.next_try_at = min(row.next_try_at, now)
