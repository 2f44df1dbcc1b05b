"""The elder home and what a sentence led to, as the wire shows them."""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Final

from accessibility.flows.flow import Flows, Tools
from accessibility.flows.rules import CALL_ME
from accessibility.flows.service import Home, Meant, Unfinished
from accessibility.flows.wire import HomeCard, HomeCards, Resume, Said, choices_said, help_of, spoken, step_of
from accessibility.said.heard import Heard
from scenes.common.kit.clock import instant, local_day, shanghai
from scenes.common.kit.speech import NEAR, spoken_time

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

PERIODS: Final = {"morning": "上午", "afternoon": "下午", "evening": "晚上"}


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
    """Show what a sentence led to; else all there is to choose, the room it was half heard for first."""
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
    if meant.half is not None:
        return _half_heard(meant.half, flows, local_day(tools.clock()))
    return Said(understood=False, speak="没有听明白。请选一个。", step=None, choices=cards_of(flows))


def _half_heard(half: Heard, flows: Flows, today: date) -> Said:
    """Tell what was heard of a sentence that was not heard whole."""
    cards = sorted(cards_of(flows), key=lambda card: card.id != half.flow)
    speak = f"没有听全。听到了:{','.join([cards[0].label, *_words_heard(half, today)])}。请选一个。"
    return Said(understood=False, speak=speak, step=None, choices=cards)


def _words_heard(half: Heard, today: date) -> Iterator[str]:
    """Say the parts of a sentence that were heard, the hour as the clock of that day."""
    if half.action == "cancel":
        yield "取消"
    if half.for_whom is not None:
        yield f"给{half.for_whom}"
    named = (half.place, half.department, half.doctor, half.service, half.destination)
    yield from (each for each in named if each)
    yield from (f"{each.name}{each.quantity}份" for each in half.items)
    day = "" if half.day is None else _day_said(half.day, today)
    at = None if half.hour is None else instant(half.day or today, time(half.hour, half.minute or 0))
    when = day + (spoken_time(at) if at else PERIODS.get(half.period or "", ""))
    if when:
        yield when


def _day_said(day: date, today: date) -> str:
    return NEAR.get((day - today).days) or f"{day.month}月{day.day}日"
