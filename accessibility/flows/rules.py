"""Questions and answers as values: what is asked next, what is shown of it, what an answer changes.

Pure: options go in as they were drawn from a room, a changed draft comes out.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

MOST_CHOICES: Final = 4
OTHERS: Final = "others"
YES: Final = "yes"
NO: Final = "no"
UNDO: Final = "undo"
CALL_ME: Final = "call-me"
WRITTEN: Final = "w~"
"""What the value of an answer in one's own words begins with."""

RESERVED: Final = frozenset({OTHERS, YES, NO, UNDO, CALL_ME})
FIX: Final = "fix"
"""The engine's own question after a "no": which of the answers is wrong."""

SHORTEST_KEEPING: Final = timedelta(hours=20)
"""Data that somebody typed is kept longer than this (WCAG 2.2.6)."""

NOT_ON_OFFER: Final = "您说的现在没有,请另选一个。"
_STOPS: Final = frozenset("。.,,!!??")
_YES_WORDS: Final = frozenset({"对", "对的", "是", "是的", "好", "好的", "可以", "行", "要"})
_NO_WORDS: Final = frozenset({"不", "不对", "不是", "不要", "不行", "错了", "改"})


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """One possible answer; `value` is what the flow keeps, the rest is for eye and ear.

    `about` is a second, smaller line; `mark` says how it stands in (kind, word): ok, few, full or off.
    """

    value: str
    label: str
    about: str = ""
    speak: str = ""
    mark: tuple[str, str] | None = None


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A question that is settled; `given` where nobody had to answer it on a page."""

    question: str
    value: str
    label: str
    given: bool = False


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What a run has so far: answers in their order, and which page of options is open.

    `wishes` are values named before their question came: they answer it if the room has them, once.
    `notice` is said above the next question: why it is asked again. `reopened` is the question somebody came
    back to, which is asked however obvious its answer is. While `undoing`, what was done is being taken back.
    """

    answers: tuple[Answer, ...] = ()
    wishes: Mapping[str, str] = {}
    page: int = 0
    fixing: bool = False
    reopened: str = ""
    notice: str = ""
    undoing: bool = False

    @property
    def values(self) -> dict[str, str]:
        """Return the settled values by question."""
        return {answer.question: answer.value for answer in self.answers}


class Progress(msgspec.Struct, frozen=True):
    """Which step this is, of how many; 1 ≤ at ≤ of."""

    at: int
    of: int


Needed = Callable[[Mapping[str, str]], bool]
"""Whether a question is to be asked, given the answers before it."""


def needed_questions(questions: Sequence[tuple[str, Needed]], values: Mapping[str, str]) -> list[str]:
    """Name the questions that belong to a run with these answers, in their order."""
    return [name for name, needed in questions if needed(values)]


def next_question(questions: Sequence[tuple[str, Needed]], draft: Draft) -> str | None:
    """Name the question to be asked now; none when everything is settled."""
    values = draft.values
    return next((name for name in needed_questions(questions, values) if name not in values), None)


def taken(draft: Draft, question: str, option: Option, *, given: bool = False) -> Draft:
    """Settle a question; its wish, if any, is used up."""
    answer = Answer(question=question, value=option.value, label=option.label, given=given)
    return Draft(answers=(*draft.answers, answer), wishes=_without(draft.wishes, question))


def unasked(draft: Draft, question: str, options: Sequence[Option], *, obvious: bool) -> Option | None:
    """Find the option that settles a question without asking: wished for and on offer, or obvious."""
    if question in draft.wishes:
        wished = draft.wishes[question]
        return next((each for each in options if each.value == wished), None)
    return options[0] if obvious and options and draft.reopened != question else None


def unwished(draft: Draft, question: str) -> Draft:
    """Drop a wish that the room cannot fulfil, and say so where the question is asked."""
    if question not in draft.wishes:
        return draft
    notice = draft.notice or NOT_ON_OFFER
    return msgspec.structs.replace(draft, wishes=_without(draft.wishes, question), notice=notice)


def backed(draft: Draft) -> Draft:
    """Take the last answer back, and forget what was wished; from "what is wrong" back to the card.

    At the first question nothing changes. An answer without words was taken silently, and goes with it.
    """
    if draft.fixing or draft.page:
        return msgspec.structs.replace(draft, fixing=False, page=0, notice="")
    spoken = [at for at, answer in enumerate(draft.answers) if answer.label]
    if not spoken:
        return msgspec.structs.replace(draft, notice="")
    return Draft(answers=draft.answers[: spoken[-1]], reopened=draft.answers[spoken[-1]].question)


def reopened(draft: Draft, question: str, notice: str = "") -> Draft:
    """Ask a question again, and with it what was settled after it."""
    names = [answer.question for answer in draft.answers]
    kept = draft.answers[: names.index(question)] if question in names else draft.answers
    return Draft(answers=kept, reopened=question, notice=notice)


def noticed(draft: Draft, notice: str) -> Draft:
    """Say something above what is shown next."""
    return msgspec.structs.replace(draft, notice=notice)


def taking_back(draft: Draft) -> Draft:
    """Begin to take back what was done."""
    return msgspec.structs.replace(draft, undoing=True, notice="")


def stood(draft: Draft, notice: str) -> Draft:
    """Leave what was done as it is, and say why."""
    return msgspec.structs.replace(draft, undoing=False, notice=notice)


def refused(draft: Draft) -> Draft:
    """Say no to the card: ask which answer is wrong, or the only one again."""
    if len(draft.answers) <= 1:
        return backed(draft)
    return msgspec.structs.replace(draft, fixing=True, page=0, notice="")


def fix_options(draft: Draft, titles: Mapping[str, str]) -> list[Option]:
    """List the settled answers as things that may be wrong; what has no words was never a choice."""
    return [
        Option(value=answer.question, label=answer.label, about=titles.get(answer.question, ""))
        for answer in draft.answers
        if answer.label
    ]


def shown_options(options: Sequence[Option], page: int) -> tuple[Sequence[Option], bool]:
    """Choose what is shown of the options, and whether 「别的」 is among the at most four.

    After the last page comes the first again.
    """
    if len(options) <= MOST_CHOICES:
        return options, False
    size = MOST_CHOICES - 1
    start = page % -(-len(options) // size) * size
    return options[start : start + size], True


def turned_page(draft: Draft) -> Draft:
    """Show the next options."""
    return msgspec.structs.replace(draft, page=draft.page + 1, notice="")


def choice_id(question: str, value: str) -> str:
    """Name an option so that it can never answer another question."""
    return f"{question}:{value}"


def written(text: str) -> Option:
    """Make an answer of somebody's own words."""
    words = " ".join(text.split())
    return Option(value=f"{WRITTEN}{words}", label=words)


def question_of(choice: str) -> str:
    """Return the question that a choice answers; what is reserved answers whatever is shown."""
    return choice.partition(":")[0]


def chosen(question: str, choice: str, options: Sequence[Option]) -> Option | None:
    """Find the option that a choice names, on whatever page; none when the room has it no more."""
    return next((each for each in options if choice_id(question, each.value) == choice), None)


def meant(text: str, options: Sequence[Option]) -> Option | None:
    """Find the option that typed words name: the same words, else the only one that contains them."""
    words = _bare(text)
    if not words:
        return None
    same = [each for each in options if each.label.replace(" ", "") == words]
    near = [each for each in options if words in f"{each.label}{each.about}".replace(" ", "")]
    found = same or near
    return found[0] if len(found) == 1 else None


def agrees(text: str) -> bool | None:
    """Tell whether typed words agree to a card; none when they say neither."""
    words = _bare(text)
    if words in _YES_WORDS:
        return True
    return False if words in _NO_WORDS else None


def progress(
    questions: Sequence[tuple[str, Needed]],
    draft: Draft,
    *,
    seldom: frozenset[str] = frozenset(),
    done: bool = False,
) -> Progress:
    """Count the steps that a person has to take: each question not given before, and the card.

    Questions that are `seldom` asked count only where they are.
    """
    values = draft.values
    given = {answer.question for answer in draft.answers if answer.given}
    unasked_yet = seldom - values.keys() - {draft.reopened}
    needed = needed_questions(questions, values)
    steps = [name for name in needed if name not in given and name not in unasked_yet]
    of = len(steps) + 1
    if done:
        return Progress(of, of)
    return Progress(min(sum(name in values for name in steps) + 1, of), of)


def may_undo(acted_at: datetime | None, now: datetime, minutes: int) -> bool:
    """Tell whether an act is still within its minutes for second thoughts."""
    return acted_at is not None and now < acted_at + timedelta(minutes=minutes)


def swept_before(now: datetime, keep: timedelta) -> datetime:
    """Return the instant before which an untouched run is let go; never earlier than 20 hours ago."""
    return now - max(keep, SHORTEST_KEEPING)


def _bare(text: str) -> str:
    return "".join(text.split()).rstrip("".join(sorted(_STOPS)))


def _without(wishes: Mapping[str, str], question: str) -> dict[str, str]:
    return {name: value for name, value in wishes.items() if name != question}
