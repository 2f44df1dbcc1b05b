"""What the charging desk's pages say: every word and every button decided here."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

import msgspec

from scenes.charging.rules.faults import FAULT_WORDS
from scenes.charging.rules.messages import PricePeriod
from scenes.charging.service.faults import Fault
from scenes.charging.service.outages import Outage
from scenes.charging.service.site import Entry, Plug, Reserved, SiteView
from scenes.charging.service.tariffs import DatedTariff
from scenes.common.kit.clock import local_day, shanghai
from scenes.common.kit.masking import mask_name
from scenes.common.kit.money import yuan_text
from scenes.common.kit.pages import Mark
from scenes.common.kit.speech import spoken_day

KINDS: Final = {1: "家用插座", 2: "交流插座", 3: "慢充", 4: "快充", 5: "无线", 6: "其他"}
MARKS: Final = {
    "free": Mark("ok", "空"),
    "occupied": Mark("few", "在用"),
    "fault": Mark("full", "坏了"),
    "unknown": Mark("off", "不知道"),
}
CHARGES: Final = {"requested": "等启动", "charging": "充电中", "stopping": "正在停"}
REPORTS: Final = {
    "open": Mark("few", "没处理"),
    "confirmed": Mark("full", "确实坏了"),
    "dismissed": Mark("off", "没有坏"),
    "repaired": Mark("ok", "修好了"),
}
INCIDENTS: Final = {"signature": "签名不对", "stale": "时间不对", "replay": "重复", "invalid": "内容不对"}
EDITED_ROWS: Final = 8
"""Periods the tariff form has room for; T/CEC 102 allows 32, which the call takes."""


class PlugRow(msgspec.Struct, frozen=True, kw_only=True):
    """A connector in the table."""

    number: str
    kind: str
    mark: Mark
    age: str
    charge: str
    reservations: list[str]
    reason: str
    out_href: str
    back_action: str


class EntryLine(msgspec.Struct, frozen=True, kw_only=True):
    """Something to look at, and the button that says it was looked at."""

    what: str
    about: list[str]
    action: str


class SitePage(msgspec.Struct, frozen=True, kw_only=True):
    """A station's board."""

    place: str
    place_id: str
    live: str
    here: str
    day: str
    earlier: str
    later: str
    as_of: str
    free: int
    occupied: int
    fault: int
    unknown: int
    ended: int
    ended_kwh: str
    ended_yuan: str
    queue: int
    rows: list[PlugRow]
    faults: list[EntryLine]
    incidents: list[EntryLine]
    differences: list[EntryLine]
    report_href: str
    tariffs_href: str
    faults_href: str


class PeriodRow(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the tariff form."""

    start: str
    elec: str
    service: str


class TariffLine(msgspec.Struct, frozen=True, kw_only=True):
    """A tariff as history shows it."""

    since: str
    source: str
    mark: Mark
    periods: list[str]


class TariffsPage(msgspec.Struct, frozen=True, kw_only=True):
    """A station's prices, and the form for new ones."""

    place: str
    back: str
    action: str
    since: str
    earliest: str
    rows: list[PeriodRow]
    known: list[TariffLine]
    problem: str


class FaultCard(msgspec.Struct, frozen=True, kw_only=True):
    """A fault report with what can be done with it."""

    what: str
    note: str
    when: str
    mark: Mark
    photo: str
    actions: list[tuple[str, str]]


class FaultsPage(msgspec.Struct, frozen=True, kw_only=True):
    """A station's fault reports."""

    place: str
    back: str
    cards: list[FaultCard]


class OutagePage(msgspec.Struct, frozen=True, kw_only=True):
    """Whom taking a connector out of service touches, before and after."""

    back: str
    title: str
    action: str
    bookings: list[tuple[str, str]]
    done: str


def site_page(view: SiteView, *, place: str) -> SitePage:
    """Show a station's day."""
    today = local_day(view.now)
    base = f"/staff/charging?placeId={view.station_id}"
    counts = view.counts
    return SitePage(
        place=place,
        place_id=str(view.station_id),
        live=f"/api/v1/staff/charging/board/events?placeId={view.station_id}&date={view.day}",
        here=f"{base}&date={view.day}",
        day=spoken_day(view.day, today),
        earlier=f"{base}&date={view.day - timedelta(days=1)}",
        later=f"{base}&date={view.day + timedelta(days=1)}",
        as_of=f"{shanghai(view.now):%-H:%M:%S}",
        free=counts.free,
        occupied=counts.occupied,
        fault=counts.fault,
        unknown=counts.unknown,
        ended=view.ended,
        ended_kwh=f"{view.ended_wh / 1000:.1f} 度",
        ended_yuan=yuan_text(view.ended_fen),
        queue=view.queue,
        rows=[_row(plug, view.now) for plug in view.plugs],
        faults=[_fault_line(fault, view) for fault in view.faults],
        incidents=[_entry(each, "incidents") for each in view.incidents],
        differences=[_difference(each) for each in view.differences],
        report_href=f"/api/v1/staff/charging/report.csv?placeId={view.station_id}&date={view.day}",
        tariffs_href=f"/staff/charging/tariffs?placeId={view.station_id}",
        faults_href=f"/staff/charging/faults?placeId={view.station_id}",
    )


def _row(plug: Plug, now: datetime) -> PlugRow:
    lock = ",有地锁" if plug.has_lock else ""
    out = plug.out_of_service_reason
    return PlugRow(
        number=plug.name or f"{plug.number}号",
        kind=f"{KINDS.get(plug.kind, '其他')} {plug.power_kw:g} 千瓦{lock}",
        mark=Mark("full", "停用") if out is not None else MARKS[plug.state],
        age=age_words(plug.heard_at, now),
        charge=_charge_words(plug),
        reservations=[_reserved_words(each) for each in plug.reservations],
        reason=out or "",
        out_href=f"/staff/charging/connectors/{plug.id}" if out is None else "",
        back_action=f"/staff/charging/connectors/{plug.id}/back" if out is not None else "",
    )


def age_words(heard_at: datetime | None, now: datetime) -> str:
    """Say how long ago something was heard."""
    if heard_at is None:
        return "从没收到"
    seconds = int((now - heard_at).total_seconds())
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds} 秒前"
    return f"{seconds // 60} 分钟前" if seconds < 3600 else f"{seconds // 3600} 小时前"  # noqa: PLR2004 - an hour


def _charge_words(plug: Plug) -> str:
    charge = plug.charge
    if charge is None:
        return ""
    energy = f"{charge.energy_wh / 1000:.2f} 度 {yuan_text(charge.running_fen)}"
    return f"{mask_name(charge.name)} {CHARGES[charge.state]} {energy}"


def _reserved_words(each: Reserved) -> str:
    return f"{shanghai(each.starts_at):%-H:%M}–{shanghai(each.ends_at):%-H:%M} {mask_name(each.name)}"


def _fault_line(fault: Fault, view: SiteView) -> EntryLine:
    number = next((plug.number for plug in view.plugs if plug.id == fault.connector_id), 0)
    about = [f"{shanghai(fault.at):%-m月%-d日 %-H:%M}", fault.note, "有照片" if fault.has_photo else ""]
    return EntryLine(what=f"{number}号枪 {FAULT_WORDS[fault.kind]}", about=about, action="")


def _entry(each: Entry, where: str) -> EntryLine:
    times = f"{each.count} 次" if each.count > 1 else ""
    about = [each.what, each.detail, times, f"{shanghai(each.at):%-m月%-d日 %-H:%M}"]
    action = f"/staff/charging/{where}/{each.id}/settle"
    return EntryLine(what=INCIDENTS.get(each.kind, each.kind), about=about, action=action)


def _difference(each: Entry) -> EntryLine:
    about = [each.what, f"相差 {yuan_text(int(each.detail))}", f"{shanghai(each.at):%-m月%-d日}"]
    return EntryLine(what="账不对", about=about, action=f"/staff/charging/differences/{each.id}/settle")


def tariffs_page(
    known: Sequence[DatedTariff],
    *,
    place: str,
    place_id: str,
    today: date,
    typed: Sequence[PeriodRow] = (),
    since: str = "",
    problem: str = "",
) -> TariffsPage:
    """Show prices and the form, filled with what is in force or with what was typed."""
    current = next((each for each in known if each.since <= today), None)
    rows = list(typed) or [_period_row(each) for each in (current.periods if current else ())]
    rows += [PeriodRow(start="", elec="", service="") for _ in range(EDITED_ROWS - len(rows))]
    return TariffsPage(
        place=place,
        back=f"/staff/charging?placeId={place_id}",
        action=f"/staff/charging/tariffs?placeId={place_id}",
        since=since or f"{today + timedelta(days=1)}",
        earliest=f"{today}",
        rows=rows,
        known=[_tariff_line(each, current=each is current, today=today) for each in known],
        problem=problem,
    )


def _period_row(period: PricePeriod) -> PeriodRow:
    return PeriodRow(
        start=f"{period.start:%H:%M}", elec=f"{period.elec_price:.4f}", service=f"{period.service_price:.4f}"
    )


def _tariff_line(each: DatedTariff, *, current: bool, today: date) -> TariffLine:
    if each.since > today:
        mark = Mark("few", "将来")
    else:
        mark = Mark("ok", "现在用") if current else Mark("off", "以前的")
    sources = {"operator": "企业报来", "staff": "工作台设的", "demo": "演示数据"}
    return TariffLine(
        since=f"{each.since}",
        source=sources[each.source],
        mark=mark,
        periods=[
            f"{p.start:%-H:%M} 起 {p.elec_price + p.service_price:.4f} 元"
            f"(电 {p.elec_price:.4f},服务 {p.service_price:.4f})"
            for p in each.periods
        ],
    )


def faults_page(faults: Sequence[Fault], *, place: str, place_id: str, numbers: dict[str, int]) -> FaultsPage:
    """Show reports with their photos and buttons."""
    return FaultsPage(
        place=place,
        back=f"/staff/charging?placeId={place_id}",
        cards=[_fault_card(fault, numbers) for fault in faults],
    )


def _fault_card(fault: Fault, numbers: dict[str, int]) -> FaultCard:
    path = f"/staff/charging/faults/{fault.id}"
    buttons = {
        "open": [
            ("确实坏了", f"{path}/confirm"),
            ("没有坏", f"{path}/dismiss"),
            ("修好了", f"{path}/repair"),
        ],
        "confirmed": [("修好了", f"{path}/repair")],
    }
    return FaultCard(
        what=f"{numbers.get(str(fault.connector_id), 0)}号枪 {FAULT_WORDS[fault.kind]}",
        note=fault.note,
        when=f"{shanghai(fault.at):%-m月%-d日 %-H:%M}",
        mark=REPORTS[fault.state],
        photo=f"/api/v1/staff/charging/faults/{fault.id}/photo" if fault.has_photo else "",
        actions=buttons.get(fault.state, []),
    )


def outage_page(outage: Outage, *, title: str, done: bool) -> OutagePage:
    """Show whom an outage touches, or what it did."""
    words = f"已停用。{outage.moved} 个预约换了枪,{outage.cancelled} 个取消了,都通知了。" if done else ""
    return OutagePage(
        back=f"/staff/charging?placeId={outage.station_id}",
        title=title,
        action=f"/staff/charging/connectors/{outage.connector_id}",
        bookings=[(mask_name(each.name), _when(each)) for each in outage.reservations],
        done=words,
    )


def _when(each: Reserved) -> str:
    starts = shanghai(each.starts_at)
    return f"{starts:%-m月%-d日 %-H:%M}–{shanghai(each.ends_at):%-H:%M}"
