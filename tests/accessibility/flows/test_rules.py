"""Questions and answers as values: progress stays within bounds, pages show all, nothing is done unasked."""

from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from accessibility.flows import rules
from accessibility.flows.rules import Draft, Option
from accessibility.flows.states import EDGES, after

NOW: Final = datetime(2026, 11, 23, 1, tzinfo=UTC)
FLOW: Final[list[tuple[str, rules.Needed]]] = [
    ("where", lambda _: True),
    ("which", lambda values: values.get("where") != "here"),
    ("when", lambda _: True),
]
ROOM: Final = {
    "where": [Option(value=v, label=v) for v in ("here", "there", "far")],
    "which": [Option(value=str(n), label=f"第{n}个") for n in range(9)],
    "when": [Option(value="now", label="现在")],
}


class Walk(RuleBasedStateMachine):
    """Anybody taps anything in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.draft = Draft()
        self.state = "asking"
        self.agreed = False

    @property
    def question(self) -> str | None:
        return rules.next_question(FLOW, self.draft)

    @rule(n=st.integers(0, 8))
    def answer(self, n: int) -> None:
        if self.state == "asking" and (question := self.question) is not None:
            options = ROOM[question]
            option = options[n % len(options)]
            assert rules.chosen(question, rules.choice_id(question, option.value), options) == option
            self.draft = rules.taken(self.draft, question, option)

    @rule()
    def back(self) -> None:
        if self.state == "asking":
            self.draft = rules.backed(self.draft)

    @rule()
    def others(self) -> None:
        if self.state == "asking" and self.question is not None:
            self.draft = rules.turned_page(self.draft)

    @rule(n=st.integers(0, 5))
    def no(self, n: int) -> None:
        if self.state == "asking" and self.question is None:
            self.draft = rules.refused(self.draft)
            if self.draft.fixing:
                wrong = rules.fix_options(self.draft, {})
                self.draft = rules.reopened(self.draft, wrong[n % len(wrong)].value)

    @rule()
    def yes(self) -> None:
        if self.state == "asking" and self.question is None and not self.draft.fixing:
            self.state, self.agreed = after(self.state, "agree"), True

    @rule(question=st.sampled_from(sorted(ROOM)))
    def turn(self, question: str) -> None:
        if self.state == "acting":
            self.state, self.agreed = after(self.state, "turn"), False
            self.draft = rules.reopened(self.draft, question, "刚刚没有了。")

    @rule()
    def finish(self) -> None:
        if self.state == "acting":
            self.state = after(self.state, "finish")

    @invariant()
    def progress_is_within_bounds(self) -> None:
        shown = rules.progress(FLOW, self.draft, done=self.state == "done")
        assert 1 <= shown.at <= shown.of <= len(FLOW) + 1

    @invariant()
    def the_card_is_the_last_step_and_only_it_leads_on(self) -> None:
        shown = rules.progress(FLOW, self.draft)
        assert (self.question is None) == (shown.at == shown.of)
        assert self.agreed == (self.state in {"acting", "done"})

    @invariant()
    def it_can_be_kept_and_read_again(self) -> None:
        kept = msgspec.json.decode(msgspec.json.encode(self.draft), type=Draft)
        assert kept == self.draft


TestWalk = Walk.TestCase


def test_nothing_is_done_without_agreeing() -> None:
    assert {event for (_, event), to in EDGES.items() if to == "acting"} == {"agree", "take_back"}
    assert {before for (before, _), to in EDGES.items() if to == "done"} == {"acting"}


@given(st.integers(0, 30), st.integers(0, 40))
def test_at_most_four_are_shown_and_turning_shows_all(count: int, page: int) -> None:
    options = [Option(value=str(n), label=str(n)) for n in range(count)]
    shown, more = rules.shown_options(options, page)
    assert len(shown) + more <= rules.MOST_CHOICES
    seen = {
        each.value for turn in range(page, page + count) for each in rules.shown_options(options, turn)[0]
    }
    assert seen == {each.value for each in options}


def test_back_undoes_exactly_the_last_answer() -> None:
    draft = Draft()
    for name, _ in FLOW:
        before = draft
        draft = rules.taken(draft, name, ROOM[name][-1])
        assert rules.backed(draft) == Draft(answers=before.answers, reopened=name)
    assert rules.backed(Draft()) == Draft()


def test_what_is_obvious_is_asked_by_whoever_comes_back_to_it() -> None:
    options = ROOM["where"]
    assert rules.unasked(Draft(), "where", options, obvious=True) == options[0]
    assert rules.unasked(Draft(), "where", options, obvious=False) is None
    assert rules.unasked(Draft(wishes={"where": "far"}), "where", options, obvious=True) == options[2]
    assert rules.unasked(Draft(wishes={"where": "moon"}), "where", options, obvious=True) is None
    assert rules.unwished(Draft(wishes={"where": "moon"}), "where") == Draft(notice=rules.NOT_ON_OFFER)
    back = rules.backed(rules.taken(Draft(), "where", options[0], given=True))
    assert rules.unasked(back, "where", options, obvious=True) is None


def test_what_was_given_before_is_not_counted_as_a_step() -> None:
    given_before = rules.taken(Draft(), "where", ROOM["where"][0], given=True)
    assert rules.progress(FLOW, given_before) == rules.Progress(1, 2)
    assert rules.progress(FLOW, Draft()) == rules.Progress(1, 4)


def test_words_name_an_option_only_where_one_is_meant() -> None:
    options = [
        Option(value="1", label="明天上午"),
        Option(value="2", label="明天下午"),
        Option(value="3", label="后天"),
    ]
    meant = [rules.meant(text, options) for text in ("明天上午。", "下午", "明天", "", "大后天", "后 天")]
    assert [each.value if each else None for each in meant] == ["1", "2", None, None, None, "3"]
    assert [rules.agrees(text) for text in ("好的。", "不 对", "明天")] == [True, False, None]


def test_second_thoughts_last_as_long_as_the_district_says() -> None:
    within = [rules.may_undo(NOW, NOW + timedelta(minutes=m), 10) for m in (0, 9, 10)]
    assert within == [True, True, False]
    assert not rules.may_undo(None, NOW, 10)


def test_nothing_is_let_go_within_twenty_hours() -> None:
    assert rules.swept_before(NOW, timedelta(hours=1)) == NOW - timedelta(hours=20)
    assert rules.swept_before(NOW, timedelta(hours=72)) == NOW - timedelta(hours=72)
