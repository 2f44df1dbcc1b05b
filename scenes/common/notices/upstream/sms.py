"""The SMS gateway over HTTP: send under our own number, ask by it, and read its signed receipts.

The protocol is in docs/notices.md; a district's gateway speaks it, or a small adapter in front of it does.
"""

import re
import secrets
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any, ClassVar, Final, Literal
from uuid import UUID

import httpx
import msgspec

from scenes.common.kit.clock import Clock
from scenes.common.notices.errors import ReceiptRefused
from scenes.common.notices.signing import Call, is_genuine, signed_headers
from scenes.common.notices.upstream.carrying import Answer, AnswerState, CarrierTrouble, Outgoing, SmsReceipt

MESSAGES: Final = "/v1/messages"
MOBILE: Final = re.compile(r"1[3-9][0-9]{9}")
NOT_ABOUT_THE_MESSAGE: Final = frozenset({
    HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS,
})  # fmt: skip
"""Refusals that mean our settings or our pace: the same message is right later."""


class _Told(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    state: Literal["accepted", "delivered", "failed"]
    code: str | None = None


class _Refusal(msgspec.Struct, frozen=True):
    code: str = "refused"


class SmsGateway:
    """The client of one gateway; `client` is a partner client, bounded in time and size."""

    can_be_asked: ClassVar[bool] = True

    def __init__(self, url: str, secret: bytes, *, client: httpx.AsyncClient, clock: Clock) -> None:
        self._url = url.rstrip("/")
        self._secret = secret
        self._client = client
        self._clock = clock

    async def send(self, message: Outgoing) -> Answer:
        """Hand an SMS over; a landline is refused here, as no SMS reaches it."""
        if not MOBILE.fullmatch(message.address):
            return Answer(state="refused", why="not_a_mobile")
        asked = {
            "outId": str(message.id),
            "to": message.address,
            "text": f"【{message.title}】{message.text}",
        }
        answer = await self._called("POST", MESSAGES, asked)
        if answer.status_code == HTTPStatus.CONFLICT:  # it has this number already
            return _read(answer)
        if answer.is_client_error:
            return Answer(state="refused", why=_code(answer))
        return _read(answer)

    async def ask(self, message_id: UUID) -> Answer | None:
        """Ask what became of an SMS, by our own number."""
        answer = await self._called("GET", f"{MESSAGES}/{message_id}")
        if answer.status_code == HTTPStatus.NOT_FOUND:
            return None
        if not answer.is_success:
            raise CarrierTrouble(f"http_{answer.status_code}")
        return _read(answer)

    def read_receipt(
        self, headers: Mapping[str, str], *, path: str, body: bytes, now: datetime
    ) -> SmsReceipt:
        """Check a receipt's signature and age before anything else, then read it (ReceiptRefused)."""
        call = Call(method="POST", path=path, body=body)
        if not is_genuine(self._secret, call, headers, now=now):
            raise ReceiptRefused
        try:
            return msgspec.json.decode(body, type=SmsReceipt)
        except msgspec.DecodeError as nonsense:
            raise ReceiptRefused from nonsense

    async def _called(self, method: str, path: str, asked: Any = None) -> httpx.Response:
        body = b"" if asked is None else msgspec.json.encode(asked)
        address = self._url + path
        call = Call(method=method, path=httpx.URL(address).path, body=body)
        headers = signed_headers(self._secret, call, now=self._clock(), nonce=secrets.token_hex(16))
        try:
            answer = await self._client.request(method, address, content=body, headers=headers)
        except httpx.HTTPError as failure:
            raise CarrierTrouble("no_answer") from failure
        if answer.status_code in NOT_ABOUT_THE_MESSAGE or answer.is_redirect:
            raise CarrierTrouble(f"http_{answer.status_code}")
        return answer


def _read(answer: httpx.Response) -> Answer:
    """Read the gateway's words; what cannot be read is as good as no answer."""
    try:
        told = msgspec.json.decode(answer.content, type=_Told)
    except msgspec.DecodeError as nonsense:
        raise CarrierTrouble("unreadable") from nonsense
    state: AnswerState = "refused" if told.state == "failed" else told.state
    return Answer(state=state, provider_id=told.id, why=told.code if state == "refused" else None)


def _code(answer: httpx.Response) -> str:
    try:
        return msgspec.json.decode(answer.content, type=_Refusal).code[:60]
    except msgspec.DecodeError:
        return f"http_{answer.status_code}"
