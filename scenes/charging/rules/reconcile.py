"""Whether an operator's books of a day agree with ours, order by order."""

from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

Kind = Literal["amount", "energy", "missing_there", "missing_here"]

UNKNOWN_ORDER = 1
"""T/CEC 102 DisputeReason: one side does not know the order."""


class Order(msgspec.Struct, frozen=True):
    """An order as one side has it: energy, and its money in fen."""

    start_seq: str
    energy_wh: int
    total_fen: int


class Difference(msgspec.Struct, frozen=True):
    """An order on which the two sides differ; `ours` or `theirs` is none where it is not known."""

    kind: Kind
    ours: Order | None
    theirs: Order | None

    @property
    def start_seq(self) -> str:
        """The number both sides know it by."""
        return next(each.start_seq for each in (self.ours, self.theirs) if each is not None)

    @property
    def fen(self) -> int:
        """How much more theirs is than ours."""
        theirs = self.theirs.total_fen if self.theirs is not None else 0
        return theirs - (self.ours.total_fen if self.ours is not None else 0)


def differences(
    ours: Iterable[Order], told: Mapping[str, int], disputed: Mapping[str, tuple[Order, int]]
) -> list[Difference]:
    """Compare our orders of a day with what the operator told of each and with what it disputes.

    `told` are the totals its final accounts named, `disputed` its own orders with the reason, where it
    disagrees with the list we showed it. An order is listed once.
    """
    known = {order.start_seq: order for order in ours}
    found: list[Difference] = []
    for seq, order in known.items():
        theirs, reason = disputed.get(seq, (None, 0))
        total = told.get(seq, order.total_fen)
        if theirs is not None:
            found.append(_disputed(order, theirs, reason))
        elif total != order.total_fen:
            found.append(Difference("amount", order, Order(seq, order.energy_wh, total)))
    strange = [theirs for seq, (theirs, _) in disputed.items() if seq not in known]
    return found + [Difference("missing_here", None, theirs) for theirs in strange]


def _disputed(ours: Order, theirs: Order, reason: int) -> Difference:
    if reason == UNKNOWN_ORDER:
        return Difference("missing_there", ours, None)
    return Difference("amount" if ours.total_fen != theirs.total_fen else "energy", ours, theirs)
