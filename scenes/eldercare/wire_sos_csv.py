"""The alarm figures as a table for spreadsheets: one line an alarm, then the four shares."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime

from scenes.common.kit.clock import shanghai
from scenes.eldercare.rules.figures import Figures
from scenes.eldercare.tables.sos import SosAlarmRow

BOM = "\ufeff"
"""Without it spreadsheet programs take the file for another encoding."""


def csv_of(figures: Figures, rows: Sequence[SosAlarmRow]) -> bytes:
    """Write the table; times are Shanghai's, durations seconds from the tap; ids only, no names or places."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(
        ["编号", "演练", "来源", "呼救时间", "几秒后应答", "第几级应答", "几秒后到场", "轮次", "结果"]
    )
    for row in rows:
        table.writerow([
            row.id, "是" if row.drill else "", {"tap": "按键", "fall": "跌倒"}[row.source],
            shanghai(row.raised_at).isoformat(timespec="seconds"), _after(row, row.answered_at),
            row.answered_rung or "", _after(row, row.attended_at), row.round, row.result or "",
        ])  # fmt: skip
    table.writerow([])
    table.writerow(["指标", "秒", "达到", "总数", "千分比", "目标千分比"])
    for name, shares in (("应答", figures.answered), ("到场", figures.attended)):
        for share in shares:
            within = int(share.within.total_seconds())
            permille = "" if share.permille is None else share.permille
            table.writerow([name, within, share.reached, share.of, permille, share.target_permille])
    return (BOM + out.getvalue()).encode()


def _after(row: SosAlarmRow, at: datetime | None) -> str:
    return f"{(at - row.raised_at).total_seconds():.1f}" if at is not None else ""
