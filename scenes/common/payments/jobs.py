"""What the payments desk does by itself: settle, ask silent providers, give money back."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.jobs import Periodic, Works
from scenes.common.kit.outbox import Event, Handler
from scenes.common.payments import service
from scenes.common.payments.cashier import Cashier
from scenes.common.payments.upstream import open_providers


async def follow_booking(session: AsyncSession, event: Event) -> None:
    """Give the money of a booking that is over back, or close its open payment."""
    await service.booking_ended(session, UUID(event.payload["bookingId"]), now=event.at)


async def follow_missed(session: AsyncSession, event: Event) -> None:
    """Give back what was promised of a booking nobody came for."""
    await service.booking_missed(session, UUID(event.payload["bookingId"]), now=event.at)


async def settle_payments(works: Works) -> None:
    """Drive successes again whose booking was not told: the safety net after a kill."""
    async with _cashier(works) as cashier:
        await cashier.settle_due()


async def ask_providers(works: Works) -> None:
    """Ask about payments that are open for longer than 30 seconds, then ever more rarely."""
    async with _cashier(works) as cashier:
        await cashier.ask_due()


async def try_refunds(works: Works) -> None:
    """Try the refunds that wait, asking before repeating."""
    async with _cashier(works) as cashier:
        await cashier.refund_due()


@asynccontextmanager
async def _cashier(works: Works) -> AsyncGenerator[Cashier]:
    async with open_providers(works.settings, clock=works.clock) as providers:
        yield Cashier(works.database, works.ledger, providers=providers, clock=works.clock)


HANDLERS: dict[str, list[Handler]] = {
    "booking.cancelled": [follow_booking],
    "booking.expired": [follow_booking],
    "booking.no_show": [follow_missed],
}
PERIODIC = [
    Periodic("payments.settle", "* * * * * */5", settle_payments),
    Periodic("payments.ask", "* * * * * */15", ask_providers),
    Periodic("payments.refund", "* * * * * */10", try_refunds),
]
