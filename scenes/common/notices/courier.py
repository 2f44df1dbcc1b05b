"""The courier: hands what is due to the carriers, outside any transaction, and notes what they say.

Each step is committed before the next begins. What a kill interrupts stays in `sending` until its lease
ends; then the carrier is asked before anything is sent again.
"""

import asyncio
import logging
from collections.abc import Awaitable
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.notices import service
from scenes.common.notices.service import NOT_OFFERED, Parcel
from scenes.common.notices.upstream import Answer, Carrier, Carriers, CarrierTrouble

AT_ONCE: Final = 32
"""Messages in hand at a time."""

NO_ADDRESS: Final = Answer(state="refused", why="no_address")
UNSURE: Final = Answer(state="refused", why="unsure")
T = TypeVar("T")
_log = logging.getLogger(__name__)


class Hung(CarrierTrouble):
    """The carrier did not answer in time."""


class Courier:
    """Carries messages by whatever carriers the district has."""

    def __init__(self, database: Database, cipher: FieldCipher, *, carriers: Carriers, clock: Clock) -> None:
        self._database = database
        self._cipher = cipher
        self._carriers = carriers
        self._clock = clock

    async def deliver_due(self, *, limit: int = AT_ONCE) -> int:
        """Try what is due, all at the same time; return how many were taken up."""
        tries = await self._taken(limit)
        await asyncio.gather(*tries)
        return len(tries)

    async def deliver_all(self, *, ends: datetime) -> None:
        """Carry until nothing is due or the time is over; one that hangs holds up no other."""
        hands: set[asyncio.Task[None]] = set()
        try:
            while self._clock() < ends:
                if len(hands) < AT_ONCE:
                    hands |= set(await self._taken(AT_ONCE - len(hands)))
                if not hands:
                    return
                done, hands = await asyncio.wait(hands, return_when=asyncio.FIRST_COMPLETED)
                for each in done:
                    each.result()
        finally:
            await asyncio.gather(*hands, return_exceptions=True)

    async def _taken(self, limit: int) -> list[asyncio.Task[None]]:
        """Take deliveries up and begin a try of each at once, so that no lease ends in a queue."""
        async with self._database.transaction() as session:
            rule, parcels = await service.take(session, cipher=self._cipher, now=self._clock(), limit=limit)
        return [asyncio.create_task(self._deliver(each, rule.timeout_seconds)) for each in parcels]

    async def chase_silent(self, *, limit: int = AT_ONCE) -> int:
        """Ask about what was sent and had no receipt in time; return how many were taken up."""
        async with self._database.transaction() as session:
            rule, silent = await service.silent(session, now=self._clock(), limit=limit)
        await asyncio.gather(*(self._chase(*each, rule.timeout_seconds) for each in silent))
        return len(silent)

    async def _deliver(self, parcel: Parcel, seconds: float) -> None:
        try:
            answer = await self._carried(parcel, seconds)
        except CarrierTrouble as trouble:
            _log.info("notice %s put off: %s", parcel.id, trouble.why)
            async with self._database.transaction() as session:
                await service.put_off(session, parcel, why=trouble.why, now=self._clock())
            return
        async with self._database.transaction() as session:
            await service.answered(session, parcel, answer, now=self._clock())

    async def _carried(self, parcel: Parcel, seconds: float) -> Answer:
        """Ask first when an earlier try may have gone out, then send; each within `seconds`."""
        carrier = self._carriers.for_channel(parcel.channel)
        if carrier is None:
            return Answer(state="refused", why=NOT_OFFERED)
        if _may_be_out(parcel, carrier):
            known = await _within(carrier.ask(parcel.id), seconds)
            if known is not None:
                return known
        if parcel.message is None:
            return NO_ADDRESS
        try:
            return await _within(carrier.send(parcel.message), seconds)
        except Hung:
            if carrier.can_be_asked:
                raise
            return UNSURE

    async def _chase(self, delivery_id: UUID, channel: str, seconds: float) -> None:
        carrier, answer = self._carriers.for_channel(channel), None
        try:
            answer = None if carrier is None else await _within(carrier.ask(delivery_id), seconds)
        except CarrierTrouble as trouble:
            _log.info("notice %s has no receipt, and no answer either: %s", delivery_id, trouble.why)
        async with self._database.transaction() as session:
            await service.stayed_silent(session, delivery_id, answer=answer, now=self._clock())


def _may_be_out(parcel: Parcel, carrier: Carrier) -> bool:
    """Tell whether an earlier try may have gone out: any try, or, where nobody can be asked, a broken one."""
    return parcel.tries > 1 if carrier.can_be_asked else parcel.interrupted


async def _within(call: Awaitable[T], seconds: float) -> T:
    """Wait for a carrier for so long (Hung)."""
    try:
        async with asyncio.timeout(seconds):
            return await call
    except TimeoutError as silent:
        raise Hung("no_answer") from silent
