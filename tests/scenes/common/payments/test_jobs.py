from datetime import timedelta

from croniter import croniter

from scenes.common.booking.ledger import Ledger, Move
from scenes.common.kit.cache import Cache
from scenes.common.kit.clock import system_clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.fanout import Fanout
from scenes.common.kit.jobs import Works
from scenes.common.kit.outbox import relay
from scenes.common.payments import service
from scenes.common.payments.jobs import HANDLERS, PERIODIC
from scenes.common.payments.upstream import NewOrder, Providers
from tests.scenes.common.payments.conftest import District, Peer


async def test_the_jobs_alone_bring_a_payment_from_paid_to_refunded(  # noqa: PLR0913, PLR0917 - fixtures
    district: District, ledger: Ledger, providers: Providers, peer: Peer, cache: Cache, cipher: FieldCipher
) -> None:
    """No notice ever arrives and nobody asks: a worker, restarted for each run, does the rest."""
    held, ahead = await district.hold(), timedelta(minutes=2)
    works = Works(
        database=district.database,
        clock=lambda: system_clock() + ahead,
        cache=cache,
        fanout=Fanout(cache),
        cipher=cipher,
        ledger=ledger,
        directory=None,
        settings=peer.settings,
    )
    async with district.database.transaction() as session:
        row, _ = await service.open_payment(
            session, held.id, resident=district.resident, method="sandbox", now=system_clock()
        )
    sandbox = providers.demo()
    facts = await sandbox.create(NewOrder(payment_id=row.id, amount_fen=350, description="内科"))
    await sandbox.decide(facts.pay_url or "", "approve")
    await run_all(works)
    assert await district.booking(held.id) == ("confirmed", row.id, "success")
    await ledger.move(Move(booking_id=held.id, event="cancel", by="system"))
    await run_all(works)
    assert await district.booking(held.id) == ("cancelled", row.id, "refunded")


async def run_all(works: Works) -> None:
    """Run the relay and every periodic job once, each signing with the real time."""
    async with works.database.transaction() as session:
        await relay(session, HANDLERS, now=works.clock())
    for job in PERIODIC:
        await job.run(works)


def test_every_cron_is_understood() -> None:
    assert [croniter.is_valid(job.cron) for job in PERIODIC] == [True] * 3
