"""The page where somebody writes down their street, number and door, so that nobody asks again."""

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import URLEncodedBody
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Resident
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.pages import PageForm, PageRender, see_other
from scenes.common.people import service
from scenes.common.people.service import LONGEST_ADDRESS, MeChange

PAGE = "/me/address"


class AddressView(msgspec.Struct, frozen=True, kw_only=True):
    """The form with what is kept."""

    area: str
    address: str
    longest: int


class AddressForm(PageForm, frozen=True, kw_only=True):
    """Street, number and door; empty to have it forgotten."""

    address: str = ""

    def __repr__(self) -> str:
        return "AddressForm()"


@get(PAGE, include_in_schema=False)
async def show_address(
    resident: NamedDependency[Resident],
    reading: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show the form to the person themselves, also while they act for somebody else."""
    me = await service.myself(reading, resident.person_id)
    view = AddressView(area=me.area, address=service.address_of(me, cipher), longest=LONGEST_ADDRESS)
    return render("people/address.html", view, title="家里的地址")


@post(PAGE, include_in_schema=False)
async def keep_address(
    data: URLEncodedBody[AddressForm],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
) -> Redirect:
    """Keep what was written, sealed; what is too long is cut, as the field itself does."""
    address = data.address.replace("\0", "")[:LONGEST_ADDRESS]
    await service.change_me(session, resident.person_id, change=MeChange(address=address), cipher=cipher)
    return see_other("/me")


ADDRESS_PAGES: list[Any] = [show_address, keep_address]
