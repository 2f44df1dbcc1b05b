"""Access tokens, sign-in secrets, time-based codes, revocations."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import OctKey

from scenes.common.kit.caller import Resident, Staff
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from scenes.common.people.store import persons as store
from scenes.common.people.tables import PersonRow
from scenes.common.people.tokens import Revocations, SignInSecret, TokenReader, TokenSigner, totp_step_of
from scenes.common.people.tokens.factors import new_totp_secret, totp_now
from tests.support.people import SECRET, Desk

OTHER = b"another secret of thirty-two bytes"
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
SOON = NOW + timedelta(minutes=15)
CALLERS = st.one_of(
    st.builds(Resident, st.uuids(), st.uuids()),
    st.builds(
        Staff, st.uuids(), st.uuids(), st.sampled_from(["clinic", "district"]), st.frozensets(st.uuids())
    ),
)


def bearer(token: str) -> bytes:
    return b"Bearer " + token.encode()


@given(caller=CALLERS, after=st.integers(0, 1800))
def test_what_was_signed_is_read_until_it_ends(caller: Resident | Staff, after: int) -> None:
    reader = TokenReader((SECRET,), set())
    token = bearer(TokenSigner(SECRET).sign(caller, now=NOW, until=SOON))
    expected = caller if after < 900 else None
    for _ in range(2):
        assert reader.read(token, NOW + timedelta(seconds=after)) == expected
    assert len(reader) == (expected is not None)


@given(caller=CALLERS, data=st.data())
def test_a_token_changed_anywhere_is_nobodys(caller: Resident | Staff, data: st.DataObject) -> None:
    token = TokenSigner(SECRET).sign(caller, now=NOW, until=SOON)
    at = data.draw(st.integers(0, len(token) - 2))
    letter = data.draw(st.sampled_from([letter for letter in "AZaz09-_." if letter != token[at]]))
    forged = bearer(token[:at] + letter + token[at + 1 :])
    assert TokenReader((SECRET,), set()).read(forged, NOW) is None


@given(value=st.binary(max_size=80))
def test_nonsense_is_nobodys_and_never_breaks(value: bytes) -> None:
    reader = TokenReader((SECRET,), set())
    assert [reader.read(value, NOW), reader.read(b"Bearer " + value, NOW), len(reader)] == [None, None, 0]


def test_other_algorithms_are_not_taken() -> None:
    claims = {"sub": str(new_id()), "sid": str(new_id()), "kind": "resident", "iat": 0, "exp": 2**31}
    key = OctKey.import_key(SECRET)
    good = jwt.encode({"alg": "HS256"}, claims, key)
    longer = jwt.encode({"alg": "HS512"}, claims, key, ["HS512"])
    unsigned = "eyJhbGciOiJub25lIn0." + good.split(".")[1] + "."
    reader = TokenReader((SECRET,), set())
    read = [reader.read(bearer(token), NOW) is not None for token in (good, longer, unsigned)]
    assert read == [True, False, False]


@pytest.mark.parametrize(
    "claims",
    [{}, {"sub": "x"}, {"exp": 10**30}, {"exp": -(10**30)}, {"kind": "root"}, {"exp": "soon"}],
)
def test_well_signed_nonsense_is_nobodys(claims: dict[str, Any]) -> None:
    good = {"sub": str(new_id()), "sid": str(new_id()), "kind": "resident", "iat": 0}
    token = jwt.encode({"alg": "HS256"}, good | claims, OctKey.import_key(SECRET))
    assert TokenReader((SECRET,), set()).read(bearer(token), NOW) is None


def test_the_secret_before_is_read_while_secrets_change() -> None:
    caller = Resident(new_id(), new_id())
    token = bearer(TokenSigner(OTHER).sign(caller, now=NOW, until=SOON))
    assert TokenReader((SECRET, OTHER), set()).read(token, NOW) == caller
    assert TokenReader((SECRET,), set()).read(token, NOW) is None
    with pytest.raises(ValueError, match="32 bytes"):
        TokenSigner(b"short")


def test_a_revoked_sign_in_is_nobodys_although_its_token_was_read_before() -> None:
    revoked: set[UUID] = set()
    caller = Resident(new_id(), new_id())
    reader = TokenReader((SECRET,), revoked)
    token = bearer(TokenSigner(SECRET).sign(caller, now=NOW, until=SOON))
    assert reader.read(token, NOW) == caller
    revoked.add(caller.sign_in_id)
    assert reader.read(token, NOW) is None


def test_at_most_so_many_tokens_are_remembered() -> None:
    reader, signer = TokenReader((SECRET,), set(), most=3), TokenSigner(SECRET)
    for _ in range(5):
        token = bearer(signer.sign(Resident(new_id(), new_id()), now=NOW, until=SOON))
        assert reader.read(token, NOW) is not None
    assert len(reader) == 3


def test_a_csrf_token_belongs_to_one_sign_in_and_one_secret() -> None:
    one, two = new_id(), new_id()
    signer = TokenSigner(SECRET)
    assert signer.csrf_for(one) == TokenSigner(SECRET).csrf_for(one)
    assert len({signer.csrf_for(one), signer.csrf_for(two), TokenSigner(OTHER).csrf_for(one)}) == 3


@given(sign_in_id=st.uuids())
def test_a_secret_reads_back_and_rotates_within_its_family(sign_in_id: UUID) -> None:
    first = SignInSecret.fresh(sign_in_id)
    following = first.rotated()
    assert SignInSecret.parse(first.text) == first
    assert (following.sign_in_id, following.family) == (first.sign_in_id, first.family)
    assert following.secret_hash != first.secret_hash


@given(text=st.text(max_size=90))
def test_other_texts_are_no_secret(text: str) -> None:
    parsed = SignInSecret.parse(text)
    assert parsed is None or len(text) == 86


@given(step=st.integers(9, 200_000_000), off=st.integers(-3, 3), used=st.integers(-3, 3))
def test_a_code_counts_within_one_period_and_only_after_the_last_used(step: int, off: int, used: int) -> None:
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    now = datetime.fromtimestamp(step * 30 + 7, UTC)
    code = totp_now(secret, now + timedelta(seconds=30 * off))
    found = totp_step_of(secret, code, now=now, after_step=step + used)
    if abs(off) <= 1 and off > used:
        assert found == step + off
    elif found is not None:  # two periods may share a code, once in a million
        assert abs(found - step) <= 1
        assert found > step + used


def test_strange_codes_are_wrong() -> None:
    secret = new_totp_secret()
    for code in ("", "１２３４５６", "abcdef", "0" * 500):
        assert totp_step_of(secret, code, now=NOW, after_step=0) is None


@pytest.fixture
async def gone() -> AsyncIterator[Database]:
    database = Database("postgresql://nobody@127.0.0.1:1/none")
    yield database
    await database.close()


async def test_revocations_of_other_processes_become_known(desk: Desk, wang: PersonRow) -> None:
    grant = await desk.page(wang.id)
    here = Revocations(desk.database, desk.clock)
    async with desk.database.transaction() as session:
        await store.revoke_sign_in(session, grant.sign_in_id, desk.clock())
    assert grant.sign_in_id not in here
    await here.refresh()
    assert grant.sign_in_id in here
    desk.clock.advance(timedelta(minutes=21))
    await here.refresh()
    assert len(here) == 0


async def test_the_background_task_keeps_reading(desk: Desk, wang: PersonRow) -> None:
    grant = await desk.page(wang.id)
    here = Revocations(desk.database, desk.clock, every=0.01)
    await here.start()
    async with desk.database.transaction() as session:
        await store.revoke_sign_in(session, grant.sign_in_id, desk.clock())
    async with asyncio.timeout(10):
        while grant.sign_in_id not in here:  # noqa: ASYNC110 - the task gives no other sign
            await asyncio.sleep(0.005)
    await here.stop()


async def test_a_local_revocation_stays_while_the_database_is_away(desk: Desk, gone: Database) -> None:
    here = Revocations(gone, desk.clock)
    ended = new_id()
    here.add(ended)
    await here.refresh()
    assert ended in here


@given(caller=CALLERS, data=st.data())
def test_what_the_quick_verification_takes_the_library_takes_too(
    caller: Resident | Staff, data: st.DataObject
) -> None:
    """Any byte of a token changed or all from it left out: nothing is taken that joserfc refuses."""
    token = TokenSigner(SECRET).sign(caller, now=NOW, until=SOON).encode()
    at = data.draw(st.integers(0, len(token) - 1))
    byte = bytes([data.draw(st.sampled_from(b"ABCxyz019-_.="))])
    changed = data.draw(st.sampled_from([token[:at] + byte + token[at + 1 :], token[:at], token + byte]))
    read = TokenReader((SECRET,), set()).read(b"Bearer " + changed, NOW)
    if read is not None:
        assert jwt.decode(changed, OctKey.import_key(SECRET), ["HS256"]).claims["sub"] in str(caller)
        assert read == caller
