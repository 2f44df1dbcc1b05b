"""Taking on a charging operator: where it is, how it writes, and the keys agreed with it, from a file.

The file is JSON: a list of objects with operatorCode (9 characters), name, phone, baseUrl, dialect (what
differs from T/CEC 102, at least platformCode) and secrets (theirs and ours). The file is not kept.
"""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.rules.dialect import Dialect
from scenes.charging.rules.envelope import Secrets
from scenes.charging.store import partners as store
from scenes.charging.tables import ChargingOperatorRow
from scenes.charging.upstream import seal_secrets
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.ids import new_id
from scenes.common.kit.refusals import Invalid


class NewOperator(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """An operator as a district's file names it."""

    operator_code: Annotated[str, msgspec.Meta(min_length=9, max_length=9, pattern=r"^[0-9A-Z]+$")]
    name: Annotated[str, msgspec.Meta(min_length=1)]
    phone: str
    base_url: Annotated[str, msgspec.Meta(pattern=r"^https?://")]
    dialect: Dialect
    secrets: Secrets


_file = msgspec.json.Decoder(list[NewOperator])


def read_operators(content: bytes) -> list[NewOperator]:
    """Read a district's file of operators (Invalid, saying where)."""
    try:
        return _file.decode(content)
    except msgspec.DecodeError as wrong:
        raise Invalid(f"operators file: {wrong}") from wrong


async def take_on(session: AsyncSession, operators: Sequence[NewOperator], *, cipher: FieldCipher) -> int:
    """Write operators; one that is known by its code keeps its id and gets what the file says."""
    for operator in operators:
        known = await store.operator_by_code(session, operator.operator_code)
        if known is None:
            session.add(_row(operator, new_id(), cipher))
        else:
            known.name, known.phone, known.base_url = operator.name, operator.phone, operator.base_url
            known.dialect = msgspec.to_builtins(operator.dialect)
            known.secrets_sealed = _sealed(operator, known.id, cipher)
    await session.flush()
    return len(operators)


def _row(operator: NewOperator, operator_id: UUID, cipher: FieldCipher) -> ChargingOperatorRow:
    return ChargingOperatorRow(
        id=operator_id, operator_code=operator.operator_code, name=operator.name, phone=operator.phone,
        base_url=operator.base_url, dialect=msgspec.to_builtins(operator.dialect),
        secrets_sealed=_sealed(operator, operator_id, cipher), synthetic=False,
    )  # fmt: skip


def _sealed(operator: NewOperator, operator_id: UUID, cipher: FieldCipher) -> bytes:
    try:
        return seal_secrets(operator.secrets, operator_id, cipher=cipher)
    except ValueError as wrong:
        raise Invalid(f"{operator.operator_code}: {wrong}") from wrong
