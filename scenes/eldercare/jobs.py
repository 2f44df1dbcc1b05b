"""What the eldercare room does in the background, gathered."""

from scenes.common.kit.jobs import Periodic
from scenes.common.kit.outbox import Handler
from scenes.eldercare import jobs_readings, jobs_requests, jobs_sos, jobs_wellbeing

HANDLERS: dict[str, list[Handler]] = {**jobs_sos.HANDLERS, **jobs_requests.HANDLERS}
PERIODIC: list[Periodic] = [
    *jobs_sos.PERIODIC,
    *jobs_requests.PERIODIC,
    *jobs_wellbeing.PERIODIC,
    *jobs_readings.PERIODIC,
]
EACH_PROCESS: list[Periodic] = [*jobs_sos.EACH_PROCESS]
"""Run within every API process too."""
