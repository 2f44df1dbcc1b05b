"""What the alarm desk's pages show: the list with its clocks and shares, and one alarm whole."""

from datetime import datetime
from typing import Final

import msgspec

from scenes.common.kit.masking import mask_phone
from scenes.common.kit.pages import Mark
from scenes.eldercare.pages_sos_view import (
    STATES,
    TARGETS,
    clock_words,
    log_lines,
    map_href,
    place_words,
    span_words,
)
from scenes.eldercare.rules import sos
from scenes.eldercare.rules.figures import Figures, Share
from scenes.eldercare.service.sos import AlarmView
from scenes.eldercare.service.sos_desk import Desk, Detail
from scenes.eldercare.tables.sos import SosAlarmRow
from scenes.eldercare.wire_sos import SosReceipt, line_of, receipts_of

CHANNELS: Final = {
    "inbox": "应用", "sms": "短信", "wechat": "微信", "call": "电话", "desk": "工作台", "ladder": "",
}  # fmt: skip
RECEIPTS: Final = {
    "told": "已叫", "nobody": "没有人", "failed": "没叫到", "waiting": "在发", "sent": "发出",
    "delivered": "送到", "listed": "待打电话", "done": "已办",
    "called_off": "已有人应答,不用再发",
}  # fmt: skip
RESULTS: Final = {
    "helped": "帮到了", "hospital": "送医院", "no_need": "不用帮忙", "drill": "演练结束",
}  # fmt: skip


class AlarmLine(msgspec.Struct, frozen=True, kw_only=True):
    """An alarm on the desk's page."""

    href: str
    name: str
    mark: Mark
    drill: bool
    when: str
    waited: str
    rung: str
    answered: str
    attended: str
    fine: bool
    result: str


class ShareLine(msgspec.Struct, frozen=True, kw_only=True):
    """One share beside what it should be."""

    label: str
    reached: str
    target: str
    mark: Mark


class DeskView(msgspec.Struct, frozen=True, kw_only=True):
    """The alarm desk."""

    calling: int
    open: list[AlarmLine]
    closed: list[AlarmLine]
    shares: list[ShareLine]
    as_of: str
    csv_href: str
    problem: str = ""


class DetailView(msgspec.Struct, frozen=True, kw_only=True):
    """One alarm at the desk."""

    line: AlarmLine
    name: str
    phone: str
    ringing: bool
    place: str
    home: str
    map_href: str
    note: str
    log: list[tuple[str, str]]
    receipts: list[tuple[str, str, str, str]]
    answer: str
    attend: str
    close: str
    results: list[tuple[str, str]]
    problem: str = ""


def desk_page(desk: Desk, figures: Figures, *, now: datetime, csv_href: str, problem: str = "") -> DeskView:
    """Gather the alarm desk's page."""
    return DeskView(
        calling=sum(view.row.state == "calling" for view in desk.open),
        open=[alarm_line(view, now) for view in desk.open],
        closed=[alarm_line(view, now) for view in desk.closed],
        shares=_shares(figures), as_of=clock_words(now), csv_href=csv_href, problem=problem,
    )  # fmt: skip


def detail_page(detail: Detail, *, now: datetime, problem: str = "", ringing: bool = False) -> DetailView:
    """Gather the page of one alarm at the desk; the number is whole only for whoever rings."""
    view, row = detail.view, detail.view.row
    actions = sos.desk_actions(row.state)
    here = f"/staff/sos/{row.id}"
    results = [key for key in RESULTS if (key == "drill") is row.drill]
    return DetailView(
        line=alarm_line(view, now), name=view.name, phone=_number(detail, ringing=ringing),
        ringing=ringing,
        place=place_words(detail.spot), home=detail.home, map_href=map_href(detail.spot), note=detail.note,
        log=log_lines(view.steps, own=False), receipts=[_receipt(each) for each in receipts_of(view)],
        answer=f"{here}/answer" if "answer" in actions else "",
        attend=f"{here}/attend" if "attend" in actions else "",
        close=f"{here}/close" if "close" in actions else "",
        results=[(key, RESULTS[key]) for key in results], problem=problem,
    )  # fmt: skip


def alarm_line(view: AlarmView, now: datetime) -> AlarmLine:
    """Show an alarm on the desk's list, the name masked."""
    row, line = view.row, line_of(view, now)
    return AlarmLine(
        href=f"/staff/sos/{row.id}", name=line.name, mark=STATES.get(row.state, Mark("off", "已撤回")),
        drill=row.drill, when=clock_words(row.raised_at), waited=span_words(line.waited_seconds),
        rung=_rung(row),
        answered=_maybe(line.answered_after_seconds), attended=_maybe(line.attended_after_seconds),
        fine=line.says_fine, result=RESULTS.get(row.result or "", ""),
    )  # fmt: skip


def _rung(row: SosAlarmRow) -> str:
    if row.rung == 0:
        return "再次呼救"
    called = f"第{row.rung}级:{TARGETS[sos.RUNGS[row.rung]]}"
    return f"第{row.round}轮 {called}" if row.round > 1 else called


def _number(detail: Detail, *, ringing: bool) -> str:
    if not detail.phone:
        return ""
    return detail.phone if ringing else mask_phone(detail.phone)


def _receipt(receipt: SosReceipt) -> tuple[str, str, str, str]:
    return (
        TARGETS[receipt.target], CHANNELS[receipt.channel], _state(receipt),
        receipt.at.strftime("%H:%M:%S"),
    )  # fmt: skip


def _state(receipt: SosReceipt) -> str:
    if (receipt.channel, receipt.state) == ("call", "called_off"):
        return "已有人应答,不用再打"
    return RECEIPTS[receipt.state]


def _shares(figures: Figures) -> list[ShareLine]:
    named = [
        ("60秒内应答", figures.answered[0]), ("180秒内应答", figures.answered[1]),
        ("45分钟内到场", figures.attended[0]), ("60分钟内到场", figures.attended[1]),
    ]  # fmt: skip
    return [_share(label, share) for label, share in named]


def _share(label: str, share: Share) -> ShareLine:
    permille = share.permille
    if permille is None:
        return ShareLine(label=label, reached="还没有", target=_percent(share.target_permille), mark=_NONE)
    mark = Mark("ok", "达到") if share.good else Mark("full", "没达到")
    reached = f"{_percent(permille)}({share.reached}/{share.of})"
    return ShareLine(label=label, reached=reached, target=_percent(share.target_permille), mark=mark)


_NONE: Final = Mark("off", "没有数")


def _percent(permille: int) -> str:
    return f"{permille / 10:g}%"


def _maybe(seconds: int | None) -> str:
    return span_words(seconds) if seconds is not None else "—"
