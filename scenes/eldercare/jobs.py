"""What the eldercare room does in the background, gathered."""

from scenes.common.kit.jobs import Periodic
from scenes.common.kit.outbox import Handler
from scenes.eldercare import jobs_sos

HANDLERS: dict[str, list[Handler]] = {**jobs_sos.HANDLERS}
PERIODIC: list[Periodic] = [*jobs_sos.PERIODIC]
EACH_PROCESS: list[Periodic] = [*jobs_sos.EACH_PROCESS]
"""Run within every API process too."""
