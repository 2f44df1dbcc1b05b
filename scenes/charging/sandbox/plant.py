"""The plant of a sandbox operator: its connectors, who stands at them, and the charges that run."""

import random
from datetime import datetime, timedelta
from typing import Final

import msgspec

from scenes.charging.sandbox.books import Books, Hand, Session
from scenes.charging.sandbox.meter import full_at
from scenes.charging.sandbox.spec import ConnectorSpec, Mischief, PlantSpec, StationSpec

OFFLINE, FREE, OCCUPIED, IN_USE, RESERVED, FAULT = 0, 1, 2, 3, 4, 255
NO_SUCH, IS_OFFLINE, BUSY = 1, 2, 3
"""Start FailReason; 3 is this operator's own."""

NOT_PLUGGED, CHECK_FAILED = 1, 2
"""Auth FailReason."""

BY_PLATFORM, BY_BATTERY, BY_FAULT = 1, 2, 3
"""StopReason."""

MINUTE: Final = 60.0
SPELLS_EACH: Final = 20


class Guest(msgspec.Struct):
    """Somebody else at a connector, charging for a while and then only standing there."""

    charges_until: datetime
    leaves_at: datetime


class Plant:
    """The connectors and their sessions; time passes when `advance` is told so."""

    def __init__(self, spec: PlantSpec, books: Books, *, mischief: Mischief) -> None:
        self.spec = spec
        self.books = books
        self.mischief = mischief
        self.chance = random.Random(spec.seed)  # noqa: S311 - plays the world, hides nothing
        self.stations: dict[str, StationSpec] = {}
        self.connectors: dict[str, ConnectorSpec] = {}
        for station in spec.stations:
            for each in station.connectors:
                self.stations[each.code] = station
                self.connectors[each.code] = each
        sessions = books.ledger.sessions.values()
        self._standing = {each.connector_code: each for each in sessions if not each.gone}
        self._guests: dict[str, Guest] = {}
        self._broken: dict[str, datetime] = {}
        self._away: dict[str, datetime] = {}
        self._last: datetime | None = None

    def session_at(self, code: str) -> Session | None:
        """Find the session whose car still stands at a connector."""
        return self._standing.get(code)

    def is_away(self, station_code: str, now: datetime) -> bool:
        """Tell whether a station is off the line just now, so that nothing of it gets out."""
        return self._away.get(station_code, now) > now

    def hand(self, code: str) -> Hand:
        """Return what was set by hand at a connector."""
        return self.books.ledger.hands.get(code) or Hand()

    def status(self, code: str, now: datetime) -> int:
        """Return a connector's Status: broken or away before anything else, then who stands there."""
        hand = self.hand(code)
        if hand.status in {OFFLINE, FAULT}:
            return hand.status
        if self.is_away(self.stations[code].code, now):
            return OFFLINE
        if self._broken.get(code, now) > now:
            return FAULT
        session = self.session_at(code)
        if session is not None:
            running = session.ended_at is None and now >= session.begins_at
            return IN_USE if running else OCCUPIED
        return self._idle_status(code, hand, now)

    def _idle_status(self, code: str, hand: Hand, now: datetime) -> int:
        guest = self._guests.get(code)
        if guest is not None:
            return IN_USE if now < guest.charges_until else OCCUPIED
        if hand.status is not None:
            return hand.status
        return OCCUPIED if hand.plugged else FREE

    def refusal(self, code: str, now: datetime) -> int:
        """Return why a charge cannot start at a connector (Start FailReason), 0 if it can."""
        if code not in self.connectors:
            return NO_SUCH
        if self.status(code, now) in {OFFLINE, FAULT}:
            return IS_OFFLINE
        taken = self.session_at(code) or self._guests.get(code)
        return BUSY if taken or self.hand(code).status in {OCCUPIED, IN_USE, RESERVED} else 0

    def authenticate(self, code: str, now: datetime) -> int:
        """Return Auth FailReason: whoever comes plugs in, unless the gun was left out by hand."""
        if self.refusal(code, now):
            return CHECK_FAILED
        return NOT_PLUGGED if self.hand(code).plugged is False else 0

    def start(self, start_seq: str, code: str, now: datetime) -> int:
        """Accept a charge once for each StartChargeSeq; return the FailReason.

        Accepted is not charging: it begins a little later, or fails, for want of a plug or by mischief.
        """
        if start_seq in self.books.ledger.sessions:
            return 0
        reason = self.refusal(code, now)
        if reason:
            return reason
        pace, connector = self.spec.pace, self.connectors[code]
        unplugged = self.hand(code).plugged is False
        session = Session(
            start_seq=start_seq,
            connector_code=code,
            accepted_at=now,
            begins_at=(now + timedelta(seconds=pace.start_seconds)).replace(microsecond=0),
            wanted_wh=self.chance.randrange(12_000, 45_000),
            power_w=max(int(connector.power_kw * 1000 * pace.speed), 1),
            fails=self.chance.random() < self.mischief.failed_starts or unplugged,
        )
        self.books.ledger.sessions[start_seq] = self._standing[code] = session
        self.books.dirty = True
        return 0

    def stop(self, session: Session, now: datetime) -> bool:
        """Begin to stop a session for the platform; False if it has ended."""
        if session.ended_at is not None:
            return False
        if session.stop_at is None:
            session.stop_at = max(now, session.begins_at) + timedelta(seconds=self.spec.pace.stop_seconds)
            self.books.dirty = True
        return True

    def advance(self, now: datetime) -> None:
        """Let time pass: batteries fill, stops come into force, cars leave, strangers come and go."""
        for session in list(self._standing.values()):
            if session.ended_at is None:
                self._maybe_end(session, now)
            elif self._leaves(session, now):
                session.gone = True
                del self._standing[session.connector_code]
                self.books.dirty = True
        self._traffic(now)

    def _maybe_end(self, session: Session, now: datetime) -> None:
        """End a session at the moment that came first; the wire has whole seconds, so it is rounded down."""
        if session.fails:
            ends = [(session.begins_at, BY_FAULT)]
        else:
            ends = [(full_at(session), BY_BATTERY)]
            if session.stop_at is not None:
                ends.append((session.stop_at, BY_PLATFORM))
            if self.status(session.connector_code, now) == FAULT:
                ends.append((max(now, session.begins_at), BY_FAULT))
        at, reason = min(ends)
        if at > now:
            return
        session.ended_at = max(at.replace(microsecond=0), session.begins_at)
        session.stop_reason = reason
        linger = 0 if session.fails else self.spec.pace.linger_seconds
        session.leaves_at = now + timedelta(seconds=linger)
        self._maybe_dispute(session)
        self.books.dirty = True

    def _maybe_dispute(self, session: Session) -> None:
        """Let the accounts differ, by mischief."""
        if self.chance.random() < self.mischief.disputed:
            session.book_missing = self.chance.random() < 1 / 3
            session.book_total_fen = self.chance.randrange(100, 9_000)

    def _leaves(self, session: Session, now: datetime) -> bool:
        """Tell whether a car is gone: pulled out by hand, or after a while unless held by hand."""
        plugged = self.hand(session.connector_code).plugged
        if plugged is not None:
            return not plugged
        return session.leaves_at is None or session.leaves_at <= now

    def _traffic(self, now: datetime) -> None:
        """Let strangers come to free connectors, and now and then something break."""
        seconds = (now - (self._last or now)) / timedelta(seconds=1)
        self._last = now
        self._guests = {code: each for code, each in self._guests.items() if each.leaves_at > now}
        rate = self.mischief.traffic * seconds / MINUTE
        if rate <= 0:
            return
        for code in self.connectors:
            if self.status(code, now) != FREE:
                continue
            if self.chance.random() < rate:
                self._guests[code] = self._new_guest(now)
            elif self.chance.random() < rate / SPELLS_EACH:
                self._broken[code] = now + self._spell()
        for station in self.spec.stations:
            if self.chance.random() < rate / SPELLS_EACH and not self.is_away(station.code, now):
                self._away[station.code] = now + self._spell()

    def _new_guest(self, now: datetime) -> Guest:
        charges = now + timedelta(seconds=self.chance.uniform(60, 240))
        return Guest(charges, charges + timedelta(seconds=self.chance.uniform(5, 60)))

    def _spell(self) -> timedelta:
        return timedelta(seconds=self.chance.uniform(60, 180))
