"""What an alarm's pages show to its own person and to whom it called, in plain words."""

from collections.abc import Sequence
from datetime import datetime
from math import ceil
from typing import Final
from uuid import UUID

import msgspec

from scenes.common.kit.clock import shanghai
from scenes.common.kit.pages import Mark
from scenes.eldercare.rules import sos
from scenes.eldercare.rules.sos_words import words_of
from scenes.eldercare.service.alarm_log import standing
from scenes.eldercare.service.sos import AlarmView, Spot
from scenes.eldercare.tables.sos import SosStepRow
from scenes.eldercare.wire_sos import line_of

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
    address: str
    map_href: str
    note: str
    answer: str
    attend: str
    refresh: int
    log: list[tuple[str, str]]


def sos_page(
    view: AlarmView | None, *, signed_in: bool, calls: list[UUID], now: datetime, help_phone: str
) -> SosView:
    """Gather a person's own page."""
    hrefs = [f"/eldercare/sos/{alarm_id}" for alarm_id in calls]
    if view is None or view.row.state in sos.OVER:
        words = words_of(standing(view.row), drill=view.row.drill) if view is not None else ""
        return SosView(stage="ready", signed_in=signed_in, words=words, calls=hrefs, help_phone=help_phone)
    row, alarm = view.row, standing(view.row)
    undoable = sos.can_undo(alarm, now)
    words = "已经告诉服务台您没事。" if _said_fine(view) else words_of(alarm, drill=row.drill)
    return SosView(
        stage="pending" if undoable else "open", signed_in=signed_in, words=words, speak=words,
        seconds=max(0, ceil((row.undo_until - now).total_seconds())),
        cancel=f"/eldercare/sos/{row.id}/cancel", refresh=PENDING_REFRESH if undoable else OPEN_REFRESH,
        drill=row.drill, advise=sos.advises_120(alarm, drill=row.drill), log=log_lines(view.steps, own=True),
        calls=hrefs, help_phone=help_phone,
    )  # fmt: skip


def call_page(view: AlarmView, *, spot: Spot | None, address: str, note: str, now: datetime) -> CallView:
    """Gather the page of somebody who was called."""
    row, actions = view.row, sos.ladder_actions(view.row.state)
    line = line_of(view, now)
    return CallView(
        name=view.name, what="可能摔倒了" if row.source == "fall" else "在呼救", drill=row.drill,
        mark=STATES[row.state] if row.state in STATES else Mark("off", "已撤回"),
        when=f"{clock_words(row.raised_at)},{span_words(line.waited_seconds)}前", place=place_words(spot),
        address=address, map_href=map_href(spot), note=note,
        answer=f"/eldercare/sos/{row.id}/answer" if "answer" in actions else "",
        attend=f"/eldercare/sos/{row.id}/attend" if "attend" in actions else "",
        refresh=OPEN_REFRESH * 2 if row.state not in sos.OVER else 0, log=log_lines(view.steps, own=False),
    )  # fmt: skip


def place_words(spot: Spot | None) -> str:
    """Say in words where help is needed."""
    if spot is None:
        return "手机没有说在哪,请打电话问。"
    at = f"北纬 {spot.lat:.5f},东经 {spot.lng:.5f}"
    return f"在家({at})" if spot.source == "home" else f"手机定位({at})"


def map_href(spot: Spot | None) -> str:
    """Return a link that a phone opens in its own map."""
    return f"geo:{spot.lat:.6f},{spot.lng:.6f}" if spot is not None else ""


def log_lines(steps: Sequence[SosStepRow], *, own: bool) -> list[tuple[str, str]]:
    """Say what happened when; to its own person not who looked, nor where nobody was found."""
    return [
        (_own_time(step.at) if own else shanghai(step.at).strftime("%H:%M:%S"), _step_words(step))
        for step in steps
        if not (own and step.kind in {"seen", "nobody"})
    ]


def _own_time(at: datetime) -> str:
    return f"{shanghai(at):%-H点%-M分%-S秒}"


def _step_words(step: SosStepRow) -> str:
    if step.kind == "rung":
        return f"叫{TARGETS[sos.RUNGS[step.rung]]}"
    if step.kind == "nobody":
        return f"{TARGETS[sos.RUNGS[step.rung]]}:没有人可叫"
    return f"{ACTORS[step.actor]}{KINDS[step.kind]}"


def _said_fine(view: AlarmView) -> bool:
    return any(step.kind == "fine" for step in view.steps) and view.row.state != "closed"


def clock_words(at: datetime) -> str:
    """Say an instant to the second, as a wall clock shows it."""
    return shanghai(at).strftime("%H:%M:%S")


def span_words(seconds: int) -> str:
    """Say a span of seconds in minutes and seconds."""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes}分{rest:02d}秒" if minutes else f"{rest}秒"
