"""The operators' side of T/CEC 102 over HTTP; always 200, for the protocol has codes of its own."""

from typing import Annotated, Any

from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, HeaderParameter

from scenes.charging.rules.inbound import Received
from scenes.charging.service.ears import EARS
from scenes.charging.service.partners import Lines, PartnerDesk
from scenes.common.kit.cache import Cache
from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.fanout import Fanout

TAGS = ["operators"]
OPEN: dict[str, Any] = {"exclude_from_csrf": True}
"""Partners prove themselves by signature and a token of ours, not by a sign-in."""


def provide_desk(
    database: NamedDependency[Database],
    cipher: NamedDependency[FieldCipher],
    cache: NamedDependency[Cache],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
) -> PartnerDesk:
    """Make the desk that hears operators."""
    lines = Lines(cache=cache, fanout=fanout)
    return PartnerDesk(database, cipher, ears=EARS, lines=lines, clock=clock)


DESK = {"partner_desk": Provide(provide_desk, sync_to_thread=False)}


@post(
    "/evcs/v1/{call:str}",
    operation_id="hearOperator",
    tags=TAGS,
    status_code=200,
    opt=OPEN,
    dependencies=DESK,
)
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
    dependencies=DESK,
)
async def hear_operator_elsewhere(
    prefix: FromPath[str],
    call: FromPath[str],
    request: Request[Any, Any, State],
    partner_desk: NamedDependency[PartnerDesk],
    authorization: Annotated[str, HeaderParameter(name="Authorization")] = "",
) -> Response[bytes]:
    """Take a call of an operator whose dialect has a path of its own for us."""
    received = Received(
        prefix=f"at/{prefix}", name=call, authorization=authorization, body=await request.body()
    )
    return Response(await partner_desk.hear(received), media_type="application/json")


ROUTES = [hear_operator, hear_operator_elsewhere]
