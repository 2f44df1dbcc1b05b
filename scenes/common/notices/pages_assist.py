"""The counter's button that sends a code by SMS to who has no smartphone."""

from typing import Any

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import URLEncodedBody

from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.pages import PageRender
from scenes.common.kit.refusals import Refusal
from scenes.common.notices.routes_assist import send_code
from scenes.common.notices.upstream import Carriers
from scenes.common.people.pages_assist import AssistView, BeginForm
from scenes.common.people.service import SignInTools

BAD_REQUEST = 400


@post("/staff/assist/send", include_in_schema=False, status_code=200)
async def send(
    data: URLEncodedBody[BeginForm],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    clock: NamedDependency[Clock],
    cipher: NamedDependency[FieldCipher],
    sign_in_tools: NamedDependency[SignInTools],
    carriers: NamedDependency[Carriers],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Send a code to the phone on file and show the form again; whether the number is known is not told."""
    view, status = AssistView(phone=data.phone, sent=True), 200
    try:
        await send_code(
            database, staff, data.phone, clock=clock, cipher=cipher, tools=sign_in_tools, carriers=carriers
        )
    except Refusal as refused:
        view, status = AssistView(phone=data.phone, problem=refused.detail), BAD_REQUEST
    return render("people/staff_assist.html", view, title="窗口代办", status=status)


ASSIST_PAGES: list[Any] = [send]
