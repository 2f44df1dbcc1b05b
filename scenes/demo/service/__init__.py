"""Making the demo district, and telling how its staff sign in."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.service.learning import learn_stations
from scenes.common.kit.clock import Clock, system_clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.demo import store
from scenes.demo.rules.chance import SEED
from scenes.demo.rules.residents import MOST_RESIDENTS
from scenes.demo.service import daily, operators, staff
from scenes.demo.service.care_visits import ask_for_care
from scenes.demo.service.clinics import Clinics, draw_clinics
from scenes.demo.service.daily import live_daily
from scenes.demo.service.homes import open_homes
from scenes.demo.service.people import Movers, move_in
from scenes.demo.service.progress import Report
from scenes.demo.service.rooms import Furnishing, open_rooms
from scenes.demo.service.sessions import add_sessions, add_windows
from scenes.demo.service.streets import open_streets
from scenes.demo.service.stuck import leave_one_stuck
from scenes.demo.service.visits import draw_visits, units_taken, write_visits

__all__ = ["DemoSettings", "device_lines", "make_district", "seed", "staff_lines"]


class DemoSettings(Protocol):
    """What making the district needs of the settings."""

    @property
    def database_url(self) -> str | None:
        """Where the database is."""
        ...

    @property
    def data_dir(self) -> Path:
        """The folder in which the operators' sandboxes find their stations."""
        ...

    @property
    def secret_key(self) -> bytes:
        """What staff passwords are derived from."""
        ...

    @property
    def field_key(self) -> bytes:
        """What personal fields are sealed with."""
        ...

    @property
    def index_key(self) -> bytes:
        """What personal fields are found by."""
        ...


def seed(  # noqa: PLR0913 - one fact each
    settings: DemoSettings,
    *,
    residents: int,
    days: int,
    if_empty: bool,
    operator_urls: Sequence[str] = (),
    clock: Clock = system_clock,
) -> None:
    """Make the district in one transaction: all of it is there afterwards, or nothing new.

    A district that is there already grows: residents after the last one, sessions of days that have none.
    With `if_empty` it is left alone, but for rooms that it lacks. `operator_urls` say where the charging
    operators' sandboxes are in this run.
    """
    if settings.database_url is None:
        raise ValueError("the demo district needs a database")
    database = Database(settings.database_url, pool_size=2)
    with Report() as report:
        asyncio.run(
            _made(
                database,
                settings,
                residents=residents,
                days=days,
                if_empty=if_empty,
                operator_urls=operator_urls,
                now=clock(),
                report=report,
            )
        )


async def _made(  # noqa: PLR0913 - one fact each
    database: Database,
    settings: DemoSettings,
    *,
    residents: int,
    days: int,
    if_empty: bool,
    operator_urls: Sequence[str],
    now: datetime,
    report: Report,
) -> None:
    try:
        await make_district(
            database, settings, residents=residents, days=days, if_empty=if_empty, now=now, report=report
        )
        if operator_urls:
            async with database.transaction() as session:
                await operators.meet(session, SEED, operator_urls, folder=settings.data_dir)
    finally:
        await database.close()


async def make_district(  # noqa: PLR0913 - one fact each
    database: Database,
    settings: DemoSettings,
    *,
    residents: int,
    days: int,
    if_empty: bool,
    now: datetime,
    report: Report,
    seed_number: int = SEED,
) -> bool:
    """Make or grow the district; tell whether anything was done."""
    if residents > MOST_RESIDENTS:
        raise ValueError(f"the demo has numbers for {MOST_RESIDENTS:,} residents")
    cipher, clinics = FieldCipher(settings.field_key, settings.index_key), draw_clinics(seed_number)
    async with database.transaction() as session:
        await store.lock_district(session)
        is_there = if_empty and not await store.is_empty(session)
        if is_there and await store.is_furnished(session):
            report.say("the district is there already")
            return False
        house = Furnishing(
            seed=seed_number, secret_key=settings.secret_key, cipher=cipher, clinics=clinics, now=now
        )
        await open_rooms(session, house, report=report)
        if is_there:
            await open_streets(session, seed_number, now=now, report=report)
            await store.reach_carers(session)
            return True
        known = await store.residents_known(session)
        movers = Movers(
            seed=seed_number, cipher=cipher, family_doctors=clinics.family_doctors_by_area, now=now
        )
        report.begin("moving residents in", max(residents - known, 0))
        await move_in(session, movers, known=known, wanted=residents, report=report)
        await open_homes(session, seed_number, now=now)
        await open_streets(session, seed_number, now=now, report=report)
        await ask_for_care(session, seed_number, cipher=cipher, now=now)
        await live_daily(session, seed_number, cipher=cipher, secret_key=settings.secret_key, now=now)
        await _fill(
            session, clinics, seed_number, days=days, residents=max(residents, known), now=now, report=report
        )
        await store.reach_carers(session)
    await store.analyze(database)
    report.say("learning the chargers' usual days")
    await learn_stations(database, now=now)
    return True


async def _fill(  # noqa: PLR0913 - one fact each
    session: AsyncSession,
    clinics: Clinics,
    seed_number: int,
    *,
    days: int,
    residents: int,
    now: datetime,
    report: Report,
) -> None:
    """Publish the sessions and book the visits."""
    slots = await add_sessions(session, clinics, seed=seed_number, days=days, now=now)
    places = clinics.places_by_area
    visits = await draw_visits(session, slots, places=places, seed=seed_number, residents=residents, now=now)
    report.begin("publishing clinic windows", len(slots))
    await add_windows(session, slots, units_taken(visits))
    report.advance(len(slots))
    report.begin("booking visits", len(visits))
    await write_visits(session, visits, seed=seed_number, now=now)
    await leave_one_stuck(session, visits, seed=seed_number, now=now)
    report.advance(len(visits))


def staff_lines(settings: DemoSettings, *, clock: Clock = system_clock) -> list[str]:
    """Write how each member of the demo's staff signs in: user name, password, TOTP secret, present code."""
    return staff.lines(settings.secret_key, clock())


def device_lines(settings: DemoSettings) -> list[str]:
    """Write what each of the demo's devices measures, and its token."""
    return daily.device_lines(SEED, settings.secret_key)
