"""Recognising somebody at a desk by a number they say: the end of a phone, a national id or a code."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from scenes.common.kit.crypto import FieldCipher
from scenes.common.people.rules import number_fits
from scenes.common.people.tables import id_context, phone_context


def answers_to(row: Mapping[Any, Any], number: str, cipher: FieldCipher) -> bool:
    """Tell whether a said number fits a row with person_id, phone_sealed, id_sealed and code."""
    person_id: UUID = row["person_id"]
    phone, national_id = row["phone_sealed"], row["id_sealed"]
    return number_fits(
        number,
        row["code"],
        cipher.open(phone, context=phone_context(person_id)) if phone else None,
        cipher.open(national_id, context=id_context(person_id)) if national_id else None,
    )
