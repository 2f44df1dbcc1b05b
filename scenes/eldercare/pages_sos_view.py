"""What the alarm's pages show, in plain words."""

from collections.abc import Sequence
from datetime import datetime
from math import ceil
from typing import Final
from uuid import UUID

import msgspec

from scenes.common.kit.clock import shanghai
from scenes.common.kit.pages import Mark
from scenes.eldercare.rules import sos
from scenes.eldercare.rules.figures import Figures, Share
from scenes.eldercare.service.alarm_log import standing
from scenes.eldercare.service.sos import AlarmView, Spot
from scenes.eldercare.service.sos_desk import Desk, Detail
from scenes.eldercare.tables.sos import SosAlarmRow, SosStepRow
from scenes.eldercare.wire_sos import SosReceipt, advises_120, ladder_actions, line_of, receipts_of, words_of

PENDING_REFRESH: Final = 3
OPEN_REFRESH: Final = 5
"""Seconds after which a page without JavaScript loads itself again."""

TARGETS: Final = {
    "desk": "服务台", "kin": "家人", "carer": "附近的护理员", "duty": "街道值班", "elder": "本人(打120)",
}  # fmt: skip
ACTORS: Final = {
    "elder": "本人", "kin": "家人", "carer": "护理员", "duty": "街道值班", "staff": "服务台", "time": "",
}  # fmt: skip
KINDS: Final = {
    "raised": "按了呼救", "cancelled": "撤回了", "fine": "说「我没事」", "again": "又按了一次",
    "answered": "说「我来处理」", "attended": "到了身边", "seen": "看到了", "closed": "处理完了",
}  # fmt: skip
CHANNELS: Final = {
    "inbox": "应用", "sms": "短信", "wechat": "微信", "call": "电话", "desk": "工作台", "ladder": "",
}  # fmt: skip
RECEIPTS: Final = {
    "told": "已叫", "nobody": "没有人", "failed": "没叫到", "waiting": "在发", "sent": "发出",
    "delivered": "送到", "listed": "待打电话", "done": "已办",
}  # fmt: skip
RESULTS: Final = {
    "helped": "帮到了", "hospital": "送医院", "no_need": "不用帮忙", "drill": "演练结束",
}  # fmt: skip
STATES: Final = {
    "calling": Mark("full", "没人应答"), "answered": Mark("few", "有人处理"),
    "attended": Mark("ok", "有人在场"),
    "closed": Mark("off", "结束"),
}  # fmt: skip


class SosView(msgspec.Struct, frozen=True, kw_only=True):
    """The person's own page: the button, the seconds to take it back, or where the ladder stands."""

    stage: str
    signed_in: bool
    words: str = ""
    speak: str = ""
    seconds: int = 0
    cancel: str = ""
    refresh: int = 0
    drill: bool = False
    advise: bool = False
    log: list[tuple[str, str]] = msgspec.field(default_factory=list[tuple[str, str]])
    calls: list[str] = msgspec.field(default_factory=list[str])
    help_phone: str = ""


class CallView(msgspec.Struct, frozen=True, kw_only=True):
    """The page of somebody who was called."""

    name: str
    what: str
    drill: bool
    mark: Mark
    when: str
    place: str
    map_href: str
    note: str
    answer: str
    attend: str
    refresh: int
    log: list[tuple[str, str]]


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
    place: str
    map_href: str
    note: str
    log: list[tuple[str, str]]
    receipts: list[tuple[str, str, str, str]]
    answer: str
    attend: str
    close: str
    results: list[tuple[str, str]]
    problem: str = ""


def sos_page(
    view: AlarmView | None, *, signed_in: bool, calls: list[UUID], now: datetime, help_phone: str
) -> SosView:
    """Gather a person's own page."""
    hrefs = [f"/eldercare/sos/{alarm_id}" for alarm_id in calls]
    if view is None or view.row.state in sos.OVER:
        words = words_of(view.row) if view is not None else ""
        return SosView(stage="ready", signed_in=signed_in, words=words, calls=hrefs, help_phone=help_phone)
    row = view.row
    undoable = sos.can_undo(standing(row), now)
    words = "已经告诉服务台您没事。" if _said_fine(view) else words_of(row)
    return SosView(
        stage="pending" if undoable else "open", signed_in=signed_in, words=words, speak=words,
        seconds=max(0, ceil((row.undo_until - now).total_seconds())),
        cancel=f"/eldercare/sos/{row.id}/cancel", refresh=PENDING_REFRESH if undoable else OPEN_REFRESH,
        drill=row.drill, advise=advises_120(row), log=_log(view.steps, own=True), calls=hrefs,
        help_phone=help_phone,
    )  # fmt: skip


def call_page(view: AlarmView, *, spot: Spot | None, note: str, now: datetime) -> CallView:
    """Gather the page of somebody who was called."""
    row, actions = view.row, ladder_actions(view.row)
    line = line_of(view, now)
    return CallView(
        name=view.name, what="可能摔倒了" if row.source == "fall" else "在呼救", drill=row.drill,
        mark=STATES[row.state] if row.state in STATES else Mark("off", "已撤回"),
        when=f"{_clock(row.raised_at)},{_span(line.waited_seconds)}前", place=place_words(spot),
        map_href=map_href(spot), note=note,
        answer=f"/eldercare/sos/{row.id}/answer" if "answer" in actions else "",
        attend=f"/eldercare/sos/{row.id}/attend" if "attend" in actions else "",
        refresh=OPEN_REFRESH * 2 if row.state not in sos.OVER else 0, log=_log(view.steps, own=False),
    )  # fmt: skip


def desk_page(desk: Desk, figures: Figures, *, now: datetime, csv_href: str, problem: str = "") -> DeskView:
    """Gather the alarm desk's page."""
    return DeskView(
        calling=sum(view.row.state == "calling" for view in desk.open),
        open=[alarm_line(view, now) for view in desk.open],
        closed=[alarm_line(view, now) for view in desk.closed],
        shares=_shares(figures), as_of=_clock(now), csv_href=csv_href, problem=problem,
    )  # fmt: skip


def detail_page(detail: Detail, *, now: datetime, problem: str = "") -> DetailView:
    """Gather the page of one alarm at the desk."""
    view, row = detail.view, detail.view.row
    actions = ladder_actions(row)
    here = f"/staff/sos/{row.id}"
    results = [key for key in RESULTS if (key == "drill") is row.drill]
    return DetailView(
        line=alarm_line(view, now), name=view.name, phone=detail.phone or "",
        place=place_words(detail.spot), map_href=map_href(detail.spot), note=detail.note,
        log=_log(view.steps, own=False), receipts=[_receipt(each) for each in receipts_of(view)],
        answer=f"{here}/answer" if "answer" in actions else "",
        attend=f"{here}/attend" if "attend" in actions else "",
        close=f"{here}/close" if row.state in {"answered", "attended"} else "",
        results=[(key, RESULTS[key]) for key in results], problem=problem,
    )  # fmt: skip


def alarm_line(view: AlarmView, now: datetime) -> AlarmLine:
    """Show an alarm on the desk's list, the name masked."""
    row, line = view.row, line_of(view, now)
    return AlarmLine(
        href=f"/staff/sos/{row.id}", name=line.name, mark=STATES.get(row.state, Mark("off", "已撤回")),
        drill=row.drill, when=_clock(row.raised_at), waited=_span(line.waited_seconds), rung=_rung(row),
        answered=_maybe(line.answered_after_seconds), attended=_maybe(line.attended_after_seconds),
        fine=line.says_fine, result=RESULTS.get(row.result or "", ""),
    )  # fmt: skip


def place_words(spot: Spot | None) -> str:
    """Say in words where help is needed."""
    if spot is None:
        return "不知道在哪,请打电话问。"
    at = f"北纬 {spot.lat:.5f},东经 {spot.lng:.5f}"
    return f"在家({at})" if spot.source == "home" else f"手机定位({at})"


def map_href(spot: Spot | None) -> str:
    """Return a link that a phone opens in its own map."""
    return f"geo:{spot.lat:.6f},{spot.lng:.6f}" if spot is not None else ""


def _rung(row: SosAlarmRow) -> str:
    if row.rung == 0:
        return "再次呼救"
    called = f"第{row.rung}级:{TARGETS[sos.RUNGS[row.rung]]}"
    return f"第{row.round}轮 {called}" if row.round > 1 else called


def _log(steps: Sequence[SosStepRow], *, own: bool) -> list[tuple[str, str]]:
    return [
        (shanghai(step.at).strftime("%H:%M:%S"), _step_words(step))
        for step in steps
        if not (own and step.kind in {"seen", "nobody"})
    ]


def _step_words(step: SosStepRow) -> str:
    if step.kind == "rung":
        return f"叫{TARGETS[sos.RUNGS[step.rung]]}"
    if step.kind == "nobody":
        return f"{TARGETS[sos.RUNGS[step.rung]]}:没有人可叫"
    return f"{ACTORS[step.actor]}{KINDS[step.kind]}"


def _receipt(receipt: SosReceipt) -> tuple[str, str, str, str]:
    return (
        TARGETS[receipt.target], CHANNELS[receipt.channel], RECEIPTS[receipt.state],
        receipt.at.strftime("%H:%M:%S"),
    )  # fmt: skip


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


def _said_fine(view: AlarmView) -> bool:
    return any(step.kind == "fine" for step in view.steps) and view.row.state != "closed"


def _clock(at: datetime) -> str:
    return shanghai(at).strftime("%H:%M:%S")


def _maybe(seconds: int | None) -> str:
    return _span(seconds) if seconds is not None else "—"


def _span(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{minutes}分{rest:02d}秒" if minutes else f"{rest}秒"
