"""Carries a sandbox operator's notifications to the platform until they are acknowledged or given up."""

import logging
from datetime import datetime, timedelta
from typing import Any, Final

import httpx
import msgspec

from scenes.charging.rules import envelope as env
from scenes.charging.rules.dialect import spoken
from scenes.charging.sandbox.books import Notice
from scenes.charging.sandbox.plant import Plant

MOST_TRIES: Final = 6
"""The standard asks for more than three resends."""

RESEND: Final = timedelta(seconds=60)
AGAIN: Final = timedelta(seconds=1)
STAMP_GOOD: Final = timedelta(minutes=5)
"""How long the same bytes are sent again; later the notice gets a new time-stamp and number."""

SEQ_MOST: Final = 9_999
PATIENCE: Final = 5.0
AT_ONCE: Final = 50
_log = logging.getLogger(__name__)


class Messenger:
    """Sends what is due, one after the other; mischief has decided before what is late, lost or double."""

    def __init__(self, plant: Plant, http: httpx.AsyncClient) -> None:
        self._plant = plant
        self._http = http
        self._token = ""

    async def send_due(self, now: datetime) -> None:
        """Send the notices that are due; what is not acknowledged waits for its next try."""
        books = self._plant.books
        waiting = sorted(books.ledger.notices.items(), key=lambda each: each[1].due_at)
        due = [(key, each) for key, each in waiting if each.due_at <= now][:AT_ONCE]
        for key, notice in due:
            if self._plant.is_away(notice.station_code, now):
                notice.due_at = now + AGAIN
                continue
            taken = await self._sent(notice, now)
            books.dirty = True
            if books.ledger.notices.get(key) is not notice:
                continue
            self._settle(key, notice, taken, now)
            if not taken:
                break

    def _settle(self, key: str, notice: Notice, taken: bool, now: datetime) -> None:  # noqa: FBT001 - what came of it
        """Strike a notice that is done with off the books, or set its next try."""
        notices = self._plant.books.ledger.notices
        if taken:
            notice.copies -= 1
            notice.due_at = now + AGAIN
        else:
            notice.tries += 1
            notice.due_at = now + RESEND * self._plant.spec.pace.waits
        if notice.copies <= 0 or notice.tries >= MOST_TRIES:
            del notices[key]

    async def _sent(self, notice: Notice, now: datetime) -> bool:
        """Send a notice, with a new token if the old one is refused; tell whether it was acknowledged."""
        if notice.stamped_at is None or now - notice.stamped_at > STAMP_GOOD:
            notice.stamped_at, notice.stamp, notice.seq = now, env.stamp_of(now), self._number()
        keys = self._plant.spec.secrets.ours
        sealed = env.sealed(
            keys,
            notice.text.encode(),
            operator_id=self._plant.spec.operator_code,
            stamp=notice.stamp,
            seq=notice.seq,
        )
        if not self._token and not await self._sign_in(now):
            return False
        ret = await self._posted(notice.call, sealed)
        if ret == env.BAD_TOKEN and await self._sign_in(now):
            ret = await self._posted(notice.call, sealed)
        if ret != env.OK:
            _log.info("not acknowledged: %s, %s", notice.call, ret)
        return ret == env.OK

    async def _sign_in(self, now: datetime) -> bool:
        spec = self._plant.spec
        keys = spec.secrets.ours
        body = spoken(
            {"OperatorID": spec.operator_code, "OperatorSecret": keys.operator_secret}, spec.dialect
        )
        sealed = env.sealed(
            keys, body, operator_id=spec.operator_code, stamp=env.stamp_of(now), seq=self._number()
        )
        answer = await self._answer("query_token", sealed)
        if answer is None or int(answer.ret) != env.OK:
            return False
        plain: dict[str, Any] = msgspec.json.decode(env.decrypt(keys, answer.data))
        self._token = str(plain.get("AccessToken", ""))
        return bool(self._token)

    async def _posted(self, call: str, sealed: env.Envelope) -> int | None:
        answer = await self._answer(call, sealed)
        return None if answer is None else int(answer.ret)

    async def _answer(self, call: str, sealed: env.Envelope) -> env.Answer | None:
        """Post a call and return its signed answer; None for no answer or one that is not the platform's."""
        spec = self._plant.spec
        url = f"{spec.platform_url.rstrip('/')}/{spec.dialect.inbound[0]}/{spec.dialect.call_to_send(call)}"
        headers = {"Authorization": f"Bearer {self._token}"} if call != "query_token" else {}
        try:
            came = await self._http.post(
                url, content=msgspec.json.encode(sealed), headers=headers, timeout=PATIENCE
            )
            answer = msgspec.json.decode(came.content, type=env.Answer)
        except (httpx.HTTPError, msgspec.MsgspecError, ValueError) as failure:
            _log.info("no answer to %s: %r", call, failure)
            return None
        return answer if env.is_genuine_answer(spec.secrets.ours, answer) else None

    def _number(self) -> str:
        """Return the next Seq; the count is in the books, so that a restart uses no number twice."""
        ledger = self._plant.books.ledger
        ledger.numbers = ledger.numbers % SEQ_MOST + 1
        self._plant.books.dirty = True
        return f"{ledger.numbers:04d}"
