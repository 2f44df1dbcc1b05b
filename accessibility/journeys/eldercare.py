"""Asking for help at home: what, when, where to, for whom, one card; an emergency is an alarm instead."""

from collections.abc import Sequence
from datetime import date, time
from typing import Final
from uuid import UUID

from accessibility.flows.flow import Acting, Asked, Asking, Card, Flow, Question, Told, Turn, Undone, Values
from accessibility.flows.rules import Option
from accessibility.journeys import facts
from accessibility.journeys.booked import told_of
from accessibility.journeys.companions import ADD_FAMILY, WHOM, companion, whom, whom_heard
from accessibility.journeys.nearby import places_near
from accessibility.said.heard import Heard, Known
from scenes.common.booking.errors import WindowFull, WindowNotFound, WindowNotOpen
from scenes.common.booking.rules import age_on
from scenes.common.kit.clock import instant, local_day, shanghai
from scenes.common.kit.idempotency import once
from scenes.common.kit.money import yuan_text
from scenes.common.kit.refusals import Refusal
from scenes.common.kit.speech import heard_when, spoken_day, spoken_time, spoken_when
from scenes.common.kit.wire import encode, fingerprint
from scenes.eldercare.errors import RequestNotFound, ServiceNotFound, TooYoung, WindowNeeded
from scenes.eldercare.rules.care import subsidy_for
from scenes.eldercare.service import asking as care
from scenes.eldercare.service import catalogue, requests
from scenes.eldercare.service.catalogue import Offer
from scenes.eldercare.service.requests import Wish
from scenes.eldercare.tables.requests import CareRequestRow

SOS: Final = ("马上求助", "/eldercare/sos")
NOBODY_OLD_ENOUGH: Final = "您的账户里没有人满岁数。可以换一项,或者请人打给您。"
BY_PHONE: Final = "电话里说"
TAXI: Final = "taxi"
PLACES: Final = 3
"""Health centres offered as a destination, nearest first."""

MINUTES: Final = 60
HALVES: Final = {"morning": (0, 12), "afternoon": (12, 18), "evening": (18, 24)}


async def _what(asking: Asking, _values: Values) -> Asked:
    """Ask what help is wanted: what was asked for last comes first."""
    offers = list(await facts.care_offers(asking))
    rows = await requests.own_list(asking.session, asking.resident)
    last = [row.service_id for row in rows]
    offers.sort(key=lambda offer: last.index(offer.row.id) if offer.row.id in last else len(last))
    options = [
        Option(value=_value(each), label=each.row.name, about=each.row.summary.rstrip("。"))
        for each in offers
    ]
    return Asked(title="您想请人帮什么?", options=options, links=(SOS,))


async def _when(asking: Asking, values: Values) -> Asked:
    """Ask for a free time; on the day and the part of it that was named, if there are any."""
    offer = await _offer(asking, values)
    today, now = local_day(asking.now), asking.now
    wished, half = asking.wishes.get("on"), HALVES.get(asking.wishes.get("half", ""), (0, 24))
    all_of = [(str(local_day(row.starts_at)), shanghai(row.starts_at).hour, row) for row in offer.windows]
    fitting = [row for day, hour, row in all_of if day == wished and half[0] <= hour < half[1]]
    fitting = fitting or [row for day, _, row in all_of if day == wished]
    sorry = f"{spoken_day(date.fromisoformat(wished), today)}没有空。" if wished and not fitting else ""
    shown = fitting or [row for _, _, row in all_of]
    first = {row.starts_at: row for row in reversed(shown)}  # two teams at one time are one choice
    options = [Option(value=str(row.id), label=heard_when(at, now)) for at, row in sorted(first.items())]
    at = asking.wishes.get("at")
    named = [option for option in options if at and option.label.endswith(at)]
    rest = [option for option in options if option not in named]
    return Asked(
        title="您要什么时候?", options=[*named, *rest], display=sorry, obvious=bool(named and fitting)
    )


async def _to(asking: Asking, _values: Values) -> Asked:
    """Ask where the car goes: where was said, a health centre near by, or to be said on the phone."""
    said = asking.wishes.get("dest")
    named = [Option(value=f"to~{said}", label=said)] if said else []
    near = [each.place.name for each in (await places_near(asking, "clinic"))[:PLACES]]
    options = [Option(value=f"to~{name}", label=name) for name in near]
    phone = Option(value=f"to~{BY_PHONE}", label=BY_PHONE, about="接单的人会打给您")
    return Asked(title="您要去哪里?", options=[*named, *options, phone], obvious=bool(named))


async def _whom(asking: Asking, values: Values) -> Asked:
    """Ask for whom among those old enough on the day; where nobody is, say so, and offer to be called."""
    offer = await _offer(asking, values)
    window = next((row for row in offer.windows if str(row.id) == values.get("when")), None)
    day, least = local_day(window.starts_at if window else asking.now), offer.terms.min_age
    asked = await whom(asking, fits=lambda person: age_on(person.birth_date, day) >= least)
    if asked.options:
        return asked
    return Asked(
        title=f"这一项只给满{least}岁的人。", options=(), display=NOBODY_OLD_ENOUGH, links=(ADD_FAMILY,)
    )


async def _confirm(asking: Asking, values: Values) -> Card:
    """Show what is asked for, what it costs, and what is agreed to by saying yes."""
    offer = await _offer(asking, values)
    asked = await requests.check(asking.session, asking.resident, _wish(values, agreed=True), now=asking.now)
    window = next((row for row in offer.windows if str(row.id) == values.get("when")), None)
    if window is None and "when" in values:
        raise WindowFull
    terms = asked.offer.terms
    price = terms.price_fen - subsidy_for(terms, age_on(asked.person.birth_date, asked.day))
    minutes = terms.promise_minutes
    soon = f"{minutes}分钟" if minutes <= MINUTES else f"{-(-minutes // MINUTES)}小时"
    lines = [
        offer.row.name,
        spoken_when(window.starts_at, asking.now) if window is not None else f"{soon}内有人来。",
        f"去{_to_words(values)}" if values.get("to") else "",
        f"给{asked.person.name}",
        f"要付{yuan_text(price)},约好再付。" if price else "不收钱。",
        *(part for part in offer.row.prepare.split("。") if part),
        terms.agreement,
    ]
    return Card(title="这样约,对吗?", lines=[line for line in lines if line])


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
    who = f"{view.carer_name}来。" if view.carer_name else "正在找人。"
    lines = [
        view.service_name,
        f"{heard_when(row.promised_at, asking.now)}前到。",
        who,
        f"见面说口令 {row.code}",
    ]
    undoable = row.state in {"requested", "assigned", "accepted"}
    links = (("看进展", f"/eldercare/requests/{row.id}"),)
    return Told(card=Card(title="已经告诉他们了", lines=lines), links=links, undoable=undoable)


def _turn(values: Values, refusal: Refusal) -> Turn:
    """Lead each refusal of the room back to the question that can be answered otherwise."""
    if isinstance(refusal, WindowFull | WindowNotFound | WindowNotOpen | WindowNeeded) and "when" in values:
        return Turn(question="when", notice="这个时间刚刚没有了。请换一个。")
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
    """Make wishes of a sentence: the service, the day and part of it, the hour, where to."""
    offers = {each.row.name: _value(each) for each in await facts.care_offers(asking)}
    day = heard.day if "day" not in heard.unclear else None
    clock = ""
    if heard.hour is not None and "time" not in heard.unclear:
        clock = spoken_time(instant(local_day(asking.now), time(heard.hour, heard.minute or 0)))
    wishes = {
        "what": offers.get(heard.service or "", ""),
        "on": str(day or ""),
        "half": heard.period or "",
        "at": clock,
        "dest": heard.destination or "",
        **await whom_heard(asking, heard),
    }
    return {name: value for name, value in wishes.items() if value}


def _value(offer: Offer) -> str:
    """Write a service as an answer: with a time (t), a car at once (c), or at once (n)."""
    kind = "t" if offer.row.by_window or offer.terms.price_fen else "c" if offer.row.code == TAXI else "n"
    return f"{kind}~{offer.row.id}"


def _kind(values: Values) -> str:
    return values.get("what", "").partition("~")[0]


def _service(values: Values) -> UUID:
    return UUID(values["what"].partition("~")[2])


async def _offer(asking: Asking, values: Values) -> Offer:
    return await catalogue.offer(asking.session, _service(values), now=asking.now)


def _wish(values: Values, *, agreed: bool) -> Wish:
    when, where = values.get("when"), _to_words(values)
    return Wish(
        service_id=_service(values),
        person_id=companion(values),
        window_id=UUID(when) if when else None,
        note=f"去{where}" if where else "",
        agreed=agreed,
    )


def _to_words(values: Values) -> str:
    return values.get("to", "").removeprefix("to~")


async def _latest(asking: Asking, values: Values) -> CareRequestRow:
    rows = await requests.own_list(asking.session, asking.resident, companion(values))
    return _of_service(rows, values)


def _of_service(rows: Sequence[CareRequestRow], values: Values) -> CareRequestRow:
    """Find the newest request for the service of these answers (RequestNotFound)."""
    for row in rows:
        if row.service_id == _service(values) and not row.booked:
            return row
    raise RequestNotFound


ELDERCARE: Final = Flow(
    name="eldercare",
    label="请人帮忙",
    icon="eldercare",
    questions=(
        Question(id="what", topic="帮什么", ask=_what),
        Question(id="when", topic="什么时候", ask=_when, needed=lambda values: _kind(values) == "t"),
        Question(id="to", topic="去哪里", ask=_to, needed=lambda values: _kind(values) == "c"),
        Question(id=WHOM.id, topic=WHOM.topic, ask=_whom, seldom=True),
    ),
    confirm=_confirm,
    act=_act,
    tell=_tell,
    turn=_turn,
    undo=_undo,
    hear=_hear,
    known=_known,
)
