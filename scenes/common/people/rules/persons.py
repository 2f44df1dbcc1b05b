"""What the people desk allows: pure questions about ages, numbers, patients, lockout and lifetimes."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final, Literal
from uuid import UUID

import msgspec

from scenes.common.kit.crypto import CHAIN_START, chain
from scenes.common.kit.refusals import Invalid
from scenes.common.kit.resident_id import canonical_resident_id, valid_resident_id
from scenes.common.people.errors import PatientIsYourself, PatientLimitReached

PHONE = re.compile(r"1[3-9][0-9]{9}|0[0-9]{9,11}")
PHONE_FILLING = re.compile(r"[\s-]|^\+86")
NAME_FILLING = re.compile(r"[\s·•・‧.]")

Kind = Literal["resident", "staff"]


class SignInRules(msgspec.Struct, frozen=True, kw_only=True):
    """How long sign-ins live and how guesses are slowed; a district sets its own values.

    `staff_idle` ends a staff sign-in that neither refreshed nor opened a page for so long.
    `secure_cookies` is off only where the district is reached over plain HTTP, as the demo is.
    """

    access_life: timedelta = timedelta(minutes=15)
    resident_life: timedelta = timedelta(days=30)
    staff_life: timedelta = timedelta(hours=12)
    staff_idle: timedelta = timedelta(hours=1)
    failures_allowed: int = 5
    lock_for: timedelta = timedelta(minutes=15)
    attempts_per_name: int = 20
    attempts_per_address: int = 120
    attempts_seconds: float = 60
    secure_cookies: bool = True
    patients_allowed: int = 5
    patient_attempts: int = 20
    patient_attempts_seconds: float = 3600


class Failures(msgspec.Struct, frozen=True):
    """How often in a row a staff sign-in failed, and until when the account is locked for it."""

    count: int
    locked_until: datetime | None


def age_on(birth: date, day: date) -> int:
    """Count whole years on a day; who is born on 29 February has the birthday on 1 March."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def is_locked(locked_until: datetime | None, now: datetime) -> bool:
    """Tell whether an account is locked at this moment."""
    return locked_until is not None and now < locked_until


def after_failure(count: int, now: datetime, rules: SignInRules) -> Failures:
    """Count one more failure; the last one allowed locks the account and starts the count again."""
    if count + 1 >= rules.failures_allowed:
        return Failures(0, now + rules.lock_for)
    return Failures(count + 1, None)


def sign_in_expiry(kind: Kind, created_at: datetime, *, now: datetime, rules: SignInRules) -> datetime:
    """Say when a sign-in used now ends: a resident's after its life, a staff one also when left idle."""
    if kind == "resident":
        return created_at + rules.resident_life
    return min(created_at + rules.staff_life, now + rules.staff_idle)


def canonical_username(text: str) -> str:
    """Bring a staff user name to the one form that is stored and counted."""
    return text.strip().casefold()


def refuse_one_too_many(count: int, allowed: int) -> None:
    """Refuse a further patient with PatientLimitReached when the account is full."""
    if count >= allowed:
        raise PatientLimitReached


def refuse_oneself(account_id: UUID, person_id: UUID) -> None:
    """Refuse the account holder as a patient of their own with PatientIsYourself."""
    if account_id == person_id:
        raise PatientIsYourself


def same_name(one: str, other: str) -> bool:
    """Compare names as a clerk would: width, case, spaces and the dot inside some names do not count."""
    return _plain_name(one) == _plain_name(other)


def _plain_name(name: str) -> str:
    return NAME_FILLING.sub("", unicodedata.normalize("NFKC", name)).casefold()


def checked_name(text: str) -> str:
    """Return a name without outer spaces; refuse an empty one or control characters with Invalid."""
    name = " ".join(text.split())
    if not name or any(unicodedata.category(letter) in {"Cc", "Cf"} for letter in name):
        raise Invalid("请填写姓名。", errors=(("name", "请填写姓名"),))
    return name


def checked_phone(text: str) -> str:
    """Return the digits of a mainland mobile or landline number; refuse anything else with Invalid."""
    digits = PHONE_FILLING.sub("", text.strip())
    if PHONE.fullmatch(digits) is None:
        raise Invalid("电话号码不对,请核对后再填。", errors=(("phone", "电话号码不对"),))
    return digits


def checked_resident_id(text: str, today: date) -> str:
    """Return the canonical national id; refuse a wrong one, or one born after today, with Invalid."""
    number = canonical_resident_id(text)
    if not number.isascii() or not valid_resident_id(number) or number[6:14] > f"{today:%Y%m%d}":
        raise Invalid("身份证号不对,请核对后再填。", errors=(("residentId", "身份证号不对"),))
    return number


class AuditFacts(msgspec.Struct, frozen=True, array_like=True):
    """What one audit entry says, in the order and form in which it is digested."""

    seq: int
    at: datetime
    staff_id: UUID
    action: str
    subject_ids: tuple[str, ...]
    result: str


class AuditLink(msgspec.Struct, frozen=True):
    """One stored entry with its place in the chain."""

    facts: AuditFacts
    previous: bytes
    digest: bytes


def audit_digest(previous: bytes, facts: AuditFacts) -> bytes:
    """Digest an entry together with the link before it (SM3)."""
    return chain(previous, msgspec.json.encode(facts))


def first_broken(links: Sequence[AuditLink], *, after: int = 0, previous: bytes = CHAIN_START) -> int | None:
    """Find the number of the first entry that was changed, moved or taken out; none when whole.

    `links` goes on after entry `after`, whose digest is `previous`. Entries cut off the end show only
    against a digest kept elsewhere.
    """
    for expected, link in enumerate(links, start=after + 1):
        whole = link.facts.seq == expected and link.previous == previous
        if not whole or link.digest != audit_digest(previous, link.facts):
            return expected
        previous = link.digest
    return None


def number_fits(number: str, *known: str | None) -> bool:
    """Tell whether a number said at the desk ends one that is known: phone, national id or booking code."""
    said = number.strip().upper()
    return any(each is not None and each.upper().endswith(said) for each in known)


def relation_word(own: str, theirs: str, *, sex: str) -> str:
    """Say what somebody of this sex is to a person: as their account says, else the other's turned round.

    「母亲」 on a daughter's account makes her 「女儿」; what cannot be turned round is left out.
    """
    child = "女儿" if sex == "f" else "儿子"
    if own:
        return child if own == "孩子" else own
    return child if theirs in PARENTS else "老伴" if theirs in SPOUSES else ""


PARENTS: Final = frozenset({"母亲", "父亲", "妈妈", "爸爸", "妈", "爸"})
SPOUSES: Final = frozenset({"配偶", "丈夫", "妻子", "爱人", "老伴"})
