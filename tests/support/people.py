"""The people desk behind the real authentication, for tests: a small app, its parts, and shortcuts."""

from collections.abc import Awaitable
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Protocol
from uuid import UUID

import httpx
from argon2 import PasswordHasher
from litestar import Litestar, Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.middleware import DefineMiddleware
from litestar.response import Response

from api.acting import Acting
from api.auth import Authentication, AuthenticationMiddleware, dependencies
from api.errors import status_of
from api.holdings import HOLDINGS
from api.sessions import SessionsMiddleware, sessions
from scenes.common.kit.cache import Cache
from scenes.common.kit.caller import Staff
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.rate_limit import RateLimiter
from scenes.common.kit.refusals import Refusal
from scenes.common.people import service
from scenes.common.people.routes import ROUTES
from scenes.common.people.rules import Kind, SignInRules
from scenes.common.people.service import PageGrant, SignInTools
from scenes.common.people.tokens import PageSessions, Passwords, Revocations, TokenReader, TokenSigner
from tests.support.clock import AdjustableClock

SECRET = b"a secret for tests, 32 bytes long"
PASSWORD = "correct horse battery"
VENUE = UUID("01934f3e-0000-7000-8000-000000000001")


class Attempt(Protocol):
    """Tries to sign a member of staff in; right in everything unless told otherwise."""

    def __call__(
        self, *, username: str = "clinic", password: str = PASSWORD, totp: str | None = None
    ) -> Awaitable[httpx.Response]: ...


@dataclass(kw_only=True)
class Desk:
    """The app with its parts at hand, and shortcuts for what every test does first."""

    http: httpx.AsyncClient
    app: Litestar
    database: Database
    clock: AdjustableClock
    cipher: FieldCipher
    tools: SignInTools
    numbers: Any = field(default_factory=lambda: count(1))

    @property
    def rules(self) -> SignInRules:
        return self.tools.rules

    @property
    def revocations(self) -> Revocations:
        return self.tools.revocations

    async def bearer(self, resident_no: int) -> dict[str, str]:
        """Sign a seeded resident in; answers the header that carries the access token."""
        answer = await self.http.post("/auth/demo", json={"residentNo": resident_no})
        assert answer.status_code == 200
        return {"Authorization": f"Bearer {answer.json()['accessToken']}"}

    def key(self) -> dict[str, str]:
        """Make a fresh Idempotency-Key header."""
        return {"Idempotency-Key": f"test-key-{next(self.numbers):04d}"}

    async def page(self, owner_id: UUID, kind: Kind = "resident") -> PageGrant:
        """Sign a browser in."""
        async with self.database.transaction() as session:
            return await service.sign_in_page(
                session, owner_id, kind=kind, now=self.clock(), rules=self.rules
            )


def make_tools(database: Database, cache: Cache, clock: AdjustableClock) -> SignInTools:
    """Make the sign-in tools with passwords that cost next to nothing."""
    return SignInTools(
        signer=TokenSigner(SECRET),
        revocations=Revocations(database, clock),
        limiter=RateLimiter(cache),
        passwords=Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)),
        rules=SignInRules(secure_cookies=False),
    )


def make_app(
    tools: SignInTools, database: Database, *, clock: AdjustableClock, cipher: FieldCipher
) -> Litestar:
    """Mount the desk's routes as the whole app does."""
    authentication = Authentication(
        TokenReader((SECRET,), tools.revocations),
        PageSessions(database, clock, revocations=tools.revocations, rules=tools.rules),
        signer=tools.signer,
        clock=clock,
        acting=Acting(database, clock),
    )
    parts = {
        "database": database,
        "clock": clock,
        "cipher": cipher,
        "sign_in_tools": tools,
        "holdings": HOLDINGS,
    }
    return Litestar(
        [*ROUTES, whoami, staff_here, form],
        middleware=[
            SessionsMiddleware,
            DefineMiddleware(AuthenticationMiddleware, means=lambda: authentication),
        ],
        exception_handlers={Refusal: refused},
        state=State({"demo": True}),
        dependencies=dependencies(lambda: authentication)
        | {name: _given(part) for name, part in parts.items()}
        | {
            **sessions(lambda: database),
            "demo_enabled": Provide(demo_enabled, sync_to_thread=False),
        },
    )


def _given(value: object) -> Provide:
    def give() -> Any:
        return value

    return Provide(give, sync_to_thread=False)


def demo_enabled(state: State) -> bool:
    return state.demo


def refused(_: Request[Any, Any, Any], refusal: Refusal) -> Response[dict[str, str]]:
    return Response({"code": refusal.code}, status_code=status_of(refusal))


@get("/whoami", sync_to_thread=False)
def whoami(request: Request[Any, Any, Any], csrf: NamedDependency[str]) -> dict[str, str]:
    return {"caller": type(request.auth).__name__, "csrf": csrf}


@get("/staff/here", sync_to_thread=False)
def staff_here(staff: NamedDependency[Staff]) -> dict[str, Any]:
    return {"role": staff.role, "places": sorted(map(str, staff.place_ids))}


@post("/form", status_code=200)
async def form(request: Request[Any, Any, Any]) -> dict[str, str]:
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
