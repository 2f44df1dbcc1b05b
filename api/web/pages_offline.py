"""The page shown where there is no network: the slips that were kept, and whom to call."""

import hashlib
from datetime import datetime
from typing import Final

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from scenes.common.booking import service as booking
from scenes.common.booking.pages_view import SHOWS_CODE, line_of, spaced
from scenes.common.booking.wire import PlaceNames
from scenes.common.kit.caller import Caller, Resident
from scenes.common.kit.clock import Clock, shanghai
from scenes.common.kit.database import Database
from scenes.common.kit.pages import PageRender

MOST_SLIPS: Final = 10
NOBODY: Final = "none"
UNKNOWN: Final = ""


class SlipLine(msgspec.Struct, frozen=True, kw_only=True):
    """A slip that a phone keeps; `until` is when it is of no more use."""

    href: str
    when: str
    title: str
    place: str
    code: str
    until: datetime


class OfflineView(msgspec.Struct, frozen=True, kw_only=True):
    """The slips, and when they were kept."""

    slips: list[SlipLine]
    kept_at: str


def owner_of(caller: Caller, csrf: str) -> str:
    """Return a sign that says only whether it is still the same sign-in that a phone keeps slips for.

    It is unknown where a page was shown without looking, and while one acts for another: a family member's
    phone keeps nothing of the other's.
    """
    if isinstance(caller, Resident):
        if caller.acting_for is not None or caller.staff_id is not None or not csrf:
            return UNKNOWN
        return hashlib.sha256(f"slips of {csrf}".encode()).hexdigest()[:16]
    return NOBODY


@get("/offline", include_in_schema=False)
async def show_offline(
    caller: NamedDependency[Caller],
    database: NamedDependency[Database],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    render: NamedDependency[PageRender],
    *,
    plain: FromQuery[bool] = False,
) -> Response[str]:
    """Show what a phone keeps of the reader's bookings; nothing of a visitor's, or when asked for `plain`."""
    slips: list[SlipLine] = []
    now = clock()
    if isinstance(caller, Resident) and not plain:
        async with database.read() as reading:
            records = await booking.coming_up(reading, caller.subject_id, now=now, limit=MOST_SLIPS)
        for record in records:
            line = line_of(record, place_names(record.place_id), now)
            if record.state in SHOWS_CODE:
                slips.append(
                    SlipLine(
                        href=f"{line.href}/slip", when=line.when, title=line.title, place=line.about[0],
                        code=spaced(record.code), until=record.ends_at,
                    )
                )  # fmt: skip
    view = OfflineView(slips=slips, kept_at=f"{shanghai(now):%-m月%-d日 %-H:%M}")
    return render("web/offline.html", view, title="没有网络")


PAGES = [show_offline]
