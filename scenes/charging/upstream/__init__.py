"""The platform's side of T/CEC 102 towards its operators."""

from scenes.charging.upstream.client import OperatorClient, fresh_seq
from scenes.charging.upstream.keys import open_secrets, seal_secrets
from scenes.charging.upstream.line import OperatorNonsense
from scenes.charging.upstream.operators import Operators, open_operators

__all__ = [
    "OperatorClient",
    "OperatorNonsense",
    "Operators",
    "fresh_seq",
    "open_operators",
    "open_secrets",
    "seal_secrets",
]
