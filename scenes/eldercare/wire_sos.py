"""Alarms as the wire shows them: to whom they are about, to whom they called, to the desk."""

from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import msgspec

from scenes.common.kit.clock import shanghai
from scenes.common.kit.masking import mask_name
from scenes.common.kit.wire import Wire, WireRequest
from scenes.common.notices.service import Receipt
from scenes.eldercare.rules import sos
from scenes.eldercare.rules.figures import Figures, Share
from scenes.eldercare.rules.sos_words import words_of
from scenes.eldercare.service.alarm_log import standing
from scenes.eldercare.service.on_ladder import ANSWERED
from scenes.eldercare.service.sos import AlarmView, Spot
from scenes.eldercare.service.sos_desk import Detail, Result
from scenes.eldercare.tables.sos import SosAlarmRow

NORTH, EAST = 90.0, 180.0


class Plea(msgspec.Struct, frozen=True, rename="camel"):
    """What may come with a tap; what is missing or wrong is left out, and help comes all the same."""

    lat: Any = None
    lng: Any = None
    note: Any = None

    def spot(self) -> Spot | None:
        """Return the place if both coordinates are ones."""
        lat, lng = _number(self.lat, NORTH), _number(self.lng, EAST)
        return Spot(lat, lng) if lat is not None and lng is not None else None

    def words(self) -> str:
        """Return what was said, if anything."""
        return self.note.replace("\x00", "").strip() if isinstance(self.note, str) else ""


def _number(value: Any, most: float) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if -most <= value <= most else None


def plea_of(body: bytes) -> Plea:
    """Read what came with a tap; a body that is no JSON is a tap with nothing."""
    try:
        return msgspec.json.decode(body, type=Plea)
    except msgspec.MsgspecError:
        return Plea()


class SosStep(Wire, frozen=True, kw_only=True):
    """One line of an alarm's log."""

    kind: str
    at: datetime
    round: int
    rung: int
    actor: str


class SosReceipt(Wire, frozen=True, kw_only=True):
    """What became of one notice on one channel; `called_off` where an answer made it needless."""

    round: int
    rung: int
    target: str
    person_id: UUID | None
    channel: str
    state: str
    at: datetime


class SosPlace(Wire, frozen=True, kw_only=True):
    """Where help is needed, WGS-84; `source` is phone, or home where the phone told nothing."""

    lat: float
    lng: float
    source: str


class Sos(Wire, frozen=True, kw_only=True):
    """An alarm as its own person sees it. `speak` says where it stands; `call` are numbers to ring."""

    id: UUID
    state: str
    drill: bool
    source: str
    raised_at: datetime
    undo_until: datetime
    round: int
    rung: int
    words: str
    speak: str
    advise120: bool
    call: list[str]
    actions: list[str]
    steps: list[SosStep]


class SosCall(Wire, frozen=True, kw_only=True):
    """An alarm as somebody sees whom it called: who needs help, and where.

    `address` is the person's home, empty where none was written or the phone told where they are.
    """

    id: UUID
    state: str
    drill: bool
    source: str
    name: str
    raised_at: datetime
    place: SosPlace | None
    address: str
    note: str
    actions: list[str]
    steps: list[SosStep]


class SosLine(Wire, frozen=True, kw_only=True):
    """An alarm on the desk's list, with its clocks in seconds; the place is shown with the alarm itself."""

    id: UUID
    state: str
    drill: bool
    source: str
    name: str
    raised_at: datetime
    round: int
    rung: int
    due_at: datetime | None
    waited_seconds: int
    answered_after_seconds: int | None
    attended_after_seconds: int | None
    says_fine: bool
    result: str | None


class SosDetail(Wire, frozen=True, kw_only=True):
    """An alarm for the desk, whole; `home` is where the person lives, empty where it was never written."""

    alarm: SosLine
    phone: str | None
    home: str
    note: str
    place: SosPlace | None
    steps: list[SosStep]
    receipts: list[SosReceipt]
    actions: list[str]


class SosDesk(Wire, frozen=True, kw_only=True):
    """The alarms that are open, and those closed last."""

    open: list[SosLine]
    closed: list[SosLine]


class SosCloseRequest(WireRequest, frozen=True, kw_only=True):
    """What came of an alarm."""

    result: Result
    note: Annotated[str, msgspec.Meta(max_length=200)] = ""


class SosDrillRequest(WireRequest, frozen=True, kw_only=True):
    """With whom to practise."""

    person_id: UUID


class SosShare(Wire, frozen=True, kw_only=True):
    """How many of all were in time, and the share to reach, in thousandths."""

    within_seconds: int
    reached: int
    of: int
    permille: int | None
    target_permille: int

    @classmethod
    def of_share(cls, share: Share) -> "SosShare":
        """Show a share."""
        return cls(
            within_seconds=int(share.within.total_seconds()), reached=share.reached, of=share.of,
            permille=share.permille, target_permille=share.target_permille,
        )  # fmt: skip


class SosFigures(Wire, frozen=True, kw_only=True):
    """The shares of a span of days, counted from the tap."""

    answered: list[SosShare]
    attended: list[SosShare]

    @classmethod
    def of(cls, figures: Figures) -> "SosFigures":
        """Show the four shares."""
        return cls(
            answered=[SosShare.of_share(share) for share in figures.answered],
            attended=[SosShare.of_share(share) for share in figures.attended],
        )


def sos_of(view: AlarmView, *, help_phone: str, now: datetime) -> Sos:
    """Show an alarm to its own person."""
    row, alarm = view.row, standing(view.row)
    words = words_of(alarm, drill=row.drill)
    return Sos(
        id=row.id, state=row.state, drill=row.drill, source=row.source, raised_at=shanghai(row.raised_at),
        undo_until=shanghai(row.undo_until), round=row.round, rung=row.rung, words=words, speak=words,
        advise120=sos.advises_120(alarm, drill=row.drill), call=[] if row.drill else ["120", help_phone],
        actions=sos.own_actions(alarm, now), steps=_steps(view),
    )  # fmt: skip


def called_of(view: AlarmView, *, spot: Spot | None, address: str, note: str) -> SosCall:
    """Show an alarm to somebody whom it called."""
    row = view.row
    return SosCall(
        id=row.id, state=row.state, drill=row.drill, source=row.source, name=view.name,
        raised_at=shanghai(row.raised_at), place=_place(spot), address=address, note=note,
        actions=sos.ladder_actions(row.state), steps=_steps(view),
    )  # fmt: skip


def line_of(view: AlarmView, now: datetime) -> SosLine:
    """Show an alarm on the desk's list, the name masked."""
    row = view.row
    return SosLine(
        id=row.id, state=row.state, drill=row.drill, source=row.source, name=mask_name(view.name),
        raised_at=shanghai(row.raised_at), round=row.round, rung=row.rung,
        due_at=shanghai(row.due_at) if row.due_at else None,
        waited_seconds=_seconds((row.closed_at or now) - row.raised_at),
        answered_after_seconds=_after(row, row.answered_at),
        attended_after_seconds=_after(row, row.attended_at),
        says_fine=any(step.kind == "fine" for step in view.steps), result=row.result,
    )  # fmt: skip


def detail_of(detail: Detail, now: datetime) -> SosDetail:
    """Show an alarm to the desk, whole; the caller has been written down."""
    line = msgspec.structs.replace(line_of(detail.view, now), name=detail.view.name)
    return SosDetail(
        alarm=line, phone=detail.phone, home=detail.home, note=detail.note, place=_place(detail.spot),
        steps=_steps(detail.view), receipts=receipts_of(detail.view),
        actions=sos.desk_actions(detail.view.row.state),
    )  # fmt: skip


def receipts_of(view: AlarmView) -> list[SosReceipt]:
    """Put each call of a rung beside what became of its notice on every channel."""
    found: list[SosReceipt] = []
    for call in view.calls:
        found.append(
            SosReceipt(
                round=call.round, rung=call.rung, target=call.target, person_id=call.person_id,
                channel="desk" if call.target == "desk" else "ladder", state=call.state,
                at=shanghai(call.at),
            )
        )  # fmt: skip
        head = f"sos:{call.alarm_id}:{call.round}:{call.rung}:"
        found += [
            SosReceipt(
                round=call.round, rung=call.rung, target=call.target, person_id=call.person_id,
                channel=receipt.channel, state=_became(receipt), at=shanghai(receipt.at),
            )
            for receipt in view.receipts
            if receipt.person_id == call.person_id and receipt.dedupe.startswith(head)
        ]  # fmt: skip
    return found


def _became(receipt: Receipt) -> str:
    return "called_off" if (receipt.state, receipt.why) == ("failed", ANSWERED) else receipt.state


def _steps(view: AlarmView) -> list[SosStep]:
    return [
        SosStep(kind=s.kind, at=shanghai(s.at), round=s.round, rung=s.rung, actor=s.actor) for s in view.steps
    ]


def _place(spot: Spot | None) -> SosPlace | None:
    return SosPlace(lat=spot.lat, lng=spot.lng, source=spot.source) if spot is not None else None


def _after(row: SosAlarmRow, at: datetime | None) -> int | None:
    return _seconds(at - row.raised_at) if at is not None else None


def _seconds(span: timedelta) -> int:
    return int(span.total_seconds())
