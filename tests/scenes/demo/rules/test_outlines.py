import math

import pytest

from scenes.demo.rules.centres import CENTRE, KIOSK, STATION, sites
from scenes.demo.rules.chance import SEED, stream
from scenes.demo.rules.outlines import (
    METRES_PER_DEGREE,
    METRES_PER_DEGREE_EAST,
    SUBDISTRICTS,
    draw_home,
    metres_between,
)
from tests.scenes.demo.outline import DATA, inside, outlines

here = pytest.mark.skipif(not DATA.exists(), reason="the outlines are a district's own data, not kept here")


@here
def test_every_disc_lies_wholly_inside_its_subdistrict() -> None:
    real = outlines()
    outside = []
    for area in SUBDISTRICTS:
        for disc in area.discs:
            for degree in range(0, 360, 3):
                angle = math.radians(degree)
                lat = disc.lat + disc.radius * math.sin(angle) / METRES_PER_DEGREE
                lng = disc.lng + disc.radius * math.cos(angle) / METRES_PER_DEGREE_EAST
                if not inside(real[area.name], lat, lng):
                    outside.append((area.name, disc, degree))
    assert outside == []


@here
def test_every_home_and_place_is_inside_its_subdistrict() -> None:
    real, chance = outlines(), stream(SEED, "test")
    spots = [draw_home(chance) for _ in range(3000)] + [site.spot for site in sites(SEED)]
    assert [spot for spot in spots if not inside(real[spot.area], spot.lat, spot.lng)] == []


def test_there_are_ten_centres_49_stations_and_10_kiosks_with_names_of_their_own() -> None:
    found = sites(SEED)
    kinds = [site.kind for site in found]
    assert (kinds.count(CENTRE), kinds.count(STATION), kinds.count(KIOSK)) == (10, 49, 10)
    assert len({site.name for site in found}) == len({site.id for site in found}) == 69
    assert [site.name for site in found[:10]] == [
        f"{short}社区卫生服务中心"
        for short in ("曹杨", "长风", "白玉", "长寿", "甘泉", "石泉", "宜川", "真如镇", "长征镇", "桃浦镇")
    ]


def test_who_stands_in_caoyang_finds_its_centre_first() -> None:
    nearest = min(sites(SEED), key=lambda site: metres_between(31.2418, 121.4004, *site.spot[1:]))
    assert nearest.name == "曹杨社区卫生服务中心"
