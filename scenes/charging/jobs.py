"""What the charging room does in the background, gathered."""

from scenes.common.kit.jobs import Periodic
from scenes.common.kit.outbox import Handler

HANDLERS: dict[str, list[Handler]] = {}
PERIODIC: list[Periodic] = []
EACH_PROCESS: list[Periodic] = []
"""To be run within every API process, since what they refresh lives in its memory."""
