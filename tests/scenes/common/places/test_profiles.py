import msgspec
import pytest

from scenes.common.places.profiles import Trait, Weights, end_ticks, is_passable, moving_ticks, speed_on

WEIGHTS = Weights()


def test_steps_are_slower_for_elders_and_closed_to_wheelchairs() -> None:
    speeds = {
        pace: speed_on(Trait.STEPS, WEIGHTS.of(pace)) if is_passable(Trait.STEPS, WEIGHTS.of(pace)) else None
        for pace in ("standard", "elder", "wheelchair")
    }
    assert speeds == {"standard": 0.5, "elder": 0.3, "wheelchair": None}


def test_ways_against_wheelchairs_are_closed_to_them_only() -> None:
    assert [is_passable(Trait.NO_WHEELS, WEIGHTS.of(p)) for p in ("standard", "elder", "wheelchair")] == [
        True,
        True,
        False,
    ]


def test_each_end_has_half_of_its_wait() -> None:
    traits = Trait.SIGNAL_A | Trait.CROSSING_B | Trait.GATE_B
    assert end_ticks(traits, WEIGHTS.standard) == (150, 50)
    assert end_ticks(traits, WEIGHTS.elder) == (150, 75)
    assert end_ticks(0, WEIGHTS.standard) == (0, 0)


def test_ticks_are_tenths_of_seconds() -> None:
    assert moving_ticks(12_000, 1.2) == 10_000
    assert moving_ticks(10, 0.8) == 12


def test_a_district_sets_its_own_weights() -> None:
    told = b'{"elder": {"speed": 0.6, "steps_speed": 0.2, "signal_seconds": 45}}'
    weights = msgspec.json.decode(told, type=Weights)
    assert (weights.elder.speed, weights.elder.signal_seconds, weights.standard) == (
        0.6,
        45,
        WEIGHTS.standard,
    )


@pytest.mark.parametrize(
    "told", [b'{"elder": {"speed": 9, "steps_speed": 0.2}}', b'{"elders": {}}', b'{"elder": {"speed": 0.6}}']
)
def test_weights_that_cannot_be_are_refused(told: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(told, type=Weights)
