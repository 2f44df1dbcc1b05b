"""Turns a stored answer into the HTTP response it was, marked when it is a repeat."""

from litestar import Response
from litestar.enums import MediaType

from scenes.common.kit.idempotency import Answer


def respond(answer: Answer) -> Response[bytes]:
    """Send the stored status and body; a replay says `Idempotency-Replayed: true`."""
    headers = {"Idempotency-Replayed": "true"} if answer.replayed else None
    return Response(
        content=answer.body, status_code=answer.status, media_type=MediaType.JSON, headers=headers
    )
