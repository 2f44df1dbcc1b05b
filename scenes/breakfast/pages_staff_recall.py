"""The page of batches and recalls: set a batch, ask whom one reached, tell them all."""

from datetime import date, datetime
from typing import Annotated, Any, Final
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import QueryParameter, URLEncodedBody
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.breakfast.pages_staff_view import Tab, tabs_of
from scenes.breakfast.service import kitchen, recall
from scenes.breakfast.service.kitchen import KitchenView
from scenes.breakfast.service.recall import Reached, Recall
from scenes.common.booking.wire import PlaceNames
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock, local_day
from scenes.common.kit.database import Database
from scenes.common.kit.fanout import Fanout
from scenes.common.kit.idempotency import once
from scenes.common.kit.masking import mask_name
from scenes.common.kit.pages import PageForm, PageRender, see_other
from scenes.common.kit.refusals import Conflict, Invalid
from scenes.common.kit.speech import spoken_when
from scenes.common.kit.wire import fingerprint

OK: Final = 200
CONFLICT: Final = 409
TEMPLATE: Final = "breakfast/staff_recall.html"
LONGEST_REASON: Final = 200
MOST_UNITS: Final = 10_000

PlaceId = Annotated[UUID, QueryParameter(name="placeId")]


class BatchForm(PageForm, frozen=True, kw_only=True):
    """The batch handed out from now on; `units` is empty when none came with it."""

    place_id: UUID
    stock_id: UUID
    batch_no: str
    units: str = ""

    def more(self) -> int | None:
        """Return how many portions came with the batch; none where nothing was written."""
        said = self.units.strip()
        if not said:
            return None
        if not said.isascii() or not said.isdigit() or not 0 < int(said[:9]) <= MOST_UNITS:
            raise Invalid("份数请写数字。")
        return int(said)


class RecallForm(PageForm, frozen=True, kw_only=True):
    """The batch whose people are to be told, and why."""

    place_id: UUID
    batch_no: str
    reason: str


class BatchLine(msgspec.Struct, frozen=True, kw_only=True):
    """An item of today and its batch."""

    id: str
    name: str
    batch: str


class ReachedRow(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody a batch reached, name masked."""

    kind: str
    name: str
    place: str
    item: str
    when: str


class RecallPage(msgspec.Struct, frozen=True, kw_only=True):
    """Batches of the day, and a recall where one was asked for."""

    place_id: str
    place: str
    tabs: list[Tab]
    batches: list[BatchLine]
    asked: str
    rows: list[ReachedRow]
    got: int
    waiting: int
    people: int
    elsewhere: int
    told: int | None
    problem: str


def recall_page(
    board: KitchenView,
    found: Recall | None,
    *,
    place: str,
    now: datetime,
    told: int | None = None,
    problem: str = "",
) -> RecallPage:
    """Show the day's batches and whom the one asked for reached."""
    reached = found.reached if found else ()
    return RecallPage(
        place_id=str(board.place_id),
        place=place,
        tabs=tabs_of(board.place_id, board.day, kind=board.kind, here="/recall"),
        batches=[
            BatchLine(id=str(each.stock_id), name=each.name, batch=each.batch_no or "没有登记")
            for each in board.stock
        ],
        asked=found.batch_no if found else "",
        rows=[_row(each, now) for each in reached],
        got=len({each.person_id for each in reached if each.kind == "got"}),
        waiting=len({each.person_id for each in reached if each.kind == "waiting"}),
        people=len(found.people) if found else 0,
        elsewhere=found.elsewhere if found else 0,
        told=told,
        problem=problem,
    )


def _row(reached: Reached, now: datetime) -> ReachedRow:
    return ReachedRow(
        kind="已经拿到" if reached.kind == "got" else "还没来取",
        name=mask_name(reached.person_name),
        place=reached.place_name,
        item=f"{reached.item} {reached.units}份",
        when=spoken_when(reached.at, now),
    )


async def _page(
    session: AsyncSession,
    staff: Staff,
    *,
    place_id: UUID,
    clock: Clock,
    place_names: PlaceNames,
    batch_no: str = "",
    told: int | None = None,
    problem: str = "",
) -> RecallPage:
    """Read the page; a batch number that is none is said on it."""
    now, found = clock(), None
    board = await kitchen.board_of(session, staff, place_id=place_id, day=local_day(now), now=now)
    if batch_no:
        try:
            found = await recall.recall_of(session, staff, batch_no, now=now)
        except Invalid as refused:
            problem = refused.detail
    place = place_names(place_id).name
    return recall_page(board, found, place=place, now=now, told=told, problem=problem)


@get("/staff/breakfast/recall", include_in_schema=False)
async def show_recall(
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    render: NamedDependency[PageRender],
    *,
    place_id: PlaceId,
    batch_no: Annotated[str, QueryParameter(name="batchNo")] = "",
    told: Annotated[int | None, QueryParameter(name="told", ge=0)] = None,
) -> Response[str]:
    """Show today's batches, and whom the batch asked for reached."""
    page = await _page(
        session, staff, place_id=place_id, clock=clock, place_names=place_names, batch_no=batch_no, told=told
    )
    return render(TEMPLATE, page, title=f"批号和召回 · {page.place}")


@post("/staff/breakfast/batches", include_in_schema=False)
async def set_batch(
    data: URLEncodedBody[BatchForm],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    render: NamedDependency[PageRender],
) -> Redirect | Response[str]:
    """Hand out another batch of an item from now on; a double click adds its portions once."""
    now = clock()

    async def act() -> tuple[int, bytes]:
        await recall.set_batch(
            session, staff, data.stock_id, batch_no=data.batch_no, units=data.more(), now=now
        )
        return OK, b""

    mark = fingerprint("/staff/breakfast/batches", [str(data.stock_id), data.batch_no, data.units])
    try:
        async with database.transaction() as session:
            await once(session, staff.staff_id, key=data.idempotency_key, fingerprint=mark, now=now, act=act)
    except (Conflict, Invalid) as refused:
        async with database.transaction() as session:
            page = await _page(
                session, staff, place_id=data.place_id, clock=clock, place_names=place_names,
                problem=refused.detail,
            )  # fmt: skip
        return render(TEMPLATE, page, title="没有登记成", status=CONFLICT)
    await kitchen.tell_stock(database, fanout, data.place_id, local_day(now))
    return see_other(f"/staff/breakfast/recall?placeId={data.place_id}")


@post("/staff/breakfast/recall/tell", include_in_schema=False)
async def tell_all(
    data: URLEncodedBody[RecallForm],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
) -> Redirect:
    """Tell everyone a batch reached, and stop selling it; a double click tells nobody twice."""
    now = clock()
    stopped: list[tuple[UUID, date]] = []
    reason = data.reason.strip()[:LONGEST_REASON]

    async def act() -> tuple[int, bytes]:
        done = await recall.tell_all(session, staff, data.batch_no, reason=reason, now=now)
        stopped.extend(done.stopped)
        return OK, str(done.told).encode()

    mark = fingerprint("/staff/breakfast/recall", [data.batch_no, data.reason])
    async with database.transaction() as session:
        answer = await once(
            session, staff.staff_id, key=data.idempotency_key, fingerprint=mark, now=now, act=act
        )
    for place_id, day in stopped:
        await kitchen.tell_stock(database, fanout, place_id, day)
    asked = urlencode({"placeId": data.place_id, "batchNo": data.batch_no, "told": int(answer.body)})
    return see_other(f"/staff/breakfast/recall?{asked}")


PAGES: list[Any] = [show_recall, set_batch, tell_all]
