"""What a person allows and likes, and the gateway's receipts, over HTTP."""

from typing import Annotated, Any

from litestar import Request, Response, get, post, put
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import HeaderParameter, JSONBody
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.answers import respond
from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.idempotency import Answer, checked_key, kept_answer, once
from scenes.common.kit.refusals import Busy
from scenes.common.kit.wire import encode, fingerprint
from scenes.common.notices import service
from scenes.common.notices.upstream import Carriers, CarrierTrouble
from scenes.common.notices.wire_channels import (
    GrantRequest,
    Grants,
    NoticePreference,
    NoticePreferenceRequest,
    asked_liking,
    shown_liking,
)

TAGS = ["me"]
CREATED = 201


@post(
    "/me/notice-grants",
    operation_id="grantNotice",
    tags=TAGS,
    responses={CREATED: ResponseSpec(Grants, description="Counted; one tap allows one message")},
)
async def grant_notice(
    data: JSONBody[GrantRequest],
    resident: NamedDependency[Resident],
    database: NamedDependency[Database],
    carriers: NamedDependency[Carriers],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
    key: Annotated[str | None, HeaderParameter(name="Idempotency-Key")] = None,
) -> Response[bytes]:
    """Count one WeChat message that the signed-in person allowed (or refused) by a tap of their own."""
    checked, mark, owner = checked_key(key), fingerprint("/me/notice-grants", data), resident.person_id
    async with database.transaction() as session:
        kept = await kept_answer(session, owner, key=checked, fingerprint=mark)
    if kept is not None:
        return respond(kept)
    openid = await _openid(carriers, data.code)
    async with database.transaction() as session:

        async def act() -> tuple[int, bytes]:
            if data.accepted:
                left = await service.grant(session, owner, openid=openid, cipher=cipher, now=clock())
            else:
                await service.refuse_grants(session, owner, now=clock())
                left = 0
            return CREATED, encode(Grants(left=left))

        answer: Answer = await once(session, owner, key=checked, fingerprint=mark, now=clock(), act=act)
    return respond(answer)


async def _openid(carriers: Carriers, code: str) -> str:
    """Ask WeChat whose code this is, outside any transaction (GrantCodeRefused; Busy without an answer)."""
    try:
        return await carriers.offered_wechat().openid(code)
    except CarrierTrouble as trouble:
        raise Busy from trouble


@get("/me/notice-preferences", operation_id="getNoticePreference", tags=TAGS)
async def get_preference(
    resident: NamedDependency[Resident],
    reading: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
) -> NoticePreference:
    """Say how the person likes to be told."""
    return shown_liking(await service.liking_of(reading, resident.subject_id, cipher=cipher))


@put("/me/notice-preferences", operation_id="setNoticePreference", tags=TAGS)
async def set_preference(
    data: JSONBody[NoticePreferenceRequest],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
) -> NoticePreference:
    """Keep how the person likes to be told; what the request leaves out is as at first."""
    wished = asked_liking(data)
    kept = await service.like(session, resident.subject_id, wished, cipher=cipher, now=clock())
    return shown_liking(kept)


@post(
    "/notices/sms/receipts",
    operation_id="receiveSmsReceipt",
    tags=["notices"],
    status_code=200,
    opt={"exclude_from_csrf": True},
)
async def receive_receipt(
    request: Request[Any, Any, State],
    carriers: NamedDependency[Carriers],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> dict[str, str]:
    """Take the SMS gateway's signed receipt; one that comes again changes nothing."""
    receipt = carriers.offered_sms().read_receipt(
        request.headers, path=request.url.path, body=await request.body(), now=clock()
    )
    await service.receipted(session, receipt, now=clock())
    return {"code": "OK"}


CHANNEL_ROUTES = [grant_notice, get_preference, set_preference, receive_receipt]
