"""What the pages of reservations and charges say."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from urllib.parse import urlencode

import msgspec

from scenes.charging.rules.bill import Bill, BillLine
from scenes.charging.rules.tariff import Tariff
from scenes.charging.service.charges import Charge
from scenes.charging.service.reservations import Quote, Site
from scenes.charging.service.windows import SCENE, connector_words
from scenes.common.booking.pages_view import hours_words, term_lines
from scenes.common.kit.clock import local_day, shanghai
from scenes.common.kit.money import yuan_text
from scenes.common.kit.pages import Mark
from scenes.common.kit.speech import NEAR, WEEKDAYS, spoken_day, spoken_time

STAYS: Final = ((30, "半小时"), (60, "1 小时"), (120, "2 小时"), (180, "3 小时"))
KINDS: Final = {1: "家用插座", 2: "交流插座", 3: "慢充", 4: "快充", 5: "无线", 6: "其他"}
NEAR_TIMES: Final = timedelta(hours=3)
"""Within it every quarter-hour is offered, later each half-hour: enough to choose from, few to read."""

HALF_HOUR: Final = 30
STATES: Final = {
    "requested": Mark("few", "等着开始"),
    "charging": Mark("ok", "正在充电"),
    "stopping": Mark("few", "正在停止"),
    "ended": Mark("off", "充完了"),
    "failed": Mark("full", "没有充成"),
}
FAILURES: Final = {
    "unpaid": "没有在时限内付款,没有收您的钱。",
    "given_up": "您停止了。付过的钱会退回。",
    "not_plugged": "枪没有插好。请插好再试一次。",
    "start_timeout": "充电桩一直没有开始。",
}
NO_START: Final = "充电桩没有启动,请换一个桩。"
MONEY_BACK: Final = "付过的钱会自动退回。"


class Chip(msgspec.Struct, frozen=True, kw_only=True):
    """Something to choose: a day, a length of stay, a kind, or a time; without `href` it cannot be had."""

    href: str
    text: str
    about: str = ""
    chosen: bool = False


class ReserveView(msgspec.Struct, frozen=True, kw_only=True):
    """The times a station can be reserved at."""

    station: str
    back: str
    days: list[Chip]
    stays: list[Chip]
    kinds: list[Chip]
    day: str
    times: list[Chip]


class ReserveConfirmView(msgspec.Struct, frozen=True, kw_only=True):
    """A reservation about to be made, with its terms."""

    action: str
    back: str
    station: str
    kind: str
    day: str
    hours: str
    held_until: str
    free: int
    lock: str
    terms: list[str]
    starts_at: str
    minutes: int
    connector_type: str
    connector: str
    problem: str = ""


class StartView(msgspec.Struct, frozen=True, kw_only=True):
    """A charge about to be asked for: what it costs, and what is paid in advance."""

    action: str
    back: str
    station: str
    connector: str
    about: list[str]
    prices: list[tuple[str, str, bool]]
    deposit: str
    idle: str
    problem: str = ""


class ChargeView(msgspec.Struct, frozen=True, kw_only=True):
    """A charge as it stands; `bill` are label, when, energy and amount of each line."""

    id: str
    station: str
    connector: str
    mark: Mark
    energy: str
    money: str
    soc: str
    since: str
    until: str
    why: str
    pay_href: str
    may_stop: bool
    waiting: str
    bill: list[tuple[str, str, str, str]]
    total: str
    paid: str
    refund: str
    capped: str
    live: str
    here: str
    report: str


def day_chips(base: str, chosen: date, *, first: date, days: int, query: str) -> list[Chip]:
    """Lay out the days to choose from."""
    chips: list[Chip] = []
    for ahead in range(days):
        day = first + timedelta(days=ahead)
        word = NEAR.get(ahead) or f"周{WEEKDAYS[day.weekday()]}"
        about = f"{day.month}/{day.day}"
        chips.append(Chip(href=f"{base}?date={day}&{query}", text=word, about=about, chosen=day == chosen))
    return chips


def time_chips(
    starts: Sequence[tuple[datetime, int]], *, day: date, now: datetime, base: str, query: str
) -> list[Chip]:
    """Lay out a day's times with how many connectors are free then."""
    chips: list[Chip] = []
    for start, free in starts:
        local = shanghai(start)
        late = start > now + NEAR_TIMES and local.minute % HALF_HOUR
        if local.date() != day or late:
            continue
        href = f"{base}?{urlencode({'startsAt': local.isoformat()})}&{query}" if free else ""
        chips.append(Chip(href=href, text=f"{local:%-H:%M}", about=f"空 {free} 个" if free else "满"))
    return chips


def lock_words(quote: Quote) -> str:
    """Say whether the bay is kept by a ground lock."""
    if quote.locked and not quote.unlocked:
        return "车位有地锁,会为您留着。"
    if quote.locked:
        return "有的车位有地锁,有的没有。"
    return "车位没有地锁,可能被别的车占。"


def confirm_view(
    quote: Quote, site: Site, *, station: str, back: str, now: datetime, problem: str = ""
) -> ReserveConfirmView:
    """Show once more what is about to be reserved."""
    wish = quote.wish
    named = next((each for each in site.connectors if each.id == wish.connector_id), None)
    place = f"/charging/{wish.station_id}/reserve"
    lines = term_lines(quote.terms, now, SCENE)
    return ReserveConfirmView(
        action=place,
        back=back,
        station=station,
        kind=named.name if named is not None else f"任一{KINDS.get(wish.kind or 0, '充电')}桩",
        day=spoken_day(local_day(wish.starts_at), local_day(now)),
        hours=hours_words(wish.starts_at, quote.ends_at),
        held_until=spoken_time(quote.held_until),
        free=quote.free,
        lock=lock_words(quote),
        terms=[*lines, "预约不收钱,充了才付。", "桩坏了会给您换,换不了会通知您。"],
        starts_at=wish.starts_at.isoformat(),
        minutes=wish.minutes,
        connector_type=str(wish.kind or ""),
        connector=str(wish.connector_id or ""),
        problem=problem,
    )


def price_lines(tariff: Tariff, now: datetime) -> list[tuple[str, str, bool]]:
    """List the bands: hours, yuan a kilowatt-hour, and whether it is the present one."""
    present = tariff.band_at(now)
    return [
        (
            f"{band.start:%-H:%M} 到 {'24:00' if f'{band.end:%H%M}' == '0000' else f'{band.end:%-H:%M}'}",
            f"每度 {band.price.normalize():f} 元",
            band == present,
        )
        for band in tariff.bands
    ]


def idle_words(tariff: Tariff) -> str:
    """Say what standing after the charge costs."""
    fee = tariff.idle_fee
    if not fee.charged:
        return "充完不收占位费。"
    rate = yuan_text(fee.fee_fen_per_minute or fee.full_fee_fen_per_minute)
    return f"充完 {fee.free_minutes} 分钟内免费,之后每分钟 {rate},最多 {yuan_text(fee.max_fee_fen)}。"


def charge_view(charge: Charge, station: str, now: datetime) -> ChargeView:
    """Show a charge: accepted is not charging, so nothing is called charging before energy flows."""
    row = charge.row
    held = charge.booking.hold_expires_at
    payable = row.state == "requested" and held is not None and now < held
    bill = Bill.of(row.bill) if row.bill is not None else None
    back_fen = row.authorised_fen - (row.total_fen or 0)
    return ChargeView(
        id=str(row.id),
        station=station,
        connector=connector_words(charge.connector),
        mark=Mark("few", "等您付款") if payable else STATES[row.state],
        energy=kwh_text(row.energy_wh),
        money=yuan_text(row.running_fen if row.total_fen is None else row.total_fen),
        soc=f"{row.soc_percent}%" if row.soc_percent is not None else "",
        since=spoken_time(row.started_at) if row.started_at is not None else "",
        until=spoken_time(charge.until) if charge.until is not None and row.state == "charging" else "",
        why=_why(row.state, row.failure),
        pay_href=f"/bookings/{row.booking_id}/pay" if payable else "",
        may_stop=row.state in {"requested", "charging"},
        waiting=_waiting(charge, payable=payable),
        bill=[_bill_line(line) for line in bill.lines] if bill is not None else [],
        total=yuan_text(bill.total_fen) if bill is not None else "",
        paid=yuan_text(row.authorised_fen),
        refund=yuan_text(back_fen) if bill is not None and back_fen else "",
        capped=yuan_text(bill.capped_fen) if bill is not None and bill.capped_fen else "",
        live=f"/api/v1/charging/sessions/{row.id}/events" if row.settled_at is None else "",
        here=f"/charging/sessions/{row.id}",
        report=f"/charging/connectors/{row.connector_id}/report",
    )


def _why(state: str, failure: str | None) -> str:
    if state != "failed":
        return ""
    return FAILURES.get(failure or "", NO_START) + ("" if failure in {"unpaid", "given_up"} else MONEY_BACK)


def _waiting(charge: Charge, *, payable: bool) -> str:
    if charge.row.state == "requested" and not payable:
        return "已经付好,正在启动充电桩。"
    if charge.row.state == "ended" and charge.row.bill is None:
        return "正在算账,请稍等。"
    return ""


def _bill_line(line: BillLine) -> tuple[str, str, str, str]:
    label = {"electricity": "电费", "service": "服务费", "idle": "占位费"}[line.kind]
    when = f"{shanghai(line.starts_at):%-H:%M} 到 {shanghai(line.ends_at):%-H:%M}"
    amount = (
        f"{line.minutes} 分钟" if line.kind == "idle" else f"{kwh_text(line.energy_wh)} × {line.price} 元"
    )
    return label, when, amount, yuan_text(line.fen)


def kwh_text(energy_wh: int) -> str:
    """Write energy for the eye: 2250 Wh is "2.25 度"."""
    whole, rest = divmod(energy_wh, 1000)
    return f"{whole}.{rest:03d}".rstrip("0").rstrip(".") + " 度"
