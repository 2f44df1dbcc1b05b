"""What proves who is asking: access tokens, refresh and page secrets, revocations, the staff's factors."""

from scenes.common.people.tokens.access import TokenReader, TokenSigner
from scenes.common.people.tokens.factors import Passwords, totp_step_of
from scenes.common.people.tokens.pages import PageSessions
from scenes.common.people.tokens.revocations import Revocations
from scenes.common.people.tokens.secret import SignInSecret

__all__ = [
    "PageSessions",
    "Passwords",
    "Revocations",
    "SignInSecret",
    "TokenReader",
    "TokenSigner",
    "totp_step_of",
]
