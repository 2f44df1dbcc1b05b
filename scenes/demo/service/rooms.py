"""Opening every room of the district with its venues and staff; what is there already stays."""

from datetime import datetime

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.crypto import FieldCipher
from scenes.demo.rules.breakfasts import draw_points
from scenes.demo.rules.stations import draw_operators, draw_stations
from scenes.demo.service import operators, staff
from scenes.demo.service.breakfast import open_breakfast
from scenes.demo.service.charging import open_charging
from scenes.demo.service.clinics import Clinics, open_clinics
from scenes.demo.service.eldercare import open_eldercare
from scenes.demo.service.outlines import draw_outlines
from scenes.demo.service.progress import Report
from scenes.demo.service.quarters import publish_quarters


class Furnishing(msgspec.Struct, frozen=True, kw_only=True):
    """What opening the rooms needs."""

    seed: int
    secret_key: bytes
    cipher: FieldCipher
    clinics: Clinics
    now: datetime


async def open_rooms(session: AsyncSession, house: Furnishing, *, report: Report) -> None:
    """Open what is not open yet, so that a district of before gets the rooms that are new."""
    points, stations = draw_points(house.seed), draw_stations(house.seed)
    await open_clinics(session, house.clinics, now=house.now)
    await draw_outlines(session)
    await operators.take_on(
        session, draw_operators(house.seed), secret_key=house.secret_key, cipher=house.cipher
    )
    await open_charging(session, stations, seed=house.seed, now=house.now, report=report)
    report.say("publishing quarter-hours of chargers")
    await publish_quarters(session, stations, now=house.now)
    report.say("opening breakfast points")
    await open_breakfast(session, points, seed=house.seed, now=house.now)
    report.say("opening eldercare")
    cares = await open_eldercare(
        session, house.seed, secret_key=house.secret_key, cipher=house.cipher, now=house.now
    )
    places = {
        "clinic": [site.id for site in house.clinics.centres],
        "charging": [station.id for station in stations],
        "breakfast": [point.id for point in points],
        "eldercare": cares,
    }
    await staff.hire(session, secret_key=house.secret_key, cipher=house.cipher, places=places, now=house.now)
