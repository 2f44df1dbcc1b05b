"""A station's day as a table for a spreadsheet: every charge, its energy, its money, and what differs."""

import csv
import io
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.rules.bill import Bill
from scenes.charging.service.tariffs import check_scope
from scenes.charging.store import site as store
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import shanghai

BOM: Final = "\ufeff"
"""By which spreadsheets know UTF-8."""

HEAD: Final = (
    "订单号", "充电枪", "状态", "开始", "结束", "电量(度)", "电费(元)", "服务费(元)", "占位费(元)",
    "合计(元)", "企业合计(元)", "相差(元)", "预付(元)", "停止原因",
)  # fmt: skip
STATES: Final = {"ended": "已结束", "failed": "没有充成"}
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


async def day_report(session: AsyncSession, staff: Staff, station_id: UUID, *, day: date) -> str:
    """Write a station's day as CSV with a head and a line of sums (StationUnknown outside the scope)."""
    check_scope(staff, station_id)
    rows = await store.days_sessions(session, station_id, day)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEAD)
    for row in rows:
        writer.writerow([harmless(cell) for cell in _cells(row)])
    writer.writerow(_sums(rows))
    return BOM + out.getvalue()


def harmless(cell: str) -> str:
    """Keep a spreadsheet from taking somebody's words for a formula; figures stay figures."""
    if cell.startswith(_FORMULA) and not _is_figure(cell):
        return f"'{cell}"
    return cell


def _is_figure(cell: str) -> bool:
    return cell.lstrip("+-").replace(".", "", 1).isascii() and cell.lstrip("+-").replace(".", "", 1).isdigit()


def _cells(row: RowMapping) -> list[str]:
    parts = _components(row["bill"])
    theirs, total = row["operator_total_fen"], row["total_fen"] or 0
    return [
        row["start_seq"], row["name"] or f"{row['number']}号枪", STATES[row["state"]],
        _time(row["started_at"]), _time(row["ended_at"]), f"{Decimal(row['energy_wh']) / 1000:.3f}",
        *(_yuan(part) for part in parts), _yuan(total), _yuan(theirs) if theirs is not None else "",
        _yuan(total - theirs) if theirs is not None else "", _yuan(row["authorised_fen"]),
        row["failure"] or row["stop_reason"] or "",
    ]  # fmt: skip


def _components(bill: Mapping[str, Any] | None) -> tuple[int, int, int]:
    """Add up a bill's electricity, service and idle fen."""
    lines = Bill.of(bill).lines if bill else ()
    sums = {"electricity": 0, "service": 0, "idle": 0}
    for line in lines:
        sums[line.kind] += line.fen
    return sums["electricity"], sums["service"], sums["idle"]


def _sums(rows: list[RowMapping] | Any) -> list[str]:
    parts = [_components(row["bill"]) for row in rows]
    columns = [sum(column) for column in zip(*parts, strict=True)] if parts else [0, 0, 0]
    energy = Decimal(sum(row["energy_wh"] for row in rows)) / 1000
    total = sum(row["total_fen"] or 0 for row in rows)
    sums = [_yuan(part) for part in columns]
    return ["合计", f"{len(rows)}笔", "", "", "", f"{energy:.3f}", *sums, _yuan(total), "", "", "", ""]


def _yuan(fen: int) -> str:
    return f"{Decimal(fen) / 100:.2f}"


def _time(at: datetime | None) -> str:
    return f"{shanghai(at):%Y-%m-%d %H:%M:%S}" if at is not None else ""
