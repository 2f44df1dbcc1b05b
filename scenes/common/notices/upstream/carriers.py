"""Which carriers this district has, by its settings; what is not set is not offered."""

import ssl
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from functools import cache
from typing import Final

import httpx
import msgspec

from scenes.common.kit.clock import Clock
from scenes.common.kit.upstream import partner_client
from scenes.common.notices.channels import SMS, WECHAT
from scenes.common.notices.errors import ChannelNotOffered
from scenes.common.notices.upstream.carrying import Carrier
from scenes.common.notices.upstream.sms import SmsGateway
from scenes.common.notices.upstream.wechat import WechatMessages, WechatSettings

SMS_URL, SMS_SECRET = "LIFECIRCLE_SMS_URL", "LIFECIRCLE_SMS_SECRET"
WECHAT_URL, WECHAT_APP_ID = "LIFECIRCLE_WECHAT_URL", "LIFECIRCLE_WECHAT_APP_ID"
WECHAT_APP_SECRET, WECHAT_TEMPLATE = "LIFECIRCLE_WECHAT_APP_SECRET", "LIFECIRCLE_WECHAT_TEMPLATE"
LONGEST_SECONDS: Final = 10.0
"""A call ends by then in any case; the rule's `timeout_seconds` is usually shorter."""

CONNECTIONS: Final = httpx.Limits(max_connections=64, max_keepalive_connections=32)


class Carriers(msgspec.Struct, frozen=True, kw_only=True):
    """The carriers a district has."""

    sms: SmsGateway | None = None
    wechat: WechatMessages | None = None

    def for_channel(self, channel: str) -> Carrier | None:
        """Return who carries messages of a channel, if anybody does."""
        return {SMS: self.sms, WECHAT: self.wechat}.get(channel)

    def offered_sms(self) -> SmsGateway:
        """Return the SMS gateway (ChannelNotOffered)."""
        if self.sms is None:
            raise ChannelNotOffered
        return self.sms

    def offered_wechat(self) -> WechatMessages:
        """Return WeChat (ChannelNotOffered)."""
        if self.wechat is None:
            raise ChannelNotOffered
        return self.wechat


@cache
def _trust() -> ssl.SSLContext:
    """Read the system's certificates once a process; jobs open their clients each time they run."""
    return ssl.create_default_context()


@asynccontextmanager
async def open_carriers(settings: Mapping[str, str], *, clock: Clock) -> AsyncGenerator[Carriers]:
    """Connect the carriers that the settings name."""
    inner = httpx.AsyncHTTPTransport(verify=_trust(), limits=CONNECTIONS)
    async with partner_client(seconds=LONGEST_SECONDS, attempts=1, inner=inner) as client:
        sms = wechat = None
        if url := settings.get(SMS_URL):
            sms = SmsGateway(url, settings[SMS_SECRET].encode(), client=client, clock=clock)
        if app_id := settings.get(WECHAT_APP_ID):
            wechat = WechatMessages(
                WechatSettings(
                    url=settings[WECHAT_URL],
                    app_id=app_id,
                    app_secret=settings[WECHAT_APP_SECRET],
                    template_id=settings[WECHAT_TEMPLATE],
                ),
                client=client,
                clock=clock,
            )
        yield Carriers(sms=sms, wechat=wechat)
