"""Pages as rooms and desks see them: a function that shows a view, forms that come back, a redirect.

The layout, the stylesheet and the environment are the web process's; it hands `PageRender` out.
"""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable
from urllib.parse import urlsplit

import msgspec
from litestar import Response
from litestar.datastructures import Cookie
from litestar.response import Redirect

from scenes.common.kit.idempotency import checked_key

SEE_OTHER = 303
OK = 200


class PageForm(msgspec.Struct, frozen=True, kw_only=True):
    """What every form of ours carries: the CSRF token, and the key made when the form was shown.

    Sending the same form twice, by a double tap or the back button, is one act.
    """

    csrf: str = ""
    key: str = ""

    @property
    def idempotency_key(self) -> str:
        """Return the form's key; refuses with IdempotencyKeyMissing when it is not one of ours."""
        return checked_key(self.key)


Several = str | list[str]
"""Fields of one name in a form: a form with one of them sends no list."""


def several(value: Several) -> list[str]:
    """Return the fields of one name, however many there were; none were sent where it is empty."""
    if isinstance(value, str):
        return [value] if value else []
    return value


class Mark(msgspec.Struct, frozen=True):
    """A state in a word, with the colour and shape it gets: ok, few, full or off."""

    kind: str
    text: str


@runtime_checkable
class PageRender(Protocol):
    """Shows a view struct in a template, inside the district's layout."""

    def __call__(
        self,
        template: str,
        view: msgspec.Struct,
        *,
        title: str,
        status: int = OK,
        cookies: Sequence[Cookie] = (),
    ) -> Response[str]:
        """Answer with the page; `template` is named `desk/file.html`, and reads `view` only."""
        ...


def see_other(path: str, cookies: Sequence[Cookie] = ()) -> Redirect:
    """Send the browser on after a form, so that reloading repeats nothing."""
    return Redirect(path, status_code=SEE_OTHER, cookies=list(cookies))


def own_path(text: str | None, default: str = "/") -> str:
    """Return a path of this site to go on to; anything that leads elsewhere becomes the default."""
    if not text or not text.startswith("/") or not text.isprintable() or "\\" in text:
        return default
    parts = urlsplit(text)
    return default if parts.scheme or parts.netloc else text
