"""Loading a district's list of places, its subdistricts' outlines, and taking an import back."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from sqlalchemy.ext.asyncio import AsyncSession

from api.hanging import hanging_on
from api.settings import Settings
from scenes.common.kit.clock import system_clock
from scenes.common.kit.database import Database
from scenes.common.places import service_imports as service
from scenes.common.places import service_undo
from scenes.common.places.importing.reading import read_file
from scenes.common.places.importing.row import Wishes
from scenes.common.places.outlines import read_outlines
from scenes.common.places.service_imports import ImportView

T = TypeVar("T")
WORDS = {"created": "new", "updated": "updated", "unchanged": "unchanged", "skipped": "skipped"}


def import_places(settings: Settings, path: Path, wishes: Wishes, *, dry_run: bool) -> Iterator[str]:
    """Take a file of places in, or with `dry_run` only tell what it would do; gives the report's lines."""
    content, total = path.read_bytes(), len(read_file(path.read_bytes()).records)
    with progress() as bar:
        task = bar.add_task(path.name, total=total)

        async def work(session: AsyncSession) -> ImportView:
            if dry_run:
                return await service.look(
                    session, content, wishes=wishes, file_name=path.name, now=system_clock()
                )
            return await service.take_in(
                session, content, wishes=wishes, file_name=path.name, by=None, now=system_clock(),
                advance=lambda count: bar.advance(task, count),
            )  # fmt: skip

        view = in_transaction(settings, work)
    yield from _lines(view)


def undo_import(settings: Settings, import_id: UUID) -> str:
    """Take an import back; refuses with ImportNotFound and ImportNotUndoable."""

    async def work(session: AsyncSession) -> ImportView:
        return await service_undo.undo(session, import_id, hanging=hanging_on, by=None, now=system_clock())

    view = in_transaction(settings, work)
    return f"undone {view.id} {view.file_name}"


def import_outlines(settings: Settings, path: Path) -> int:
    """Put the outlines of a GeoJSON file in the place of those there were; return how many."""
    outlines = read_outlines(path.read_bytes())

    async def work(session: AsyncSession) -> int:
        await service.set_outlines(session, outlines)
        return len(outlines)

    return in_transaction(settings, work)


def _lines(view: ImportView) -> Iterator[str]:
    """Say the report: every row worth a look, then the counts, then how to take it back."""
    for line in view.report.lines:
        for kind, notes in (("error", line.errors), ("warning", line.warnings), ("changes", line.changes)):
            for note in notes:
                yield f"line {line.line} {line.name}: {kind}: {note}"
    if view.report.ignored:
        yield f"columns not used: {', '.join(view.report.ignored)}"
    counts = ", ".join(f"{count} {WORDS[name]}" for name, count in view.report.counts.items())
    about = f"{view.report.encoding}, {view.datum}"
    yield f"{view.file_name} ({about}): {counts}, {view.report.warned} to look at"
    yield f"import {view.id}" if view.id else "dry run: nothing was changed"


def progress() -> Progress:
    """Draw progress on a terminal, nothing into a file."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    return Progress(
        TextColumn("· {task.description}"), BarColumn(), MofNCompleteColumn(), console=console,
        disable=not sys.stderr.isatty(),
    )  # fmt: skip


def in_transaction(settings: Settings, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
    """Do work on the settings' database in one transaction."""

    async def run() -> T:
        database = Database(settings.database_url or "", pool_size=1)
        try:
            async with database.transaction() as session:
                return await work(session)
        finally:
            await database.close()

    return asyncio.run(run())
