"""How many the alarm desk and the care desk list for anybody, read at once for everybody."""

from collections.abc import Mapping
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Staff
from scenes.eldercare.service import desk, sos_desk
from scenes.eldercare.store import requests as store
from scenes.eldercare.store import sos as sos_store


class CareWaiting(msgspec.Struct, frozen=True, kw_only=True):
    """What is open, counted so that each account's share of it is a sum.

    `alarms` are those of the alarm desk's list, drills among them: a drill practises that somebody notices.
    `requests` are counted by venue and carer; `carers` are the accounts that see only what they were sent to.
    """

    alarms: int
    requests: Mapping[tuple[UUID, UUID | None], int]
    carers: frozenset[UUID]

    def at_alarm_desk(self, staff: Staff) -> int:
        """Count what the alarm desk lists as open; nothing for whoever has no such desk."""
        return self.alarms if staff.role in sos_desk.ROLES else 0

    def at_care_desk(self, staff: Staff) -> int:
        """Count the lines of somebody's queue, as `desk.queue` lists them; nothing without such a desk."""
        if staff.role not in desk.ROLES:
            return 0
        carer = staff.staff_id in self.carers
        requests = sum(
            count
            for (place_id, carer_id), count in self.requests.items()
            if staff.may_work_at(place_id) and (not carer or carer_id == staff.staff_id)
        )
        return requests if carer else requests + self.alarms


async def waiting(session: AsyncSession) -> CareWaiting:
    """Count what is open at all desks."""
    return CareWaiting(
        alarms=await sos_store.count_open_alarms(session),
        requests=await store.count_open_requests(session),
        carers=await store.carer_ids(session),
    )
