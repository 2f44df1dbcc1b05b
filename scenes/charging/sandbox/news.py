"""What a sandbox operator has to tell: watches the plant and writes notifications, with its mischief."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from scenes.charging.rules.dialect import spoken
from scenes.charging.sandbox import speech
from scenes.charging.sandbox.books import Notice, Session
from scenes.charging.sandbox.meter import state_of
from scenes.charging.sandbox.plant import BY_PLATFORM, FREE, Plant

STATUS: Final = "notification_stationStatus"
STARTED: Final = "notification_start_charge_result"
METER: Final = "notification_equip_charge_status"
STOPPED: Final = "notification_stop_charge_result"
ORDER: Final = "notification_charge_order_info"


class News:
    """Makes notices of whatever changed; a newer status or meter takes the place of one not yet sent."""

    def __init__(self, plant: Plant) -> None:
        self._plant = plant
        self._statuses: dict[str, int] = {}

    def gather(self, now: datetime) -> None:
        """Write a notice for everything that is new."""
        for session in self._plant.books.ledger.sessions.values():
            if ORDER not in session.told:
                self._of_session(session, now)
        for code in self._plant.connectors:
            self._of_connector(code, now)

    def _of_connector(self, code: str, now: datetime) -> None:
        status = self._plant.status(code, now)
        if self._statuses.get(code, FREE) != status:
            body = speech.status_notice(self._plant, code, now)
            self._write(f"status:{code}", STATUS, body, code, now)
        self._statuses[code] = status

    def _of_session(self, session: Session, now: datetime) -> None:
        """Tell of a start, its meter, its stop and its order, each when it is time."""
        if now < session.begins_at:
            return
        self._once(session, STARTED, now)
        if session.fails:
            session.told.append(ORDER)
            return
        if session.ended_at is None:
            self._meter(session, now)
            return
        self._plant.books.ledger.notices.pop(f"{METER}:{session.start_seq}", None)
        if session.stop_reason == BY_PLATFORM:
            self._once(session, STOPPED, now)
        self._once(session, ORDER, now)

    def _meter(self, session: Session, now: datetime) -> None:
        every = timedelta(seconds=self._plant.spec.pace.meter_seconds)
        if now - (session.metered_at or session.begins_at) >= every:
            session.metered_at = now
            body = speech.meter(self._plant, session, now)
            self._write(f"{METER}:{session.start_seq}", METER, body, session.connector_code, now)

    def _once(self, session: Session, call: str, now: datetime) -> None:
        if call in session.told:
            return
        session.told.append(call)
        body = BODIES[call](self._plant, session, now)
        self._write(f"{call}:{session.start_seq}", call, body, session.connector_code, now)

    def _write(self, key: str, call: str, body: Mapping[str, Any], code: str, now: datetime) -> None:
        """Put a notice into the books, late, twice or not at all by mischief."""
        chance, mischief = self._plant.chance, self._plant.mischief
        self._plant.books.dirty = True
        if chance.random() < mischief.lost:
            self._plant.books.ledger.notices.pop(key, None)
            return
        due = now
        if chance.random() < mischief.late:
            due += timedelta(seconds=mischief.late_seconds)
        if chance.random() < mischief.shuffled:
            due += timedelta(seconds=mischief.late_seconds * chance.random())
        self._plant.books.ledger.notices[key] = Notice(
            call=call,
            text=spoken(body, self._plant.spec.dialect).decode(),
            due_at=due,
            made_at=now,
            station_code=self._plant.stations[code].code,
            copies=2 if chance.random() < mischief.repeated else 1,
        )


def _stopped(_plant: Plant, session: Session, now: datetime) -> Mapping[str, Any]:
    return {
        "StartChargeSeq": session.start_seq,
        "StartChargeSeqStat": state_of(session, now),
        "ConnectorID": session.connector_code,
        "SuccStat": 0,
        "FailReason": 0,
    }


BODIES: Final = {STARTED: speech.start_result, STOPPED: _stopped, ORDER: speech.order}
