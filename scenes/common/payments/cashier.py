"""The cashier: what takes more than one transaction, since the ledger and the providers have their own.

Each step is committed before the next begins, and each step may be done again: after a kill, the jobs
find what was begun (a success without `settled_at`, a refund still requested, an open payment) and
carry on.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Literal
from uuid import UUID

from scenes.common.booking.errors import BookingNotFound, HoldExpired, IllegalMove
from scenes.common.booking.ledger import Ledger, Move
from scenes.common.kit.caller import Resident, Staff
from scenes.common.kit.clock import Clock
from scenes.common.kit.database import Database
from scenes.common.kit.idempotency import Answer, once
from scenes.common.kit.refusals import Busy, IdempotencyKeyReused, Refusal
from scenes.common.payments import service, states, store
from scenes.common.payments.errors import ProviderRefused
from scenes.common.payments.rules import COUNTER, money_matches
from scenes.common.payments.tables import PaymentRow, RefundRow
from scenes.common.payments.upstream import NewOrder, Notice, OrderFacts, Providers, RefundFacts

CREATED_STATUS = 201
PATIENCE = 3.0
"""Seconds a provider waits for our 200 while we settle; the job settles what takes longer."""

BATCH = 100
_log = logging.getLogger(__name__)


class Cashier:
    """Opens payments, hears providers, settles with the ledger, gives money back.

    `return_url` is where a provider's page sends the payer afterwards, followed by the booking's id.
    """

    def __init__(
        self,
        database: Database,
        ledger: Ledger,
        *,
        providers: Providers,
        clock: Clock,
        return_url: str | None = None,
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._providers = providers
        self._clock = clock
        self._return_url = return_url

    async def open(  # noqa: PLR0913 - each is one fact of the call
        self,
        booking_id: UUID,
        *,
        resident: Resident,
        method: str,
        key: str,
        fingerprint: bytes,
        render: Callable[[PaymentRow], bytes],
    ) -> Answer:
        """Open a payment and submit it to its provider; a replay of the key repeats the first answer.

        The payment is committed before the provider hears of it, so a kill in between leaves no order
        that we do not know; the same booking finds its open payment again.
        """
        provider = self._providers.named(method)
        owner = resident.person_id
        async with self._database.transaction() as session:
            first = await store.stored_answer(session, owner, key)
            if first is not None:
                if first.fingerprint != fingerprint:
                    raise IdempotencyKeyReused
                return Answer(first.status, first.body, replayed=True)
            row, title = await service.open_payment(
                session, booking_id, resident=resident, method=method, now=self._clock()
            )
        order = NewOrder(
            payment_id=row.id,
            amount_fen=row.amount_fen,
            description=title,
            return_url=f"{self._return_url}/{booking_id}" if self._return_url else None,
        )
        facts = await provider.create(order)
        async with self._database.transaction() as session:
            now = self._clock()

            async def act() -> tuple[int, bytes]:
                paid = await service.submitted(session, row.id, facts, now=now)
                return CREATED_STATUS, render(paid)

            return await once(session, owner, key=key, fingerprint=fingerprint, now=now, act=act)

    async def hear(self, method: str, *, headers: Mapping[str, str], body: bytes) -> None:
        """Take a provider's notice: check it, commit it, then settle at once if it is good news.

        Refuses with NoticeRefused; what is committed is safe, so a slow settlement is left to the job.
        """
        notice = self._providers.named(method).read_notice(headers, body, now=self._clock())
        await self._take(notice, method=method)

    async def ask(self, payment_id: UUID) -> None:
        """Ask the provider how an open payment stands (or to close it), and follow the answer."""
        async with self._database.transaction() as session:
            row = await store.payment(session, payment_id)
        if row is None or row.state not in states.OPEN:
            return
        provider = self._providers.named(row.method)
        try:
            facts = await (provider.close(row.id) if row.closing else provider.query(row.id))
        except (Busy, ProviderRefused):
            async with self._database.transaction() as session:
                await service.still_open(session, payment_id, now=self._clock())
            return
        await self._follow(row, facts)

    async def settle(self, payment_id: UUID) -> None:
        """Confirm the booking of a successful payment, or send the money back if the hold is gone.

        Done again after a kill it finds the booking confirmed by this payment and only closes the books.
        """
        async with self._database.transaction() as session:
            row = await store.payment(session, payment_id)
        if row is None or row.state != states.SUCCESS or row.settled_at is not None:
            return
        kept = await self._confirmed(row)
        async with self._database.transaction() as session:
            refund_id = await service.settle(session, payment_id, kept=kept, now=self._clock())
        if refund_id is not None:
            await self.refund(refund_id)

    async def refund(self, refund_id: UUID) -> None:
        """Try a requested refund; after the first try ask before repeating, with the same number."""
        async with self._database.transaction() as session:
            refund = await store.refund(session, refund_id)
            row = None if refund is None else await store.payment(session, refund.payment_id)
        if refund is None or row is None or refund.state != states.REQUESTED:
            return
        if row.method == COUNTER:  # its staff hand it back
            return
        event = await self._refund_event(refund, row.method)
        async with self._database.transaction() as session:
            if event is None:
                await service.refund_put_off(session, refund_id, now=self._clock())
            else:
                await service.refund_moved(session, refund_id, event=event, now=self._clock())

    async def take_at_counter(  # noqa: PLR0913 - each is one fact of the call
        self,
        booking_id: UUID,
        *,
        staff: Staff,
        amount_fen: int,
        key: str,
        fingerprint: bytes,
        render: Callable[[PaymentRow], bytes],
    ) -> Answer:
        """Take a held booking's money over the counter and confirm it; a replay repeats the first answer.

        Refuses as `service.take` does. Should the hold run out in between, the money is to be handed back.
        """
        taken: list[UUID] = []
        async with self._database.transaction() as session:
            now = self._clock()

            async def act() -> tuple[int, bytes]:
                row = await service.take(session, booking_id, staff=staff, amount_fen=amount_fen, now=now)
                taken.append(row.id)
                return CREATED_STATUS, render(row)

            answer = await once(session, staff.staff_id, key=key, fingerprint=fingerprint, now=now, act=act)
        for payment_id in taken:
            await self._settle_now(payment_id)
        return answer

    async def decide(
        self, payment_id: UUID, *, resident: Resident, verdict: Literal["approve", "decline"]
    ) -> PaymentRow:
        """Press the demo provider's button for the payer, and answer with the payment as it then stands."""
        provider = self._providers.demo()
        async with self._database.transaction() as session:
            row = await service.own_payment(session, payment_id, resident=resident)
        if row.pay_url is not None and row.state in states.OPEN:
            await provider.decide(row.pay_url, verdict)
            await self.ask(payment_id)
        async with self._database.transaction() as session:
            return await service.own_payment(session, payment_id, resident=resident)

    async def settle_due(self, *, limit: int = BATCH) -> int:
        """Settle successes that a kill or a slow ledger left behind; return how many were taken up."""
        async with self._database.transaction() as session:
            due = await store.unsettled(session, limit=limit)
        return await self._each(self.settle, due)

    async def ask_due(self, *, limit: int = BATCH) -> int:
        """Ask about open payments whose providers are silent; return how many were taken up."""
        async with self._database.transaction() as session:
            due = await store.to_ask(session, now=self._clock(), limit=limit)
        return await self._each(self.ask, due)

    async def refund_due(self, *, limit: int = BATCH) -> int:
        """Try the refunds that wait; return how many were taken up."""
        async with self._database.transaction() as session:
            due = await store.due_refunds(session, now=self._clock(), limit=limit)
        return await self._each(self.refund, due)

    async def _each(self, step: Callable[[UUID], Awaitable[None]], due: Sequence[UUID]) -> int:
        """Take one step for each; what is refused now comes again and holds up no other."""
        for each in due:
            try:
                await step(each)
            except Refusal as refusal:
                _log.warning("%s of %s put off: %s", step.__name__, each, refusal.code)
        return len(due)

    async def _take(self, notice: Notice, *, method: str) -> None:
        async with self._database.transaction() as session:
            row = await service.receive(session, notice, method=method, now=self._clock())
        if row.state == states.SUCCESS and row.settled_at is None:
            await self._settle_now(row.id)

    async def _settle_now(self, payment_id: UUID) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                await self.settle(payment_id)
        except (Busy, TimeoutError):
            _log.warning("settlement of payment %s left to the job", payment_id)

    async def _follow(self, row: PaymentRow, facts: OrderFacts | None) -> None:
        """Take what a provider answered as if it had told us by itself."""
        if facts is not None and facts.state != "pending":
            number = f"asked:{row.id}:{facts.state}"
            raw = {"providerRef": facts.provider_ref, "state": facts.state, "amountFen": facts.amount_fen}
            await self._take(Notice(event_no=number, facts=facts, raw=raw), method=row.method)
            return
        async with self._database.transaction() as session:
            if facts is None:
                await service.unknown_to_provider(session, row.id)
            else:
                await service.still_open(session, row.id, now=self._clock())

    async def _confirmed(self, row: PaymentRow) -> bool:
        """Have the ledger confirm the booking; tell whether it stands by this payment."""
        try:
            await self._ledger.move(Move(booking_id=row.booking_id, event="confirm", by="payment"))
        except (HoldExpired, IllegalMove, BookingNotFound):
            async with self._database.transaction() as session:
                return await service.is_kept(session, row.id)
        return True

    async def _refund_event(self, refund: RefundRow, method: str) -> str | None:
        """Say which event of the refund's graph the provider's answer is; None is "not sure yet"."""
        try:
            facts = await self._asked_refund(refund, method)
        except ProviderRefused:
            return states.STICK
        except Busy:
            return None
        if facts.state == "processing":
            return None
        matches = money_matches(refund.amount_fen, facts.amount_fen, currency="CNY")
        return states.COMPLETE if facts.state == "succeeded" and matches else states.STICK

    async def _asked_refund(self, refund: RefundRow, method: str) -> RefundFacts:
        """Query first once a try was made: the answer to it may have been lost on the way."""
        provider = self._providers.named(method)
        if refund.tries > 0:
            known = await provider.query_refund(refund.out_refund_no)
            if known is not None:
                return known
        return await provider.refund(
            refund.payment_id, out_refund_no=refund.out_refund_no, amount_fen=refund.amount_fen
        )
