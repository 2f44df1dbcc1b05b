"""What every carrier of messages is given and answers, whatever protocol it speaks."""

from typing import ClassVar, Literal, Protocol
from uuid import UUID

import msgspec

AnswerState = Literal["accepted", "delivered", "refused"]


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """A message to be carried: our own number for it, the address there, and the words."""

    id: UUID
    address: str
    title: str
    text: str

    def __repr__(self) -> str:
        """Show the number only: addresses and words stay out of logs."""
        return f"Outgoing({self.id})"


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a carrier says of a message; `refused` is for good, `why` is its code."""

    state: AnswerState
    provider_id: str | None = None
    why: str | None = None


class SmsReceipt(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What the SMS gateway tells by itself: our number, its own, and how it ended there."""

    out_id: UUID
    id: str
    state: Literal["delivered", "failed"]
    code: str | None = None


class CarrierTrouble(Exception):  # noqa: N818 - it says what happened
    """No clear answer: the message may have gone out or not, so ask before sending again; `why` is a code."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Carrier(Protocol):
    """One way to carry a message; both calls raise CarrierTrouble when there is no clear answer."""

    can_be_asked: ClassVar[bool]
    """Whether it can tell what became of a message, so that trying again is safe."""

    async def send(self, message: Outgoing) -> Answer:
        """Hand a message over."""
        ...

    async def ask(self, message_id: UUID) -> Answer | None:
        """Ask what became of a message; none if the carrier never heard of it."""
        ...
