"""A charge over the whole protocol: the room on one socket, the operator on another, money to the fen."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from litestar import Litestar

from api.app import compose
from api.lifespan import House
from scenes.charging.jobs_partners import attend_operators
from scenes.charging.jobs_sessions import drive_charges, reconcile
from scenes.charging.rules.dialect import Dialect
from scenes.charging.sandbox import Mischief
from scenes.charging.service import windows
from scenes.charging.service.charges import Charge
from scenes.common.kit.caller import Resident
from tests.scenes.common.payments.conftest import free_port, serving, until
from tests.support.charging import Charging
from tests.support.charging_operator import QUIRKY, STANDARD, operator_row, plant_spec, running
from tests.support.charging_sessions import Garage
from tests.support.clock import AdjustableClock


class District:
    """A district whose only operator is a sandbox; time passes for both at once."""

    def __init__(self, house: House, world: Charging, *, url: str, app: Litestar) -> None:
        self.house = house
        self.world = world
        self.url = url
        self.app = app
        self.garage = Garage(world, house.ledger)

    async def furnish(self) -> None:
        async with self.world.database.transaction() as session:
            row = operator_row(
                self.world.operator, self.house.cipher, base_url=self.url,
                dialect=self.app.state.operator.plant.spec.dialect,
            )  # fmt: skip
            session.add(row)
        await self.world.set_rule({"depositFen": 5000, "daysAhead": 1})
        await attend_operators(self.house.works())
        async with self.world.database.transaction() as session:
            await windows.publish(session, now=self.world.clock())
        codes = await self.world.rows("SELECT code, id FROM charging_connector")
        self.world.connectors = {f"ST-{code}": found for code, found in codes}

    async def begin(self) -> tuple[Charge, Resident]:
        """Have somebody ask for D-1, pay the deposit, and the worker pass by."""
        who = await self.garage.resident()
        charge = await self.garage.begin(who, "D_1")
        await self.garage.pay(charge)
        await self.drive()
        return charge, who

    async def drive(self) -> None:
        await drive_charges(self.house.works())

    async def later(self, **span: float) -> None:
        self.world.clock.advance(timedelta(**span))

    async def state(self, charge: Charge) -> str:
        found = await self.world.rows(f"SELECT state FROM charging_session WHERE id = '{charge.row.id}'")  # noqa: S608 - our own id
        return str(found[0][0])

    async def becomes(self, charge: Charge, state: str) -> None:
        """Wait until notifications alone have brought a state about."""

        async def so() -> bool:
            return await self.state(charge) == state

        await until(so)

    async def settled(self, charge: Charge, *, turn_seconds: float = 0) -> tuple[Any, ...]:
        """Drive until the bill is made, and read its energy and total, and the operator's own total."""

        async def so() -> list[tuple[Any, ...]]:
            await self.later(seconds=turn_seconds)
            await self.drive()
            return await self.world.rows(
                "SELECT energy_wh, total_fen, operator_total_fen FROM charging_session"  # noqa: S608 - our own id
                f" WHERE id = '{charge.row.id}' AND settled_at IS NOT NULL"
            )

        found: Any = await until(so)
        return found[0]

    async def incidents(self) -> list[tuple[Any, ...]]:
        return await self.world.rows("SELECT call, kind, detail FROM partner_incident")


@asynccontextmanager
async def district_of(
    house: House,
    clock: AdjustableClock,
    *,
    dialect: Dialect = STANDARD,
    mischief: Mischief | None = None,
) -> AsyncIterator[District]:
    port = free_port()
    spec = plant_spec(port, dialect, meter_seconds=5)
    async with (
        running(spec, clock, mischief=mischief) as (url, app),
        serving(compose(house), port),
    ):
        district = District(house, Charging(house.database, clock), url=url, app=app)
        await district.furnish()
        yield district


@pytest.mark.parametrize("dialect", [STANDARD, QUIRKY], ids=["standard", "quirky"])
async def test_from_the_deposit_to_the_rest_given_back(
    house: House, clock: AdjustableClock, dialect: Dialect
) -> None:
    async with district_of(house, clock, dialect=dialect) as district:
        charge, who = await district.begin()
        assert await district.state(charge) == "requested"
        await district.later(seconds=2)
        await district.becomes(charge, "charging")
        await district.later(minutes=6)
        await district.garage.stop(charge, who)
        await district.drive()
        await district.later(seconds=1)
        await district.becomes(charge, "ended")
        energy, total, theirs = await district.settled(charge)
        assert (energy, total, theirs) == (6_016, 375, 375)
        assert await district.garage.refunds() == [(5000 - 375,)]
        await district.later(days=1)
        await reconcile(house.works())
        assert await district.world.rows("SELECT orders, total_fen, differences FROM reconciled_day"
                                         " WHERE orders > 0") == [(1, 375, 0)]  # fmt: skip
        assert await district.incidents() == []


async def test_a_start_that_is_accepted_and_fails_is_refunded_whole(
    house: House, clock: AdjustableClock
) -> None:
    async with district_of(house, clock, mischief=Mischief(failed_starts=1)) as district:
        charge, _ = await district.begin()
        await district.later(seconds=3)
        await district.becomes(charge, "failed")

        async def refunded() -> list[tuple[Any, ...]]:
            await district.drive()
            return await district.world.rows(
                "SELECT payload->>'bookingId' FROM outbox WHERE topic = 'booking.cancelled'"
            )

        assert await until(refunded) == [(str(charge.booking.id),)]


async def test_lost_news_is_made_up_for_by_asking(house: House, clock: AdjustableClock) -> None:
    async with district_of(house, clock, mischief=Mischief(lost=1)) as district:
        charge, who = await district.begin()
        for _ in range(4):
            await district.later(seconds=20)
            await district.drive()
        assert await district.state(charge) == "charging"
        await district.garage.stop(charge, who)
        await district.drive()
        await district.later(seconds=2)
        energy, total, theirs = await district.settled(charge, turn_seconds=5)
        assert (energy, theirs) == (1_316, None)
        assert await district.garage.refunds() == [(5000 - total,)]


async def test_news_twice_late_and_out_of_order_makes_the_same_bill(
    house: House, clock: AdjustableClock
) -> None:
    mischief = Mischief(late=0.5, shuffled=1, repeated=1, late_seconds=4)
    async with district_of(house, clock, mischief=mischief) as district:
        charge, who = await district.begin()
        for _ in range(36):
            await district.later(seconds=10)
            await district.drive()
        await district.garage.stop(charge, who)
        await district.drive()
        await district.later(seconds=1)
        for _ in range(3):
            await district.later(seconds=10)
            await district.drive()
        await district.becomes(charge, "ended")
        _, total, theirs = await district.settled(charge)
        assert total == theirs
        assert await district.garage.refunds() == [(5000 - total,)]
        assert [each for each in await district.incidents() if each[1] == "failed"] == []
