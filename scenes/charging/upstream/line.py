"""The line to one operator: sealed calls with a token, an answer that is checked before it is believed."""

import hashlib
import itertools
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import httpx
import msgspec

from scenes.charging.errors import OperatorRefused, OperatorUnreachable, PartnerInputRefused
from scenes.charging.rules import codec
from scenes.charging.rules import envelope as env
from scenes.charging.rules.dialect import Dialect, spoken
from scenes.charging.rules.fields import Fields
from scenes.common.kit.clock import Clock
from scenes.common.kit.upstream import IDEMPOTENT, UpstreamBusy, UpstreamFailed

TOKEN_SPARE: Final = timedelta(seconds=60)
"""A token is renewed this long before it ends."""

SEQ_MOST: Final = 9_999


_tokens: Final[dict[tuple[str, bytes], tuple[str, datetime]]] = {}
"""The tokens of this process by address and keys: jobs open their lines anew every few seconds."""


class OperatorNonsense(OperatorUnreachable):
    """The operator answered what cannot be believed or read: `call` and `why` are for staff."""

    def __init__(self, call: str, why: str) -> None:
        super().__init__(f"{call}: {why}", maybe_done=True)
        self.call = call


class Line:
    """Speaks with one operator. Calls are told apart by the operator by TimeStamp and Seq.

    Every process counts Seq from a place of its own, so that two of them seldom use the same number in
    one second. A call is sent again in the very same bytes, which an operator knows for a repeat.
    """

    def __init__(
        self, base_url: str, dialect: Dialect, *, keys: env.KeySet, http: httpx.AsyncClient, clock: Clock
    ) -> None:
        self.dialect = dialect
        self._url = f"{base_url.rstrip('/')}/{dialect.path.strip('/')}"
        self._keys = keys
        self._http = http
        self._clock = clock
        self._numbers = itertools.count(secrets.randbelow(SEQ_MOST))
        self._name = (f"{self._url} {dialect.platform_code}", _digest(keys))

    async def ask(self, call: str, body: Mapping[str, Any]) -> Fields:
        """Make a call and return the fields of its answer; a token that is refused is renewed once.

        Raises OperatorUnreachable when it is unsure what the operator did, OperatorRefused for its no.
        """
        token = await self._valid_token()
        answer = await self._sent(call, body, token)
        if _code(answer) == env.BAD_TOKEN:
            _tokens.pop(self._name, None)
            answer = await self._sent(call, body, await self._valid_token())
        return self._read(call, answer)

    async def _valid_token(self) -> str:
        now = self._clock()
        token, until = _tokens.get(self._name, ("", now))
        return token if now < until else await self._new_token(now)

    async def _new_token(self, now: datetime) -> str:
        body = {"OperatorID": self.dialect.platform_code, "OperatorSecret": self._keys.operator_secret}
        fields = self._read("query_token", await self._sent("query_token", body, ""))
        try:
            grant = codec.token_grant(fields)
        except PartnerInputRefused as wrong:
            raise OperatorNonsense("query_token", wrong.why) from wrong
        if grant.fail_reason or not grant.token:
            raise OperatorRefused(env.BAD_TOKEN, f"no token: FailReason {grant.fail_reason}")
        lasts = max(timedelta(seconds=grant.seconds) - TOKEN_SPARE, timedelta(seconds=1))
        _tokens[self._name] = (grant.token, now + lasts)
        return grant.token

    async def _sent(self, call: str, body: Mapping[str, Any], token: str) -> env.Answer:
        now, seq = self._clock(), next(self._numbers) % SEQ_MOST + 1
        sealed = env.sealed(
            self._keys,
            spoken(body, self.dialect),
            operator_id=self.dialect.platform_code,
            stamp=env.stamp_of(now),
            seq=f"{seq:04d}",
        )
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        try:
            answer = await self._http.post(
                f"{self._url}/{self.dialect.call_to_send(call)}",
                content=msgspec.json.encode(sealed),
                headers=headers,
                extensions=IDEMPOTENT,
            )
        except UpstreamBusy as busy:
            again = int(busy.retry_after) + 1
            raise OperatorUnreachable(str(busy), maybe_done=busy.maybe_done, retry_after=again) from busy
        except UpstreamFailed as failed:
            raise OperatorUnreachable(str(failed), maybe_done=failed.maybe_done) from failed
        return self._believed(call, answer)

    def _believed(self, call: str, answer: httpx.Response) -> env.Answer:
        """Take an answer that is signed; a partner that does not know our keys cannot sign its refusal."""
        try:
            read = msgspec.json.decode(answer.content, type=env.Answer)
            ret = int(read.ret)
        except (msgspec.MsgspecError, ValueError, RecursionError) as wrong:
            raise OperatorNonsense(call, f"HTTP {answer.status_code}, no envelope") from wrong
        if not env.is_genuine_answer(self._keys, read) and ret not in {env.BAD_SIGNATURE, env.BAD_ENVELOPE}:
            raise OperatorNonsense(call, "Sig: not this operator's")
        return read

    def _read(self, call: str, answer: env.Answer) -> Fields:
        ret = _code(answer)
        if ret == env.BUSY:
            raise OperatorUnreachable(f"{call}: busy", maybe_done=False)
        if ret == env.FAILED:
            raise OperatorUnreachable(f"{call}: {answer.msg}", maybe_done=True)
        if ret != env.OK:
            raise OperatorRefused(ret, f"{call}: {answer.msg}")
        try:
            return codec.read(env.decrypt(self._keys, answer.data), self.dialect)
        except PartnerInputRefused as wrong:
            raise OperatorNonsense(call, wrong.why) from wrong


def _digest(keys: env.KeySet) -> bytes:
    return hashlib.sha256(msgspec.json.encode(keys)).digest()


def _code(answer: env.Answer) -> int:
    return int(answer.ret)
