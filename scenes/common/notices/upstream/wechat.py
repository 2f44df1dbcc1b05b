"""WeChat's one-off subscription messages: a person's one tap allows one message.

WeChat cannot be asked what became of a message and does not know our numbers, so a call without a clear
answer counts as lost there and the next channel takes over: twice told is better than not told.
"""

from datetime import datetime, timedelta
from typing import Any, ClassVar, Final
from uuid import UUID

import httpx
import msgspec

from scenes.common.kit.clock import Clock
from scenes.common.kit.upstream import UpstreamFailed
from scenes.common.notices.errors import GrantCodeRefused
from scenes.common.notices.upstream.carrying import Answer, CarrierTrouble, Outgoing

OK: Final = 0
USED_UP: Final = 43101
"""The person refused, or the one message they allowed was used."""

BAD_CODE: Final = frozenset({40029, 40163})
TOKEN_ENDED: Final = frozenset({40001, 40014, 42001})
BUSY: Final = frozenset({-1, 45009, 45011})
LONGEST_THING: Final = 20
"""Characters WeChat takes in a field of the kind `thing`."""

UNSURE: Final = -1_000_000
"""Ours, not WeChat's: the call may have reached it, and no answer came back."""

WHYS: Final = {USED_UP: "used_up", UNSURE: "unsure"}
EARLIER: Final = timedelta(minutes=5)


class WechatSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The mini-program's credentials and the id of its message template (fields `thing1`, `thing2`)."""

    url: str
    app_id: str
    app_secret: str
    template_id: str

    def __repr__(self) -> str:
        """Keep the secret out of logs."""
        return f"WechatSettings({self.app_id})"


class _Said(msgspec.Struct, frozen=True):
    errcode: int = OK
    msgid: int | str | None = None
    access_token: str = ""
    expires_in: int = 0
    openid: str = ""


class WechatMessages:
    """Sends subscription messages, and learns whose tap a mini-program's code stands for."""

    can_be_asked: ClassVar[bool] = False

    def __init__(self, settings: WechatSettings, *, client: httpx.AsyncClient, clock: Clock) -> None:
        self._settings = settings
        self._client = client
        self._clock = clock
        self._token: tuple[str, datetime] | None = None

    async def send(self, message: Outgoing) -> Answer:
        """Send one message to an openid; WeChat's yes is the last we hear, so it counts as delivered."""
        said = await self._sent(message, await self._access_token())
        if said.errcode in TOKEN_ENDED:
            self._token = None
            said = await self._sent(message, await self._access_token())
        if said.errcode == OK:
            return Answer(state="delivered", provider_id=None if said.msgid is None else str(said.msgid))
        if said.errcode in BUSY | TOKEN_ENDED:
            raise CarrierTrouble(f"wechat_{said.errcode}")
        return Answer(state="refused", why=WHYS.get(said.errcode, f"wechat_{said.errcode}"))

    async def ask(self, message_id: UUID) -> Answer | None:
        """Answer for a try that never came to its end: it counts as lost, since WeChat cannot be asked."""
        del message_id
        return Answer(state="refused", why="unsure")

    async def openid(self, code: str) -> str:
        """Learn the openid behind a code of `wx.login`; GrantCodeRefused for a wrong or used one."""
        facts = {
            "appid": self._settings.app_id,
            "secret": self._settings.app_secret,
            "js_code": code,
            "grant_type": "authorization_code",
        }
        said = await self._called("GET", "/sns/jscode2session", params=facts)
        if said.errcode in BAD_CODE:
            raise GrantCodeRefused
        if said.errcode != OK or not said.openid:
            raise CarrierTrouble(f"wechat_{said.errcode}")
        return said.openid

    async def _sent(self, message: Outgoing, token: str) -> _Said:
        asked = {
            "touser": message.address,
            "template_id": self._settings.template_id,
            "page": "pages/inbox/index",
            "data": {
                "thing1": {"value": _thing(message.title)},
                "thing2": {"value": _thing(message.text)},
            },
        }
        try:
            return await self._called(
                "POST", "/cgi-bin/message/subscribe/send", params={"access_token": token}, asked=asked
            )
        except CarrierTrouble as trouble:
            failed = trouble.__cause__
            if isinstance(failed, UpstreamFailed) and not failed.maybe_done:
                raise
            return _Said(errcode=UNSURE)

    async def _access_token(self) -> str:
        """Return the token, fetched anew before its end; the stable kind suits several workers."""
        now = self._clock()
        if self._token is None or self._token[1] <= now:
            asked = {
                "grant_type": "client_credential",
                "appid": self._settings.app_id,
                "secret": self._settings.app_secret,
            }
            said = await self._called("POST", "/cgi-bin/stable_token", asked=asked)
            if not said.access_token:
                raise CarrierTrouble(f"wechat_{said.errcode}")
            self._token = said.access_token, now + timedelta(seconds=said.expires_in) - EARLIER
        return self._token[0]

    async def _called(
        self, method: str, path: str, *, params: dict[str, str] | None = None, asked: Any = None
    ) -> _Said:
        try:
            answer = await self._client.request(
                method, self._settings.url.rstrip("/") + path, params=params, json=asked
            )
            return msgspec.json.decode(answer.content, type=_Said)
        except (httpx.HTTPError, msgspec.DecodeError) as failure:
            raise CarrierTrouble("no_answer") from failure


def _thing(text: str) -> str:
    """Shorten a text to what the field takes; the whole of it is in the inbox that the message opens."""
    return text if len(text) <= LONGEST_THING else text[: LONGEST_THING - 1] + "…"
