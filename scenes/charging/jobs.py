"""What the charging room does in the background, gathered."""

from scenes.charging import jobs_live, jobs_sessions
from scenes.common.kit.jobs import Periodic
from scenes.common.kit.outbox import Handler

_PARTS = (jobs_live, jobs_sessions)

HANDLERS: dict[str, list[Handler]] = {}
for _part in _PARTS:
    for _topic, _several in _part.HANDLERS.items():
        HANDLERS.setdefault(_topic, []).extend(_several)
PERIODIC: list[Periodic] = [job for part in _PARTS for job in part.PERIODIC]
EACH_PROCESS: list[Periodic] = [job for part in _PARTS for job in part.EACH_PROCESS]
"""To be run within every API process, since what they refresh lives in its memory."""
