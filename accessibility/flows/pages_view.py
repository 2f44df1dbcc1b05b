"""What the elder pages show: everything decided here, so that templates decide nothing."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from accessibility.flows.rules import CALL_ME, OTHERS, UNDO
from accessibility.flows.wire import Choice, HomeCard, HomeCards, Said, Step
from scenes.common.kit.clock import local_day
from scenes.common.kit.pages import Mark
from scenes.common.kit.speech import spoken_day, spoken_time

ICONS: Final = {
    "clinic": "clinic", "breakfast": "breakfast", "eldercare": "eldercare", "my-bookings": "mine",
    "charging": "charging", "sos": "sos", "120": "phone", "phone": "phone", "call-me": "phone",
}  # fmt: skip


_PHRASE: Final = re.compile(r"[((][^))]*[))]|[^((,,。、 ]+[,,。、]?")
PAY: Final = "去付款"
"""The link that comes before everything else where something is to be paid."""


class CardView(msgspec.Struct, frozen=True, kw_only=True):
    """A card of the home: a link, or a button that starts a flow."""

    label: str
    icon: str
    href: str
    start: str


class HomeView(msgspec.Struct, frozen=True, kw_only=True):
    """The elder home; `known` is false for a visitor."""

    greeting: list[str]
    today: list[str]
    audio: str
    speak: str
    cards: list[CardView]
    resume: str
    resume_href: str
    helper: str
    known: bool
    called: bool


class SaidView(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence that led to choices."""

    title: list[str]
    text: str
    audio: str
    speak: str
    cards: list[CardView]


class ChoiceView(msgspec.Struct, frozen=True, kw_only=True):
    """One button of a step; phrases stay together where a line breaks."""

    id: str
    label: list[str]
    about: list[str]
    mark: Mark | None
    kind: str


class StepView(msgspec.Struct, frozen=True, kw_only=True):
    """One page of a run."""

    bar: str
    title: list[str]
    display: str
    lines: list[list[str]]
    audio: str
    speak: str
    choices: list[ChoiceView]
    own_words: str
    yes: str
    no: str
    pay: str
    links: list[tuple[str, str]]
    undo_words: str
    action: str
    version: int
    done: bool
    helper: str
    may_call: bool


class RoomsView(msgspec.Struct, frozen=True, kw_only=True):
    """The rooms' own pages, for what no flow asks."""

    cards: list[CardView]


_ROOMS: Final = (
    ("看病", "clinic", "/clinic"),
    ("早饭", "breakfast", "/breakfast"),
    ("充电", "charging", "/charging"),
    ("请人帮忙", "eldercare", "/eldercare"),
    ("附近的地方", "mine", "/places"),
    ("我的", "mine", "/me"),
)


def rooms_view() -> RoomsView:
    """Lay out the way to everything that the standard style has."""
    return RoomsView(
        cards=[CardView(label=label, icon=icon, href=href, start="") for label, icon, href in _ROOMS]
    )


def phrases(words: str) -> list[str]:
    """Part words where a line may break: at spaces, after a comma or stop, around brackets."""
    return _PHRASE.findall(words)


def card_views(cards: Sequence[HomeCard]) -> list[CardView]:
    """Lay out cards."""
    return [
        CardView(
            label=card.label,
            icon=ICONS.get(card.id, "mine"),
            href=card.href or "",
            start=f"/elder/start/{card.flow}" if card.flow else "",
        )
        for card in cards
    ]


def home_view(shown: HomeCards, *, helper: str, known: bool, called: bool, now: datetime) -> HomeView:
    """Lay out the elder home."""
    return HomeView(
        greeting=phrases(shown.greeting),
        today=spoken_day(local_day(now), local_day(now)).replace("(", " ").rstrip(")").split(" "),
        audio=shown.audio_url or "",
        speak=shown.speak,
        cards=card_views(shown.cards),
        resume=shown.resume.label if shown.resume else "",
        resume_href=shown.resume.href if shown.resume else "",
        helper=helper,
        known=known,
        called=called,
    )


def said_view(said: Said, text: str, *, audio: str | None) -> SaidView:
    """Lay out what a sentence may have meant."""
    return SaidView(
        title=phrases(said.speak), text=text, audio=audio or "", speak=said.speak,
        cards=card_views(said.choices),
    )  # fmt: skip


def step_view(step: Step, *, label: str, helper: str) -> StepView:
    """Lay out one step."""
    confirm, done = step.confirm, step.state in {"done", "undone"}
    return StepView(
        bar=label if done else f"{label} · 第{step.progress.at}步,共{step.progress.of}步",
        title=phrases(step.title),
        display=step.display,
        lines=[phrases(line) for line in (confirm.lines if confirm else step.lines)],
        audio=step.audio_url or "",
        speak=step.speak,
        choices=[_choice(choice) for choice in step.choices],
        own_words=step.own_words,
        yes=confirm.yes if confirm else "",
        no=confirm.no if confirm else "",
        pay=next((link.href for link in step.links if link.label == PAY), ""),
        links=[(link.label, link.href) for link in step.links if link.label != PAY],
        undo_words=f"{spoken_time(step.undo_until)}以前可以撤销。" if step.undo_until else "",
        action=f"/elder/flows/{step.run_id}",
        version=step.version,
        done=done,
        helper=helper,
        may_call=not done and all(choice.id != CALL_ME for choice in step.choices),
    )


def _choice(choice: Choice) -> ChoiceView:
    kind = {UNDO: "danger", OTHERS: "more"}.get(choice.id, "")
    mark = Mark(choice.mark, choice.mark_text) if choice.mark else None
    about = choice.about.split(" · ") if choice.about else []
    return ChoiceView(id=choice.id, label=phrases(choice.label), about=about, mark=mark, kind=kind)
