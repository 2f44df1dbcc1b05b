"""What the routes may ask of the house they serve: looked up at each request, named in one place."""

from collections.abc import Callable, Mapping
from typing import Any

from litestar.di import Provide

from accessibility.flows.flow import Tools
from accessibility.journeys import FLOWS
from api.auth import dependencies
from api.family_doctor import signed_residents
from api.finding.finder import Finder
from api.hanging import hanging_on
from api.holdings import HOLDINGS
from api.lifespan import House
from api.sessions import sessions
from scenes.common.booking.service_desk import DeskTools


class Standing:
    """An application's place for its house.

    To put the routes together takes a second, so they do not hold a house: another one with the same
    settings, but for where its data are, can move in. A process has one for its whole life.
    """

    house: House

    def __init__(self, house: House) -> None:
        self.move_in(house)

    def move_in(self, house: House) -> None:
        """Serve this house from the next request on."""
        self.house = house
        self._named = _named(house)

    def dependencies(self) -> Mapping[str, Provide]:
        """Name what a route may ask for, except the pages' shell."""
        return {
            **{name: _provide(self._reader(name)) for name in self._named},
            "cashier": _provide(lambda: self.house.cashier),
            "video_rooms": _provide(lambda: self.house.video),
            "carriers": _provide(lambda: self.house.carriers),
            **dependencies(lambda: self.house.authentication),
            **sessions(lambda: self.house.database),
        }

    def _reader(self, name: str) -> Callable[[], Any]:
        return lambda: self._named[name]


def _named(house: House) -> dict[str, Any]:
    return {
        "clock": house.clock,
        "cipher": house.cipher,
        "cache": house.cache,
        "fanout": house.fanout,
        "ledger": house.ledger,
        "directory": house.directory,
        "finder": Finder(house.database, house.directory),
        "database": house.database,
        "place_names": house.place_names,
        "sign_in_tools": house.sign_in_tools,
        "vouchers": house.vouchers,
        "holdings": HOLDINGS,
        "limits": house.limits,
        "reader": house.reader,
        "speaker": house.speaker,
        "waiting": house.waiting,
        "hanging": hanging_on,
        "signed_residents": signed_residents,
        "demo_enabled": house.settings.demo,
        "settings": house.settings,
        "flows": FLOWS,
        "flow_tools": _flow_tools(house),
        "desk_tools": DeskTools(
            database=house.database, ledger=house.ledger, cipher=house.cipher, clock=house.clock
        ),
    }


def _flow_tools(house: House) -> Tools:
    """Hand the guided flows what the rooms' own routes are handed."""
    return Tools(
        database=house.database,
        ledger=house.ledger,
        directory=house.directory,
        place_names=house.place_names,
        limits=house.limits,
        clock=house.clock,
        reader=house.reader,
        cipher=house.cipher,
        help_phone=house.settings.help_phone,
        undo_minutes=house.settings.undo_minutes,
        draft_hours=house.settings.draft_hours,
    )


def _provide(read: Callable[..., Any]) -> Provide:
    return Provide(read, sync_to_thread=False)
