"""What every room and desk keeps of places: asked before an import is taken back."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Table, Uuid, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.tables import METADATA

WORDS: Final = {
    "booking": "预约", "booking_window": "可约的时段", "staff_place": "工作人员", "department": "科室",
    "doctor": "医生", "charging_station": "充电站资料", "breakfast_point": "早餐点资料",
    "care_request": "助老申请", "care_carer": "护理员",
}  # fmt: skip
_OWN: Final = frozenset({"place", "place_exception", "place_key", "place_import_line", "walk_reach"})
"""What the places desk itself keeps of a place, which goes with it."""

_AFTER_WINDOWS: Final = frozenset({"booking", "closure"})
"""Tables that name a place only where it has windows; they may be huge and have no index for this."""


def _columns() -> Iterator[tuple[Table, Any]]:
    """Give every column of a room or desk that names a place."""
    for table in sorted(METADATA.sorted_tables, key=lambda table: table.name in _AFTER_WINDOWS):
        for column in table.columns:
            named = column.name in {"place_id", "station_id"} and isinstance(column.type, Uuid)
            points = any(key.target_fullname == "place.id" for key in column.foreign_keys)
            if table.name not in _OWN and (named or points):
                yield table, column


async def hanging_on(session: AsyncSession, place_ids: Collection[UUID]) -> Mapping[UUID, Sequence[str]]:
    """Say in words what hangs on which of these places; those with nothing are left out."""
    found: dict[UUID, list[str]] = {}
    for table, column in _columns():
        asked = [each for each in place_ids if each in found] if table.name in _AFTER_WINDOWS else place_ids
        wanted = select(column).where(column.in_(asked)).distinct()
        for place_id in await session.scalars(wanted):
            words = WORDS.get(table.name, "其他资料")
            if words not in found.setdefault(place_id, []):
                found[place_id].append(words)
    return found
