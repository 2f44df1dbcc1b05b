"""Taking a district's list of places in, after showing what it would do; and taking it back."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.ids import new_id
from scenes.common.places import store
from scenes.common.places import store_imports as imports
from scenes.common.places.errors import ImportChanged, ImportNotFound, ImportUnreadable
from scenes.common.places.importing import words
from scenes.common.places.importing.plan import Existing, Outcome, Step, counts, plan
from scenes.common.places.importing.reading import read_file
from scenes.common.places.importing.row import Wishes, read_row
from scenes.common.places.outlines import District, Outline
from scenes.common.places.service import BATCH, PlaceFacts, upsert_places
from scenes.common.places.tables import PlaceRow
from scenes.common.places.tables_imports import PlaceImportRow

Advance = Callable[[int], None]
"""Told how many rows more are written."""

Hanging = Callable[[AsyncSession, Collection[UUID]], Awaitable[Mapping[UUID, Sequence[str]]]]
"""Answers what the rooms and desks keep of places: bookings, windows, staff, …"""

PROPOSAL_KEPT: Final = timedelta(days=1)
_OWN: Final = frozenset({"id", "updated_at", "version"})


class ReportLine(msgspec.Struct, frozen=True, kw_only=True):
    """A row that is worth a look: refused, odd, or changing what is stored."""

    line: int
    name: str
    outcome: Outcome
    errors: list[str]
    warnings: list[str]
    changes: list[str]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a file does: counts of all rows, the rows worth a look, and the headers not understood."""

    counts: dict[Outcome, int]
    warned: int
    ignored: list[str]
    encoding: str
    lines: list[ReportLine]


class ImportView(msgspec.Struct, frozen=True, kw_only=True):
    """An import as it is shown; `id` is none where nothing was kept of it."""

    id: UUID | None
    state: str
    file_name: str
    datum: str
    at: datetime
    undone_at: datetime | None
    report: Report


async def look(
    session: AsyncSession, content: bytes, *, wishes: Wishes, file_name: str, now: datetime
) -> ImportView:
    """Tell what a file would do, and change nothing (ImportUnreadable)."""
    report, _ = await _weighed(session, content, wishes, file_name)
    return ImportView(
        id=None, state="proposed", file_name=file_name, datum=wishes.datum, at=now, undone_at=None,
        report=report,
    )  # fmt: skip


async def propose(  # noqa: PLR0913 - each is one fact of the file
    session: AsyncSession, content: bytes, *, wishes: Wishes, file_name: str, by: UUID | None, now: datetime
) -> ImportView:
    """Keep a file for a day with what it would do, until it is confirmed (ImportUnreadable)."""
    await imports.forget_proposals(session, before=now - PROPOSAL_KEPT)
    report, _ = await _weighed(session, content, wishes, file_name)
    row = _row(content, wishes, file_name=file_name, by=by, now=now)
    row.report = msgspec.to_builtins(report)
    session.add(row)
    await session.flush()
    return view_of(row)


async def confirm(session: AsyncSession, import_id: UUID, *, by: UUID, now: datetime) -> ImportView:
    """Take in what was proposed, if it still does what was shown (ImportChanged, ImportNotFound)."""
    version = await store.count_change(session)
    row = await imports.locked(session, import_id)
    if row is None or row.state == "undone":
        raise ImportNotFound
    if row.content is None:
        return view_of(row)
    report, steps = await _weighed(session, row.content, _wishes(row), row.file_name)
    if msgspec.to_builtins(report) != row.report:
        raise ImportChanged
    row.by = by
    await _apply(session, row, steps, now=now, version=version)
    return view_of(row)


async def look_again(session: AsyncSession, import_id: UUID) -> None:
    """Write down anew what a proposed file would do now."""
    row = await imports.locked(session, import_id)
    if row is not None and row.content is not None:
        report, _ = await _weighed(session, row.content, _wishes(row), row.file_name)
        row.report = msgspec.to_builtins(report)


async def take_in(  # noqa: PLR0913 - each is one fact of the file
    session: AsyncSession,
    content: bytes,
    *,
    wishes: Wishes,
    file_name: str,
    by: UUID | None,
    now: datetime,
    advance: Advance = lambda _: None,
) -> ImportView:
    """Take a file in at once (ImportUnreadable); rows that cannot be taken are skipped and listed."""
    version = await store.count_change(session)
    report, steps = await _weighed(session, content, wishes, file_name)
    row = _row(content, wishes, file_name=file_name, by=by, now=now)
    row.report = msgspec.to_builtins(report)
    session.add(row)
    await session.flush()
    await _apply(session, row, steps, now=now, version=version, advance=advance)
    return view_of(row)


async def listed(session: AsyncSession, *, after: UUID | None, limit: int) -> list[ImportView]:
    """List what was taken in, the latest first."""
    return [view_of(row) for row in await imports.imports(session, after=after, limit=limit)]


async def one(session: AsyncSession, import_id: UUID) -> ImportView:
    """Return an import (ImportNotFound)."""
    row = await imports.one(session, import_id)
    if row is None:
        raise ImportNotFound
    return view_of(row)


async def district_of(session: AsyncSession) -> District:
    """Return the district's outlines; an empty district where none are stored."""
    rows = await imports.outlines(session)
    outlines = [
        Outline(tuple(row.names), [[(lng, lat) for lng, lat in ring] for ring in row.rings], row.synthetic)
        for row in rows
    ]
    return District(outlines)


async def set_outlines(session: AsyncSession, outlines: Sequence[Outline]) -> None:
    """Put these outlines in the place of those there were."""
    rows = [
        {
            "name": "+".join(each.names),
            "names": list(each.names),
            "rings": each.rings,
            "synthetic": each.synthetic,
        }
        for each in outlines
    ]
    await imports.replace_outlines(session, rows)


async def _weighed(
    session: AsyncSession, content: bytes, wishes: Wishes, file_name: str
) -> tuple[Report, list[Step]]:
    """Read a file and decide what each row comes to, against what is stored now."""
    _refuse_wishes(wishes)
    sheet = read_file(content)
    district = await district_of(session)
    rows = [read_row(record, wishes, district) for record in sheet.records]
    existing = [
        Existing(id=row.id, key=key, facts=facts_of(row)) for row, key in await imports.all_places(session)
    ]
    steps = plan(rows, existing, new_id=new_id, source=f"导入:{file_name}")
    return _report(steps, ignored=sheet.ignored, encoding=sheet.encoding), steps


def _refuse_wishes(wishes: Wishes) -> None:
    """Refuse (ImportUnreadable) a scene or kind for all rows that does not exist."""
    if wishes.scene is not None and words.scene_of(wishes.scene) is None:
        raise ImportUnreadable(f"不认识的场景:{wishes.scene}")
    scene = words.scene_of(wishes.scene or "")
    if wishes.kind is not None and scene is not None and words.kind_of(scene, wishes.kind) is None:
        known = "、".join(words.KINDS[scene])
        raise ImportUnreadable(f"不认识的类型:{wishes.kind}(可以是 {known})")


def _report(steps: Sequence[Step], *, ignored: list[str], encoding: str) -> Report:
    lines = [
        ReportLine(
            line=step.line, name=step.name, outcome=step.outcome, errors=step.errors, warnings=step.warnings,
            changes=step.changes,
        )
        for step in steps
        if step.errors or step.warnings or step.changes
    ]  # fmt: skip
    warned = sum(bool(step.warnings) for step in steps)
    return Report(counts=counts(steps), warned=warned, ignored=ignored, encoding=encoding, lines=lines)


async def _apply(  # noqa: PLR0913 - each is one fact of the import
    session: AsyncSession,
    row: PlaceImportRow,
    steps: Sequence[Step],
    *,
    now: datetime,
    version: int,
    advance: Advance = lambda _: None,
) -> None:
    """Write what the steps say; the counter of changes is locked already, so nobody comes between."""
    row.state, row.content, row.done_at, row.version = "done", None, now, version
    changed = [step for step in steps if step.outcome in {"created", "updated"}]
    for start in range(0, len(changed), BATCH):
        batch = changed[start : start + BATCH]
        await upsert_places(session, [_facts(step) for step in batch], now=now)
        await imports.add_keys(session, [_key(step) for step in batch if step.key_is_new])
        await imports.add_lines(session, [_line(row.id, step) for step in batch])
        advance(len(batch))
    advance(len(steps) - len(changed))
    await session.flush()


def _facts(step: Step) -> PlaceFacts:
    after = {name: value for name, value in (step.after or {}).items() if name != "closed_at"}
    return msgspec.convert({"id": step.place_id, **after}, PlaceFacts)


def _key(step: Step) -> dict[str, Any]:
    return {"scene": (step.after or {})["scene"], "key": step.key, "place_id": step.place_id}


def _line(import_id: UUID, step: Step) -> dict[str, Any]:
    return {
        "import_id": import_id, "place_id": step.place_id, "line": step.line, "key": step.key,
        "key_is_new": step.key_is_new, "before": step.before, "after": step.after,
    }  # fmt: skip


def facts_of(row: PlaceRow) -> dict[str, Any]:
    """Return all that is stored of a place in JSON values, but for its id and its count of changes."""
    found = {name: getattr(row, name) for name in PlaceRow.model_fields if name not in _OWN}
    return found | {"closed_at": row.closed_at.isoformat() if row.closed_at else None}


def _row(content: bytes, wishes: Wishes, *, file_name: str, by: UUID | None, now: datetime) -> PlaceImportRow:
    return PlaceImportRow(
        id=new_id(), state="proposed", file_name=file_name, datum=wishes.datum, scene=wishes.scene,
        kind=wishes.kind, content=content, report={}, by=by, at=now,
    )  # fmt: skip


def _wishes(row: PlaceImportRow) -> Wishes:
    return msgspec.convert({"datum": row.datum, "scene": row.scene, "kind": row.kind}, Wishes)


def view_of(row: PlaceImportRow) -> ImportView:
    """Show an import."""
    return ImportView(
        id=row.id, state=row.state, file_name=row.file_name, datum=row.datum, at=row.done_at or row.at,
        undone_at=row.undone_at, report=msgspec.convert(row.report, Report),
    )  # fmt: skip
