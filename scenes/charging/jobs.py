"""What the charging room does in the background, gathered."""

from scenes.charging import jobs_live, jobs_partners, jobs_sessions
from scenes.common.kit.jobs import Periodic
from scenes.common.kit.outbox import Handler

HANDLERS: dict[str, list[Handler]] = {**jobs_sessions.HANDLERS}
PERIODIC: list[Periodic] = [*jobs_live.PERIODIC, *jobs_partners.PERIODIC, *jobs_sessions.PERIODIC]
EACH_PROCESS: list[Periodic] = [*jobs_live.EACH_PROCESS]
"""To be run within every API process, since what they refresh lives in its memory."""
