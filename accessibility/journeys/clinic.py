"""Seeing a doctor: what for, which half-day, what time, one card, a number. The example of a flow."""

from collections.abc import Sequence
from datetime import time
from typing import Final
from uuid import UUID

import msgspec

from accessibility.flows.flow import Acting, Asked, Asking, Card, Flow, Question, Told, Turn, Undone, Values
from accessibility.flows.rules import Option
from accessibility.journeys.booked import cancelled, due_words, to_agree, told_of
from accessibility.journeys.clinic_days import (
    HalfDay,
    can_wait,
    day_option,
    half_label,
    released_words,
    time_options,
)
from accessibility.journeys.clinic_named import doctors_near, named_first, visit_heard
from accessibility.journeys.clinic_room import (
    VENUES,
    Room,
    departments_near,
    half_day_of,
    half_days_at,
    last_doctor,
    patient_of,
    room_of,
    waits_for,
)
from accessibility.journeys.companions import WHOM, companion, whom_heard, whom_words
from accessibility.journeys.nearby import by_site, places_near, walk_words
from accessibility.said.heard import Heard, Known
from scenes.clinic.errors import ClinicNotFound, SessionStopped
from scenes.clinic.service import appointments, schedule
from scenes.common.booking import store as booking_store
from scenes.common.booking.errors import AlreadyBooked, Suspended, WindowFull, WindowNotFound
from scenes.common.booking.wire import Booking
from scenes.common.kit.clock import instant, local_day
from scenes.common.kit.refusals import Refusal
from scenes.common.kit.speech import spoken_time, spoken_when
from scenes.common.kit.wire import fingerprint

COMPLAINTS: Final = {
    "general": "感冒、头晕、常见病",
    "chronic": "血压、血糖、配药",
    "chinese": "中医调理、针灸",
    "dental": "看牙",
    "eye": "看眼睛",
    "rehab": "腰腿疼、恢复锻炼",
    "women": "妇科",
    "children": "看孩子",
}
"""What people come with, by the department's code; the likeliest first."""

HALVES: Final = {"morning": "am", "afternoon": "pm"}
NO_MORE: Final = "这一场刚刚没有号了。请换一个。"
_booking = msgspec.json.Decoder(Booking)


async def _what(asking: Asking, _values: Values) -> Asked:
    """Ask what for: the last doctor first, then departments near by."""
    codes: dict[str, str] = {}
    for _, department in await departments_near(asking):
        codes.setdefault(department.code, department.name)
    known = list(COMPLAINTS)
    ordered = sorted(codes, key=lambda code: known.index(code) if code in known else len(known))
    kinds = [Option(value=f"k~{code}", label=codes[code], about=COMPLAINTS.get(code, "")) for code in ordered]
    options, why = await named_first(asking, [*await last_doctor(asking), *kinds])
    return Asked(title="您想看什么?", options=options, display=why)


async def _where(asking: Asking, values: Values) -> Asked:
    """Ask where to; the nearest with a free number is taken unasked, and can be changed.

    Farther ones are not looked at once one is found: whoever wants another sees there how it stands.
    """
    code = values["what"].removeprefix("k~")
    places = [
        (near, department) for near, department in await departments_near(asking) if department.code == code
    ]
    free: list[Option] = []
    rest: list[Option] = []
    for near, department in places:
        walk = f"走路约{near.walk_minutes}分钟" if near.walk_minutes is not None else near.place.address
        option = Option(value=f"{near.place.id}~{department.id}", label=near.place.name, about=walk)
        if not free:
            halves = await half_days_at(asking, Room(near.place.id, department.id, None))
            has = bool(halves) and halves[0].state == "open"
            mark = ("ok", "有号") if has else ("full", "约满了")
            (free if has else rest).append(msgspec.structs.replace(option, mark=mark))
        else:
            rest.append(option)
    sited = by_site(asking, [*free, *rest], unnamed=True)
    return Asked(title="您想去哪里看?", options=sited.options, display=sited.words, obvious=sited.sure)


async def _day(asking: Asking, values: Values) -> Asked:
    """Ask which half-day; one that was named comes alone where it has numbers, and first where not."""
    room = room_of(values)
    halves = await half_days_at(asking, room)
    place = asking.tools.place_names(room.place_id).name
    wished = [half for half in halves if str(half.day) == asking.wishes.get("on")]
    wished = [half for half in wished if half.period == asking.wishes.get("half", half.period)] or wished
    free = [half for half in wished if half.state == "open"]
    if free:
        shown = [day_option(half, asking.now) for half in free]
        return Asked(title="您想什么时候去?", options=shown, display=f"去{place}。", obvious=len(free) == 1)
    rest = [half for half in halves if half not in wished]
    shown = [day_option(half, asking.now) for half in (*wished, *rest)]
    sorry = "您说的时间现在没有号。" if "on" in asking.wishes else ""
    return Asked(title="您想哪一天去?", options=shown, display=f"{sorry}去{place}。")


async def _instead(asking: Asking, values: Values) -> Asked:
    """Ask what to do where the half-day is full, or not released yet."""
    halves = await half_days_at(asking, room_of(values))
    chosen = _find(halves, values["day"])
    others = [day_option(half, asking.now) for half in halves if half.state == "open"]
    if chosen is None:
        return Asked(title="号刚刚有变化。", options=others, display="请选一个。")
    label = half_label(chosen.day, chosen.period, local_day(asking.now))
    if chosen.state == "soon":
        return Asked(title=f"{label}还没放号。", options=others, display=released_words(chosen, asking.now))
    waits = [view for view in chosen.views if can_wait(view, asking.now)]
    wait = [Option(value=f"wait~{view.row.id}", label="排候补", about="有号就告诉您") for view in waits[:1]]
    return Asked(title=f"{label}约满了。", options=[*wait, *others], display="可以排候补,也可以换一天。")


async def _time(asking: Asking, values: Values) -> Asked:
    """Ask for the half hour; one that was named, or the earliest of a whole sentence, needs no asking."""
    room = room_of(values)
    half = _find(await half_days_at(asking, room), half_day_of(values))
    if half is None:
        raise WindowFull
    options = time_options(half, await patient_of(asking, room.place_id), asking.now)
    wished = asking.wishes.get("at")
    first = [option for option in options if option.label == wished]
    if wished is None and "on" in asking.wishes:
        first = options[:1]
    rest = [option for option in options if option not in first]
    label = half_label(half.day, half.period, local_day(asking.now))
    return Asked(title="您想几点去?", options=[*first, *rest], display=f"{label}。", obvious=bool(first))


async def _confirm(asking: Asking, values: Values) -> Card:
    """Show what is about to be booked or waited for; refuses with WindowFull what went meanwhile."""
    place_id = room_of(values).place_id
    place = asking.tools.place_names(place_id).name
    if (session_id := waits_for(values)) is not None:
        view = await schedule.session_of(asking.session, session_id, now=asking.now)
        label = half_label(view.row.day, view.row.period, local_day(asking.now))
        doctor, whom = f"{view.department.name} {view.doctor.name}医生", await whom_words(asking, values)
        lines = [label, doctor, place, whom, "有号会马上告诉您。"]
        return Card(title="要排候补吗?", lines=[line for line in lines if line], yes="对,排候补")
    window = await booking_store.window(asking.session, UUID(values["time"]))
    if window is None:
        raise WindowNotFound
    view = await schedule.session_of(asking.session, window.group_id, now=asking.now)
    if not any(each.id == window.id and each.free_at(asking.now) > 0 for each in view.windows):
        raise WindowFull
    lines = [
        spoken_when(window.starts_at, asking.now),
        f"{view.department.name} {view.doctor.name}医生",
        place,
        await whom_words(asking, values),
        await walk_words(asking, place_id, schedule.SCENE),
        *due_words("挂号费", window.price_fen, free="不收挂号费。"),
    ]
    return to_agree("这样约,对吗?", lines, fen=window.price_fen)


async def _act(acting: Acting, values: Values) -> UUID | None:
    """Book the number, or wait for one, as the clinic's own routes do."""
    tools, resident = acting.tools, acting.resident
    if (session_id := waits_for(values)) is not None:
        async with tools.database.transaction() as session:
            await appointments.join_waitlist(
                session, resident, session_id=session_id, patient_id=companion(values), now=acting.now
            )
        return None
    outcome = await appointments.appoint(
        tools.ledger,
        tools.database,
        resident=resident,
        window_id=UUID(values["time"]),
        patient_id=companion(values),
        reason=None,
        key=acting.key,
        fingerprint=fingerprint("/elder/clinic", {"window": values["time"], "whom": values.get(WHOM.id, "")}),
    )
    return _booking.decode(outcome.answer.body).id


async def _tell(asking: Asking, values: Values, booking_id: UUID | None) -> Told:
    if booking_id is not None:
        return await told_of(asking, booking_id, bring="带好医保卡和身份证。")
    links = [("看候补", f"/clinic/sessions/{waits_for(values)}/waitlist")]
    lines = ("有号会马上告诉您。", "等的时候不收钱。")
    return Told(card=Card(title="排上候补了", lines=lines), links=links)


def _turn(values: Values, refusal: Refusal) -> Turn:
    """Lead every refusal of the room back to the question that can be answered otherwise."""
    if isinstance(refusal, WindowFull) and "time" in values:
        return Turn(question="time", notice="这个时间刚刚约满了。请换一个。")
    if isinstance(refusal, WindowFull | WindowNotFound | SessionStopped):
        return Turn(question="instead" if "instead" in values else "day", notice=NO_MORE)
    if isinstance(refusal, AlreadyBooked):
        return Turn(question="day", notice="这一场您约过了。请选别的时间。")
    if isinstance(refusal, Suspended | ClinicNotFound):
        return Turn(question="what", notice=refusal.detail)
    return Turn(question="day", notice=refusal.detail)


async def _undo(acting: Acting, _values: Values, booking_id: UUID | None) -> Undone:
    return await cancelled(acting, booking_id)


async def _known(asking: Asking) -> Known:
    """Name the departments, doctors and health centres near by."""
    departments = [department.name for _, department in await departments_near(asking)]
    near = (await places_near(asking, schedule.SCENE))[:VENUES]
    return Known(
        departments=tuple(dict.fromkeys(departments)),
        doctors=tuple(dict.fromkeys(doctor.name for doctor, _ in await doctors_near(asking))),
        places=tuple(each.place.name for each in near),
    )


async def _hear(asking: Asking, heard: Heard) -> Values:
    """Make wishes of a sentence: the doctor or department, the place, the day and half of it, the hour."""
    day = heard.day if "day" not in heard.unclear else None
    hour = heard.hour if "time" not in heard.unclear else None
    at = (
        spoken_time(instant(heard.day or local_day(asking.now), time(hour, heard.minute or 0)))
        if hour
        else ""
    )
    wishes = {
        **await visit_heard(asking, heard),
        "on": str(day or ""),
        "half": HALVES.get(heard.period or "", ""),
        "at": at,
        **await whom_heard(asking, heard),
    }
    return {name: value for name, value in wishes.items() if value}


def _find(halves: Sequence[HalfDay], value: str) -> HalfDay | None:
    """Find a half-day as it stood when it was chosen; none where it stands otherwise now."""
    return next((half for half in halves if half.value == value), None)


CLINIC: Final = Flow(
    name="clinic",
    label="看病",
    icon="clinic",
    questions=(
        Question(id="what", topic="看什么", ask=_what),
        Question(
            id="where",
            topic="去哪里",
            ask=_where,
            seldom=True,
            needed=lambda values: not values.get("what", "").startswith("d~"),
        ),
        Question(id="day", topic="哪一天", ask=_day),
        Question(
            id="instead",
            topic="换哪一天",
            ask=_instead,
            needed=lambda values: values.get("day", "open~").partition("~")[0] != "open",
        ),
        Question(
            id="time",
            topic="几点",
            ask=_time,
            needed=lambda values: not values.get("instead", "").startswith("wait~"),
        ),
        WHOM,
    ),
    confirm=_confirm,
    act=_act,
    tell=_tell,
    turn=_turn,
    undo=_undo,
    hear=_hear,
    known=_known,
)
