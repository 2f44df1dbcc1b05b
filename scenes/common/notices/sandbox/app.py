"""The demo carriers' doors: the SMS gateway's calls, WeChat's, and a page of what was carried."""

import asyncio
import hashlib
import secrets
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from litestar import Litestar, MediaType, Request, Response, get, post
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.params import FromPath, FromQuery

from scenes.common.kit.clock import shanghai
from scenes.common.notices.sandbox.books import REFUSED, Asked, Books, Carried, Fate, Faults
from scenes.common.notices.sandbox.messenger import Messenger
from scenes.common.notices.signing import Call, is_genuine

T = TypeVar("T")
Incoming = Request[Any, Any, State]
SHOWN = 200
NAMES = {"sms": "短信", "wechat": "微信"}


def create_sandbox(  # noqa: PLR0913 - each is one setting
    secret: bytes,
    receipt_url: str,
    *,
    store_path: Path | None = None,
    faults: Faults | None = None,
    delay: float = 1.0,
    time_scale: float = 1.0,
) -> Litestar:
    """Make the carriers; with `store_path` (a file of JSON lines) their books survive a restart."""
    books = Books(store_path, faults or Faults())
    messenger = Messenger(books, secret, receipt_url=receipt_url, delay=delay, time_scale=time_scale)
    return Litestar(
        [
            health,
            outbox_page,
            outbox,
            faults_drawn,
            take_sms,
            tell_sms,
            stable_token,
            code_to_session,
            send_wechat,
        ],
        lifespan=[messenger.open],
        state=State({"books": books, "messenger": messenger, "secret": secret}),
        openapi_config=None,
        logging_config=None,
    )


def _books(request: Incoming) -> Books:
    return request.app.state.books


async def _genuine_body(request: Incoming) -> bytes:
    """Return the body of a signed call, or refuse it with 401."""
    call = Call(method=request.method, path=request.url.path, body=await request.body())
    if not is_genuine(request.app.state.secret, call, request.headers, now=datetime.now(UTC)):
        raise HTTPException("signature refused", status_code=401)
    return call.body


@get("/health")
async def health() -> dict[str, str]:
    """Say that the carriers are there."""
    return {"status": "ok"}


@post("/v1/messages", status_code=200)
async def take_sms(request: Incoming) -> Response[dict[str, Any]]:
    """Send an SMS out, once for each number of the sender's; 409 tells that it is a repeat."""
    asked, books = _decoded(await _genuine_body(request), Asked), _books(request)
    if asked.to.endswith(REFUSED):
        return Response({"code": "number_barred"}, status_code=422)
    fate = books.fate()
    await _strike(fate, books.faults, before=True)
    carried, repeat = books.carry(asked)
    if not repeat:
        request.app.state.messenger.tell_of(carried)
    await _strike(fate, books.faults, before=False)
    status = 409 if repeat or books.repeats() else 200
    return Response(_facts(carried), status_code=status)


@get("/v1/messages/{number:str}")
async def tell_sms(request: Incoming, number: FromPath[str]) -> dict[str, Any]:
    """Tell what became of an SMS."""
    await _genuine_body(request)
    books = _books(request)
    fate = books.fate()
    await _strike(fate, books.faults, before=True)
    await _strike(fate, books.faults, before=False)
    carried = books.carried.get(number)
    if carried is None:
        raise HTTPException("no such message", status_code=404)
    return _facts(carried)


async def _strike(fate: Fate, faults: Faults, *, before: bool) -> None:
    """Let a fault happen, before or after the message goes out."""
    if fate == ("fails" if before else "fails_after"):
        raise HTTPException("out of order", status_code=500)
    if fate == ("hangs" if before else "hangs_after"):
        await asyncio.sleep(faults.hang_seconds)
        raise HTTPException("too late", status_code=504)


def _facts(carried: Carried) -> dict[str, Any]:
    return {"id": carried.id, "outId": carried.out_id, "state": carried.state}


@post("/cgi-bin/stable_token", status_code=200)
async def stable_token(request: Incoming) -> dict[str, Any]:
    """Give an access token, as WeChat does."""
    token = secrets.token_hex(16)
    _books(request).tokens.add(token)
    return {"access_token": token, "expires_in": 7200}


@get("/sns/jscode2session")
async def code_to_session(request: Incoming, js_code: FromQuery[str]) -> dict[str, Any]:
    """Turn a code of `wx.login` into an openid, once; `who:nonce` is the same person for the same who.

    Here it also stands for the tap that allows one message, which the real WeChat keeps by itself.
    """
    books, who = _books(request), js_code.split(":")[0]
    if js_code in books.used_codes:
        return {"errcode": 40029, "errmsg": "invalid code"}
    books.used_codes.add(js_code)
    openid = f"o{hashlib.sha256(who.encode()).hexdigest()[:27]}"
    if not who.startswith("refuse"):
        books.grants[openid] = books.grants.get(openid, 0) + 1
    return {"openid": openid, "session_key": secrets.token_hex(8)}


@post("/cgi-bin/message/subscribe/send", status_code=200)
async def send_wechat(request: Incoming, access_token: FromQuery[str]) -> dict[str, Any]:
    """Show a subscription message, if its person still allows one."""
    books = _books(request)
    if access_token not in books.tokens:
        return {"errcode": 40001, "errmsg": "invalid credential"}
    asked = await request.json()
    text = " ".join(each["value"] for each in asked["data"].values())
    shown = books.deliver_wechat(asked["touser"], text)
    if shown is None:
        return {"errcode": 43101, "errmsg": "user refuse to accept the msg"}
    return {"errcode": 0, "errmsg": "ok", "msgid": int(shown.id)}


@get("/outbox.json")
async def outbox(request: Incoming) -> Response[bytes]:
    """List everything that was carried, newest first."""
    books = _books(request)
    return Response(msgspec.json.encode(books.newest(len(books.carried))), media_type=MediaType.JSON)


@get("/faults.json")
async def faults_drawn(request: Incoming) -> dict[str, int]:
    """Tell how often each fault was drawn since the start."""
    return dict(_books(request).drawn)


@get("/", media_type=MediaType.HTML)
async def outbox_page(request: Incoming) -> str:
    """Show what was carried lately."""
    rows = "".join(_line(each) for each in _books(request).newest(SHOWN))
    return (
        '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>演示短信和微信</title>'
        "<style>body{font:18px/1.6 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
        "td,th{padding:.3rem .6rem;text-align:left;border-bottom:1px solid #ccc}</style>"
        "<h1>演示短信和微信</h1><p>这里没有真的发出去。新的在上面。</p>"
        "<table><thead><tr><th>时间<th>方式<th>给谁<th>内容<th>状态</thead><tbody>"
        f"{rows}</tbody></table></html>"
    )


def _line(carried: Carried) -> str:
    cells = (
        f"{shanghai(carried.at):%m-%d %H:%M:%S}", NAMES[carried.channel], carried.to, carried.text,
        carried.state,
    )  # fmt: skip
    return "<tr>" + "".join(f"<td>{escape(cell)}" for cell in cells)


def _decoded(body: bytes, kind: type[T]) -> T:
    """Read a call, or refuse it with 400."""
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as wrong:
        raise HTTPException(str(wrong), status_code=400) from wrong
