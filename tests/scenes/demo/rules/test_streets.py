import pytest

from scenes.common.places.profiles import Trait
from scenes.common.places.survey import survey
from scenes.demo.rules.chance import SEED
from scenes.demo.rules.outlines import SUBDISTRICTS, metres_between
from scenes.demo.rules.streets import draw_streets
from tests.scenes.demo.outline import DATA, inside, outlines

PATTERN = draw_streets(SEED)
LINES, REPORT = survey(PATTERN.spots, PATTERN.ways)


def test_the_same_seed_draws_the_same_streets_and_another_others() -> None:
    assert draw_streets(SEED) == PATTERN
    assert draw_streets(SEED + 1) != PATTERN


def test_a_few_thousand_points_hang_together() -> None:
    assert 3000 < REPORT.nodes < 6000
    assert REPORT.km > 300
    assert sum(left.metres for left in REPORT.dropped.values()) < 5000


def test_there_are_steps_gates_crossings_signals_and_kerbs() -> None:
    for trait in (Trait.STEPS, Trait.GATE_A, Trait.CROSSING_A, Trait.SIGNAL_A, Trait.NO_WHEELS):
        assert (LINES.traits & trait).any(), trait
    assert REPORT.closed_gates > 10
    assert REPORT.steps_km > 0.3


def test_streets_pass_every_home_within_a_hundred_and_fifty_metres_of_where_people_live() -> None:
    corners = list(zip((LINES.lat / 1e7).tolist(), (LINES.lng / 1e7).tolist(), strict=True))
    for area in SUBDISTRICTS:
        for disc in area.discs:
            assert min(metres_between(disc.lat, disc.lng, *corner) for corner in corners) < 150


@pytest.mark.skipif(not DATA.exists(), reason="the outlines are a district's own data, not kept here")
def test_every_point_is_inside_the_district() -> None:
    rings = [ring for area in outlines().values() for ring in [area]]
    outside = [
        spot
        for spot in PATTERN.spots.values()
        if not any(inside(area, spot.lat / 1e7, spot.lng / 1e7) for area in rings)
    ]
    assert outside == []
