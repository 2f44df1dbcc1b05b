"""The audit log for the auditor, over HTTP and as a page; the auditor's own looking is written down too."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock, shanghai
from scenes.common.kit.pages import PageRender
from scenes.common.kit.wire import Wire
from scenes.common.people.service.auditing import AuditAsked, AuditView, look_at_audit

PersonId = Annotated[UUID | None, QueryParameter(name="personId")]
StaffId = Annotated[UUID | None, QueryParameter(name="staffId")]
Day = Annotated[date | None, QueryParameter()]
Action = Annotated[str, QueryParameter(name="act", max_length=60)]
Cursor = Annotated[int | None, QueryParameter(ge=1)]
Limit = Annotated[int, QueryParameter(ge=1, le=100)]


class AuditEntry(Wire, frozen=True, kw_only=True):
    """Who of the staff did what to whom, when, with what result; persons by id only."""

    seq: int
    at: datetime
    staff_id: UUID
    staff: str
    act: str
    subject_ids: list[str]
    result: str


class AuditPage(Wire, frozen=True, kw_only=True):
    """Entries, the newest first; `chain_broken_at` names the first that does not fit the SM3 chain."""

    items: list[AuditEntry]
    next_cursor: str | None
    chain_broken_at: int | None

    @classmethod
    def of(cls, view: AuditView) -> "AuditPage":
        """Show what was found."""
        items = [
            AuditEntry(
                seq=row.seq, at=shanghai(row.at), staff_id=row.staff_id, staff=name, act=row.action,
                subject_ids=row.subject_ids, result=row.result,
            )
            for row, name in view.entries
        ]  # fmt: skip
        return cls(
            items=items, next_cursor=str(view.following) if view.following else None,
            chain_broken_at=view.broken,
        )  # fmt: skip


class AuditShown(msgspec.Struct, frozen=True, kw_only=True):
    """The page: what was asked for, and what was found."""

    since: str
    until: str
    act: str
    person: str
    staff: str
    chain: str
    whole: bool
    rows: Sequence[Sequence[str]]
    more: str


@get("/staff/audit", operation_id="listAudit", tags=["staff"])
async def list_audit(
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    *,
    since: Day = None,
    until: Day = None,
    act: Action = "",
    person_id: PersonId = None,
    staff_id: StaffId = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> AuditPage:
    """List what the staff did, the newest first, and check the whole chain (auditors only)."""
    asked = AuditAsked(
        since=since, until=until, act=act, person_id=person_id, staff_id=staff_id, before=cursor, limit=limit
    )
    return AuditPage.of(await look_at_audit(session, staff, asked, now=clock()))


@get("/staff/audit", include_in_schema=False)
async def show_audit(
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
    *,
    since: Annotated[str, QueryParameter(max_length=10)] = "",
    until: Annotated[str, QueryParameter(max_length=10)] = "",
    act: Action = "",
    person: Annotated[str, QueryParameter(max_length=36)] = "",
    who: Annotated[str, QueryParameter(max_length=36)] = "",
    cursor: Cursor = None,
) -> Response[str]:
    """Show what the staff did; a field that cannot be read is left out."""
    asked = AuditAsked(
        since=_read(date.fromisoformat, since), until=_read(date.fromisoformat, until), act=act,
        person_id=_read(UUID, person), staff_id=_read(UUID, who), before=cursor, limit=50,
    )  # fmt: skip
    found = await look_at_audit(session, staff, asked, now=clock())
    words = {"since": since, "until": until, "act": act, "person": person, "who": who}
    page = AuditShown(
        since=since, until=until, act=act, person=person, staff=who,
        chain="整条链对得上(SM3)" if found.broken is None else f"第 {found.broken} 条对不上!",
        whole=found.broken is None,
        rows=[
            (str(row.seq), f"{shanghai(row.at):%Y-%m-%d %H:%M:%S}", name, row.action, row.result,
             "、".join(row.subject_ids))
            for row, name in found.entries
        ],
        more=f"/staff/audit?{urlencode({**words, 'cursor': found.following})}" if found.following else "",
    )  # fmt: skip
    return render("people/staff_audit.html", page, title="审计")


def _read(kind: Any, text: str) -> Any:
    try:
        return kind(text) if text else None
    except ValueError:
        return None


STAFF_ROUTES: list[Any] = [list_audit]
STAFF_PAGES: list[Any] = [show_audit]
