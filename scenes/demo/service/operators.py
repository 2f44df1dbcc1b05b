"""The demo's two charging operators, and where their sandboxes are in this run."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.sandbox.spec import DIALECTS as SPOKEN
from scenes.charging.sandbox.spec import StationSpec
from scenes.charging.tables import ChargingOperatorRow
from scenes.charging.upstream import seal_secrets
from scenes.common.kit.crypto import FieldCipher
from scenes.demo import store
from scenes.demo.rules.partners import DIALECTS, secrets_of, stations_file
from scenes.demo.rules.stations import Operator, draw_operators, draw_stations

NOWHERE: Final = "http://127.0.0.1:9"
"""Where an operator is until its sandbox runs: a port at which nobody answers."""


async def take_on(
    session: AsyncSession, operators: Sequence[Operator], *, secret_key: bytes, cipher: FieldCipher
) -> None:
    """Write the operators that are not there."""
    rows = [
        _row(operator, dialect, secret_key=secret_key, cipher=cipher)
        for operator, dialect in zip(operators, DIALECTS, strict=True)
    ]
    await store.add_if_missing(session, ChargingOperatorRow, rows)


async def meet(session: AsyncSession, seed: int, urls: Sequence[str], *, folder: Path) -> None:
    """Say where the operators are in this run, and tell their sandboxes their stations by a file each."""
    stations = draw_stations(seed)
    for operator, url in zip(draw_operators(seed), urls, strict=True):
        await store.move_operator(session, operator.code, url)
        own = [each for each in stations if each.operator.code == operator.code]
        specs = [StationSpec.of(each.facts, each.tariff) for each in own]
        (folder / stations_file(operator.code)).write_bytes(msgspec.json.encode(specs))


def _row(operator: Operator, dialect: str, *, secret_key: bytes, cipher: FieldCipher) -> Mapping[str, Any]:
    secrets = secrets_of(operator.code, secret_key)
    return {
        "id": operator.id,
        "operator_code": operator.code,
        "name": operator.name,
        "phone": operator.phone,
        "base_url": NOWHERE,
        "dialect": msgspec.to_builtins(SPOKEN[dialect]),
        "secrets_sealed": seal_secrets(secrets, operator.id, cipher=cipher),
        "synthetic": True,
    }
