"""The guided flows as the wire shows them: a step, the home page's cards, what a sentence led to."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from accessibility.flows.flow import Card, Tools
from accessibility.flows.rules import CALL_ME, OTHERS, UNDO, choice_id
from accessibility.flows.service import Look
from scenes.common.booking.wire import Booking, PlaceNames, as_booking
from scenes.common.kit.clock import shanghai
from scenes.common.kit.wire import Wire, WireRequest

Words = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]


class Choice(Wire, frozen=True, kw_only=True):
    """One answer to tap; `about` is a smaller line below, `mark` how it stands (ok, few, full, off)."""

    id: str
    label: str
    speak: str
    about: str = ""
    mark: str = ""
    mark_text: str = ""


class Confirm(Wire, frozen=True, kw_only=True):
    """The card before anything is done: answer with the choice `yes` or `no`; these are their words."""

    lines: list[str]
    yes: str
    no: str


class StepProgress(Wire, frozen=True, kw_only=True):
    """Which step this is, of how many."""

    at: int
    of: int


class Help(Wire, frozen=True, kw_only=True):
    """The human one tap away, the same on every step."""

    phone: str
    label: str


class Link(Wire, frozen=True, kw_only=True):
    """A page to go on to, such as the slip to print."""

    label: str
    href: str


class Step(Wire, frozen=True, kw_only=True):
    """One page of a run: a question with at most four choices, a card to agree to, or what came of it.

    `state` is asking, acting (a room was asked and its answer is still to be seen: answer `yes` again),
    done or undone. `lines` say what came of it, or what there is to know before choosing. `version` grows
    with every answer. `own_words` names the box where an answer may be any `text`; empty where it may not.
    """

    run_id: UUID
    flow: str
    state: str
    title: str
    display: str
    speak: str
    audio_url: str | None
    choices: list[Choice]
    own_words: str
    confirm: Confirm | None
    lines: list[str]
    booking: Booking | None
    undo_until: datetime | None
    links: list[Link]
    progress: StepProgress
    help: Help
    version: int


class HomeCard(Wire, frozen=True, kw_only=True):
    """A card of the elder home: it starts a flow, or leads to a page."""

    id: str
    label: str
    speak: str
    href: str | None = None
    flow: str | None = None


class Resume(Wire, frozen=True, kw_only=True):
    """The latest run not finished: what it is about, and where it goes on."""

    run_id: UUID
    label: str
    speak: str
    href: str


class HomeCards(Wire, frozen=True, kw_only=True):
    """The elder home: a greeting, at most six cards, what was left unfinished, the human one tap away."""

    greeting: str
    speak: str
    audio_url: str | None
    cards: list[HomeCard]
    resume: Resume | None
    help: Help


class SayRequest(WireRequest, frozen=True, kw_only=True):
    """One sentence, said or typed."""

    text: Words


class Said(Wire, frozen=True, kw_only=True):
    """What a sentence led to: a run's step, or else choices of what it may have meant."""

    understood: bool
    speak: str
    step: Step | None
    choices: list[HomeCard]
    next: str | None = None
    """The page to go to at once: the alarm's, where an emergency was heard; nobody's button is pressed."""


class AnswerRequest(WireRequest, frozen=True, kw_only=True):
    """An answer: a choice of the step shown, or words; with its `version` a changed card is shown again."""

    choice: Words | None = None
    text: Words | None = None
    version: int | None = None


def help_of(phone: str) -> Help:
    """Name the human one tap away."""
    return Help(phone=phone, label="打电话给人工")


def step_of(look: Look, tools: Tools) -> Step:
    """Show a run as one step: for the page, for the mini-program, for the ear."""
    title, display, lines, links = _words(look)
    choices, confirm = _choices(look), _confirm(look.card)
    said = [title, display, *lines, *choices_said([choice.speak for choice in choices])]
    speak = spoken(said)
    return Step(
        run_id=look.row.id,
        flow=look.row.flow,
        state=look.row.state,
        title=title,
        display=display,
        speak=speak,
        audio_url=tools.reader.url(speak),
        choices=choices,
        own_words=look.asked.words if look.asked is not None else "",
        confirm=confirm,
        lines=[] if confirm is not None else lines,
        booking=_booking(look, tools.place_names),
        undo_until=shanghai(look.undo_until) if look.undo_until is not None else None,
        links=[Link(label=label, href=href) for label, href in links],
        progress=StepProgress(at=look.progress.at, of=look.progress.of),
        help=help_of(tools.help_phone),
        version=look.row.version,
    )


def _words(look: Look) -> tuple[str, str, list[str], Sequence[tuple[str, str]]]:
    """Return a step's title, what is said below it, its lines, and where it leads."""
    notice = look.draft.notice
    if look.asked is not None:
        title = look.asked.title or notice
        display = " ".join(
            words for words in (notice if notice != title else "", look.asked.display) if words
        )
        return title, display, list(look.asked.lines), look.asked.links
    if look.told is not None:
        return look.told.card.title, notice, list(look.told.card.lines), look.told.links
    card = look.card
    return (card.title, notice, list(card.lines), ()) if card is not None else (notice, "", [], ())


def _choices(look: Look) -> list[Choice]:
    if look.undo_until is not None:
        return [Choice(id=UNDO, label="不要了,撤销", speak="不要了,撤销")]
    shown = [
        Choice(
            id=choice_id(look.question, option.value),
            label=option.label,
            speak=option.speak or option.label,
            about=option.about,
            mark=option.mark[0] if option.mark else "",
            mark_text=option.mark[1] if option.mark else "",
        )
        for option in look.shown
    ]
    if look.more:
        shown.append(Choice(id=OTHERS, label="别的", speak="别的"))
    if look.asked is not None and (look.asked.calls or not shown):
        shown.append(Choice(id=CALL_ME, label="请人打给我", speak="请人打给我"))
    return shown


def _confirm(card: Card | None) -> Confirm | None:
    return Confirm(lines=list(card.lines), yes=card.yes, no=card.no) if card is not None else None


def _booking(look: Look, place_names: PlaceNames) -> Booking | None:
    if look.booking is None:
        return None
    return as_booking(look.booking, place_names(look.booking.place_id), look.now)


def choices_said(labels: Sequence[str]) -> list[str]:
    """Say what there is to choose, each in a sentence of its own."""
    return ["请选一个", *labels] if labels else []


def spoken(sentences: Sequence[str]) -> str:
    """Put sentences together for the ear, each with its stop."""
    return "".join(
        f"{words.rstrip('。')}。" if words[-1] not in "?!:" else words for words in sentences if words
    )


class CallMeRequest(WireRequest, frozen=True, kw_only=True):
    """A wish to be called back, about a run if one is named."""

    run_id: UUID | None = None


class CallMe(Wire, frozen=True, kw_only=True):
    """That somebody will call."""

    speak: str
