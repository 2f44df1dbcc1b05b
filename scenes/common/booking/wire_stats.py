"""Figures as the wire shows them; a count from 1 to 4 is shown as "<5"."""

from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import UUID

from scenes.common.booking.rules_stats import Told, percent, quantile, told
from scenes.common.booking.service_stats import DayFigures, Figures, Report, Undelivered, Waits
from scenes.common.kit.csv_file import csv_bytes
from scenes.common.kit.wire import Wire

CHANNELS: Final = {"sms": "短信", "wechat": "微信", "call": "打电话"}
HEAD: Final = (
    "日期", "地点", "场景", "总号数", "已约", "用去 %", "预约", "已到", "没来", "没来 %", "取消", "没确认",
    "60 岁以上 %", "约定到办完(分钟)", "付款没成", "等候:一半人不超过(分钟)", "等候:九成人不超过(分钟)",
    "约满没约上(次)", "规则不许(次)", "系统忙(次)", "没送到的消息",
)  # fmt: skip


class Counts(Wire, frozen=True, kw_only=True):
    """What was offered, booked and kept; percents are whole, null where they would give somebody away.

    `wait_median_minutes` and `wait_p90_minutes` are from check-in until called in. `sold_out`, `ruled_out`
    and `busy` count refused claims for these days; who asks again is counted again.
    """

    capacity: int
    taken: Told
    used_percent: int | None
    bookings: Told
    arrived: Told
    no_shows: Told
    no_show_percent: int | None
    cancelled: Told
    expired: Told
    elders_percent: int | None
    minutes_to_done: int | None
    failed_payments: Told
    wait_median_minutes: int | None
    wait_p90_minutes: int | None
    sold_out: Told
    ruled_out: Told
    busy: Told

    @classmethod
    def of(cls, figures: Figures, waits: Waits) -> "Counts":
        """Show figures."""
        ended = figures.arrived + figures.missed
        return cls(
            capacity=figures.capacity,
            taken=told(figures.taken),
            used_percent=percent(figures.taken, figures.capacity),
            bookings=told(figures.bookings),
            arrived=told(figures.arrived),
            no_shows=told(figures.missed),
            no_show_percent=percent(figures.missed, ended),
            cancelled=told(figures.cancelled),
            expired=told(figures.expired),
            elders_percent=percent(figures.elders, figures.bookings),
            minutes_to_done=round(figures.minutes / figures.seen)
            if told(figures.seen) == figures.seen > 0
            else None,
            failed_payments=told(figures.failed),
            wait_median_minutes=quantile(waits.median, 50, of=waits.waited),
            wait_p90_minutes=quantile(waits.most, 90, of=waits.waited),
            sold_out=told(figures.sold_out),
            ruled_out=told(figures.ruled_out),
            busy=told(figures.busy),
        )


class DayCounts(Wire, frozen=True, kw_only=True):
    """The counts of one day at one venue."""

    date: date
    place_id: UUID
    place: str
    scene: str
    counts: Counts

    @classmethod
    def of(cls, line: DayFigures) -> "DayCounts":
        """Show a day of a venue."""
        return cls(
            date=line.day, place_id=line.place_id, place=line.place, scene=line.scene,
            counts=Counts.of(line.figures, line.waits),
        )  # fmt: skip


class UndeliveredNotices(Wire, frozen=True, kw_only=True):
    """How many notices a channel could not deliver on a day."""

    date: date
    channel: str
    failed: Told

    @classmethod
    def of(cls, line: Undelivered) -> "UndeliveredNotices":
        """Show a day of a channel."""
        return cls(date=line.day, channel=line.channel, failed=told(line.failed))


class Stats(Wire, frozen=True, kw_only=True):
    """Counts by day, venue and scene, and all of them together.

    `undelivered` is null for who does not see the whole district, or asked for one venue.
    """

    since: date
    until: date
    total: Counts
    items: list[DayCounts]
    undelivered: list[UndeliveredNotices] | None

    @classmethod
    def of(cls, span: tuple[date, date], report: Report) -> "Stats":
        """Show the figures of some days."""
        return cls(
            since=span[0], until=span[1], total=Counts.of(report.total, report.all_waits),
            items=[DayCounts.of(line) for line in report.lines],
            undelivered=None if report.undelivered is None
            else [UndeliveredNotices.of(line) for line in report.undelivered],
        )  # fmt: skip


def cells_of(counts: Counts) -> list[str]:
    """Write counts in the order of HEAD, what cannot be told as a dash."""
    values = (
        counts.capacity, counts.taken, counts.used_percent, counts.bookings, counts.arrived, counts.no_shows,
        counts.no_show_percent, counts.cancelled, counts.expired, counts.elders_percent,
        counts.minutes_to_done, counts.failed_payments, counts.wait_median_minutes, counts.wait_p90_minutes,
        counts.sold_out, counts.ruled_out, counts.busy, None,
    )  # fmt: skip
    return ["–" if value is None else str(value) for value in values]


def rows_of(report: Report, scenes: Mapping[str, str]) -> list[list[str]]:
    """Write every line under HEAD: the venues', then the notices' of the whole district; no names."""
    venues = [
        [str(line.day), line.place, scenes.get(line.scene, line.scene),
         *cells_of(Counts.of(line.figures, line.waits))]
        for line in report.lines
    ]  # fmt: skip
    empty = ["–"] * (len(HEAD) - 4)
    notices = [
        [str(line.day), "全区", CHANNELS.get(line.channel, line.channel), *empty, str(told(line.failed))]
        for line in report.undelivered or ()
    ]
    return venues + notices


def stats_csv(report: Report) -> bytes:
    """Write the figures as a file for spreadsheets; no names."""
    return csv_bytes(HEAD, rows_of(report, {}))
