"""Composes the district's web application; decides nothing."""

import gc
import os
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.types import ControllerRouterHandler

from accessibility.flows import routes as flows
from accessibility.speech import routes as speech
from api import health, openapi, staff_desk
from api.auth import AuthenticationMiddleware
from api.errors import ErrorAnswers, Problems
from api.finding import routes as finding
from api.front import Front
from api.hanging_up import hanging_up
from api.lifespan import House, repeating
from api.sessions import SessionsMiddleware
from api.settings import Settings, load_settings
from api.standing import Standing
from api.waiting import routes as waiting
from api.web.shell import web_config
from scenes.breakfast import jobs as breakfast_jobs
from scenes.breakfast import routes as breakfast
from scenes.charging import jobs as charging_jobs
from scenes.charging import routes as charging
from scenes.clinic import jobs as clinic_jobs
from scenes.clinic import routes as clinic
from scenes.clinic import routes_staff as clinic_staff
from scenes.clinic.routes import quick_appointment
from scenes.common.booking import routes as booking
from scenes.common.booking import routes_stats
from scenes.common.kit.clock import Clock, system_clock
from scenes.common.kit.logs import configure_logging
from scenes.common.notices import routes as notices
from scenes.common.notices import routes_staff as notices_staff
from scenes.common.payments import routes as payments
from scenes.common.payments import routes_staff as payments_staff
from scenes.common.payments import routes_stuck as payments_stuck
from scenes.common.people import routes as people
from scenes.common.people import routes_audit
from scenes.common.places import routes as places
from scenes.common.places import routes_coverage as places_coverage
from scenes.common.places import routes_imports as places_imports
from scenes.common.places import routes_isochrone as isochrone
from scenes.common.places.quick import quick_places
from scenes.eldercare import jobs as eldercare_jobs
from scenes.eldercare import routes as eldercare

API = "/api/v1"
EACH_PROCESS = [
    *clinic_jobs.EACH_PROCESS,
    *charging_jobs.EACH_PROCESS,
    *breakfast_jobs.EACH_PROCESS,
    *eldercare_jobs.EACH_PROCESS,
]
APPOINTMENTS = f"{API}/clinic/appointments"
PLACES = f"{API}/places"


def create_app(settings: Settings | None = None, clock: Clock = system_clock) -> Front:
    """Make the ASGI application of one process; settings come from the environment unless given."""
    settings = settings or load_settings(os.environ)
    configure_logging(settings.log_level, json=True)
    front = compose(House(settings, clock))
    spare_the_collector()
    return front


def spare_the_collector() -> None:
    """Keep the garbage collector off what lives as long as the process.

    Each full collection walks everything the imports made. In the release minute, with its default
    thresholds, that cost more than deciding the claims.
    """
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(20_000, 20, 50)


def compose(house: House) -> Front:
    """Put the application of a house together."""
    return front(house, litestar(Standing(house)))


def front(house: House, app: Litestar) -> Front:
    """Put before the Litestar application what answers the hottest calls of a house without it."""
    return Front(
        app,
        authentication=house.authentication,
        problems=Problems(house.settings.help_phone),
        quick={APPOINTMENTS: quick_appointment(house.ledger, house.database)},
        reads={PLACES: quick_places(house.directory)},
    )


def litestar(standing: Standing) -> Litestar:
    """Make the Litestar application: every route, every dependency, every error answer."""
    settings = standing.house.settings

    @asynccontextmanager
    async def alive(_app: Litestar) -> AsyncGenerator[None]:
        house = standing.house
        with hanging_up(house.fanout.hang_up):
            async with house.open(), repeating(EACH_PROCESS, house.works()):
                yield

    web = web_config(settings)
    return Litestar(
        route_handlers=[
            Router(API, route_handlers=[*api_routes(demo=settings.demo), *web.api_handlers]),
            *health.ROUTES,
            openapi.ASSETS,
            *web.handlers,
        ],
        dependencies={**standing.dependencies(), **web.dependencies},
        state=State({"problem_page": web.problem_page}),
        before_send=[waiting.forgetting(lambda: standing.house.waiting)],
        middleware=[SessionsMiddleware, _authenticating(standing)],
        exception_handlers=ErrorAnswers(Problems(settings.help_phone)).handlers(),
        lifespan=[alive],
        openapi_config=openapi.config(settings.district_name),
        logging_config=None,
        request_max_body_size=2_000_000,
    )


def api_routes(*, demo: bool) -> Sequence[ControllerRouterHandler]:
    """List every call of the contract that is built; the demo's buttons only where the demo is on."""
    routes: list[Any] = [
        openapi.show_document, *finding.ROUTES,
        *people.ROUTES, *places.ROUTES, *isochrone.ROUTES_ISOCHRONE, *places_coverage.ROUTES,
        *booking.ROUTES, *routes_stats.STAFF_ROUTES, *routes_audit.STAFF_ROUTES,
        *payments.ROUTES, *payments_staff.ROUTES, *payments_stuck.ROUTES, *notices.ROUTES,
        *notices_staff.STAFF_ROUTES, *places_imports.STAFF_ROUTES,
        *clinic.ROUTES, *clinic_staff.ROUTES, *staff_desk.ROUTES, *waiting.ROUTES,
        *charging.ROUTES, *breakfast.ROUTES, *eldercare.ROUTES, *speech.ROUTES, *flows.ROUTES,
    ]  # fmt: skip
    return [*routes, *payments.DEMO_ROUTES] if demo else routes


def _authenticating(standing: Standing) -> Any:
    def wrap(app: Any) -> AuthenticationMiddleware:
        return AuthenticationMiddleware(app, lambda: standing.house.authentication)

    return wrap
