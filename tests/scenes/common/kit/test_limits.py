"""One person does one thing only so often; another person, and another thing, are not touched."""

from datetime import timedelta

import pytest

from scenes.common.kit.cache import Cache
from scenes.common.kit.ids import new_id
from scenes.common.kit.limits import ACTS, USUAL, Limits
from scenes.common.kit.rate_limit import RateLimiter
from scenes.common.kit.refusals import Throttled
from tests.support.clock import AdjustableClock


@pytest.fixture
def limits(clock: AdjustableClock) -> Limits:
    return Limits(RateLimiter(Cache(None)), {"chargingReport": 2}, clock)


async def test_beyond_the_limit_one_is_told_when_to_come_back(limits: Limits, clock: AdjustableClock) -> None:
    me, other = new_id(), new_id()
    for _ in range(2):
        await limits.check("chargingReport", me)
    with pytest.raises(Throttled) as refused:
        await limits.check("chargingReport", me)
    assert (refused.value.code, refused.value.retry_after) == ("limit_exceeded", 1800)
    await limits.check("chargingReport", other)
    await limits.check("chargingQueue", me)
    clock.advance(timedelta(seconds=refused.value.retry_after))
    await limits.check("chargingReport", me)


async def test_what_the_district_leaves_unsaid_is_as_usual(limits: Limits) -> None:
    me = new_id()
    for _ in range(USUAL["chargingBegin"]):
        await limits.check("chargingBegin", me)
    with pytest.raises(Throttled):
        await limits.check("chargingBegin", me)


def test_every_act_has_its_usual_number() -> None:
    assert tuple(USUAL) == ACTS
