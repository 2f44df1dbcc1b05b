"""What is published of a check: the latest one, with nobody's booking in it, told criterion by criterion."""

import re
from pathlib import Path
from uuid import uuid4

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from accessibility import checker
from accessibility.checker.criteria import CRITERIA, part_of, violations
from accessibility.checker.measured import Finding, Setting
from accessibility.checker.publishing import fit_to_print, last_published, publish
from accessibility.checker.report import Looked, Score, scored


def score(**changed: object) -> Score:
    plain = Score(at="2026-11-24T02:00:00+00:00", pages=2, looks=14, violations=0, by_criterion={}, gaps=[])
    return msgspec.structs.replace(plain, **changed)


async def test_the_latest_check_is_the_one_that_is_shown(session: AsyncSession) -> None:
    assert await last_published(session) is None
    later = score(at="2026-11-25T02:00:00+00:00", pages=3)
    await publish(session, later)
    await publish(session, score())
    assert await last_published(session) == later


async def test_what_is_kept_names_no_booking(session: AsyncSession) -> None:
    booking = f"http://localhost:8000/bookings/{uuid4()}/slip?uiStyle=elder · APP 2.1"
    await publish(session, score(gaps=[booking, "http://localhost:8000/ · axe color-contrast"]))
    kept = await last_published(session)
    assert kept is not None
    assert kept.gaps == ["/bookings/…/slip · APP 2.1", "/ · axe color-contrast"]


@given(st.uuids(), st.uuids())
def test_pages_of_the_same_kind_are_one_gap(one: object, other: object) -> None:
    gaps = [f"/clinic/{each}/x · gap" for each in (one, other)]
    assert fit_to_print(score(gaps=gaps)).gaps == ["/clinic/…/x · gap"]


def test_every_criterion_that_the_checker_knows_has_words() -> None:
    code = "".join(file.read_text("utf-8") for file in Path(str(checker.__file__)).parent.glob("*.py"))
    known = [*re.findall(r'"((?:APP|WCAG) \d\.\d+(?:\.\d+)?)"', code), "gap", "overlap", "wording", "opens"]
    assert set(known) <= CRITERIA.keys()


def test_each_violation_is_counted_once_under_its_criterion() -> None:
    found = [
        Finding(criterion=name, path="p", seen="s", needed="n") for name in ("gap", "axe label", "axe list")
    ]
    looks = [Looked(path="/", setting=Setting(), findings=found)]
    told = violations(scored(looks, at="2026-11-24T02:00:00+00:00"))
    assert told == dict.fromkeys(CRITERIA, 0) | {"gap": 1, "axe": 2}


def test_a_page_belongs_to_a_part_of_the_site() -> None:
    addresses = ("/", "/?uiStyle=elder", "/clinic/…/x", "/me/x", "/nowhere")
    assert [part_of(each) for each in addresses] == ["首页", "首页", "看病", "个人", "别处"]
