"""Weekly orders over HTTP: "the same as every Tuesday", skipped for once, ended."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, HeaderParameter, JSONBody
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.breakfast.service import repeats
from scenes.breakfast.wire_repeats import BreakfastRepeat, BreakfastRepeatRequest, SkipRequest
from scenes.common.kit.answers import respond
from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import Clock
from scenes.common.kit.idempotency import checked_key, once
from scenes.common.kit.limits import Limits
from scenes.common.kit.wire import Page, encode, fingerprint

Key = Annotated[str | None, HeaderParameter(name="Idempotency-Key")]


@get("/breakfast/repeats", operation_id="listBreakfastRepeats", tags=["breakfast"])
async def list_repeats(
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> Page[BreakfastRepeat]:
    """List the weekly orders by or for me."""
    found = await repeats.repeats_of(session, resident.subject_id, now=clock())
    return Page(items=[BreakfastRepeat.of(view) for view in found])


@post(
    "/breakfast/repeats",
    operation_id="repeatBreakfast",
    tags=["breakfast"],
    responses={201: ResponseSpec(BreakfastRepeat, description="Kept; each day is ordered ahead by itself")},
)
async def add_repeat(
    data: JSONBody[BreakfastRepeatRequest],
    resident: NamedDependency[Resident],
    limits: NamedDependency[Limits],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    key: Key = None,
) -> Response[bytes]:
    """Keep a weekly order for oneself or a patient of the account."""
    now, checked = clock(), checked_key(key)

    async def act() -> tuple[int, bytes]:
        await limits.check("breakfastRepeat", resident.person_id)
        view = await repeats.add_repeat(session, resident, data.wish(), now=now)
        return 201, encode(BreakfastRepeat.of(view))

    mark = fingerprint("/breakfast/repeats", data)
    return respond(await once(session, resident.person_id, key=checked, fingerprint=mark, now=now, act=act))


@post(
    "/breakfast/repeats/{repeat_id:uuid}/skip",
    operation_id="skipBreakfastRepeat",
    tags=["breakfast"],
    status_code=200,
)
async def skip_repeat(
    repeat_id: FromPath[UUID],
    data: JSONBody[SkipRequest],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> BreakfastRepeat:
    """Leave one day out; a repeat of this call changes nothing, so it needs no key."""
    now = clock()
    await repeats.skip_day(session, resident.subject_id, repeat_id, day=data.day, now=now)
    found = await repeats.repeats_of(session, resident.subject_id, now=now)
    return next(BreakfastRepeat.of(view) for view in found if view.row.id == repeat_id)


@delete("/breakfast/repeats/{repeat_id:uuid}", operation_id="endBreakfastRepeat", tags=["breakfast"])
async def end_repeat(
    repeat_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> None:
    """End a weekly order; what is booked already stays booked."""
    await repeats.end_repeat(session, resident.subject_id, repeat_id, now=clock())


ROUTES: list[Any] = [list_repeats, add_repeat, skip_repeat, end_repeat]
