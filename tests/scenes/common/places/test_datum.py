import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.common.places.datum import from_wgs84, to_wgs84
from scenes.common.places.walking import great_circle_m

PUTUO_LAT, PUTUO_LNG = st.floats(31.21, 31.32), st.floats(121.33, 121.46)


@given(PUTUO_LAT, PUTUO_LNG)
def test_there_and_back_within_a_metre_over_putuo(lat: float, lng: float) -> None:
    there = from_wgs84(lat, lng, "gcj02")
    back = to_wgs84(*there, "gcj02")
    assert great_circle_m(lat, lng, to_lat=back[0], to_lng=back[1]) <= 1


@given(PUTUO_LAT, PUTUO_LNG)
def test_the_two_differ_by_about_485_m(lat: float, lng: float) -> None:
    there = from_wgs84(lat, lng, "gcj02")
    assert great_circle_m(lat, lng, to_lat=there[0], to_lng=there[1]) == pytest.approx(485, abs=25)


@given(PUTUO_LAT, PUTUO_LNG)
def test_wgs84_stays_as_it_is(lat: float, lng: float) -> None:
    assert to_wgs84(lat, lng, "wgs84") == from_wgs84(lat, lng, "wgs84") == (lat, lng)
