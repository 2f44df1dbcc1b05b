"""What the pages of broken connectors say: reports of residents, and taking one out of service."""

from collections.abc import Sequence
from typing import Final

import msgspec

from scenes.charging.rules.faults import FAULT_WORDS
from scenes.charging.service.faults import Fault
from scenes.charging.service.outages import Outage
from scenes.charging.service.site import Reserved
from scenes.common.kit.clock import shanghai
from scenes.common.kit.masking import mask_name
from scenes.common.kit.pages import Mark

REPORTS: Final = {
    "open": Mark("few", "没处理"),
    "confirmed": Mark("full", "确实坏了"),
    "dismissed": Mark("off", "没有坏"),
    "repaired": Mark("ok", "修好了"),
}


class FaultCard(msgspec.Struct, frozen=True, kw_only=True):
    """A fault report with what can be done with it."""

    what: str
    note: str
    when: str
    mark: Mark
    photo: str
    actions: list[tuple[str, str]]


class FaultsPage(msgspec.Struct, frozen=True, kw_only=True):
    """A station's fault reports."""

    place: str
    back: str
    cards: list[FaultCard]


class OutagePage(msgspec.Struct, frozen=True, kw_only=True):
    """Whom taking a connector out of service touches, before and after."""

    back: str
    title: str
    action: str = ""
    bookings: list[tuple[str, str]] = []
    token: str = ""
    reason: str = ""
    problem: str = ""
    done: str = ""


def faults_page(faults: Sequence[Fault], *, place: str, place_id: str, numbers: dict[str, int]) -> FaultsPage:
    """Show reports with their photos and buttons."""
    return FaultsPage(
        place=place,
        back=f"/staff/charging?placeId={place_id}",
        cards=[_fault_card(fault, numbers) for fault in faults],
    )


def _fault_card(fault: Fault, numbers: dict[str, int]) -> FaultCard:
    path = f"/staff/charging/faults/{fault.id}"
    buttons = {
        "open": [
            ("确实坏了", f"{path}/confirm"),
            ("没有坏", f"{path}/dismiss"),
            ("修好了", f"{path}/repair"),
        ],
        "confirmed": [("修好了", f"{path}/repair")],
    }
    return FaultCard(
        what=f"{numbers.get(str(fault.connector_id), 0)}号枪 {FAULT_WORDS[fault.kind]}",
        note=fault.note,
        when=f"{shanghai(fault.at):%-m月%-d日 %-H:%M}",
        mark=REPORTS[fault.state],
        photo=f"/api/v1/staff/charging/faults/{fault.id}/photo" if fault.has_photo else "",
        actions=buttons.get(fault.state, []),
    )


def preview_page(
    outage: Outage, *, number: int, name: str, reason: str = "", problem: str = ""
) -> OutagePage:
    """Show whom an outage would touch, and ask why."""
    return OutagePage(
        back=f"/staff/charging?placeId={outage.station_id}",
        title=f"停用 {name or f'{number}号枪'}",
        action=f"/staff/charging/connectors/{outage.connector_id}",
        bookings=[(mask_name(each.name), _when(each)) for each in outage.reservations],
        token=outage.token,
        reason=reason,
        problem=problem,
    )


def done_page(outage: Outage) -> OutagePage:
    """Show what an outage did."""
    return OutagePage(
        back=f"/staff/charging?placeId={outage.station_id}",
        title="已停用",
        done=f"已停用。{outage.moved} 个预约换了枪,{outage.cancelled} 个取消了,都通知了。",
    )


def _when(each: Reserved) -> str:
    starts = shanghai(each.starts_at)
    return f"{starts:%-m月%-d日 %-H:%M}–{shanghai(each.ends_at):%-H:%M}"
