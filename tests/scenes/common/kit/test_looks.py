"""How pages look to a reader, read from what the browser keeps."""

from hypothesis import given
from hypothesis import strategies as st

from scenes.common.kit.looks import SCALES, Look, look_in, nearest_scale

LOOKS = st.builds(
    Look,
    ui=st.sampled_from(["standard", "elder"]),
    scale=st.sampled_from(SCALES),
    contrast=st.sampled_from(["normal", "high"]),
)


@given(LOOKS)
def test_a_look_comes_back_from_its_cookies(look: Look) -> None:
    assert look_in({cookie.key: cookie.value or "" for cookie in look.cookies()}) == look


@given(st.dictionaries(st.sampled_from(["lc_ui", "lc_scale", "lc_contrast"]), st.text(max_size=5)))
def test_anything_a_browser_sends_is_some_look(cookies: dict[str, str]) -> None:
    look = look_in(cookies)
    assert look_in({cookie.key: cookie.value or "" for cookie in look.cookies()}) == look


@given(st.floats(1.0, 2.0))
def test_the_nearest_step_is_at_most_half_a_gap_away(factor: float) -> None:
    step = nearest_scale(factor)
    assert all(abs(step - factor * 100) <= abs(other - factor * 100) for other in SCALES)
