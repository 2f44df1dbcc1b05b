"""The desk's rules over many values."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.common.kit.crypto import CHAIN_START
from scenes.common.kit.ids import new_id
from scenes.common.kit.refusals import Invalid
from scenes.common.kit.resident_id import make_resident_id
from scenes.common.people import rules
from scenes.common.people.errors import PatientIsYourself, PatientLimitReached
from scenes.common.people.rules import AuditFacts, AuditLink, Failures, SignInRules

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
DAYS = st.dates(date(1900, 1, 1), date(2026, 11, 23))


@given(birth=DAYS, day=DAYS)
def test_age_grows_by_one_on_each_birthday(birth: date, day: date) -> None:
    if day < birth:
        return
    age = rules.age_on(birth, day)
    assert age >= 0
    assert (day.year - birth.year) - age == ((day.month, day.day) < (birth.month, birth.day))


@pytest.mark.parametrize(("day", "age"), [("2026-02-28", 1), ("2026-03-01", 2), ("2028-02-29", 4)])
def test_who_is_born_on_leap_day_has_the_birthday_on_the_first_of_march(day: str, age: int) -> None:
    assert rules.age_on(date(2024, 2, 29), date.fromisoformat(day)) == age


@given(allowed=st.integers(1, 10))
def test_the_last_allowed_failure_locks_and_starts_the_count_again(allowed: int) -> None:
    terms = SignInRules(failures_allowed=allowed, lock_for=timedelta(minutes=15))
    count = 0
    for number in range(1, allowed + 1):
        failures = rules.after_failure(count, NOW, terms)
        last = number == allowed
        assert failures == Failures(0 if last else number, NOW + timedelta(minutes=15) if last else None)
        count = failures.count


def test_a_lock_ends_at_its_instant() -> None:
    assert [
        rules.is_locked(until, NOW) for until in (None, NOW - timedelta(1), NOW, NOW + timedelta(seconds=1))
    ] == [False, False, False, True]


@given(used=st.timedeltas(timedelta(0), timedelta(hours=20)))
def test_staff_sign_ins_end_when_idle_and_at_the_end_of_their_life(used: timedelta) -> None:
    ends = rules.sign_in_expiry("staff", NOW, now=NOW + used, rules=SignInRules())
    assert ends == NOW + min(used + timedelta(hours=1), timedelta(hours=12))
    resident = rules.sign_in_expiry("resident", NOW, now=NOW + used, rules=SignInRules())
    assert resident == NOW + timedelta(days=30)


def test_an_account_takes_patients_up_to_its_limit() -> None:
    for count in range(5):
        rules.refuse_one_too_many(count, 5)
    with pytest.raises(PatientLimitReached):
        rules.refuse_one_too_many(5, 5)
    one = new_id()
    rules.refuse_oneself(one, new_id())
    with pytest.raises(PatientIsYourself):
        rules.refuse_oneself(one, one)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("王秀英", "王 秀英", True),
        ("迪丽热巴·迪力木拉提", "迪丽热巴迪力木拉提", True),
        ("Anna Li", "ANNA LI", True),
        ("王秀英", "王秀莹", False),
        ("王", "王秀英", False),
    ],
)
def test_names_are_compared_as_a_clerk_would(one: str, other: str, *, same: bool) -> None:
    assert rules.same_name(one, other) is same


@given(text=st.text(max_size=30))
def test_a_phone_is_taken_as_digits_or_refused(text: str) -> None:
    try:
        phone = rules.checked_phone(text)
    except Invalid:
        return
    assert phone.isascii()
    assert phone.isdigit()
    assert rules.checked_phone(phone) == phone


@given(birth=DAYS, serial=st.integers(0, 999), spaces=st.integers(0, 17))
def test_a_national_id_is_taken_however_it_is_typed(birth: date, serial: int, spaces: int) -> None:
    number = make_resident_id("310107", birth, serial)
    typed = f" {number[:spaces]} {number[spaces:].lower()}"
    assert rules.checked_resident_id(typed, date(2026, 11, 23)) == number
    with pytest.raises(Invalid):
        rules.checked_resident_id(number, birth - timedelta(days=1))


@given(text=st.text(max_size=20))
def test_a_wrong_national_id_or_name_is_refused_and_never_breaks(text: str) -> None:
    with pytest.raises(Invalid):
        rules.checked_resident_id(text, date(2026, 11, 23))
    try:
        assert rules.checked_name(text) == rules.checked_name(rules.checked_name(text)) != ""
    except Invalid:
        return


def linked(results: list[str]) -> list[AuditLink]:
    links: list[AuditLink] = []
    previous = CHAIN_START
    for seq, result in enumerate(results, start=1):
        facts = AuditFacts(seq, NOW, new_id(), "person.read", (str(new_id()),), result)
        links.append(AuditLink(facts, previous, rules.audit_digest(previous, facts)))
        previous = links[-1].digest
    return links


@given(results=st.lists(st.text(max_size=5), min_size=2, max_size=8), data=st.data())
def test_any_entry_taken_out_swapped_or_changed_shows(results: list[str], data: st.DataObject) -> None:
    links = linked(results)
    assert rules.first_broken(links) is None
    at = data.draw(st.integers(0, len(links) - 2))
    assert rules.first_broken(links[:at] + links[at + 1 :]) == at + 1
    swapped = [*links[:at], links[at + 1], links[at], *links[at + 2 :]]
    assert rules.first_broken(swapped) == at + 1
    other = AuditLink(linked(results)[at].facts, links[at].previous, links[at].digest)
    assert rules.first_broken([*links[:at], other, *links[at + 1 :]]) == at + 1


@pytest.mark.parametrize(
    ("said", "fits"), [("5678", True), ("13812345678", True), ("002x", True), ("1234", False), ("0042", True)]
)
def test_a_number_said_at_the_desk_ends_a_known_one(said: str, fits: bool) -> None:  # noqa: FBT001
    assert rules.number_fits(said, "13812345678", "31010719500101002X", "12340042", None) == fits


@pytest.mark.parametrize(
    ("own", "theirs", "sex", "word"),
    [
        ("女儿", "", "f", "女儿"),
        ("孩子", "母亲", "f", "女儿"),
        ("", "父亲", "m", "儿子"),
        ("", "配偶", "m", "老伴"),
        ("", "家人", "f", ""),
        ("", "", "f", ""),
    ],
)
def test_what_somebody_is_to_a_person_is_said_from_either_side(
    own: str, theirs: str, sex: str, word: str
) -> None:
    assert rules.relation_word(own, theirs, sex=sex) == word
