"""One's own data over HTTP: all of it to keep, and the way to be forgotten."""

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.status_codes import HTTP_200_OK, HTTP_204_NO_CONTENT
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import Clock, shanghai
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.holdings import Holdings
from scenes.common.people import service
from scenes.common.people.service import SignInTools
from scenes.common.people.wire import ended_page_cookie
from scenes.common.people.wire_family import Export

DOWNLOAD = {
    "Content-Disposition": 'attachment; filename="my-data.json"',
    "Cache-Control": "no-store",
}


@get(
    "/me/export",
    operation_id="exportMyData",
    tags=["people"],
    responses={HTTP_200_OK: ResponseSpec(Export, description="Everything held about one, as a file")},
)
async def export_my_data(
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    cipher: NamedDependency[FieldCipher],
    sign_in_tools: NamedDependency[SignInTools],
    holdings: NamedDependency[Holdings],
) -> Response[bytes]:
    """Hand out everything that is held about the person, opened, as one JSON file."""
    now = clock()
    found = await service.export(
        session, resident.person_id, holdings=holdings, cipher=cipher, tools=sign_in_tools, now=now
    )
    file = msgspec.json.format(msgspec.json.encode(Export(made_at=shanghai(now), data=found)), indent=1)
    return Response(file, media_type="application/json", headers=DOWNLOAD)


@post("/me/erasure", operation_id="eraseMe", tags=["people"], status_code=HTTP_204_NO_CONTENT)
async def erase_me(
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    cipher: NamedDependency[FieldCipher],
    sign_in_tools: NamedDependency[SignInTools],
    holdings: NamedDependency[Holdings],
) -> Response[None]:
    """Forget the person for good; refused while bookings, payments or help are unfinished."""
    await service.erase(
        session, resident.person_id, holdings=holdings, cipher=cipher, tools=sign_in_tools, now=clock()
    )
    return Response(None, cookies=[ended_page_cookie(secure=sign_in_tools.rules.secure_cookies)])


LEAVING_ROUTES = [export_my_data, erase_me]
