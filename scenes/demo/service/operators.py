"""The demo's charging operators: their keys follow from the district's secret key, their dialects differ."""

import hmac
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.rules.dialect import Dialect
from scenes.charging.rules.envelope import KeySet, Secrets
from scenes.charging.tables import ChargingOperatorRow
from scenes.charging.upstream import seal_secrets
from scenes.common.kit.crypto import FieldCipher
from scenes.demo import store
from scenes.demo.rules.stations import Operator

PLATFORM: Final = "DEMO31070"
"""The OperatorID by which the demo's operators know the district."""

NOWHERE: Final = "http://127.0.0.1:9"
"""Where an operator is until its sandbox runs: a port at which nobody answers."""

KEY_LENGTH: Final = 16
"""Characters, and bytes, that AES-128 takes."""

DIALECTS: Final = (
    Dialect(platform_code=PLATFORM),
    Dialect(
        platform_code=PLATFORM,
        path="/api/evcs/20160701",
        spelling={"SevicePrice": "ServicePrice", "SeviceMoney": "ServiceMoney"},
        numbers="text",
        single="object",
        status_notice="array",
        ret="text",
    ),
)
"""The standard as it is written, and a partner that writes it otherwise, as partners do."""


async def take_on(
    session: AsyncSession, operators: Sequence[Operator], *, secret_key: bytes, cipher: FieldCipher
) -> None:
    """Write the operators that are not there."""
    rows = [
        _row(operator, dialect, secret_key=secret_key, cipher=cipher)
        for operator, dialect in zip(operators, DIALECTS, strict=True)
    ]
    await store.add_if_missing(session, ChargingOperatorRow, rows)


def secrets_of(code: str, secret_key: bytes) -> Secrets:
    """Derive the keys that an operator and the district share."""
    return Secrets(theirs=_keys(f"{code}:theirs", secret_key), ours=_keys(f"{code}:ours", secret_key))


def _row(
    operator: Operator, dialect: Dialect, *, secret_key: bytes, cipher: FieldCipher
) -> Mapping[str, Any]:
    secrets = secrets_of(operator.code, secret_key)
    return {
        "id": operator.id,
        "operator_code": operator.code,
        "name": operator.name,
        "phone": operator.phone,
        "base_url": NOWHERE,
        "dialect": msgspec.to_builtins(dialect),
        "secrets_sealed": seal_secrets(secrets, operator.id, cipher=cipher),
        "synthetic": True,
    }


def _keys(purpose: str, secret_key: bytes) -> KeySet:
    """Derive one direction's four keys."""
    derived = {
        name: hmac.digest(secret_key, f"lifecircle demo operator:{purpose}:{name}".encode(), "sha256").hex()[
            :KEY_LENGTH
        ]
        for name in KeySet.__struct_fields__
    }
    return KeySet(**derived)
