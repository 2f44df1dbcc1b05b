"""The charging room's routes over HTTP, asked as whoever `caller` is; and its board, kept by hand."""

from typing import Any

from litestar import Litestar
from litestar.di import Provide

from api import staff_desk
from api.sessions import SessionsMiddleware, sessions
from scenes.charging import routes
from scenes.charging.jobs_live import refresh_board
from scenes.common.booking.ledger import Ledger
from scenes.common.booking.service_desk import DeskTools
from scenes.common.booking.voucher import VoucherSigner
from scenes.common.kit.cache import Cache
from scenes.common.kit.caller import Resident, Staff
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.fanout import Fanout
from scenes.common.kit.jobs import Works
from scenes.common.kit.limits import Limits
from scenes.common.kit.rate_limit import RateLimiter
from scenes.common.kit.refusals import Refusal, Unauthenticated
from scenes.common.places.directory import PlaceDirectory
from tests.support.booking import place_named
from tests.support.charging import Charging
from tests.support.clinic import Doors, refused


class ChargingDoors(Doors):
    """The doors, with what stands behind them."""

    works: Works

    async def look(self) -> None:
        """Let the process read its places and its board, as it does every few seconds."""
        await self.works.directory.refresh()
        await refresh_board(self.works)


def works_of(charging: Charging, ledger: Ledger, cache: Cache, cipher: FieldCipher) -> Works:
    """Make what jobs are given."""
    return Works(
        database=charging.database, clock=charging.clock, cache=cache, fanout=Fanout(cache), cipher=cipher,
        ledger=ledger, directory=PlaceDirectory(charging.database, clock=charging.clock), settings={},
    )  # fmt: skip


def charging_app(works: Works) -> tuple[Litestar, dict[str, Any]]:
    """Mount the room's routes; answers the app and the parts that tests may change."""
    parts: dict[str, Any] = {
        "database": works.database, "clock": works.clock, "cipher": works.cipher, "ledger": works.ledger,
        "desk_tools": DeskTools(
            database=works.database, ledger=works.ledger, cipher=works.cipher, clock=works.clock
        ),
        "fanout": works.fanout, "directory": works.directory, "cache": works.cache, "caller": None,
        "limits": Limits(RateLimiter(Cache(None)), {}, works.clock),
        "vouchers": VoucherSigner(b"a secret of a district in a test!"),
        "place_names": place_named,
    }  # fmt: skip

    def given(name: str, kind: type | None = None) -> Provide:
        def give() -> Any:
            if kind is not None and not isinstance(parts["caller"], kind):
                raise Unauthenticated
            return parts[name]

        return Provide(give, use_cache=False, sync_to_thread=False)

    app = Litestar(
        [*routes.ROUTES, *staff_desk.ROUTES],
        middleware=[SessionsMiddleware],
        exception_handlers={Refusal: refused},
        dependencies={name: given(name) for name in parts}
        | {
            "resident": given("caller", Resident),
            "staff": given("caller", Staff),
            **sessions(lambda: works.database),
        },
    )
    return app, parts
