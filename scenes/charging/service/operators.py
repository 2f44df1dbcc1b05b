"""What the sessions need of an operator's client; `scenes.charging.upstream` has the real one.

A call may raise Busy when it is unsure what the operator did, Conflict for its no.
"""

from typing import Protocol
from uuid import UUID

from scenes.charging.rules.messages import ChargeStatus, StartAck, StopAck


class OperatorClient(Protocol):
    """One operator; a start is safe to repeat by its number."""

    async def authenticate(self, connector_code: str, /) -> int:
        """Ask whether a connector may be used: 0 it may, 1 the gun is not plugged, 2 the check failed."""
        ...

    async def start(self, start_seq: str, connector_code: str, /) -> StartAck:
        """Ask to start charging."""
        ...

    async def charge_status(self, start_seq: str, /) -> ChargeStatus:
        """Ask for a session's meter."""
        ...

    async def stop(self, start_seq: str, connector_code: str, /) -> StopAck:
        """Ask to stop charging."""
        ...


class OperatorGate(Protocol):
    """Hands out the client of an operator."""

    async def client(self, operator_id: UUID, /) -> OperatorClient:
        """Return the client of an operator."""
        ...
