from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.eldercare.errors import AgreementNeeded, ArrivalUnproved, TooYoung, WindowNeeded
from scenes.eldercare.rules.care import (
    Ask,
    Candidate,
    CareTerms,
    check_arrival,
    check_may_ask,
    check_window,
    due_at,
    propose,
    subsidy_for,
    terms_of,
)

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
FEN = st.integers(0, 100_000)


@given(FEN, FEN, st.integers(0, 120), st.integers(0, 120))
def test_a_subsidy_never_exceeds_the_price_and_waits_for_the_age(
    price: int, subsidy: int, age: int, since: int
) -> None:
    terms = CareTerms(price_fen=price, subsidy_fen=subsidy, subsidy_from_age=since)
    assert subsidy_for(terms, age) == (min(price, subsidy) if age >= since else 0)


def test_who_may_ask() -> None:
    with pytest.raises(TooYoung):
        check_may_ask(CareTerms(min_age=60), 59, agreed=True)
    with pytest.raises(AgreementNeeded):
        check_may_ask(CareTerms(agreement="看过说明"), 70, agreed=False)
    check_may_ask(CareTerms(agreement="看过说明"), 60, agreed=True)


def test_what_costs_or_is_by_the_hour_needs_a_time() -> None:
    for terms, by_window in ((CareTerms(price_fen=1), False), (CareTerms(), True)):
        with pytest.raises(WindowNeeded):
            check_window(terms, None, by_window=by_window)
        check_window(terms, UUID(int=1), by_window=by_window)
    check_window(CareTerms(), None, by_window=False)


def test_terms_are_read_from_their_rows() -> None:
    assert terms_of({"priceFen": 100, "acceptMinutes": 5}) == CareTerms(price_fen=100, accept_minutes=5)


def test_each_state_has_its_clock() -> None:
    promised, terms = NOW + timedelta(hours=2), CareTerms(accept_minutes=10)
    found = {
        s: due_at(s, since=NOW, promised_at=promised, terms=terms) for s in ("requested", "accepted", "done")
    }
    assert found == {"requested": NOW + timedelta(minutes=10), "accepted": promised, "done": None}


def someone(
    number: int, *, sex: str = "f", lng: float = 121.4, load: int = 0, skill: str = "bath"
) -> Candidate:
    return Candidate(id=UUID(int=number), sex=sex, skills=frozenset({skill}), lat=31.24, lng=lng, load=load)


def test_the_nearest_able_carer_is_proposed_first_and_who_let_it_pass_last() -> None:
    ask = Ask(skill="bath", sex="f", lat=31.24, lng=121.4, tried=frozenset({UUID(int=1)}))
    near, far, busy = someone(1), someone(2, lng=121.42), someone(3, lng=121.41, load=2)
    idle = someone(4, lng=121.41)
    others = [someone(5, sex="m"), someone(6, skill="clean")]
    assert propose([near, far, busy, idle, *others], ask) == [idle, busy, far, near]


@given(st.lists(st.tuples(st.sampled_from("fm"), st.sampled_from(["bath", "clean"])), max_size=8))
def test_nobody_is_proposed_who_cannot_or_is_not_wished_for(people: list[tuple[str, str]]) -> None:
    all_of_them = [someone(n, sex=sex, skill=skill) for n, (sex, skill) in enumerate(people)]
    found = propose(all_of_them, Ask(skill="bath", sex="f", lat=None, lng=None))
    assert [each.id.int for each in found] == [n for n, each in enumerate(people) if each == ("f", "bath")]


def test_an_arrival_is_proved_by_the_code_or_by_words() -> None:
    assert check_arrival("0412", told=" 0412", note="") == "code"
    assert check_arrival("0412", told=None, note="老人听不清,家人开的门") == "note"
    for told, note in (("0413", "老人听不清,家人开的门"), (None, "到"), ("", "")):
        with pytest.raises(ArrivalUnproved):
            check_arrival("0412", told=told, note=note)
