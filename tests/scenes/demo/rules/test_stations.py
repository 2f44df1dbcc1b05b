from collections import Counter
from datetime import time

import pytest

from scenes.demo.rules.chance import SEED
from scenes.demo.rules.sites import FAVOURED, shared_out
from scenes.demo.rules.stations import AC_PLUG, DC_GUN, STATIONS, draw_operators, draw_stations
from tests.scenes.demo.outline import DATA, inside, outlines


def test_the_same_seed_draws_the_same_stations_and_another_others() -> None:
    assert draw_stations(SEED) == draw_stations(SEED)
    assert {station.id for station in draw_stations(SEED)} & {s.id for s in draw_stations(SEED + 1)} == set()


def test_two_operators_share_36_stations_of_4_to_16_connectors() -> None:
    stations = draw_stations(SEED)
    sizes = [len(station.connector_ids) for station in stations]

    assert (len(stations), min(sizes) >= 4, max(sizes) <= 16) == (STATIONS, True, True)
    assert min(Counter(station.operator.code for station in stations).values()) >= STATIONS // 3
    assert {operator.code for operator in draw_operators(SEED)} == {s.operator.code for s in stations}


def test_a_larger_district_begins_with_the_stations_of_a_smaller_one() -> None:
    assert {station.id: station for station in draw_stations(SEED, 200)}.items() >= {
        station.id: station for station in draw_stations(SEED)
    }.items()


def test_there_are_plugs_and_guns_and_bays_with_and_without_locks() -> None:
    connectors = [each for station in draw_stations(SEED) for each in station.facts.connectors]

    assert {each.kind for each in connectors} == {AC_PLUG, DC_GUN}
    assert {each.power_kw for each in connectors if each.kind == AC_PLUG} == {7.0}
    assert {each.has_lock for each in connectors} == {True, False}


def test_codes_and_names_are_each_used_once_and_no_longer_than_the_protocol_has_room_for() -> None:
    stations = draw_stations(SEED, 200)
    codes = [station.facts.code for station in stations]
    plugs = [each.code for station in stations for each in station.facts.connectors]

    assert (len({s.facts.name for s in stations}), len(set(codes)), len(set(plugs))) == (200, 200, len(plugs))
    assert (max(map(len, codes)) <= 20, max(map(len, plugs)) <= 26) == (True, True)
    assert len({key for s in stations for key in (s.id, *s.connector_ids)}) == 200 + len(plugs)


def test_the_tariff_begins_at_midnight_and_the_peak_costs_more_than_the_valley() -> None:
    for station in draw_stations(SEED):
        prices = {period.start: period.elec_price for period in station.tariff}
        assert list(prices) == sorted(prices)
        assert prices[time(0)] == prices[time(22)] < prices[time(6)] < prices[time(8)]


@pytest.mark.skipif(not DATA.exists(), reason="the outlines are a district's own data, not kept here")
def test_every_station_stands_inside_its_subdistrict() -> None:
    real = outlines()
    spots = [station.spot for station in draw_stations(SEED, 200)]
    assert [spot for spot in spots if not inside(real[spot.area], spot.lat, spot.lng)] == []


@pytest.mark.parametrize("number", [1, 3, 10, 36, 40, 500])
def test_every_number_is_shared_out_whole(number: int) -> None:
    shares = shared_out(number)
    assert (sum(shares.values()), min(shares.values()) >= 0) == (number, True)
    assert max(shares, key=lambda name: shares[name]) == FAVOURED
