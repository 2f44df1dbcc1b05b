"""A demo charging operator: the partner's side of T/CEC 102 in both directions, in a process of its own.

Start with `python -m scenes.charging.sandbox --port 9111 --dialect standard --stations FILE
--platform-url http://…/api/v1/evcs --store FILE --speed 15`. Every time-stamp is real; at speed N the
connectors deliver N times their power, so energies, periods and orders add up and no clock runs ahead.
Its books are one file: after kill -9 it goes on with its charges and with what it had still to tell.
"""

from scenes.charging.sandbox.app import create_sandbox
from scenes.charging.sandbox.spec import (
    DEMO_SECRETS,
    DIALECTS,
    ConnectorSpec,
    Mischief,
    Pace,
    PlantSpec,
    PriceSpec,
    StationSpec,
)

__all__ = [
    "DEMO_SECRETS",
    "DIALECTS",
    "ConnectorSpec",
    "Mischief",
    "Pace",
    "PlantSpec",
    "PriceSpec",
    "StationSpec",
    "create_sandbox",
]
