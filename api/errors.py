"""Every refusal and failure leaves as a problem document (RFC 9457); only here do refusals meet statuses."""

from typing import Any, Final, cast

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.status_codes import HTTP_400_BAD_REQUEST, HTTP_500_INTERNAL_SERVER_ERROR

from scenes.common.kit import refusals
from scenes.common.kit.database import is_lost
from scenes.common.kit.refusals import Invalid, Refusal

log = structlog.get_logger(__name__)

PROBLEM_TYPE: Final = "application/problem+json"
FAILED: Final = "我们的系统出了问题,请稍后再试,或打电话。"

STATUS: Final[dict[type[Refusal], int]] = {
    refusals.Conflict: 409,
    refusals.NotFound: 404,
    refusals.Forbidden: 403,
    refusals.Unauthenticated: 401,
    refusals.Invalid: 400,
    refusals.Unprocessable: 422,
    refusals.Throttled: 429,
    refusals.Busy: 503,
}
_TITLES: Final = {
    400: ("填写有误", "Invalid request"),
    401: ("请先登录", "Sign in needed"),
    403: ("没有权限", "Not allowed"),
    404: ("没有找到", "Not found"),
    405: ("不能这样操作", "Method not allowed"),
    409: ("现在办不了", "Not possible now"),
    413: ("内容太大", "Too large"),
    415: ("格式不对", "Unsupported media type"),
    422: ("与之前的请求不一致", "Contradicts an earlier request"),
    429: ("请稍等", "Too many requests"),
    500: ("系统出错", "Internal error"),
    503: ("系统忙", "Busy"),
}
_HTTP_CODES: Final = {
    400: "invalid",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
    429: "limit_exceeded",
    503: "busy",
}


_SPOKEN: Final = str.maketrans("0123456789", "零一二三四五六七八九")


class FieldError(msgspec.Struct, frozen=True):
    """One wrong field: where, and what is wrong."""

    path: str
    message: str


class Help(msgspec.Struct, frozen=True):
    """The number that helps, and the words to say it aloud."""

    phone: str
    speak: str


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A problem document: a stable `code`, a sentence to act on, and the number that helps."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    help: Help
    errors: list[FieldError] = msgspec.field(default_factory=list[FieldError])


def status_of(refusal: Refusal) -> int:
    """Return the HTTP status of a refusal's kind."""
    return next(STATUS[kind] for kind in type(refusal).__mro__ if kind in STATUS)


class Problems:
    """Makes problem documents in the reader's language with the district's help number."""

    def __init__(self, help_phone: str) -> None:
        digits = "、".join(help_phone).translate(_SPOKEN)
        self._help = {
            "zh": Help(help_phone, f"要帮忙请打电话{digits}。"),
            "en": Help(help_phone, f"For help call {' '.join(help_phone)}."),
        }

    def of_refusal(self, refusal: Refusal, *, english: bool) -> Problem:
        """Make the document of a refusal."""
        detail = refusal.detail_en if english else refusal.detail
        errors = [FieldError(*error) for error in refusal.errors] if isinstance(refusal, Invalid) else []
        return self.make(status_of(refusal), refusal.code, detail, errors=errors, english=english)

    def make(
        self, status: int, code: str, detail: str, *, english: bool, errors: list[FieldError] | None = None
    ) -> Problem:
        """Make a document from its parts."""
        title = _TITLES.get(status, ("出了问题", "Problem"))[english]
        return Problem(
            type=f"urn:lifecircle:problem:{code}",
            title=title,
            status=status,
            detail=detail,
            code=code,
            help=self._help["en" if english else "zh"],
            errors=errors or [],
        )


AnyRequest = Request[Any, Any, Any]


def wants_english(request: AnyRequest) -> bool:
    """Tell whether the reader's first language is English; Chinese is the default."""
    return request.headers.get("accept-language", "").lower().startswith("en")


def is_page(request: AnyRequest) -> bool:
    """Tell whether a person looks at a page rather than a program at the API."""
    path = request.scope["path"]
    programs = ("/api/", "/health", "/metrics", "/docs")
    return not path.startswith(programs) and "text/html" in request.headers.get("accept", "")


def _told(request: AnyRequest, name: str) -> str:
    """Return the name a caller knows a parameter by: its own on the wire, not the one in our code."""
    parameter = request.route_handler.parsed_fn_signature.parameters.get(name)
    known = getattr(parameter.kwarg_definition, "name", None) if parameter is not None else None
    return known or name


class ErrorAnswers:
    """The exception handlers of the app."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems

    def handlers(self) -> dict[int | type[Exception], Any]:
        """Return the map Litestar takes."""
        return {
            Refusal: self.refused,
            ValidationException: self.invalid,
            HTTPException: self.http,
            HTTP_500_INTERNAL_SERVER_ERROR: self.failed,
            Exception: self.failed,
        }

    def refused(self, request: AnyRequest, refusal: Refusal) -> Response[Any]:
        """Answer a refusal of the rules."""
        problem = self.problems.of_refusal(refusal, english=wants_english(request))
        headers: dict[str, str] = {}
        if isinstance(refusal, refusals.Throttled | refusals.Busy):
            headers["Retry-After"] = str(max(1, refusal.retry_after))
        return self.respond(request, problem, headers)

    def invalid(self, request: AnyRequest, error: ValidationException) -> Response[Any]:
        """Answer wrong parameters and bodies with every wrong field."""
        extra: Any = error.extra or []
        items = cast("list[dict[str, Any]]", extra if isinstance(extra, list) else [extra])
        errors = [
            FieldError(_told(request, str(item.get("key", ""))), str(item.get("message", "")))
            for item in items
        ]
        english = wants_english(request)
        detail = Invalid.en if english else Invalid.zh
        return self.respond(
            request, self.problems.make(400, "invalid", detail, errors=errors, english=english), {}
        )

    def http(self, request: AnyRequest, error: HTTPException) -> Response[Any]:
        """Answer what Litestar itself refuses: unknown paths, methods, broken JSON."""
        english = wants_english(request)
        status = error.status_code
        titles = _TITLES.get(status, ("出了问题", "Problem"))
        errors = [FieldError("", str(error.detail))] if status == HTTP_400_BAD_REQUEST else []
        detail = str(error.detail) if english else f"{titles[0]}。"
        code = _HTTP_CODES.get(status, "invalid" if status < HTTP_500_INTERNAL_SERVER_ERROR else "internal")
        problem = self.problems.make(status, code, detail, errors=errors, english=english)
        return self.respond(request, problem, dict(error.headers or {}))

    def failed(self, request: AnyRequest, error: Exception) -> Response[Any]:
        """Answer a failure of ours: busy when the database is away, otherwise logged and plain."""
        if is_lost(error):
            return self.refused(request, refusals.Busy())
        log.error("request_failed", path=request.scope["path"], exc_info=error)
        english = wants_english(request)
        detail = (
            "Something broke on our side. Please try again or call."
            if english
            else ("我们的系统出了问题,请稍后再试,或打电话。")
        )
        return self.respond(request, self.problems.make(500, "internal", detail, english=english), {})

    def respond(self, request: AnyRequest, problem: Problem, headers: dict[str, str]) -> Response[Any]:
        """Send a problem as JSON to programs, as a page to people."""
        if is_page(request) and (page := request.app.state.get("problem_page")) is not None:
            return page(request, problem, headers)
        return Response(
            content=msgspec.json.encode(problem),
            status_code=problem.status,
            media_type=PROBLEM_TYPE,
            headers=headers,
        )
