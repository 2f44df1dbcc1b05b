"""What the page of a station says: how each connector stands, what it costs, the queue."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from urllib.parse import urlencode

import msgspec

from scenes.charging.rules.guidance import BandKind, band_kind, fen_of
from scenes.charging.rules.status import CHARGING, FREE, Counts, State
from scenes.charging.rules.tariff import Band, Tariff
from scenes.charging.service.board import Board, Connector, Station
from scenes.charging.service.guidance import Advice
from scenes.charging.service.queue import Place
from scenes.common.kit.clock import shanghai
from scenes.common.kit.money import yuan_text
from scenes.common.kit.pages import Mark
from scenes.common.kit.speech import heard_when, spoken_time

KINDS: Final = {1: "家用插座", 2: "慢充插座", 3: "慢充", 4: "快充", 5: "无线充", 6: "其他"}
"""T/CEC 102 ConnectorType, as drivers call them."""

BANDS: Final[dict[BandKind, str]] = {"valley": "谷电", "flat": "平电", "peak": "峰电", "single": "全天"}

MARKS: Final[dict[State, Mark]] = {
    "free": Mark("ok", "空着"),
    "occupied": Mark("few", "在用"),
    "fault": Mark("full", "坏了"),
    "unknown": Mark("off", "不清楚"),
}
RESERVED: Final = Mark("few", "约出去了")
LONG: Final = timedelta(hours=1)
MINUTE: Final = timedelta(minutes=1)
HALF_HOUR: Final = timedelta(minutes=30)


class ConnectorLine(msgspec.Struct, frozen=True, kw_only=True):
    """A connector; without `start_href` nobody can begin to charge there now."""

    name: str
    about: list[str]
    age: str
    mark: Mark
    start_href: str
    report_href: str


class BandLine(msgspec.Struct, frozen=True, kw_only=True):
    """A price from a time of day to another."""

    hours: str
    kind: str
    price: str
    parts: list[str]
    now: bool


class QueueChoice(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of connector one can queue for."""

    kind: int
    label: str
    waiting: str


class QueuePlace(msgspec.Struct, frozen=True, kw_only=True):
    """One's own place in the queue; with `offer_href` a connector is kept until `until`."""

    id: str
    label: str
    ahead: str
    snoozed: str
    offer_href: str
    until: str
    may_snooze: bool


class StationView(msgspec.Struct, frozen=True, kw_only=True):
    """A station's page."""

    id: str
    name: str
    address: str
    operator: str
    phone: str
    place_href: str
    mark: Mark
    counts: list[str]
    soon: str
    connectors: list[ConnectorLine]
    prices: list[BandLine]
    notes: list[str]
    reserve_href: str
    choices: list[QueueChoice]
    mine: list[QueuePlace]
    snooze_minutes: int
    sign_in_href: str
    live: str
    here: str
    problem: str = ""


def station_view(
    advice: Advice,
    later: Advice,
    board: Board,
    *,
    mine: Sequence[Place],
    signed_in: bool,
    now: datetime,
    problem: str = "",
) -> StationView:
    """Show a station; `later` is the same foreseen for half an hour from now."""
    place, station = advice.near.place, advice.station
    here = f"/charging/{station.id}"
    counts = advice.ranked.candidate.counts
    return StationView(
        id=str(station.id),
        name=place.name,
        address=place.address,
        operator=station.operator,
        phone=station.phone,
        place_href=f"/places/{station.id}",
        mark=counts_mark(counts),
        counts=_counts(counts),
        soon=_soon(later),
        connectors=[_connector(c, state, board=board, now=now) for c, state in advice.states],
        prices=_prices(station.tariff, now),
        notes=_notes(station),
        reserve_href=f"{here}/reserve" if any(c.reservable for c, _ in advice.states) else "",
        choices=[] if mine else _choices(advice, board),
        mine=[_mine(each, now, most=station.rule.queue_most_snoozes) for each in mine],
        snooze_minutes=station.rule.queue_snooze_minutes,
        sign_in_href="" if signed_in else f"/sign-in?{urlencode({'next': here})}",
        live=f"/api/v1/charging/stations/{station.id}/events",
        here=here,
        problem=problem,
    )


def counts_mark(counts: Counts) -> Mark:
    """Say in a word what to expect; nothing known is not the same as full."""
    if counts.free:
        return Mark("ok", f"空 {counts.free} 个")
    if counts.occupied:
        return Mark("full", "满了")
    return Mark("off", "不清楚" if counts.unknown else "用不了")


def age_words(age: timedelta) -> str:
    """Say how long ago something was heard."""
    if age < MINUTE:
        return "刚刚"
    if age < LONG:
        return f"{age // MINUTE} 分钟前"
    return f"{age // LONG} 小时前" if age < 24 * LONG else "一天多以前"


def _counts(counts: Counts) -> list[str]:
    named = (
        (counts.free, "空着"),
        (counts.occupied, "在用"),
        (counts.fault, "坏了"),
        (counts.unknown, "不清楚"),
    )
    return [f"{words} {number} 个" for number, words in named if number]


def _soon(later: Advice) -> str:
    """Say what is foreseen, with its range; nothing where nothing works."""
    candidate = later.ranked.candidate
    if not candidate.counts.working:
        return ""
    seen = candidate.forecast
    expected = round(seen.expected)
    span = f"最少 {seen.low} 个,最多 {seen.high} 个。" if seen.low < seen.high else ""
    return f"半小时后大约空 {expected} 个。{span}"


def _connector(connector: Connector, state: State, *, board: Board, now: datetime) -> ConnectorLine:
    reported = board.reported(connector.id)
    held = state == "occupied" and reported is not None and reported.status == FREE
    startable = state == "free" or (state == "occupied" and (reported is None or reported.status != CHARGING))
    about = [KINDS.get(connector.kind, ""), f"{connector.power_kw:g} 千瓦"]
    if connector.park_no:
        about.append(f"车位 {connector.park_no}")
    if connector.has_lock:
        about.append("有地锁")
    return ConnectorLine(
        name=f"{connector.number} 号",
        about=about,
        age=age_words(now - reported.received_at) if reported else "还没有消息",
        mark=RESERVED if held else MARKS[state],
        start_href=f"/charging/connectors/{connector.id}/start" if startable else "",
        report_href=f"/charging/connectors/{connector.id}/report",
    )


def _prices(tariff: Tariff | None, now: datetime) -> list[BandLine]:
    if tariff is None:
        return []
    present = tariff.band_at(now)
    return [_band(band, tariff, now=band is present or band == present) for band in tariff.bands]


def _band(band: Band, tariff: Tariff, *, now: bool) -> BandLine:
    end = "24:00" if f"{band.end:%H:%M}" == "00:00" else f"{band.end:%-H:%M}"
    return BandLine(
        hours=f"{band.start:%-H:%M}-{end}",
        kind=BANDS[band_kind(band, tariff.bands)],
        price=f"{yuan_text(fen_of(band.price))}/度",
        parts=[f"电费 {_yuan(band.elec_price)}", f"服务费 {_yuan(band.service_price)}"],
        now=now,
    )


def _yuan(price: Decimal) -> str:
    return yuan_text(fen_of(price))


def _notes(station: Station) -> list[str]:
    notes: list[str] = []
    fee = station.tariff.idle_fee if station.tariff else None
    if fee is not None and fee.charged:
        notes.append(f"充完请在 {fee.free_minutes} 分钟内挪车。")
        notes.append(f"超时每分钟 {yuan_text(fee.fee_fen_per_minute)},最多 {yuan_text(fee.max_fee_fen)}。")
    if station.park_fee:
        notes.append(f"停车:{station.park_fee}。")
    if station.site_guide:
        notes.append(f"怎么走:{station.site_guide}。")
    if station.hours:
        notes.append(f"时间:{station.hours}。")
    return notes


def _choices(advice: Advice, board: Board) -> list[QueueChoice]:
    """List the kinds of which none is free: only there one has to queue."""
    kinds = sorted({c.kind for c, _ in advice.states if c.reservable}, reverse=True)
    full = [k for k in kinds if not any(s == "free" and c.kind == k for c, s in advice.states)]
    return [
        QueueChoice(
            kind=kind, label=KINDS.get(kind, ""), waiting=_waiting(board.waiting(advice.station, kind))
        )
        for kind in full
    ]


def _waiting(number: int) -> str:
    return f"已有 {number} 位在排" if number else "还没有人排"


def _mine(place: Place, now: datetime, *, most: int) -> QueuePlace:
    row = place.row
    snoozed = row.snoozed_until is not None and row.snoozed_until > now
    offered = row.state == "offered" and row.booking_id is not None
    return QueuePlace(
        id=str(row.id),
        label=KINDS.get(row.connector_kind, ""),
        ahead=f"前面还有 {place.ahead} 位" if place.ahead else "下一个就是您",
        snoozed=f"{spoken_time(shanghai(row.snoozed_until))}以前让别人先"
        if snoozed and row.snoozed_until
        else "",
        offer_href=f"/bookings/{row.booking_id}" if offered else "",
        until=heard_when(row.offer_until, now) if offered and row.offer_until else "",
        may_snooze=row.snoozes < most and not snoozed,
    )
