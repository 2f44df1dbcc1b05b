"""What is booked or wished for: look at it, its slip, for whom it is; cancel it after agreeing once more."""

from typing import Final
from uuid import UUID

import msgspec

from accessibility.flows.flow import Acting, Asked, Asking, Card, Flow, Question, Told, Turn, Undone, Values
from accessibility.flows.rules import Option
from accessibility.journeys import care_coming
from accessibility.journeys.booked import cancelled, may_view
from accessibility.said.heard import Heard
from scenes.clinic.service import appointments, schedule
from scenes.common.booking import service as booking
from scenes.common.booking.errors import BookingNotFound, TooLate
from scenes.common.booking.ledger.claims import BookingRecord
from scenes.common.booking.pages_view import mark_of, short_title, spaced
from scenes.common.booking.wire import Booking, actions, as_booking
from scenes.common.kit.clock import local_day
from scenes.common.kit.refusals import Refusal
from scenes.common.kit.speech import heard_when, spoken_when
from scenes.common.kit.wire import fingerprint
from scenes.common.people.errors import ScopeMissing
from scenes.eldercare.errors import RequestNotFound

LISTED: Final = 20
LOST: Final = "取消后不能恢复,要去请重新约。"
BEFORE: Final = {
    "clinic": "号可能马上被别人约走。",
    "eldercare": "取消后不会有人来。要来请重新约。",
    "charging": "取消后桩不给您留。要充请重新约。",
    "breakfast": "取消后不给您做。要吃请重新订。",
}
"""What cancelling means, by the room."""

AFTER: Final = {
    "eldercare": care_coming.NOBODY_COMES,
    "charging": "充电桩不给您留了。",
    "breakfast": "早饭不给您做了。",
}
_booking = msgspec.json.Decoder(Booking)


async def _which(asking: Asking, _values: Values) -> Asked:
    """List what is ahead, soonest first; what a sentence named comes alone (ScopeMissing without view)."""
    if not may_view(asking):
        raise ScopeMissing
    me = asking.resident.subject_id
    records = await booking.coming_up(asking.session, me, now=asking.now, limit=LISTED)
    wishes = asking.wishes
    every = [(each.starts_at, _option(each, asking), _is_wished(each, asking)) for each in records]
    every += [
        (each.row.promised_at, care_coming.option_of(each, asking), care_coming.is_wished(each, wishes))
        for each in await care_coming.coming(asking)
    ]
    every.sort(key=lambda each: (each[0], each[1].value))
    wished = [option for _, option, meant in every if meant]
    options = wished or [option for _, option, _ in every]
    title = "您要看哪一个?" if options else "您现在没有约好的事。"
    past = [("看以前的", "/me/bookings")]
    display = "" if options else "要约,请回首页选。"
    sure = len(wished) == 1 and "unsure" not in asking.wishes
    return Asked(title=title, options=options, links=past, display=display, obvious=sure)


def _is_wished(record: BookingRecord, asking: Asking) -> bool:
    """Tell whether a booking is all that a sentence named: day, room, doctor and department."""
    scene, day, words = (asking.wishes.get(each) for each in ("scene", "on", "words"))
    if scene is None and day is None:
        return False
    titled = all(word in record.title for word in (words or "").split())
    return titled and scene in {None, record.scene} and day in {None, str(local_day(record.starts_at))}


def _option(record: BookingRecord, asking: Asking) -> Option:
    place = asking.tools.place_names(record.place_id)
    mark = mark_of(as_booking(record, place, asking.now))
    label = f"{heard_when(record.starts_at, asking.now)} {short_title(record.scene, record.title)}"
    whom = "" if record.person_id == asking.resident.subject_id else f" · 给{record.person_name}"
    return Option(
        value=str(record.id),
        label=label,
        about=f"{place.name}{whom}",
        speak=label,
        mark=(mark.kind, mark.text),
    )


async def _what(asking: Asking, values: Values) -> Asked:
    """Show one booking, and ask whether it is to be cancelled where that is possible."""
    if care_coming.is_request(values):
        return await care_coming.ask_what(asking, values)
    record = await _record(asking, values)
    place = asking.tools.place_names(record.place_id).name
    whom = "您自己" if record.person_id == asking.resident.subject_id else record.person_name
    lines = [
        spoken_when(record.starts_at, asking.now), place, f"给{whom}约的",
        f"预约码 {spaced(record.code)}" if record.state != "held" else "还没有付款",
    ]  # fmt: skip
    may_cancel = "cancel" in actions(record, asking.now)
    options = [Option(value="cancel", label="取消这个预约")] if may_cancel else []
    why = "" if may_cancel else "网上不能取消了。去不了,请打电话。"
    links = [("看大字单子", f"/bookings/{record.id}/slip"), ("看详细", f"/bookings/{record.id}")]
    if "pay" in actions(record, asking.now):
        links.insert(0, ("去付款", f"/bookings/{record.id}"))
    title = short_title(record.scene, record.title)
    return Asked(title=title, display=why, lines=lines, options=options, links=links)


async def _record(asking: Asking, values: Values) -> BookingRecord:
    return await booking.booking_of(asking.session, UUID(values["which"]), asking.resident.subject_id)


async def _confirm(asking: Asking, values: Values) -> Card:
    if care_coming.is_request(values):
        return await care_coming.confirm(asking, values)
    record = await _record(asking, values)
    if "cancel" not in actions(record, asking.now):
        raise TooLate
    lines = [
        spoken_when(record.starts_at, asking.now),
        short_title(record.scene, record.title),
        asking.tools.place_names(record.place_id).name,
        BEFORE.get(record.scene, LOST) if _restorable(record) or record.scene != schedule.SCENE else LOST,
    ]
    return Card(title="真的要取消吗?", lines=lines, yes="对,取消", no="不取消,留着", no_goes_back=True)


async def _act(acting: Acting, values: Values) -> UUID | None:
    if care_coming.is_request(values):
        await care_coming.cancel(acting, values)
        return None
    booking_id = UUID(values["which"])
    await cancelled(acting, booking_id)
    return booking_id


async def _tell(asking: Asking, values: Values, _booking_id: UUID | None) -> Told:
    if care_coming.is_request(values):
        return await care_coming.tell(asking, values)
    record = await _record(asking, values)
    lines = [spoken_when(record.starts_at, asking.now), short_title(record.scene, record.title)]
    lines += [AFTER[record.scene]] if record.scene in AFTER else []
    if record.payment_state in {"success", "refunding", "refunded"}:
        lines.append("付的钱会退给您。")
    if _restorable(record):
        lines.append("按错了,可以试着约回来。")
    return Told(card=Card(title="取消好了", lines=lines), undoable=_restorable(record))


def _restorable(record: BookingRecord) -> bool:
    """Tell whether the same can be booked again as it was: one number of the clinic's."""
    return record.scene == schedule.SCENE and len(record.lines) == 1


async def _undo(acting: Acting, values: Values, _booking_id: UUID | None) -> Undone:
    """Book the same number again, if it is still free; refuses with WindowFull and the like otherwise."""
    me = acting.resident.subject_id
    async with acting.tools.database.read() as session:
        record = await booking.booking_of(session, UUID(values["which"]), me)
    [line] = record.lines
    outcome = await appointments.appoint(
        acting.tools.ledger,
        acting.tools.database,
        resident=acting.resident,
        window_id=line.window_id,
        patient_id=record.person_id if record.person_id != me else None,
        reason=record.note,
        key=acting.key,
        fingerprint=fingerprint("/elder/my-bookings/undo", {"window": str(line.window_id)}),
    )
    booked = _booking.decode(outcome.answer.body)
    words = "号还在,又给您约上了。" + ("请重新付款。" if booked.state == "held" else "")
    return Undone(words=words, booking_id=booked.id)


def _turn(_values: Values, refusal: Refusal) -> Turn:
    """Lead back: what cannot be cancelled is shown with the reason, what is gone leaves the list."""
    if isinstance(refusal, BookingNotFound | RequestNotFound):
        return Turn(question="which", notice=refusal.detail)
    return Turn(question="what", notice=refusal.detail)


async def _hear(_asking: Asking, heard: Heard) -> Values:
    day = str(heard.day) if heard.day is not None and "day" not in heard.unclear else ""
    visit = " ".join(word for word in (heard.department, heard.doctor) if word)
    wishes = {
        "on": day,
        "scene": "clinic" if visit else "breakfast" if heard.items else "eldercare" if heard.service else "",
        "words": visit or heard.service or "",
        "unsure": "1" if {"doctor", "place"} & set(heard.unclear) else "",
        "what": "cancel" if heard.action == "cancel" else "",
    }
    return {name: value for name, value in wishes.items() if value}


MY_BOOKINGS: Final = Flow(
    name="my-bookings",
    label="我约好的",
    icon="mine",
    questions=(
        Question(id="which", topic="哪一个", ask=_which),
        Question(id="what", topic="怎么办", ask=_what),
    ),
    confirm=_confirm,
    act=_act,
    tell=_tell,
    turn=_turn,
    undo=_undo,
    hear=_hear,
    resumed=False,
)
