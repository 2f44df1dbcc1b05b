"""Asking for help at home: what, for whom, when, where to, one card; an emergency is an alarm instead."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Final
from uuid import UUID

from accessibility.flows.flow import Acting, Asking, Card, Flow, Question, Told, Turn, Undone, Values
from accessibility.journeys import facts
from accessibility.journeys.booked import due_words, to_agree, told_of
from accessibility.journeys.care_hours import (
    CLOCK,
    UNSURE,
    ask_half,
    ask_hour,
    ask_soon,
    coming_lines,
    is_later,
    soon_words,
    unkept,
    wish_lines,
    wished_at,
)
from accessibility.journeys.care_offer import is_kind, offer_of, service_of, value_of
from accessibility.journeys.care_questions import (
    ask_door,
    ask_note,
    ask_to,
    ask_what,
    ask_when,
    ask_whom,
    destination,
    home_words,
    own_words,
    person_of,
)
from accessibility.journeys.companions import WHOM, companion, whom_heard
from accessibility.said.heard import Heard, Known
from scenes.common.booking.errors import WindowFull, WindowNotFound, WindowNotOpen
from scenes.common.booking.rules import age_on
from scenes.common.kit.clock import instant, local_day
from scenes.common.kit.idempotency import once
from scenes.common.kit.refusals import Refusal
from scenes.common.kit.speech import spoken_time, spoken_when
from scenes.common.kit.wire import encode, fingerprint
from scenes.eldercare.errors import (
    HourNotServed,
    HourPast,
    HourTooFar,
    RequestNotFound,
    ServiceNotFound,
    TooYoung,
    WindowNeeded,
)
from scenes.eldercare.rules.care import CareTerms, subsidy_for
from scenes.eldercare.service import asking as care
from scenes.eldercare.service import requests
from scenes.eldercare.service.requests import Spot, Wish
from scenes.eldercare.tables.requests import CareRequestRow


async def _confirm(asking: Asking, values: Values) -> Card:
    """Show what is asked for, what it costs, and what is agreed to by saying yes."""
    offer = await offer_of(asking, values)
    asked = await requests.check(asking.session, asking.resident, _wish(values, agreed=True), now=asking.now)
    window = next((row for row in offer.windows if str(row.id) == values.get("when")), None)
    if window is None and "when" in values:
        raise WindowFull
    terms = asked.offer.terms
    price = terms.price_fen - subsidy_for(terms, age_on(asked.person.birth_date, asked.day))
    at = window.starts_at if window is not None else wished_at(values)
    lines = [
        offer.row.name,
        *_when_lines(at, terms, booked=window is not None, now=asking.now),
        f"去{destination(values)}" if values.get("to") else "",
        f"给{asked.person.name}",
        await _door_words(asking, values),
        f"交代:{own_words(values, 'note')}" if own_words(values, "note") else "",
        *due_words("要付", price, free="不收钱。"),
        *(part for part in offer.row.prepare.split("。") if part),
        terms.agreement,
    ]
    return to_agree("这样约,对吗?", lines, fen=price)


def _when_lines(at: datetime | None, terms: CareTerms, *, booked: bool, now: datetime) -> list[str]:
    """Say when somebody comes: at a booked time, at a wished hour to be agreed, or within the minutes."""
    if at is None:
        return [f"{soon_words(terms.promise_minutes)}内有人来。"]
    return [spoken_when(at, now)] if booked else wish_lines(at, now)


async def _act(acting: Acting, values: Values) -> UUID | None:
    """Ask as the room's own routes do: with a time through the ledger, else at once."""
    tools, resident, wish = acting.tools, acting.resident, _wish(values, agreed=True)
    mark = fingerprint("/elder/eldercare", dict(values))
    if wish.window_id is not None:
        view, _ = await care.ask_with_time(
            tools.ledger, tools.database, resident=resident, wish=wish, cipher=tools.cipher,
            clock=tools.clock, key=acting.key, mark=mark,
        )  # fmt: skip
        return view.row.id
    async with tools.database.transaction() as session:

        async def act() -> tuple[int, bytes]:
            asked = await requests.check(session, resident, wish, now=acting.now)
            row = await requests.open_now(session, resident, asked, cipher=tools.cipher, now=acting.now)
            return 201, encode(row.id)

        await once(session, resident.person_id, key=acting.key, fingerprint=mark, now=acting.now, act=act)
    return None


async def _tell(asking: Asking, values: Values, booking_id: UUID | None) -> Told:
    """Say what came of it; a visit with a price is paid on its booking's page."""
    if booking_id is not None:
        return await told_of(asking, booking_id)
    row = await _latest(asking, values)
    view = await requests.view_of(asking.session, row, asking.tools.cipher)
    lines = [view.service_name, *coming_lines(view, asking.now), f"见面说口令 {row.code}"]
    undoable = row.state in {"requested", "assigned", "accepted"}
    links = (("看进展", f"/eldercare/requests/{row.id}"),)
    return Told(card=Card(title="已经告诉他们了", lines=lines), links=links, undoable=undoable)


def _turn(values: Values, refusal: Refusal) -> Turn:
    """Lead each refusal of the room back to the question that can be answered otherwise."""
    if isinstance(refusal, WindowFull | WindowNotFound | WindowNotOpen | WindowNeeded) and "when" in values:
        return Turn(question="when", notice="这个时间刚刚没有了。请换一个。")
    if isinstance(refusal, HourPast | HourTooFar | HourNotServed):
        return Turn(question="soon", notice=refusal.detail)
    if isinstance(refusal, TooYoung):
        return Turn(question=WHOM.id, notice=refusal.detail)
    if isinstance(refusal, ServiceNotFound):
        return Turn(question="what", notice="这一项现在没有。请换一项。")
    return Turn(question="what", notice=refusal.detail)


async def _undo(acting: Acting, values: Values, booking_id: UUID | None) -> Undone:
    tools = acting.tools
    if booking_id is None:
        async with tools.database.read() as session:
            rows = await requests.own_list(session, acting.resident, companion(values))
            booking_id = _of_service(rows, values).id
    await care.take_back(
        tools.ledger, tools.database, resident=acting.resident, request_id=booking_id, cipher=tools.cipher,
        clock=tools.clock,
    )  # fmt: skip
    return Undone(words="已经取消了,不会有人来。")


async def _known(asking: Asking) -> Known:
    """Name the services."""
    offers = await facts.care_offers(asking)
    return Known(services=tuple(offer.row.name for offer in offers))


async def _hear(asking: Asking, heard: Heard) -> Values:
    """Make wishes of a sentence: the service, the day and part of it, the hour, where to.

    An hour heard and yet unclear has passed today: it is said back, not guessed at.
    """
    offers = {each.row.name: value_of(each) for each in await facts.care_offers(asking)}
    day = heard.day if "day" not in heard.unclear else None
    at = None
    if heard.hour is not None:
        at = time(heard.hour, heard.minute or 0)
    wishes = {
        "what": offers.get(heard.service or "", ""),
        "on": str(day or ""),
        "half": heard.period or "",
        "at": spoken_time(instant(local_day(asking.now), at)) if at else "",
        CLOCK: f"{at:%H:%M}" if at else "",
        UNSURE: "1" if {"day", "period", "time"} & set(heard.unclear) else "",
        "said": "1",
        "dest": heard.destination or "",
        **await whom_heard(asking, heard),
    }
    return {name: value for name, value in wishes.items() if value}


async def _door_words(asking: Asking, values: Values) -> str:
    """Say where somebody will come: the home of the profile, or the address that was written."""
    return f"到{own_words(values, 'door') or home_words(asking, await person_of(asking, values))}"


def _wish(values: Values, *, agreed: bool) -> Wish:
    when, where = values.get("when"), destination(values)
    said, address = unkept(values), own_words(values, "door")
    parts = (f"去{where}" if where else "", f"说过{said}" if said else "", own_words(values, "note"))
    return Wish(
        service_id=service_of(values),
        person_id=companion(values),
        window_id=UUID(when) if when else None,
        wished_at=wished_at(values),
        note=";".join(part for part in parts if part),
        spot=Spot(address) if address else None,
        agreed=agreed,
    )


async def _latest(asking: Asking, values: Values) -> CareRequestRow:
    rows = await requests.own_list(asking.session, asking.resident, companion(values))
    return _of_service(rows, values)


def _of_service(rows: Sequence[CareRequestRow], values: Values) -> CareRequestRow:
    """Find the newest request for the service and the hour of these answers (RequestNotFound)."""
    asked = (service_of(values), wished_at(values))
    for row in rows:
        if (row.service_id, row.wished_at) == asked and not row.booked:
            return row
    raise RequestNotFound


ELDERCARE: Final = Flow(
    name="eldercare",
    label="请人帮忙",
    icon="eldercare",
    questions=(
        Question(id="what", topic="帮什么", ask=ask_what),
        Question(id=WHOM.id, topic=WHOM.topic, ask=ask_whom, seldom=True),
        Question(id="when", topic="什么时候", ask=ask_when, needed=is_kind("t")),
        Question(id="soon", topic="什么时候", ask=ask_soon, needed=is_kind("n", "c")),
        Question(id="half", topic="上午下午", ask=ask_half, needed=is_later, seldom=True),
        Question(id="hour", topic="几点", ask=ask_hour, needed=is_later),
        Question(id="to", topic="去哪里", ask=ask_to, needed=is_kind("c")),
        Question(id="door", topic="到哪里", ask=ask_door, seldom=True),
        Question(id="note", topic="交代什么", ask=ask_note),
    ),
    confirm=_confirm,
    act=_act,
    tell=_tell,
    turn=_turn,
    undo=_undo,
    hear=_hear,
    known=_known,
)
