"""What the charging desk's pages say: every word and every button decided here."""

from datetime import datetime
from typing import Final

import msgspec

from scenes.charging.rules.faults import FAULT_WORDS
from scenes.charging.service.faults import Fault
from scenes.charging.service.site import Entry, Plug, Reserved, SiteView
from scenes.common.booking.pages_desk import DayFrame, day_frame
from scenes.common.kit.clock import shanghai
from scenes.common.kit.masking import mask_name
from scenes.common.kit.money import yuan_text
from scenes.common.kit.pages import Mark

KINDS: Final = {1: "家用插座", 2: "交流插座", 3: "慢充", 4: "快充", 5: "无线", 6: "其他"}
MARKS: Final = {
    "free": Mark("ok", "空"),
    "occupied": Mark("few", "在用"),
    "fault": Mark("full", "坏了"),
    "unknown": Mark("off", "不知道"),
}
CHARGES: Final = {"requested": "等启动", "charging": "充电中", "stopping": "正在停"}
INCIDENTS: Final = {"signature": "签名不对", "stale": "时间不对", "replay": "重复", "invalid": "内容不对"}


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

    frame: DayFrame
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


def site_page(view: SiteView, *, place: str) -> SitePage:
    """Show a station's day."""
    counts = view.counts
    return SitePage(
        frame=day_frame("/staff/charging", view.station_id, place=place, day=view.day, now=view.now),
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
