from collections import Counter
from datetime import date

import pytest

from scenes.common.kit.resident_id import birth_date, sex, valid_resident_id
from scenes.common.people.rules import checked_phone
from scenes.demo.rules.chance import SEED
from scenes.demo.rules.families import draw_families
from scenes.demo.rules.residents import MOST_RESIDENTS, Resident, batches_from, draw_batch, is_elder

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def residents() -> list[Resident]:
    return [each for batch in range(5) for each in draw_batch(SEED, batch)]


def test_of_five_thousand_residents_31_percent_are_60_or_older(residents: list[Resident]) -> None:
    elders = [each for each in residents if each.birth <= TODAY.replace(year=TODAY.year - 60)]
    assert len(elders) / len(residents) == pytest.approx(0.31, abs=0.01)
    assert sum(is_elder(each.no) for each in residents) == 1550


def test_the_first_resident_is_a_woman_of_72_beside_caoyang_and_the_second_her_daughter() -> None:
    batch = draw_batch(SEED, 0)
    mother, daughter = batch[:2]
    kin = draw_families(SEED, 0, batch)[0]
    assert (mother.no, mother.sex, mother.age, mother.home.area) == (1, "f", 72, "曹杨新村街道")
    assert (daughter.no, daughter.sex, daughter.age) == (2, "f", 45)
    assert (kin.account, kin.patient, kin.relation) == (daughter, mother, "母亲")


def test_everybody_has_a_number_of_their_own_that_is_right_and_of_nowhere(residents: list[Resident]) -> None:
    numbers = [each.resident_id for each in residents]
    assert len(set(numbers)) == len(numbers)
    assert all(valid_resident_id(number) and number.startswith("99") for number in numbers)
    facts = {(birth_date(number), sex(number)) for number in numbers}
    assert facts == {(each.birth, "female" if each.sex == "f" else "male") for each in residents}


def test_the_last_resident_of_all_still_has_a_number() -> None:
    last = draw_batch(SEED, MOST_RESIDENTS // 1000 - 1)[-1]
    assert (last.no, valid_resident_id(last.resident_id)) == (MOST_RESIDENTS, True)


def test_phones_are_taken_by_the_people_desk_and_can_be_nobodys(residents: list[Resident]) -> None:
    phones = [each.phone for each in residents if each.phone is not None]
    assert [checked_phone(phone) for phone in phones] == phones
    assert len(set(phones)) == len(phones)
    assert all(phone.startswith("000") for phone in phones)


def test_identifiers_are_of_version_7_unique_and_in_order(residents: list[Resident]) -> None:
    ids = [each.id for each in residents]
    assert {(each.version, each.variant) for each in ids} == {(7, "specified in RFC 4122")}
    assert sorted(set(ids)) == ids


def test_the_same_seed_draws_the_same_people_and_another_seed_others() -> None:
    assert draw_batch(SEED, 3) == draw_batch(SEED, 3)
    assert draw_batch(SEED, 3) != draw_batch(SEED + 1, 3)


def test_families_fit_by_age_surname_and_number() -> None:
    residents = draw_batch(SEED, 1)
    families = draw_families(SEED, 1, residents)
    assert min(abs(kin.account.age - kin.patient.age) for kin in families) >= 18
    assert max(Counter(kin.account.no for kin in families).values()) <= 2
    assert all(kin.account.surname == kin.patient.surname for kin in families if kin.relation == "父亲")
    assert all(
        kin.account.surname == kin.patient.surname
        for kin in families
        if kin.relation in {"儿子", "女儿"} and kin.account.sex == "m"
    )


def test_batches_begin_where_the_known_residents_end() -> None:
    assert list(batches_from(0, 2500)) == [(0, 1, 1000), (1, 1001, 2000), (2, 2001, 2500)]
    assert list(batches_from(1500, 2500)) == [(1, 1501, 2000), (2, 2001, 2500)]
    assert list(batches_from(2500, 2500)) == []
    assert list(batches_from(5000, 2500)) == []
