"""What the page of a station's prices says: those known, and the form for new ones."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import msgspec

from scenes.charging.rules.messages import PricePeriod
from scenes.charging.service.tariffs import DatedTariff
from scenes.common.kit.pages import Mark

EDITED_ROWS: Final = 8
"""Periods the tariff form has room for; T/CEC 102 allows 32, which the call takes."""


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
