"""Where a run stands now: the question with what the room offers, the card, or what came of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from accessibility.flows import rules
from accessibility.flows.flow import Asked, Asking, Card, Flow, Told, Tools
from accessibility.flows.rules import Draft, Option, Progress
from accessibility.flows.tables import ElderRunRow
from scenes.common.booking import service as booking
from scenes.common.booking.errors import BookingNotFound
from scenes.common.booking.ledger.claims import BookingRecord
from scenes.common.kit.caller import Resident
from scenes.common.kit.refusals import Refusal

MOST_TURNS: Final = 4
"""How often a question may be asked anew while one looks, as what was chosen goes away."""

ACTING: Final = Card(title="正在给您办", lines=(), yes="看看办好了没有", no="")
UNDOING: Final = "正在给您撤销"
NOTHING_TO_CHOOSE: Final = "现在没有可以选的。您可以回上一步,或者请人打给您。"


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """A run as it stands: exactly one of a question (`asked`), a `card`, and `told` is there.

    `question` is empty beside a card; `shown` are at most four options, fewer with 「别的」 (`more`).
    """

    row: ElderRunRow
    flow: Flow
    draft: Draft
    question: str = ""
    asked: Asked | None = None
    shown: Sequence[Option] = ()
    more: bool = False
    card: Card | None = None
    told: Told | None = None
    booking: BookingRecord | None = None
    undo_until: datetime | None = None
    now: datetime

    @property
    def progress(self) -> Progress:
        """Count the steps."""
        return rules.progress(
            self.flow.order, self.draft, seldom=self.flow.seldom, done=self.told is not None
        )


def asking_of(
    tools: Tools, session: AsyncSession, resident: Resident, *, now: datetime, fresh: bool = False
) -> Asking:
    """Gather what a flow's questions are asked with."""
    return Asking(tools=tools, session=session, resident=resident, now=now, fresh=fresh)


def draft_of(row: ElderRunRow) -> Draft:
    """Read what a run has so far."""
    return msgspec.convert(row.draft, Draft)


async def present(asking: Asking, flow: Flow, row: ElderRunRow) -> Look:
    """Show where a run stands; what a room refuses meanwhile is asked anew, with the reason above it."""
    draft = draft_of(row)
    if row.state in {"done", "undone"}:
        return await _told(asking, flow, row, draft)
    if row.state == "acting":
        lines = [answer.label for answer in draft.answers]
        title = UNDOING if draft.undoing else ACTING.title
        card = msgspec.structs.replace(ACTING, title=title, lines=lines)
        return Look(row=row, flow=flow, draft=draft, card=card, now=asking.now)
    if draft.fixing:
        return _wrong(asking, flow, row, draft)
    for _ in range(MOST_TURNS):
        try:
            return await _asked_or_card(asking, flow, row, draft)
        except Refusal as refusal:
            asking = asking_of(asking.tools, asking.session, asking.resident, now=asking.now, fresh=True)
            turn = flow.turn(draft.values, refusal)
            draft = rules.reopened(draft, turn.question, turn.notice)
    return _asked(asking, flow, row, draft, question="", asked=Asked(title=draft.notice, options=()))


async def _asked_or_card(asking: Asking, flow: Flow, row: ElderRunRow, draft: Draft) -> Look:
    while (question := rules.next_question(flow.order, draft)) is not None:
        asked = await flow.question(question).ask(
            msgspec.structs.replace(asking, wishes=draft.wishes), draft.values
        )
        option = rules.unasked(draft, question, asked.options, obvious=asked.obvious)
        if option is None:
            unwished = rules.unwished(draft, question)
            return _asked(asking, flow, row, unwished, question=question, asked=asked)
        notice = draft.notice
        draft = rules.noticed(rules.taken(draft, question, option, given=True), notice)
    card = await flow.confirm(asking, draft.values)
    return Look(row=row, flow=flow, draft=draft, card=card, now=asking.now)


def _asked(  # noqa: PLR0913 - one fact each
    asking: Asking, flow: Flow, row: ElderRunRow, draft: Draft, *, question: str, asked: Asked
) -> Look:
    shown, more = rules.shown_options(asked.options, draft.page)
    if not asked.options and not asked.display:
        asked = msgspec.structs.replace(asked, display=NOTHING_TO_CHOOSE)
    return Look(
        row=row, flow=flow, draft=draft, question=question, asked=asked, shown=shown, more=more,
        now=asking.now,
    )  # fmt: skip


def _wrong(asking: Asking, flow: Flow, row: ElderRunRow, draft: Draft) -> Look:
    topics = {question.id: question.topic for question in flow.questions}
    asked = Asked(title="哪里不对?", options=rules.fix_options(draft, topics))
    return _asked(asking, flow, row, draft, question=rules.FIX, asked=asked)


async def _told(asking: Asking, flow: Flow, row: ElderRunRow, draft: Draft) -> Look:
    record = await _booking(asking, row)
    if row.state == "undone":
        told = Told(card=Card(title="撤销好了", lines=(row.outcome,)))
        return Look(row=row, flow=flow, draft=draft, told=told, booking=record, now=asking.now)
    told = await flow.tell(asking, draft.values, row.booking_id)
    minutes = asking.tools.undo_minutes
    undoable = told.undoable and flow.undo is not None and rules.may_undo(row.acted_at, asking.now, minutes)
    until = row.acted_at + timedelta(minutes=minutes) if undoable and row.acted_at else None
    return Look(
        row=row, flow=flow, draft=draft, told=told, booking=record, undo_until=until, now=asking.now
    )  # fmt: skip


async def _booking(asking: Asking, row: ElderRunRow) -> BookingRecord | None:
    """Read the booking that came of a run; none where it is not theirs any more."""
    if row.booking_id is None:
        return None
    try:
        return await booking.booking_of(asking.session, row.booking_id, asking.resident.subject_id)
    except BookingNotFound:
        return None
