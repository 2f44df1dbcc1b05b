"""Imports of places over HTTP, for the district's staff."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.answers import respond
from scenes.common.kit.caller import Staff, only_district
from scenes.common.kit.clock import Clock
from scenes.common.kit.idempotency import checked_key, once
from scenes.common.kit.wire import Page, encode, fingerprint
from scenes.common.places import service_imports as service
from scenes.common.places import service_undo
from scenes.common.places.errors import ImportKindUnknown
from scenes.common.places.importing.row import Wishes
from scenes.common.places.wire_imports import ImportReport, ImportRequest, ImportSummary

TAGS = ["staff"]
Key = Annotated[str | None, HeaderParameter(name="Idempotency-Key")]


@post("/staff/import", operation_id="importFile", tags=TAGS, status_code=200)
async def import_file(
    data: JSONBody[ImportRequest],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    *,
    idempotency_key: Key = None,
) -> Response[bytes]:
    """Take a list of places in (CSV or GeoJSON), or with `dryRun` tell what it would do."""
    only_district(staff)
    if data.kind != "places":
        raise ImportKindUnknown
    key, now = checked_key(idempotency_key), clock()
    wishes = Wishes(datum=data.datum, scene=data.scene, kind=data.place_kind)

    async def act() -> tuple[int, bytes]:
        if data.dry_run:
            view = await service.look(session, data.content, wishes=wishes, file_name=data.file_name, now=now)
        else:
            view = await service.take_in(
                session, data.content, wishes=wishes, file_name=data.file_name, by=staff.staff_id, now=now
            )
        return 200, encode(ImportReport.of(view))

    answer = await once(
        session, staff.staff_id, key=key, fingerprint=fingerprint("/staff/import", data), now=now, act=act
    )
    return respond(answer)


@get("/staff/imports", operation_id="listImports", tags=TAGS)
async def list_imports(
    staff: NamedDependency[Staff],
    reading: NamedDependency[AsyncSession],
    *,
    cursor: FromQuery[UUID | None] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 20,
) -> Page[ImportSummary]:
    """List what was taken in, the latest first."""
    only_district(staff)
    found = await service.listed(reading, after=cursor, limit=limit + 1)
    items = [ImportSummary.of(view) for view in found[:limit]]
    return Page(items=items, next_cursor=items[-1].id if len(found) > limit else None)


@get("/staff/imports/{import_id:uuid}", operation_id="getImport", tags=TAGS)
async def get_import(
    import_id: FromPath[UUID], staff: NamedDependency[Staff], reading: NamedDependency[AsyncSession]
) -> ImportReport:
    """Show an import with every row worth a look."""
    only_district(staff)
    return ImportReport.of(await service.one(reading, import_id))


@post("/staff/imports/{import_id:uuid}/undo", operation_id="undoImport", tags=TAGS, status_code=200)
async def undo_import(
    import_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    hanging: NamedDependency[Any],
) -> ImportReport:
    """Take an import back: every place is as before, or nothing changes and the reasons are named."""
    only_district(staff)
    view = await service_undo.undo(session, import_id, hanging=hanging, by=staff.staff_id, now=clock())
    return ImportReport.of(view)


STAFF_ROUTES: list[Any] = [import_file, list_imports, get_import, undo_import]
