"""What the charging room does in the background, gathered."""

from scenes.charging import jobs_live
from scenes.common.kit.jobs import Periodic
from scenes.common.kit.outbox import Handler

PARTS = (jobs_live,)


def _handlers() -> dict[str, list[Handler]]:
    gathered: dict[str, list[Handler]] = {}
    for part in PARTS:
        for topic, several in part.HANDLERS.items():
            gathered.setdefault(topic, []).extend(several)
    return gathered


HANDLERS: dict[str, list[Handler]] = _handlers()
PERIODIC: list[Periodic] = [job for part in PARTS for job in part.PERIODIC]
EACH_PROCESS: list[Periodic] = [job for part in PARTS for job in part.EACH_PROCESS]
"""To be run within every API process, since what they refresh lives in its memory."""
