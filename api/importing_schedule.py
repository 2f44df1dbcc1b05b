"""Publishing a clinic's shifts from a file: each line is judged first, then all are published or none."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from api.importing_places import in_transaction, progress
from api.settings import Settings
from scenes.clinic.errors import ClinicNotFound
from scenes.clinic.rules.drafts import read_csv
from scenes.clinic.service import planning
from scenes.clinic.service.desk import venues_of
from scenes.clinic.service.planning import Plan
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import system_clock
from scenes.common.places.importing.reading import decode
from scenes.common.places.service import name_of

NOBODY: Final = UUID(int=0)
DISTRICT: Final = Staff(NOBODY, NOBODY, "district", frozenset())
"""The district's engineer at the machine; sees every venue."""


def import_schedule(settings: Settings, path: Path, place: str | None, *, dry_run: bool) -> Iterator[str]:
    """Publish the shifts of a file, or with `dry_run` only tell what they would be; gives the report's lines.

    Refuses with ClinicNotFound, ScheduleUnreadable, and ScheduleWrong after naming each wrong line.
    """
    drafts = read_csv(decode(path.read_bytes())[0])
    with progress() as bar:
        task = bar.add_task(path.name, total=len(drafts))

        async def work(session: AsyncSession) -> Plan:
            place_id, now = await _venue(session, place), system_clock()
            shown = await planning.plan(session, DISTRICT, place_id, drafts, now=now)
            if not dry_run and not shown.is_wrong:
                await planning.publish(session, DISTRICT, place_id, drafts, token=shown.token, now=now)
            bar.advance(task, len(drafts))
            return shown

        shown = in_transaction(settings, work)
    for line in shown.lines:
        yield from (f"line {line.draft.line}: error: {words}" for words in line.problems)
    counts = {name: sum(line.outcome == name for line in shown.lines) for name in ("new", "known", "wrong")}
    yield f"{path.name}: " + ", ".join(f"{count} {name}" for name, count in counts.items())
    yield "nothing was published" if dry_run or shown.is_wrong else f"published {len(shown.new)}"


async def _venue(session: AsyncSession, wanted: str | None) -> UUID:
    """Find the clinic by name or id, or the only one (ClinicNotFound)."""
    venues = await venues_of(session, DISTRICT)
    names = {venue: await name_of(session, venue) or str(venue) for venue in venues}
    fits = [venue for venue in venues if wanted is None or wanted in {str(venue), names[venue]}]
    if len(fits) != 1:
        raise ClinicNotFound(f"--place 要写一家:{'、'.join(sorted(names.values()))}")
    return fits[0]
