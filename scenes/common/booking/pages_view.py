"""What a booking's pages say: every word and every button decided here, so that templates decide nothing."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
import segno

from scenes.common.booking.hours import hours_of
from scenes.common.booking.ledger.claims import BookingRecord
from scenes.common.booking.rules import Terms
from scenes.common.booking.voucher import VoucherSigner
from scenes.common.booking.wire import Booking, BookingPlace, as_booking
from scenes.common.kit.clock import local_day, shanghai
from scenes.common.kit.money import yuan_text
from scenes.common.kit.pages import Mark
from scenes.common.kit.speech import heard_when, spoken_day, spoken_time, spoken_when

STATES: Final = {
    "held": Mark("few", "待付款"),
    "confirmed": Mark("ok", "已约好"),
    "checked_in": Mark("ok", "已报到"),
    "fulfilled": Mark("off", "已完成"),
    "cancelled": Mark("off", "已取消"),
    "expired": Mark("off", "已失效"),
    "no_show": Mark("full", "没有来"),
}
OFFERED: Final = Mark("few", "候补到号,等您确认")
SCENES: Final = {"clinic": "看病", "breakfast": "早饭", "charging": "充电", "eldercare": "助老"}
PAID: Final = {
    "success": "已付",
    "refunding": "正在退款",
    "refunded": "已退款",
    "created": "未付",
    "submitted": "未付",
    "failed": "没有付成",
    "cancelled": "没有付",
    "error": "没有付成",
}
SHOWS_CODE: Final = frozenset({"confirmed", "checked_in"})
AHEAD: Final = frozenset({"held", "confirmed", "checked_in"})
PERIOD_LENGTH: Final = 2
"""Characters of 上午, 下午 and the like."""

NEAR_DAY: Final = re.compile(r"(?:昨天|今天|明天|后天)\(([^)]*)\)")
QUEUED: Final = frozenset({"clinic"})
"""Scenes with a queue page at /{scene}/queue/{group}."""


class SceneWords(msgspec.Struct, frozen=True, kw_only=True):
    """What a scene calls things: what is kept until paid, what one comes for and begins, whom for, paid.

    `arrive` is the button of those who say themselves that they are there, empty where nobody needs to.
    """

    kept: str
    come: str
    begin: str
    whom: str
    done: str = "订好了"
    arrive: str = ""
    going: str = "还没有结束"


WORDS: Final = {
    "clinic": SceneWords(
        kept="号给您留到", come="报到取号", begin="报到", whom="谁去", done="约好了", arrive="到了,报到取号"
    ),
    "breakfast": SceneWords(kept="早饭给您留到", come="来取", begin="来取", whom="给谁"),
    "charging": SceneWords(kept="给您留到", come="来充电", begin="来充电", whom="谁去", going="充电中"),
}
OTHER_WORDS: Final = SceneWords(kept="给您留到", come="可以来", begin="来", whom="给谁")


class BookingLineView(msgspec.Struct, frozen=True, kw_only=True):
    """A booking in a list."""

    href: str
    when: str
    title: str
    about: list[str]
    mark: Mark
    scene: str = ""


class BookingsView(msgspec.Struct, frozen=True, kw_only=True):
    """What is ahead, and what is past."""

    ahead: list[BookingLineView]
    past: list[BookingLineView]
    older: str | None


class BookingView(msgspec.Struct, frozen=True, kw_only=True):
    """A booking's voucher; `code` and `qr` are empty where there is nothing to show at the desk.

    `page` is the room's own page about it, where the booking's details name one; `version` is what the page
    was made from, so that its stream need not tell it again.
    """

    id: str
    version: int
    scene: str
    words: SceneWords
    heading: str
    title: str
    day: str
    hours: str
    place: BookingPlace
    person: str
    booked_by: str
    mark: Mark
    note: str
    code: str
    qr: str
    queue_no: int | None
    queue_href: str
    amount: str
    paid: str
    hold_until: str
    terms: list[str]
    paper_day: str
    paper_terms: list[str]
    actions: list[str]
    why_not: str
    page: str
    page_label: str
    live: str


def mark_of(booking: Booking) -> Mark:
    """Say where a booking stands, in a word and a shape."""
    if booking.state == "held" and booking.offered:
        return OFFERED
    if booking.state == "held" and booking.amount_fen == 0:
        return Mark("few", "等您确认")
    return STATES[booking.state]


def line_of(record: BookingRecord, place: BookingPlace, now: datetime) -> BookingLineView:
    """Show a booking in a list."""
    booking = as_booking(record, place, now)
    other = booking.person.name if booking.person.id != booking.booked_by.id else ""
    return BookingLineView(
        href=f"/bookings/{booking.id}",
        when=heard_when(booking.starts_at, now),
        title=short_title(booking.scene, booking.title),
        about=[place.name, f"替{other}约的" if other else ""],
        mark=mark_of(booking),
        scene=booking.scene,
    )


def lists_of(
    records: Sequence[BookingRecord], places: Sequence[BookingPlace], *, now: datetime, older: UUID | None
) -> BookingsView:
    """Part a person's bookings into what is ahead, soonest first, and the rest, newest first."""
    lines = [(record, line_of(record, place, now)) for record, place in zip(records, places, strict=True)]
    ahead = [pair for pair in lines if _is_ahead(pair[0], now)]
    return BookingsView(
        ahead=[line for _, line in sorted(ahead, key=lambda pair: pair[0].starts_at)],
        past=[line for record, line in lines if not _is_ahead(record, now)],
        older=f"/me/bookings?before={older}" if older else None,
    )


def _is_ahead(record: BookingRecord, now: datetime) -> bool:
    lapsed = record.hold_expires_at is not None and record.hold_expires_at <= now
    return record.state in AHEAD and not lapsed and record.ends_at > now


def short_title(scene: str, title: str) -> str:
    """Say what it is in as few words as a resident would: 「看全科 李敏」."""
    words = title.split(" ")
    if scene == "clinic":
        return " ".join([f"看{words[0]}", *words[1:2]])
    return title


def view_of(
    record: BookingRecord, place: BookingPlace, *, person_id: UUID, vouchers: VoucherSigner, now: datetime
) -> BookingView:
    """Show a booking as its voucher."""
    booking = as_booking(record, place, now)
    shows_code = booking.state in SHOWS_CODE
    day = spoken_day(booking.starts_at.date(), shanghai(now).date())
    words, terms = words_of(record.scene), term_lines(record.terms, now, record.scene)
    return BookingView(
        id=str(booking.id),
        version=booking.version,
        scene=booking.scene,
        words=words,
        heading=heard_when(booking.starts_at, now),
        title=short_title(booking.scene, booking.title),
        day=day,
        hours=_hours(record, booking, words),
        place=place,
        person=booking.person.name,
        booked_by=booking.booked_by.name if booking.booked_by.id != booking.person.id else "",
        mark=mark_of(booking),
        note=booking.note or "",
        code=spaced(booking.code) if shows_code else "",
        qr=qr_picture(vouchers.text_of(record)) if shows_code else "",
        queue_no=booking.queue_no,
        queue_href=_queue_href(record) if booking.state == "checked_in" else "",
        amount=yuan_text(booking.amount_fen) if booking.amount_fen else "不收费",
        paid=PAID.get(booking.payment.state, "") if booking.payment else "",
        hold_until=_hold_words(booking, now),
        terms=terms,
        paper_day=on_paper(day),
        paper_terms=[on_paper(line) for line in terms],
        actions=booking.actions,
        why_not=_why_not(record, booking, now) if person_id in {record.person_id, record.booked_by} else "",
        page=record.details.get("page", ""),
        page_label=record.details.get("pageLabel", ""),
        live=f"/api/v1/bookings/{booking.id}/events" if booking.state in AHEAD else "",
    )


def spaced(code: str) -> str:
    """Write a code in groups that can be read out: 「483 920」."""
    half = (len(code) + 1) // 2
    return f"{code[:half]} {code[half:]}"


def qr_picture(text: str) -> str:
    """Draw what staff scan, as a picture that takes the size its place on the page has."""
    return segno.make_qr(text, error="m").svg_inline(border=2, omitsize=True)


def hours_words(starts_at: datetime, ends_at: datetime) -> str:
    """Say a span of hours without saying the part of the day twice: 「下午2点到2点半」."""
    begins, ends = spoken_time(starts_at), spoken_time(ends_at)
    period = begins[:PERIOD_LENGTH]
    return f"{begins}到{ends.removeprefix(period)}"


def _hours(record: BookingRecord, booking: Booking, words: SceneWords) -> str:
    """Say the hours of the window, or those that a booking has of its own as far as they are known."""
    own = hours_of(record.details, created_at=record.created_at)
    if own is None or own.ends_at is not None:
        return hours_words(booking.starts_at, booking.ends_at)
    if not own.begun:
        return "还没有开始" if booking.state in AHEAD else "没有开始"
    return f"{spoken_time(booking.starts_at)}开始,{words.going}"


def words_of(scene: str) -> SceneWords:
    """Return a scene's own words."""
    return WORDS.get(scene, OTHER_WORDS)


def term_lines(terms: Terms, now: datetime, scene: str) -> list[str]:
    """Say the terms in sentences."""
    lines: list[str] = []
    if terms.cancel_until is not None:
        if now <= terms.cancel_until:
            lines.append(f"{spoken_when(terms.cancel_until, now)}以前可以取消。")
        else:
            lines.append("现在已经不能在网上取消。")
    if terms.check_in_from is not None and terms.check_in_until is not None:
        begins, ends = shanghai(terms.check_in_from), shanghai(terms.check_in_until)
        day, until = spoken_day(ends.date(), shanghai(now).date()), spoken_time(ends)
        since = f"{spoken_time(begins)}到{until}" if begins.date() == ends.date() else f"{until}以前"
        lines.append(f"{day}{since}{words_of(scene).come}。")
    return [*lines, terms.no_show_rule] if terms.no_show_rule else lines


def on_paper(words: str) -> str:
    """Leave out 今天 and 明天, which are wrong a day later on paper: 「11月24日 星期二 上午9点」."""
    return NEAR_DAY.sub(r"\1 ", words).strip()


def _hold_words(booking: Booking, now: datetime) -> str:
    until = booking.hold_expires_at
    if booking.state != "held" or until is None:
        return ""
    return spoken_time(until) if local_day(until) == local_day(now) else heard_when(until, now)


def _queue_href(record: BookingRecord) -> str:
    return f"/{record.scene}/queue/{record.group_id}" if record.scene in QUEUED else ""


def _why_not(record: BookingRecord, booking: Booking, now: datetime) -> str:
    """Say why a confirmed booking cannot be cancelled any more, or when checking in begins."""
    if booking.state != "confirmed":
        return ""
    if "cancel" not in booking.actions:
        return "已经过了可以取消的时间。去不了,请打电话说一声。"
    begins = record.terms.check_in_from
    if begins is not None and now < begins:
        return f"{heard_when(begins, now)}起可以{words_of(record.scene).begin}。"
    return ""
