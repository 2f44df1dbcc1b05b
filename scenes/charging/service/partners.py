"""Hears operators: checks a call layer by layer, hands it on, and answers in the partner's own dialect.

One call is one transaction. Whatever is wrong with it gets the protocol's own code, changes nothing, and
leaves an incident for staff. A call that comes again, byte for byte, gets the answer it got before.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, cast
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.errors import PartnerInputRefused
from scenes.charging.rules import codec, inbound
from scenes.charging.rules import envelope as env
from scenes.charging.rules.dialect import Dialect, spoken
from scenes.charging.rules.fields import Fields
from scenes.charging.rules.inbound import Message, Received
from scenes.charging.rules.messages import ChargeOrder, ChargeStatus, ConnectorStatus, StartResult, StopAck
from scenes.charging.service.incidents import About, note_incident
from scenes.charging.service.live import CHANGED, NOTHING, Recorded, publish, record_statuses
from scenes.charging.service.partner_tokens import TOKEN_CALL, check_bearer, grant
from scenes.charging.store import partners as store
from scenes.charging.tables import (
    PartnerMessageRow,
)
from scenes.charging.upstream.keys import open_secrets
from scenes.common.kit.cache import Cache
from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.fanout import Fanout
from scenes.common.kit.refusals import Busy, Refusal, Throttled

MOST_NAMED: Final = 5
UNKNOWN: Final = "unknown"

_log = logging.getLogger(__name__)


Ear = Callable[..., Awaitable[Any]]
"""Takes `(session, message, *, operator_id, now)` in the one transaction; returns the session's id."""


class Ears(msgspec.Struct, frozen=True, kw_only=True):
    """Who in this room takes what operators tell of sessions; their refusals become 4004."""

    start: Ear
    meter: Ear
    stop: Ear
    order: Ear


class Lines(msgspec.Struct, frozen=True, kw_only=True):
    """Where what changed is told on after the commit."""

    cache: Cache
    fanout: Fanout

    async def tell(self, done: "Done") -> None:
        """Tell live pages of connectors and of a session."""
        await publish(self.cache, self.fanout, done.recorded)
        if done.session_id is not None:
            await self.fanout.publish(f"session:{done.session_id}", CHANGED)


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What a call did: the plain body that answers it, connectors told of, the session it was about."""

    body: Any = None
    recorded: Recorded = NOTHING
    session_id: UUID | None = None


class _Caller(msgspec.Struct):
    """What is known of who calls, filled in while a call is taken, so that a refusal can be signed."""

    call: str = UNKNOWN
    operator_id: UUID | None = None
    keys: env.KeySet | None = None
    dialect: Dialect | None = None
    fields: Fields | None = None

    def about(self) -> About:
        """Say what an incident with this call is about."""
        return About(operator_id=self.operator_id, call=self.call, excerpt=inbound.excerpt(self.fields))


class PartnerDesk:
    """The inbound side of T/CEC 102 of one process."""

    def __init__(
        self, database: Database, cipher: FieldCipher, *, ears: Ears, lines: Lines, clock: Clock
    ) -> None:
        self._database = database
        self._cipher = cipher
        self._ears = ears
        self._lines = lines
        self._clock = clock

    async def hear(self, received: Received) -> bytes:
        """Take one call and return its answer; never raises for what a partner sent."""
        caller = _Caller()
        try:
            async with self._database.transaction() as session:
                answer, done = await self._taken(session, received, caller)
        except PartnerInputRefused as refused:
            return await self._refused(caller, refused)
        except (Busy, Throttled):
            return _written(env.refused(caller.keys, env.BUSY, "busy"), caller.dialect)
        except Refusal as refusal:
            why = f"{type(refusal).__name__}: {refusal.en}"
            return await self._refused(caller, PartnerInputRefused(env.BAD_PARAMETERS, refusal.code, why=why))
        except Exception:  # noqa: BLE001 - a partner gets the protocol's 500 whatever broke here; it is logged
            _log.exception("a partner's call failed: %s", caller.call)
            return await self._refused(caller, PartnerInputRefused(env.FAILED, "failed", why="system error"))
        await self._lines.tell(done)
        return answer

    async def _taken(self, session: AsyncSession, received: Received, caller: _Caller) -> tuple[bytes, Done]:
        """Check a call in the standard's order, then act on it or repeat the answer it got before."""
        now = self._clock()
        envelope = env.opened(received.body)
        keys, dialect = await self._known(session, envelope.operator_id, caller)
        call = dialect.call_received(received.name)
        caller.call = call or UNKNOWN
        env.check_signature(keys, envelope)
        if call is None or received.prefix.strip("/") not in dialect.inbound:
            raise PartnerInputRefused(env.BAD_PARAMETERS, "call", why="no such call here")
        operator_id = _known_id(caller)
        if call != TOKEN_CALL:
            await check_bearer(session, received.authorization, operator_id, now=now)
        env.check_clock(envelope, now=now, window=timedelta(minutes=dialect.replay_minutes))
        row = PartnerMessageRow(
            operator_id=operator_id,
            stamp=envelope.time_stamp,
            seq=envelope.seq,
            call=call,
            sig=envelope.sig,
            at=now,
        )
        if not await store.add_message(session, row):
            return await _first_answer(session, row), Done()
        caller.fields = codec.read(env.decrypt(keys, envelope.data), dialect)
        done = await self._acted(session, caller, now)
        answer = _written(env.answered(keys, spoken(done.body, dialect)), dialect)
        await store.keep_answer(session, row, answer)
        await store.note_heard(session, operator_id, now=now)
        return answer, done

    async def _known(self, session: AsyncSession, code: str, caller: _Caller) -> tuple[env.KeySet, Dialect]:
        """Find the operator; one nobody knows has no keys, so its signature cannot be right (4001)."""
        row = await store.operator_by_code(session, code) if code.isascii() and "\x00" not in code else None
        if row is None:
            raise PartnerInputRefused(env.BAD_SIGNATURE, "operator", why="OperatorID: nobody we know")
        caller.operator_id = row.id
        caller.keys = keys = open_secrets(row.secrets_sealed, row.id, cipher=self._cipher).ours
        caller.dialect = dialect = Dialect.of(row.dialect)
        return keys, dialect

    async def _acted(self, session: AsyncSession, caller: _Caller, now: datetime) -> Done:
        """Do what a call asks."""
        fields, dialect = caller.fields, caller.dialect
        if fields is None or dialect is None:
            raise LookupError(caller.call)
        operator_id = _known_id(caller)
        if caller.call == TOKEN_CALL:
            keys = caller.keys
            if keys is None:
                raise LookupError(caller.call)
            asked = codec.token_request(fields)
            return Done(body=await grant(session, asked, keys.operator_secret, about=caller.about(), now=now))
        message = inbound.read(caller.call, fields, latest=now + timedelta(minutes=dialect.replay_minutes))
        body = inbound.thanks(message)
        ear = self._ear(message)
        if ear is None:
            statuses = cast("tuple[ConnectorStatus, ...]", message)
            recorded = await _statuses(session, operator_id, statuses, now=now)
            return Done(body=body, recorded=recorded)
        about = await ear(session, message, operator_id=operator_id, now=now)
        return Done(body=body, session_id=about if isinstance(about, UUID) else None)

    def _ear(self, message: Message) -> Ear | None:
        """Choose who takes a message of a session; None for statuses."""
        match message:
            case StartResult():
                return self._ears.start
            case ChargeStatus():
                return self._ears.meter
            case StopAck():
                return self._ears.stop
            case ChargeOrder():
                return self._ears.order
            case _:
                return None

    async def _refused(self, caller: _Caller, refused: PartnerInputRefused) -> bytes:
        """Write the incident down, apart from what was rolled back, and make the protocol's answer."""
        if refused.kind != "expired":
            try:
                async with self._database.transaction() as session:
                    await note_incident(session, refused, caller.about(), now=self._clock())
            except Busy:
                return _written(env.refused(caller.keys, env.BUSY, "busy"), caller.dialect)
        return _written(env.refused(caller.keys, refused.ret, refused.why), caller.dialect)


async def _statuses(
    session: AsyncSession, operator_id: UUID, statuses: Sequence[ConnectorStatus], *, now: datetime
) -> Recorded:
    """Keep what was said; connectors nobody knows are an incident, and 4004 if there are no others."""
    recorded = await record_statuses(session, operator_id, statuses, source="notification", now=now)
    if recorded.unknown:
        why = f"ConnectorID: not known: {', '.join(recorded.unknown[:MOST_NAMED])}"
        refused = PartnerInputRefused(env.BAD_PARAMETERS, "connector_unknown", why=why)
        if not recorded.connectors:
            raise refused
        about = About(operator_id=operator_id, call="notification_stationStatus")
        await note_incident(session, refused, about, now=now)
    return recorded


async def _first_answer(session: AsyncSession, row: PartnerMessageRow) -> bytes:
    """Return the answer a call got when it came first; its stamp and number with other content: 4003."""
    first = await store.message(session, row.operator_id, stamp=row.stamp, seq=row.seq)
    if first is None or (first.call, first.sig) != (row.call, row.sig) or first.answer is None:
        raise PartnerInputRefused(env.BAD_ENVELOPE, "replay", why="TimeStamp and Seq: used before")
    return first.answer


def _known_id(caller: _Caller) -> UUID:
    if caller.operator_id is None:
        raise LookupError(caller.call)
    return caller.operator_id


def _written(answer: env.Answer, dialect: Dialect | None) -> bytes:
    """Write an answer's envelope; some partners want Ret as text."""
    if dialect is not None and dialect.ret == "text":
        answer = msgspec.structs.replace(answer, ret=str(answer.ret))
    return msgspec.json.encode(answer)
