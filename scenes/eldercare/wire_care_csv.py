"""The day report of the care desk as CSV: times and results, no names, no places."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from scenes.common.kit.clock import shanghai
from scenes.eldercare.service.shift_change import ReportLine

HEAD: Final = (
    "编号", "服务", "状态", "提出", "答应的时间", "派了几次", "接受", "到达", "到达凭据", "做完", "准时",
    "评分",
)  # fmt: skip
KEPT: Final = {True: "是", False: "否", None: ""}


def report_csv(lines: Sequence[ReportLine]) -> bytes:
    """Write the report, with the mark by which spreadsheets know UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEAD)
    for line in lines:
        writer.writerow([
            line.id, line.service, line.state, _time(line.requested_at), _time(line.promised_at), line.sent,
            _time(line.accepted_at), _time(line.arrived_at), line.arrived_by or "", _time(line.done_at),
            KEPT[line.kept], line.stars or "",
        ])  # fmt: skip
    return text.getvalue().encode("utf-8-sig")


def _time(at: datetime | None) -> str:
    return shanghai(at).isoformat(timespec="seconds") if at else ""
