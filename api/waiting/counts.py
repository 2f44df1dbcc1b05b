"""One shared reading of what waits at all desks, and each account's own numbers out of it."""

import asyncio
from collections.abc import Mapping
from typing import Final

import msgspec

from accessibility.flows import service as flows
from api.web.desk_nav import CALL_BACKS, CALLS, CARE, NOTHING, SOS, STUCK_REFUNDS, counted
from scenes.common.kit.byte_cache import RecentCache
from scenes.common.kit.caller import Caller, Staff
from scenes.common.kit.clock import Clock
from scenes.common.kit.database import Database
from scenes.common.kit.refusals import Busy
from scenes.common.notices import service as notices
from scenes.common.payments import service as payments
from scenes.eldercare.service import waiting as care

CONSOLE: Final = "/staff"

READ_SECONDS: Final = 1.0
"""For so long a reading is told again; so old a number may be."""

PATIENCE_SECONDS: Final = 0.5
"""No page waits longer than this for its numbers."""


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What waits at all desks at one instant."""

    care: care.CareWaiting
    calls: notices.CallsWaiting
    call_backs: int
    stuck_refunds: int

    def of(self, staff: Staff) -> Mapping[str, int]:
        """Count what each counted page of an account lists; no page that its role does not have."""
        numbers = {
            SOS: self.care.at_alarm_desk(staff),
            CARE: self.care.at_care_desk(staff),
            CALLS: self.calls.listed_for(staff),
            CALL_BACKS: self.call_backs if staff.role in flows.MAY_CALL else 0,
            STUCK_REFUNDS: self.stuck_refunds,
        }
        return {page: numbers[page] for page in counted(staff.role)}

    def totals(self) -> dict[str, int]:
        """Count each list as a whole, under the names that the metrics give them."""
        return {
            "alarms": self.care.alarms,
            "care_requests": sum(self.care.requests.values()),
            "calls": self.calls.due,
            "call_backs": self.call_backs,
            "stuck_refunds": self.stuck_refunds,
        }


class Waiting:
    """The numbers of one process, at most `READ_SECONDS` old however many ask.

    `forget` lets go of what a member of staff has just changed, so that the page they are led to agrees with
    its own list.
    """

    def __init__(self, database: Database, clock: Clock, *, patience: float = PATIENCE_SECONDS) -> None:
        self._database = database
        self._clock = clock
        self._patience = patience
        self._kept = RecentCache[Reading](READ_SECONDS, 1)

    async def of(self, staff: Staff) -> Mapping[str, int]:
        """Count what waits on each counted page of an account (Busy where that cannot be told in time)."""
        if not counted(staff.role):
            return NOTHING
        return (await self._reading()).of(staff)

    async def totals(self) -> Mapping[str, int]:
        """Count what waits on each list for anybody (Busy where that cannot be told in time)."""
        return (await self._reading()).totals()

    async def for_menu(self, caller: Caller, path: str) -> Mapping[str, int]:
        """Count for the menu of a page; where that cannot be told in time the page comes without numbers."""
        if not isinstance(caller, Staff) or not path.startswith(CONSOLE):
            return NOTHING
        try:
            return await self.of(caller)
        except Busy:
            return NOTHING

    def forget(self) -> None:
        """Read anew when somebody asks next."""
        self._kept.drop("all")

    async def _reading(self) -> Reading:
        limit = asyncio.timeout(self._patience)
        try:
            async with limit:
                return await self._kept.get("all", self._clock().timestamp(), self._read)
        except TimeoutError as error:
            if not limit.expired():
                raise
            raise Busy from error

    async def _read(self) -> Reading:
        async with self._database.read_for_many() as session:
            return Reading(
                care=await care.waiting(session),
                calls=await notices.count_listed(session, now=self._clock()),
                call_backs=await flows.count_calls(session),
                stuck_refunds=await payments.count_stuck_refunds(session),
            )
