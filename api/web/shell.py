"""How pages are shown: the template environment, what every page knows, the stylesheet, the error page."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import msgspec
from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.di import NamedDependency, Provide
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from accessibility.flows import pages as flows
from accessibility.flows import pages_staff as flows_staff
from api.acting import acting_in
from api.errors import Problem
from api.finding import pages as finding
from api.settings import Settings
from api.waiting.counts import Waiting
from api.web import pages as storefront
from api.web import pages_accessibility as statement
from api.web import pages_design as design
from api.web import pages_offline as offline
from api.web import staff
from api.web.desk_nav import NOTHING
from api.web.environment import environment
from api.web.files import StaticFiles
from api.web.packing import PackedPage
from api.web.pages_offline import UNKNOWN, owner_of
from scenes.breakfast import pages as breakfast
from scenes.charging import pages as charging
from scenes.clinic import pages as clinic
from scenes.common.booking import pages as booking
from scenes.common.booking import pages_stats
from scenes.common.kit.caller import Caller, Resident, Staff
from scenes.common.kit.looks import LOOK_PARAMETERS, UI_STYLES, Look, asked_look, look_in
from scenes.common.kit.pages import OK, PageRender, own_path, see_other
from scenes.common.notices import pages as notices
from scenes.common.notices import pages_staff as notices_staff
from scenes.common.payments import pages as payments
from scenes.common.payments import pages_counter, pages_stuck
from scenes.common.people import pages as people
from scenes.common.people import routes_audit
from scenes.common.people.errors import NotDelegated
from scenes.common.people.wire_family import acting_cookie
from scenes.common.places import pages as places
from scenes.common.places import pages_coverage as places_coverage
from scenes.common.places import pages_imports as places_imports
from scenes.eldercare import pages as eldercare

HERE: Final = Path(__file__).parent
UNAUTHENTICATED: Final = 401
REFUSED: Final = 400
ELDER: Final = "/elder"


AnyRequest = Request[Any, Any, Any]


class Shared(msgspec.Struct, frozen=True, kw_only=True):
    """What every page knows, whatever it shows.

    `who` is resident, staff, visitor, or unknown where nobody looked, as for an address that is nowhere.
    """

    district: str
    help_phone: str
    demo: bool
    ui: str
    scale: int
    contrast: str
    theme: str
    other_ui: str
    who: str
    role: str
    staff: str
    csrf: str
    path: str
    switch_href: str
    acting: str
    acting_csrf: str
    owner: str
    waits: Mapping[str, int]


class WebParts(msgspec.Struct, frozen=True, kw_only=True):
    """What the web process mounts: pages, pages below /api/v1, dependencies, and the page for refusals."""

    handlers: Sequence[ControllerRouterHandler]
    api_handlers: Sequence[ControllerRouterHandler]
    dependencies: dict[str, Provide]
    problem_page: Any


class ProblemView(msgspec.Struct, frozen=True, kw_only=True):
    """A refusal as a page: what happened, what to do, whom to call."""

    title: str
    detail: str
    errors: list[str]
    back: str
    code: str


class Shell:
    """Shows pages of one district."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.static = StaticFiles(HERE / "static")
        self._environment = environment(self.static)
        self._headers = {
            "Cache-Control": "private, no-cache",
            "Content-Security-Policy": _policy(settings),
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
            "Vary": "Cookie, Accept-Encoding",
        }

    def show(  # noqa: PLR0913 - each is one fact of the page
        self,
        request: AnyRequest,
        csrf: str,
        *,
        template: str,
        view: msgspec.Struct,
        title: str,
        status: int = OK,
        cookies: Sequence[Cookie] = (),
        waits: Mapping[str, int] = NOTHING,
    ) -> Response[str]:
        """Render a view into a page of the look the reader chose, remembering a style just chosen."""
        look, chosen = _look(request)
        shared = self._shared(request, csrf, look, refused=status >= REFUSED, waits=waits)
        html = self._environment.get_template(template).render(shared=shared, view=view, title=title)
        sent = list(cookies)
        if chosen:
            sent += look.cookies()
        return PackedPage(
            html,
            accept=request.headers.get("accept-encoding", ""),
            status=status,
            headers=self._headers,
            cookies=sent,
        )

    async def provide_render(
        self, request: AnyRequest, csrf: NamedDependency[str], waiting: NamedDependency[Waiting]
    ) -> PageRender:
        """Hand pages the function that shows their views; the console's menu gets its numbers first."""
        waits = await waiting.for_menu(request.scope.get("auth"), request.scope["path"])

        def render(
            template: str,
            view: msgspec.Struct,
            *,
            title: str,
            status: int = OK,
            cookies: Sequence[Cookie] = (),
        ) -> Response[str]:
            return self.show(
                request, csrf, template=template, view=view, title=title, status=status, cookies=cookies,
                waits=waits,
            )  # fmt: skip

        return render

    def problem_page(
        self, request: AnyRequest, problem: Problem, headers: Mapping[str, str]
    ) -> Response[Any]:
        """Show a refusal as a page; who needs to sign in is taken there, and back afterwards."""
        caller: Caller = request.scope.get("auth")
        path = request.scope["path"]
        if problem.status == UNAUTHENTICATED and caller is None:
            return _to_sign_in(request, path)
        view = ProblemView(
            title=problem.title,
            detail=problem.detail,
            errors=[error.message for error in problem.errors if error.message],
            back=_came_from(request),
            code=problem.code,
        )
        page = self.show(
            request, "", template="web/problem.html", view=view, title=problem.title, status=problem.status
        )
        page.headers.update(headers)
        if problem.code == NotDelegated.code:
            page.cookies.append(acting_cookie(None, secure=self._settings.public_url.startswith("https://")))
        return page

    def _shared(
        self, request: AnyRequest, csrf: str, look: Look, *, refused: bool, waits: Mapping[str, int]
    ) -> Shared:
        caller: Caller = request.scope.get("auth")
        other = UI_STYLES[1 - UI_STYLES.index(look.ui)]
        path = request.scope["path"]
        kept = [(name, value) for name, value in request.query_params.multi_items() if name != "uiStyle"]
        switch = path if request.method == "GET" and not _is_elder(path) else "/"
        return Shared(
            district=self._settings.district_name,
            help_phone=self._settings.help_phone,
            demo=self._settings.demo,
            ui=look.ui,
            scale=look.scale,
            contrast=look.contrast,
            theme=_theme(request, path),
            other_ui=other,
            who=_who(caller) if "auth" in request.scope else "unknown",
            role=caller.role if isinstance(caller, Staff) else "",
            staff=str(caller.staff_id) if isinstance(caller, Staff) else "",
            csrf=csrf,
            path=path,
            acting=acting.name if (acting := acting_in(request.scope)) is not None else "",
            acting_csrf=request.scope.get("acting_csrf", ""),
            owner=UNKNOWN if refused or "auth" not in request.scope else owner_of(caller, csrf),
            waits=waits,
            switch_href=f"{switch}?{urlencode([*(kept if switch == path else []), ('uiStyle', other)])}",
        )


def web_config(settings: Settings) -> WebParts:
    """Make the page shell of a district."""
    shell = Shell(settings)
    return WebParts(
        handlers=[
            shell.static.handler(),
            *storefront.PAGES, *statement.PAGES, *design.PAGES, *finding.PAGES, *offline.PAGES, *staff.PAGES,
            *people.PAGES, *places.PAGES, *places_imports.STAFF_PAGES, *places_coverage.STAFF_PAGES,
            *booking.PAGES, *pages_stats.STAFF_PAGES, *routes_audit.STAFF_PAGES, *payments.PAGES,
            *pages_counter.STAFF_PAGES, *pages_stuck.STUCK_PAGES,
            *notices.PAGES, *notices_staff.STAFF_PAGES, *clinic.PAGES, *charging.PAGES, *breakfast.PAGES,
            *eldercare.PAGES, *flows.PAGES, *flows_staff.STAFF_PAGES,
        ],
        api_handlers=booking.API_PAGES,
        dependencies={
            **storefront.dependencies(settings.help_phone),
            "render": Provide(shell.provide_render),
        },
        problem_page=shell.problem_page,
    )  # fmt: skip


def _who(caller: Caller) -> str:
    if isinstance(caller, Staff):
        return "staff"
    return "resident" if isinstance(caller, Resident) else "visitor"


def _is_elder(path: str) -> bool:
    """Tell whether a page is of the elder mode's own, which has one style: who comes there has chosen it."""
    return path == ELDER or path.startswith(f"{ELDER}/")


def _look(request: AnyRequest) -> tuple[Look, bool]:
    """Return the look of this page, and whether any of it was asked for just now."""
    kept = look_in(request.cookies)
    look = asked_look(kept, request.query_params)
    if _is_elder(request.scope["path"]):
        return msgspec.structs.replace(look, ui="elder"), kept.ui != "elder"
    return look, any(name in request.query_params for name in LOOK_PARAMETERS)


def _theme(request: AnyRequest, path: str) -> str:
    """Return light or dark where a page is to be looked at in just that; elsewhere the reader's own rules."""
    asked = request.query_params.get("theme", "")
    return asked if path == design.PAGE and asked in design.THEMES else ""


def _to_sign_in(request: AnyRequest, path: str) -> Redirect:
    target = "/staff/sign-in" if path.startswith("/staff") else "/sign-in"
    query = request.scope["query_string"].decode("latin-1")
    there = f"{path}?{query}" if query else path
    back = there if request.method == "GET" else _came_from(request)
    return see_other(f"{target}?{urlencode({'next': back})}")


def _came_from(request: AnyRequest) -> str:
    """Return the page of ours that the reader came from."""
    referer = urlsplit(request.headers.get("referer", ""))
    if referer.netloc != request.headers.get("host", ""):
        return "/"
    return own_path(f"{referer.path}?{referer.query}" if referer.query else referer.path)


def _policy(settings: Settings) -> str:
    """Allow this site's own style, script, pictures and forms, and the way to the payment page."""
    pay = settings.sandbox_payments_url
    forms = f"'self' {pay}" if pay else "'self'"
    return (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "media-src 'self'; "
        f"form-action {forms}; base-uri 'none'; frame-ancestors 'self'"
    )
