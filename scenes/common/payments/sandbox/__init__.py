"""The demo payment provider: the partner's side of the protocol, an app of its own in its own process.

Start with `python -m scenes.common.payments.sandbox --port 9101 --notify-url http://…/notify/sandbox`.
Calls and notices carry Sandbox-Timestamp, -Nonce and -Signature (HMAC-SHA256 over three LF-ended lines).
Like the real ones it tells good news twice, about a second apart, repeats what is not answered with 200
on WeChat Pay's schedule, and refunds once for each refund number. Two amounts are for trying trouble:
a refund of exactly 66601 fen becomes abnormal, one of 66602 fen is done but its first answer is lost.
"""

from scenes.common.payments.sandbox.app import create_sandbox

__all__ = ["create_sandbox"]
