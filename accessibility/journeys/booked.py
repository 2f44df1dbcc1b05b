"""What came of a booking, in lines for an elder; and cancelling it again."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from accessibility.flows.flow import Acting, Asking, Card, Told, Undone
from accessibility.journeys.nearby import walk_words
from scenes.common.booking import service as booking
from scenes.common.booking.errors import BookingNotFound
from scenes.common.booking.ledger import Move
from scenes.common.booking.ledger.claims import BookingRecord
from scenes.common.booking.pages_view import short_title, spaced, words_of
from scenes.common.booking.wire import actions
from scenes.common.kit.money import yuan_text
from scenes.common.kit.speech import heard_when, spoken_when
from scenes.common.kit.wire import fingerprint


def may_view(asking: Asking) -> bool:
    """Tell whether who asks may see what the person has booked: themselves, or with the scope view."""
    return asking.resident.may_view


AHEAD: Final = frozenset({"confirmed", "checked_in", "held"})


async def told_of(asking: Asking, booking_id: UUID, *, bring: str = "") -> Told:
    """Say that something is booked: when, what, where, the walk, the code, what to bring, how it is paid."""
    record = await booking.booking_of(asking.session, booking_id, asking.resident.subject_id)
    if record.state not in AHEAD:
        return Told(card=Card(title="这个预约已经不在了", lines=("请看「我约好的」。",)), links=(MINE,))
    held = record.state == "held"
    lines = [
        spoken_when(record.starts_at, asking.now),
        short_title(record.scene, record.title),
        asking.tools.place_names(record.place_id).name,
        await walk_words(asking, record.place_id, record.scene),
        *(_held_lines(asking, record) if held else [f"预约码 {spaced(record.code)}", _paid(record), bring]),
    ]
    pay = [("去付款", f"/bookings/{booking_id}")] if held else []
    links = [*pay, ("看大字单子", f"/bookings/{booking_id}/slip")]
    return Told(
        card=Card(title="给您留好了" if held else words_of(record.scene).done, lines=[x for x in lines if x]),
        links=links,
        undoable="cancel" in actions(record, asking.now),
    )


YES_THEN_PAY: Final = "对,下一步付钱"
"""The button of a card after which money is due."""


def to_agree(title: str, lines: Sequence[str], *, fen: int) -> Card:
    """Make the card of something that costs `fen` (0: nothing); the button says when money comes next."""
    kept = [line for line in lines if line]
    return Card(title=title, lines=kept, yes=YES_THEN_PAY) if fen else Card(title=title, lines=kept)


def due_words(what: str, fen: int, *, free: str) -> list[str]:
    """Say before the last tap that money is due, how it is paid, and what happens where it is not."""
    if not fen:
        return [free]
    return [f"{what}{yuan_text(fen)}。", "下一页点「去付款」,在手机上付。", "不付,过一会儿就不留了。"]


MINE: Final = ("看我约好的", "/me/bookings")


def _paid(record: BookingRecord) -> str:
    return f"付了{yuan_text(record.amount_fen)}。" if record.payment_state == "success" else ""


def _held_lines(asking: Asking, record: BookingRecord) -> list[str]:
    until = record.hold_expires_at
    kept = f"给您留到{heard_when(until, asking.now)}。" if until is not None else ""
    return [f"要付{yuan_text(record.amount_fen)}。", kept, "付了款才算约好。"]


async def cancelled(acting: Acting, booking_id: UUID | None) -> Undone:
    """Cancel a booking by the ledger's own rules, once; says whether money goes back.

    Refuses with BookingNotFound, TooLate and IllegalMove.
    """
    if booking_id is None:
        raise BookingNotFound
    me = acting.resident.subject_id
    await booking.check_own(acting.tools.database, booking_id, me)
    await acting.tools.ledger.move(
        Move(
            booking_id=booking_id,
            event="cancel",
            by="resident",
            actor_id=me,
            key=acting.key,
            fingerprint=fingerprint(f"/elder/bookings/{booking_id}/cancel", None),
        )
    )
    async with acting.tools.database.transaction() as session:
        record = await booking.booking_of(session, booking_id, me)
    paid = record.payment_state in {"success", "refunding", "refunded"}
    return Undone(words="已经取消了。付的钱会退给您。" if paid else "已经取消了。没有收钱。")
