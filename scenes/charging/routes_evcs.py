"""The operators' side of T/CEC 102 over HTTP; always 200, for the protocol has codes of its own."""

from typing import Annotated, Any

from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, HeaderParameter

from scenes.charging.rules.inbound import Received
from scenes.charging.service.partners import PartnerDesk

TAGS = ["operators"]
OPEN: dict[str, Any] = {"exclude_from_csrf": True, "exclude_from_auth": True}
"""Partners prove themselves by signature and a token of ours, not by a sign-in."""


@post("/evcs/v1/{call:str}", operation_id="hearOperator", tags=TAGS, status_code=200, opt=OPEN)
async def hear_operator(
    call: FromPath[str],
    request: Request[Any, Any, State],
    partner_desk: NamedDependency[PartnerDesk],
    authorization: Annotated[str, HeaderParameter(name="Authorization")] = "",
) -> Response[bytes]:
    """Take a call of an operator: query_token or one of the notifications."""
    received = Received(prefix="v1", name=call, authorization=authorization, body=await request.body())
    return Response(await partner_desk.hear(received), media_type="application/json")


@post(
    "/evcs/at/{prefix:str}/{call:str}",
    operation_id="hearOperatorElsewhere",
    tags=TAGS,
    status_code=200,
    opt=OPEN,
)
async def hear_operator_elsewhere(
    prefix: FromPath[str],
    call: FromPath[str],
    request: Request[Any, Any, State],
    partner_desk: NamedDependency[PartnerDesk],
    authorization: Annotated[str, HeaderParameter(name="Authorization")] = "",
) -> Response[bytes]:
    """Take a call of an operator whose dialect has a path of its own for us."""
    received = Received(prefix=prefix, name=call, authorization=authorization, body=await request.body())
    return Response(await partner_desk.hear(received), media_type="application/json")


ROUTES = [hear_operator, hear_operator_elsewhere]
