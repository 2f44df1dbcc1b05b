"""`kill -9` of the server in the middle of a tap: nothing is lost, and yes is one booking."""

from pathlib import Path

from api.settings import Settings
from tests.support.flow_drill import DRILL, How, drilled, wrong

MORE, WHEN, CARD, ACTING = "还要别的吗?", "您几点来取?", "这样订,对吗?", "正在给您办"
LEFT = {
    "answering": ("asking", MORE, 0, True),
    "answered": ("asking", WHEN, 0, True),
    "agreeing": ("asking", CARD, 0, True),
    "agreed": ("acting", ACTING, 0, True),
    "claiming": ("acting", ACTING, 0, True),
    "claimed": ("acting", ACTING, 1, True),
    "told": ("done", "给您留好了", 1, False),
    "undoing": ("acting", "正在给您撤销", 1, True),
}
"""What a kill at each place leaves: the run's state, the page, bookings, and whether 接着上次 offers it."""

TWICE = {("agreed", "same key"), ("claiming", "opened again"), ("undoing", "same key")}
KILLS = [each for each in DRILL if each not in TWICE]
"""Every place once, and both ways to go on; `python -m tests.support.flow_drill` has all of both."""


async def test_a_flow_survives_kill_9_at_every_place_of_a_tap(settings: Settings, tmp_path: Path) -> None:
    found = await drilled(settings, tmp_path, [("breakfast", *each) for each in KILLS])
    assert [(each.place, each.how, each.after) for each in found] == [
        (place, how, LEFT[place]) for place, how in KILLS
    ]
    ends = {place: ("undone" if place == "undoing" else "done", 1, True) for place in LEFT}
    assert [(each.place, each.end) for each in found] == [(place, ends[place]) for place, _ in KILLS]


OTHERS: tuple[tuple[str, str, How], ...] = (
    ("clinic", "claiming", "same key"),
    ("eldercare", "claimed", "opened again"),
    ("charging", "claimed", "same key"),
    ("charging", "undoing", "same key"),
    ("charging", "undoing", "opened again"),
)
"""A few of the other flows' places; `python -m tests.support.flow_drill --flow clinic` has all of them."""


async def test_other_flows_survive_it_too(settings: Settings, tmp_path: Path) -> None:
    found = await drilled(settings, tmp_path, OTHERS)
    assert [(each.flow, each.place, each.how) for each in found] == list(OTHERS)
    assert [(each.after[0], each.after[2]) for each in found] == [
        ("acting", 0 if place == "claiming" else 1) for _, place, _ in OTHERS
    ]
    assert [each for each in found if wrong(each)] == []
