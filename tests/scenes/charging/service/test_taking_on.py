"""A district takes on its charging operators from a file; a second time changes what the file says."""

import json
from typing import Any

import pytest

from scenes.charging.service.taking_on import read_operators, take_on
from scenes.charging.upstream.keys import open_secrets
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.refusals import Invalid
from tests.support.charging import Charging

KEYS = dict.fromkeys(("operator_secret", "data_secret", "data_iv", "sig_secret"), "1234567890abcdef")


def a_file(**differently: Any) -> bytes:
    operator = {
        "operatorCode": "MA1FY0B02", "name": "某充电", "phone": "4001", "baseUrl": "https://evcs.example",
        "dialect": {"platformCode": "313744932"}, "secrets": {"theirs": KEYS, "ours": KEYS},
    }  # fmt: skip
    return json.dumps([operator | differently]).encode()


async def test_operators_are_taken_on_once_and_changed_by_the_file(
    charging: Charging, cipher: FieldCipher
) -> None:
    for url in ("https://evcs.example", "https://evcs2.example"):
        async with charging.database.transaction() as session:
            assert await take_on(session, read_operators(a_file(baseUrl=url)), cipher=cipher) == 1
    [(operator_id, base_url, sealed, synthetic)] = await charging.rows(
        "SELECT id, base_url, secrets_sealed, synthetic FROM charging_operator"
        " WHERE operator_code = 'MA1FY0B02'"
    )
    assert (base_url, synthetic) == ("https://evcs2.example", False)
    assert open_secrets(sealed, operator_id, cipher=cipher).ours.sig_secret == "1234567890abcdef"
    assert b"1234567890abcdef" not in sealed


@pytest.mark.parametrize(
    "wrong", [a_file(operatorCode="short"), a_file(baseUrl="ftp://x"), a_file(dialect={}), b"[{", b"{}"]
)
def test_a_wrong_file_says_so(wrong: bytes) -> None:
    with pytest.raises(Invalid, match="operators file"):
        read_operators(wrong)


async def test_keys_of_a_wrong_length_write_nothing(charging: Charging, cipher: FieldCipher) -> None:
    operators = read_operators(a_file(secrets={"theirs": KEYS | {"data_iv": "short"}, "ours": KEYS}))
    async with charging.database.transaction() as session:
        with pytest.raises(Invalid, match="16 bytes"):
            await take_on(session, operators, cipher=cipher)
    assert await charging.rows("SELECT count(*) FROM charging_operator") == [(1,)]
