"""Why a request is refused, in words a resident can act on.

A refusal is raised, never returned: raising rolls the transaction back. The kinds below say what sort
of refusal it is; only the web process knows which HTTP status each kind gets.
"""

from typing import ClassVar


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a defect of the program
    """Something the rules do not allow, with a stable code and a sentence in Chinese and English."""

    code: ClassVar[str] = "refused"
    zh: ClassVar[str] = "现在办不了,请打电话给我们。"
    en: ClassVar[str] = "This cannot be done now. Please call us."

    def __init__(self, detail: str | None = None, *, detail_en: str | None = None) -> None:
        super().__init__(detail or self.zh)
        self.detail = detail or self.zh
        self.detail_en = detail_en or (self.en if detail is None else detail)


class Conflict(Refusal):
    """The present state of things does not allow it."""

    code = "conflict"


class NotFound(Refusal):
    """There is no such thing, or it belongs to someone else: the answer is the same."""

    code = "not_found"
    zh = "没有找到,请回上一页再看看。"
    en = "Not found."


class Forbidden(Refusal):
    """The caller is known and may not do this."""

    code = "forbidden"
    zh = "您没有办这件事的权限。"
    en = "You may not do this."


class Unauthenticated(Refusal):
    """Nobody is signed in, or the sign-in has ended."""

    code = "unauthenticated"
    zh = "请先登录。"
    en = "Please sign in."


class Invalid(Refusal):
    """The request itself is wrong; `errors` lists every wrong field as (path, message)."""

    code = "invalid"
    zh = "填写的内容有误,请改正后再试。"
    en = "The request is not valid."

    def __init__(self, detail: str | None = None, *, errors: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(detail)
        self.errors = errors


class Unprocessable(Refusal):
    """The request is well formed and contradicts an earlier one."""

    code = "unprocessable"


class Throttled(Refusal):
    """Too many requests from one caller; come back after `retry_after` seconds."""

    code = "limit_exceeded"
    zh = "操作太频繁,请稍等一会儿再试。"
    en = "Too many requests. Please wait a little."

    def __init__(self, retry_after: int = 10) -> None:
        super().__init__()
        self.retry_after = retry_after


class Busy(Refusal):
    """The system cannot take it just now; the same request is safe after `retry_after` seconds."""

    code = "busy"
    zh = "现在人多,请等几秒再试,不用重新填写。"
    en = "Busy. Please try again in a few seconds; nothing is lost."

    def __init__(self, retry_after: int = 2) -> None:
        super().__init__()
        self.retry_after = retry_after


class IdempotencyKeyMissing(Invalid):
    """A call that creates or pays came without a usable Idempotency-Key (8-64 visible ASCII)."""

    code = "idempotency_key_missing"
    zh = "请求缺少防重复编号(Idempotency-Key),请更新应用后再试。"
    en = "The Idempotency-Key header is missing or malformed (8-64 visible ASCII)."


class IdempotencyKeyReused(Unprocessable):
    """The same Idempotency-Key came with another body."""

    code = "idempotency_key_reused"
    zh = "这个编号已经用于另一件事,请重新开始办理。"
    en = "This Idempotency-Key was used for a different request."
