"""What one process holds from start to stop: connections, the ledger, the desks' long-lived objects."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import UUID

import structlog

from accessibility.speech.signing import Reader
from accessibility.speech.speaker import Speaker, can_speak
from api.acting import Acting
from api.auth import Authentication
from api.settings import Settings
from api.waiting.counts import Waiting
from scenes.common.booking.ledger import Ledger
from scenes.common.booking.voucher import VoucherSigner
from scenes.common.booking.wire import BookingPlace, PlaceNames, renderer
from scenes.common.kit.cache import Cache
from scenes.common.kit.clock import Clock, system_clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.fanout import Fanout
from scenes.common.kit.jobs import Periodic, Works
from scenes.common.kit.limits import Limits
from scenes.common.kit.rate_limit import RateLimiter
from scenes.common.notices.upstream import Carriers, open_carriers
from scenes.common.payments.cashier import Cashier
from scenes.common.payments.upstream import open_providers
from scenes.common.people.rules import SignInRules
from scenes.common.people.service import SignInTools
from scenes.common.people.tokens import PageSessions, Passwords, Revocations, TokenReader, TokenSigner
from scenes.common.places.directory import PlaceDirectory
from scenes.eldercare.video.upstream import Video, open_video

log = structlog.get_logger(__name__)


PUBLISH_SECONDS = 0.2
"""Changes are told to live pages at most this late."""


class House:
    """The objects of one process; made without I/O, brought to life by `open`."""

    def __init__(self, settings: Settings, clock: Clock = system_clock) -> None:
        if settings.database_url is None:
            msg = "the database URL must be known before the house is made"
            raise ValueError(msg)
        self.settings = settings
        self.clock = clock
        self.database = Database(settings.database_url, pool_size=settings.database_connections)
        self.cache = Cache(settings.redis_url)
        self.fanout = Fanout(self.cache)
        self.cipher = FieldCipher(settings.field_key, settings.index_key)
        self.directory = PlaceDirectory(self.database, clock=clock)
        self.ledger = Ledger(
            self.database, clock=clock, render=renderer(self.place_name), on_commit=self._publish
        )
        self.revocations = Revocations(self.database, clock)
        self.sign_in_rules = SignInRules(secure_cookies=settings.public_url.startswith("https://"))
        limiter = RateLimiter(self.cache)
        self.sign_in_tools, self.authentication = self._doors(limiter)
        self.limits = Limits(limiter, settings.hourly_limits, clock)
        self.vouchers = VoucherSigner(settings.secret_key)
        self.speaker = Speaker(self.cache, speaks=can_speak())
        self.waiting = Waiting(self.database, clock)
        self.reader = Reader(settings.secret_key, speaks=self.speaker.speaks)
        self.cashier: Cashier
        self.carriers: Carriers
        self.video: Video
        self._changed: set[str] = set()
        self._publishing: asyncio.Task[None] | None = None

    def _doors(self, limiter: RateLimiter) -> tuple[SignInTools, Authentication]:
        """Make what signs people in, and what tells later who they are."""
        secret, clock = self.settings.secret_key, self.clock
        signer = TokenSigner(secret)
        tools = SignInTools(
            signer=signer,
            revocations=self.revocations,
            limiter=limiter,
            passwords=Passwords(),
            rules=self.sign_in_rules,
        )
        pages = PageSessions(self.database, clock, revocations=self.revocations, rules=self.sign_in_rules)
        authentication = Authentication(
            TokenReader((secret,), self.revocations),
            pages,
            signer=signer,
            clock=clock,
            acting=Acting(self.database, clock),
        )
        return tools, authentication

    @property
    def place_names(self) -> PlaceNames:
        """Answer what bookings show of their place."""
        return self.place_name

    def place_name(self, place_id: UUID) -> BookingPlace:
        """Return a place's name as bookings show it; a place not known yet shows without one."""
        place = self.directory.get(place_id)
        if place is None:
            return BookingPlace(id=place_id, name="", address="", phone=self.settings.help_phone)
        phone = place.phone or self.settings.help_phone
        return BookingPlace(id=place.id, name=place.name, address=place.address, phone=phone)

    def works(self) -> Works:
        """Return what jobs may use."""
        return Works(
            database=self.database,
            clock=self.clock,
            cache=self.cache,
            fanout=self.fanout,
            cipher=self.cipher,
            ledger=self.ledger,
            directory=self.directory,
            settings=self.settings.environment(),
        )

    def _publish(self, topics: set[str]) -> None:
        """Tell live pages what changed, soon and together: they need not hear of every single booking."""
        self._changed |= topics
        if self._publishing is None or self._publishing.done():
            self._publishing = asyncio.get_running_loop().create_task(self._publish_changed())

    async def _publish_changed(self) -> None:
        while self._changed:
            await asyncio.sleep(PUBLISH_SECONDS)
            changed, self._changed = self._changed, set()
            await self.fanout.publish_all(changed, b"changed")

    @asynccontextmanager
    async def open(self) -> AsyncGenerator["House"]:
        """Start everything, and stop it in the reverse order."""
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self.database.close)
            stack.push_async_callback(self.cache.close)
            stack.push_async_callback(self.fanout.close)
            await self.directory.start()
            stack.push_async_callback(self.directory.stop)
            await self.revocations.start()
            stack.push_async_callback(self.revocations.stop)
            await self.ledger.start()
            stack.push_async_callback(self.ledger.stop)
            await stack.enter_async_context(self.speaker.open())
            self.carriers = await stack.enter_async_context(
                open_carriers(self.settings.environment(), clock=self.clock)
            )
            self.video = await stack.enter_async_context(
                open_video(self.settings.environment(), clock=self.clock)
            )
            providers = await stack.enter_async_context(
                open_providers(self.settings.environment(), clock=self.clock)
            )
            self.cashier = Cashier(
                self.database,
                self.ledger,
                providers=providers,
                clock=self.clock,
                return_url=f"{self.settings.public_url}/bookings",
            )
            yield self


EACH_PROCESS_SECONDS = 5.0
"""How often what lives in each process's memory is refreshed."""


@asynccontextmanager
async def repeating(jobs: Sequence[Periodic], works: Works) -> AsyncGenerator[None]:
    """Run jobs that refresh this process's own memory, again and again; a failing one is tried next time."""

    async def again() -> None:
        while True:
            for job in jobs:
                try:
                    await job.run(works)
                except Exception as error:  # noqa: BLE001 - the old values stay, with their age shown
                    log.warning("refresh_failed", job=job.name, error=repr(error))
            await asyncio.sleep(EACH_PROCESS_SECONDS)

    task = asyncio.create_task(again(), name="each-process")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
