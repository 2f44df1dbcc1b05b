"""Taking an import back: every place is again as it was, or nothing is changed and the reasons are named."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.places import store
from scenes.common.places import store_imports as imports
from scenes.common.places.errors import ImportNotFound, ImportNotUndoable
from scenes.common.places.service import BATCH
from scenes.common.places.service_imports import Hanging, ImportView, facts_of, view_of
from scenes.common.places.tables_imports import PlaceImportLineRow, PlaceImportRow

NAMED: Final = 10
"""Places named in a refusal; the rest are counted."""


async def undo(
    session: AsyncSession, import_id: UUID, *, hanging: Hanging, by: UUID | None, now: datetime
) -> ImportView:
    """Take an import back; taking it back twice changes nothing.

    Places it changed get back all they had; places it created close for good, since a place is never
    deleted, and lose their stable id. Refuses with ImportNotFound, and with ImportNotUndoable where a later
    import or anybody else changed a place since, or bookings and the like hang on a place it created.
    """
    version = await store.count_change(session)
    row = await imports.locked(session, import_id)
    if row is None or row.done_at is None:
        raise ImportNotFound
    if row.state == "undone":
        return view_of(row)
    lines = await imports.lines(session, import_id)
    obstacles = await _obstacles(session, row, lines, hanging=hanging)
    if obstacles:
        raise ImportNotUndoable(_words(obstacles))
    await _restore(session, lines, now=now, version=version)
    row.state, row.undone_at, row.undone_by = "undone", now, by
    await session.flush()
    return view_of(row)


async def _obstacles(
    session: AsyncSession, row: PlaceImportRow, lines: Sequence[PlaceImportLineRow], *, hanging: Hanging
) -> list[str]:
    """Say of each place why it cannot be put back, in the file's order."""
    later = await imports.later_imports(session, row.id, version=row.version or 0)
    created = [line.place_id for line in lines if line.before is None]
    hung = await hanging(session, created)
    now_is = {each.id: facts_of(each) for each in await imports.places(session, [x.place_id for x in lines])}
    found: list[str] = []
    for line in lines:
        name = line.after["name"]
        if line.place_id in later:
            found.append(f"「{name}」后来又由「{later[line.place_id][0]}」导入过,请先撤回那一次")
        elif now_is[line.place_id] != line.after:
            found.append(f"「{name}」导入以后又改过")
        elif line.place_id in hung:
            found.append(f"「{name}」已经有{'、'.join(hung[line.place_id])}")
    return found


def _words(obstacles: Sequence[str]) -> str:
    more = f";还有 {len(obstacles) - NAMED} 处" if len(obstacles) > NAMED else ""
    return f"撤不回来:{';'.join(obstacles[:NAMED])}{more}。"


async def _restore(
    session: AsyncSession, lines: Sequence[PlaceImportLineRow], *, now: datetime, version: int
) -> None:
    created = [line.place_id for line in lines if line.before is None]
    await imports.close_places(session, created, at=now, version=version)
    await imports.remove_keys(session, [line.place_id for line in lines if line.key_is_new])
    restored = [_columns(line.place_id, line.before, now, version) for line in lines if line.before]
    for start in range(0, len(restored), BATCH):
        await store.put_places(session, restored[start : start + BATCH])


def _columns(place_id: UUID, before: dict[str, Any], now: datetime, version: int) -> dict[str, Any]:
    closed = datetime.fromisoformat(before["closed_at"]) if before["closed_at"] else None
    return before | {"id": place_id, "closed_at": closed, "updated_at": now, "version": version}
