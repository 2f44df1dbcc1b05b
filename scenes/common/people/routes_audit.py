"""The audit log for the auditor, over HTTP and as a page; the auditor's own looking is written down too."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Final
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
NEAR: Final = 6
"""Entries shown that come after the one where the chain breaks, so that it is seen among its neighbours."""

Cursor = Annotated[int | None, QueryParameter(ge=1)]
Anew = Annotated[bool, QueryParameter()]
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
    """Entries, the newest first; `chain_broken_at` names the first that does not fit the SM3 chain.

    `chain_checked_to` is the last entry that was checked and fits, `chain_whole_at` when all were checked.
    """

    items: list[AuditEntry]
    next_cursor: str | None
    chain_broken_at: int | None
    chain_checked_to: int
    chain_whole_at: datetime

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
            chain_broken_at=view.check.broken_at, chain_checked_to=view.check.seq,
            chain_whole_at=shanghai(view.check.whole_at),
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
    how: str
    near: str
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
    anew: Anew = False,
) -> AuditPage:
    """List what the staff did, the newest first, and check the chain (auditors only).

    What was added since the last check is checked, with `anew` every entry.
    """
    asked = AuditAsked(
        since=since, until=until, act=act, person_id=person_id, staff_id=staff_id, before=cursor,
        limit=limit, anew=anew,
    )  # fmt: skip
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
    anew: Anew = False,
) -> Response[str]:
    """Show what the staff did; a field that cannot be read is left out."""
    asked = AuditAsked(
        since=_read(date.fromisoformat, since), until=_read(date.fromisoformat, until), act=act,
        person_id=_read(UUID, person), staff_id=_read(UUID, who), before=cursor, limit=50,
        anew=anew,
    )  # fmt: skip
    found = await look_at_audit(session, staff, asked, now=clock())
    words = {"since": since, "until": until, "act": act, "person": person, "who": who}
    page = AuditShown(
        since=since, until=until, act=act, person=person, staff=who,
        chain=_chain(found), whole=found.check.broken_at is None, how=_how(found),
        near=f"/staff/audit?cursor={found.check.broken_at + NEAR}" if found.check.broken_at else "",
        rows=[
            (str(row.seq), f"{shanghai(row.at):%Y-%m-%d %H:%M:%S}", name, row.action, row.result,
             "、".join(row.subject_ids))
            for row, name in found.entries
        ],
        more=f"/staff/audit?{urlencode({**words, 'cursor': found.following})}" if found.following else "",
    )  # fmt: skip
    return render("people/staff_audit.html", page, title="审计")


def _chain(found: AuditView) -> str:
    """Say whether the chain is whole, else where it breaks."""
    if found.check.broken_at is None:
        return "整条链对得上(SM3)"
    if found.broken is None:
        return f"第 {found.check.broken_at} 条不见了!"
    row, name = found.broken
    return f"第 {row.seq} 条对不上!{shanghai(row.at):%Y-%m-%d %H:%M:%S} {name} {row.action}"


def _how(found: AuditView) -> str:
    """Say what was checked when."""
    whole_at = f"{shanghai(found.check.whole_at):%Y-%m-%d %H:%M}"
    if found.check.broken_at is not None:
        return f"第 {found.check.seq} 条以前对得上,后面没有再核对。上次从头核对:{whole_at}。"
    return f"核对到第 {found.check.seq} 条。上次从头核对:{whole_at},以后每次只核对新的。"


def _read(kind: Any, text: str) -> Any:
    try:
        return kind(text) if text else None
    except ValueError:
        return None


STAFF_ROUTES: list[Any] = [list_audit]
STAFF_PAGES: list[Any] = [show_audit]
