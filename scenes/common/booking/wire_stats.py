"""Figures as the wire shows them; a count from 1 to 4 is shown as "<5"."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from scenes.common.booking.rules_stats import Told, percent, told
from scenes.common.booking.service_stats import DayFigures, Figures
from scenes.common.kit.csv_file import csv_bytes
from scenes.common.kit.wire import Wire

HEAD: Final = (
    "日期", "地点", "场景", "总号数", "已约", "用去 %", "预约", "已到", "没来", "没来 %", "取消", "没确认",
    "60 岁以上 %", "约定到办完(分钟)", "付款没成",
)  # fmt: skip


class Counts(Wire, frozen=True, kw_only=True):
    """What was offered, booked and kept; percents are whole, null where they would give somebody away."""

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

    @classmethod
    def of(cls, figures: Figures) -> "Counts":
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
            counts=Counts.of(line.figures),
        )  # fmt: skip


class Stats(Wire, frozen=True, kw_only=True):
    """Counts by day, venue and scene, and all of them together."""

    since: date
    until: date
    total: Counts
    items: list[DayCounts]

    @classmethod
    def of(cls, span: tuple[date, date], lines: Sequence[DayFigures]) -> "Stats":
        """Show the figures of some days."""
        return cls(
            since=span[0], until=span[1], total=Counts.of(Figures.added(line.figures for line in lines)),
            items=[DayCounts.of(line) for line in lines],
        )  # fmt: skip


def cells_of(counts: Counts) -> list[str]:
    """Write counts in the order of HEAD, what cannot be told as a dash."""
    values = (
        counts.capacity, counts.taken, counts.used_percent, counts.bookings, counts.arrived, counts.no_shows,
        counts.no_show_percent, counts.cancelled, counts.expired, counts.elders_percent,
        counts.minutes_to_done, counts.failed_payments,
    )  # fmt: skip
    return ["–" if value is None else str(value) for value in values]


def stats_csv(lines: Iterable[DayFigures]) -> bytes:
    """Write the figures as a file for spreadsheets; no names."""
    shown = [DayCounts.of(line) for line in lines]
    return csv_bytes(HEAD, [[str(day.date), day.place, day.scene, *cells_of(day.counts)] for day in shown])
