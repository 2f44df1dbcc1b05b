"""Which help was chosen, as an answer writes it, and what the room offers of it now."""

from collections.abc import Callable
from typing import Final
from uuid import UUID

from accessibility.flows.flow import Asking, Values
from scenes.eldercare.service import catalogue
from scenes.eldercare.service.catalogue import Offer

TAXI: Final = "taxi"


def value_of(offer: Offer) -> str:
    """Write a service as an answer: with a time (t), a car at once (c), or at once (n)."""
    kind = "t" if offer.row.by_window or offer.terms.price_fen else "c" if offer.row.code == TAXI else "n"
    return f"{kind}~{offer.row.id}"


def is_kind(*kinds: str) -> Callable[[Values], bool]:
    """Make a question of some kinds of services only."""
    return lambda values: values.get("what", "").partition("~")[0] in kinds


def service_of(values: Values) -> UUID:
    """Read which service was chosen."""
    return UUID(values["what"].partition("~")[2])


async def offer_of(asking: Asking, values: Values) -> Offer:
    """Read the service that was chosen, with its free times (ServiceNotFound)."""
    return await catalogue.offer(asking.session, service_of(values), now=asking.now)
