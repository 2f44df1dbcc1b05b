"""The elder home and what a sentence led to, as the wire shows them."""

from datetime import datetime
from typing import Final

from accessibility.flows.flow import Flows, Tools
from accessibility.flows.rules import CALL_ME
from accessibility.flows.service import Home, Meant, Unfinished
from accessibility.flows.wire import HomeCard, HomeCards, Resume, Said, choices_said, help_of, spoken, step_of
from scenes.common.kit.clock import shanghai

GREETINGS: Final = ((5, "夜深了"), (11, "早上好"), (13, "中午好"), (18, "下午好"), (24, "晚上好"))
"""Each greeting with the hour at which it ends."""

ALARM: Final = "/eldercare/sos"
CARDS: Final = (
    ("clinic", "看病", "/clinic"),
    ("breakfast", "早饭", "/breakfast"),
    ("eldercare", "请人帮忙", "/eldercare"),
    ("my-bookings", "我约好的", "/me/bookings"),
    ("charging", "充电", "/charging"),
    ("sos", "紧急呼叫", ALARM),
)
"""The six of the elder home: a flow's name, its label, and the room's page while there is no flow."""


def home_cards(home: Home, flows: Flows, tools: Tools, *, now: datetime) -> HomeCards:
    """Show the elder home."""
    hello = greeting(home.called, now)
    resume = _resume(home.unfinished)
    cards = cards_of(flows)
    said = [hello, resume.speak if resume else "", *choices_said([card.speak for card in cards])]
    speak = spoken(said)
    return HomeCards(
        greeting=hello,
        speak=speak,
        audio_url=tools.reader.url(speak),
        cards=cards,
        resume=resume,
        help=help_of(tools.help_phone),
    )


def greeting(called: str, now: datetime) -> str:
    """Greet a person by the hour: 王阿姨,早上好."""
    hour = shanghai(now).hour
    words = next(words for until, words in GREETINGS if hour < until)
    return f"{called},{words}" if called else words


def cards_of(flows: Flows) -> list[HomeCard]:
    """List the cards: what has a flow starts it, the rest leads to the room's own pages."""
    built = {flow.name for flow in flows.flows}
    return [
        HomeCard(
            id=name, label=label, speak=label, href=None if name in built else href,
            flow=name if name in built else None,
        )
        for name, label, href in CARDS
    ]  # fmt: skip


def _resume(left: Unfinished | None) -> Resume | None:
    if left is None:
        return None
    chosen = ",".join(left.chosen[:3])
    label = f"您在办{left.flow}" + (f":{chosen}" if chosen else "")
    return Resume(
        run_id=left.run_id, label=label, speak=f"接着上次,{label}", href=f"/elder/flows/{left.run_id}"
    )


def said_of(meant: Meant, flows: Flows, tools: Tools) -> Said:
    """Show what a sentence led to; where it was not understood, everything there is to choose."""
    if meant.look is not None:
        step = step_of(meant.look, tools)
        return Said(understood=True, speak=step.speak, step=step, choices=[])
    if meant.action == "emergency":
        choices = [
            HomeCard(id="sos", label="紧急呼叫", speak="紧急呼叫", href=ALARM),
            HomeCard(id="120", label="打120", speak="打一二零", href="tel:120"),
        ]
        speak = "要马上来人吗?请按紧急呼叫。"
        return Said(understood=True, speak=speak, step=None, choices=choices, next=ALARM)
    if meant.action == "call_person":
        choices = [
            HomeCard(id="phone", label="打电话给人工", speak="打电话给人工", href=f"tel:{tools.help_phone}"),
            HomeCard(id=CALL_ME, label="请人打给我", speak="请人打给我", href="/elder/call-me"),
        ]
        return Said(
            understood=True, speak="好的,您可以打电话,也可以让我们打给您。", step=None, choices=choices
        )
    return Said(understood=False, speak="没有听明白。请选一个。", step=None, choices=cards_of(flows))
