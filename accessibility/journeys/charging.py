"""Reserving a place to charge: which station near by, when, one card; an hour, free of charge."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Final, NamedTuple
from uuid import UUID

import msgspec

from accessibility.flows.flow import Acting, Asked, Asking, Card, Flow, Question, Told, Turn, Undone, Values
from accessibility.flows.rules import Option
from accessibility.journeys.booked import cancelled, told_of
from accessibility.journeys.nearby import by_site, places_near, sites_heard
from accessibility.said.heard import Heard, Known
from scenes.charging.errors import ConnectorNotUsable, ReservationTimeInvalid, StationUnknown
from scenes.charging.service import reservations
from scenes.charging.service.windows import SCENE
from scenes.common.booking.errors import AlreadyBooked, Suspended, WindowFull
from scenes.common.booking.wire import Booking
from scenes.common.kit.clock import instant, local_day, shanghai
from scenes.common.kit.refusals import Refusal
from scenes.common.kit.speech import heard_when, spoken_time, spoken_when
from scenes.common.kit.wire import fingerprint
from scenes.common.places.snapshot import Nearby

STATIONS: Final = 8
"""Stations asked, nearest first."""

MINUTES: Final = 60
"""How long a place is kept: what a car needs for the week's errands."""

HALF_HOUR: Final = 30
CLOSE: Final = timedelta(minutes=15)
SOON: Final = timedelta(hours=1)
PARTS: Final = {"morning": (5, 12), "afternoon": (12, 18), "evening": (18, 24)}
_booking = msgspec.json.Decoder(Booking)


class Start(NamedTuple):
    """A time one can begin at."""

    at: datetime
    free: int


async def _where(asking: Asking, _values: Values) -> Asked:
    """Ask which station: those with something free first, the nearest of them on top."""
    found: list[tuple[bool, Option]] = []
    for near in (await places_near(asking, SCENE))[:STATIONS]:
        free = await _free_soon(asking, near)
        if free is not None:
            walk = f"走路约{near.walk_minutes}分钟" if near.walk_minutes is not None else near.place.address
            mark = ("ok", f"空{free}个") if free else ("full", "都有人")
            found.append(
                (not free, Option(value=str(near.place.id), label=near.place.name, about=walk, mark=mark))
            )
    options = [option for _, option in sorted(found, key=lambda pair: pair[0])]
    sure = _wished(asking) is not None and any(not full for full, _ in found)
    sited = by_site(asking, options, unnamed=sure)
    return Asked(title="您去哪里充电?", options=sited.options, display=sited.words, obvious=sited.sure)


async def _free_soon(asking: Asking, near: Nearby) -> int | None:
    """Count the connectors to be had at the time named, else within the hour; none where there are none."""
    wished = _wished(asking)
    since, until = (wished - CLOSE, wished + CLOSE) if wished else (asking.now - CLOSE, asking.now + SOON)
    try:
        starts = await _starts(asking, near.place.id, within=(since, until))
        if not starts and not await _starts(asking, near.place.id):
            return None
    except StationUnknown:
        return None
    return max((start.free for start in starts if since < start.at), default=0)


async def _when(asking: Asking, values: Values) -> Asked:
    """Ask when: the time that was named, else now and every half hour that has room."""
    starts = [start for start in await _starts(asking, UUID(values["where"])) if start.free]
    wished = _wished(asking)
    if wished is not None:
        near = [start for start in starts if abs(start.at - wished) < CLOSE]
        starts.sort(key=lambda start: abs(start.at - wished))
        sorry = "" if near else "您说的时间没有空。"
        return Asked(
            title="您几点去充?",
            options=[_option(s, asking.now) for s in starts],
            display=sorry,
            obvious=bool(near),
        )
    on, part = asking.wishes.get("on"), PARTS.get(asking.wishes.get("half", ""), (0, 24))
    named = [
        start
        for start in starts
        if on in {None, str(local_day(start.at))} and part[0] <= shanghai(start.at).hour < part[1]
    ]
    sorry = "您说的时候没有空。" if not named and (on or asking.wishes.get("half")) else ""
    shown = [start for n, start in enumerate(named or starts) if n == 0 or not start.at.minute % HALF_HOUR]
    return Asked(title="您几点去充?", options=[_option(start, asking.now) for start in shown], display=sorry)


async def _confirm(asking: Asking, values: Values) -> Card:
    """Show the terms of the reservation; refuses with WindowFull what went meanwhile."""
    wish = _wish(values)
    quote = await reservations.quote(asking.session, wish, now=asking.now)
    if not quote.free:
        raise WindowFull
    near = asking.tools.directory.at(wish.station_id, asking.now)
    lines = [
        spoken_when(wish.starts_at, asking.now),
        asking.tools.place_names(wish.station_id).name,
        near.place.address if near is not None else "",
        f"给您留到{spoken_time(quote.held_until)}。",
        "预约不收钱,充了再付电费。",
        quote.terms.no_show_rule or "",
    ]
    return Card(title="这样约,对吗?", lines=[line for line in lines if line])


async def _act(acting: Acting, values: Values) -> UUID | None:
    """Reserve as the room's own routes do."""
    tools = acting.tools
    await tools.limits.check("chargingReserve", acting.resident.person_id)
    outcome = await reservations.reserve(
        tools.ledger, tools.database, resident=acting.resident, wish=_wish(values), key=acting.key,
        fingerprint=fingerprint("/elder/charging", dict(values)), clock=tools.clock,
    )  # fmt: skip
    return _booking.decode(outcome.answer.body).id


async def _tell(asking: Asking, _values: Values, booking_id: UUID | None) -> Told:
    if booking_id is None:
        return Told(card=Card(title="没有约成", lines=("请再试一次。",)))
    return await told_of(asking, booking_id, bring="到了扫桩上的码,或者打电话。")


def _turn(_values: Values, refusal: Refusal) -> Turn:
    """Lead each refusal of the room back to the question that can be answered otherwise."""
    if isinstance(refusal, WindowFull | ReservationTimeInvalid):
        return Turn(question="when", notice="这个时间刚刚没有了。请换一个。")
    if isinstance(refusal, AlreadyBooked):
        return Turn(question="where", notice="您已经约了一个充电桩。请先看「我约好的」。")
    if isinstance(refusal, ConnectorNotUsable | StationUnknown):
        return Turn(question="where", notice="这里现在不能约。请换一个。")
    if isinstance(refusal, Suspended):
        return Turn(question="where", notice=refusal.detail)
    return Turn(question="when", notice=refusal.detail)


async def _undo(acting: Acting, _values: Values, booking_id: UUID | None) -> Undone:
    return await cancelled(acting, booking_id)


async def _known(asking: Asking) -> Known:
    """Name the stations near by."""
    return Known(places=tuple(near.place.name for near in (await places_near(asking, SCENE))[:STATIONS]))


async def _hear(asking: Asking, heard: Heard) -> Values:
    """Make wishes of a sentence: the station, the day and part of it, the hour."""
    timed = heard.hour is not None and heard.day is not None and not {"day", "time"} & set(heard.unclear)
    wishes = {
        **await sites_heard(asking, heard, SCENE),
        "on": str(heard.day) if heard.day is not None and "day" not in heard.unclear else "",
        "half": heard.period or "",
        "at": f"{heard.hour:02d}:{heard.minute or 0:02d}" if timed else "",
    }
    return {name: value for name, value in wishes.items() if value}


async def _starts(
    asking: Asking, station_id: UUID, *, within: tuple[datetime, datetime] | None = None
) -> Sequence[Start]:
    """List the quarter-hours a stay can begin at, with how many connectors could take it."""

    async def read() -> Sequence[Start]:
        site = await reservations.site_of(asking.session, station_id, now=asking.now)
        found = await reservations.starts_of(
            asking.session, site, kind=None, minutes=MINUTES, now=asking.now, within=within
        )
        return [Start(at, free) for at, free in found]

    return await asking.once(("charging-starts", station_id, within), read)


def _wished(asking: Asking) -> datetime | None:
    on, at = asking.wishes.get("on"), asking.wishes.get("at")
    if not on or not at:
        return None
    return instant(datetime.fromisoformat(on).date(), time.fromisoformat(at))


def _option(start: Start, now: datetime) -> Option:
    return Option(
        value=start.at.isoformat(),
        label=heard_when(start.at, now),
        about=f"空{start.free}个",
        mark=("ok", "有空"),
    )


def _wish(values: Values) -> reservations.Wish:
    return reservations.Wish(
        station_id=UUID(values["where"]), starts_at=datetime.fromisoformat(values["when"]), minutes=MINUTES
    )


CHARGING: Final = Flow(
    name="charging",
    label="充电",
    icon="charging",
    questions=(
        Question(id="where", topic="去哪里", ask=_where),
        Question(id="when", topic="几点", ask=_when),
    ),
    confirm=_confirm,
    act=_act,
    tell=_tell,
    turn=_turn,
    undo=_undo,
    hear=_hear,
    known=_known,
)
