"""The guided flows as the wire shows them: a step, the home page's cards, what a sentence led to."""

from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

import msgspec

from scenes.common.booking.wire import Booking
from scenes.common.kit.wire import Wire, WireRequest

AUDIO = "/api/v1/elder/audio"
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
    done or undone. `lines` say what came of it. `version` grows with every answer.
    """

    run_id: UUID
    flow: str
    state: str
    title: str
    display: str
    speak: str
    audio_url: str
    choices: list[Choice]
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
    audio_url: str
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


class AnswerRequest(WireRequest, frozen=True, kw_only=True):
    """An answer: a choice of the step shown, or words."""

    choice: Words | None = None
    text: Words | None = None


def audio_url(speak: str) -> str:
    """Return where a sentence can be heard."""
    return f"{AUDIO}?{urlencode({'text': speak})}"
