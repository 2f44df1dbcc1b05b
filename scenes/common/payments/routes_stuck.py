"""Money that no provider could give back, over HTTP, for the district's staff."""

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.wire import Page
from scenes.common.payments import service
from scenes.common.payments.wire_stuck import RefundContact, ReturnedRequest, StuckRefundView

STUCK = "/staff/stuck-refunds"


@get(STUCK, operation_id="listStuckRefunds", tags=["staff"])
async def list_stuck(
    staff: NamedDependency[Staff], reading: NamedDependency[AsyncSession]
) -> Page[StuckRefundView]:
    """List the money that no provider could give back, the longest waiting first, a hundred at most."""
    found = await service.stuck_refunds(reading, staff)
    return Page(items=[StuckRefundView.of(each) for each in found])


@post(STUCK + "/{refund_id:uuid}/contact", operation_id="openRefundContact", tags=["staff"], status_code=200)
async def open_contact(
    refund_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    cipher: NamedDependency[FieldCipher],
) -> RefundContact:
    """Open the name and number of whom the money is owed to, which is written down."""
    name, phone = await service.open_contact(session, refund_id, staff=staff, cipher=cipher, now=clock())
    return RefundContact(name=name, phone=phone)


@post(STUCK + "/{refund_id:uuid}/retry", operation_id="retryRefund", tags=["staff"], status_code=204)
async def retry(
    refund_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> None:
    """Have the provider asked again, under the same number; asking twice changes nothing."""
    await service.retry(session, refund_id, staff=staff, now=clock())


@post(STUCK + "/{refund_id:uuid}/returned", operation_id="returnStuckRefund", tags=["staff"], status_code=204)
async def returned(
    refund_id: FromPath[UUID],
    data: JSONBody[ReturnedRequest],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> None:
    """Say how the district gave the money back; the person is told, and saying it twice changes nothing."""
    await service.returned(session, refund_id, way=data.way, staff=staff, now=clock())


ROUTES: list[Any] = [list_stuck, open_contact, retry, returned]
