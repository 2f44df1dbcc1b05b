"""What each call of an operator to us means, and what it is answered: pure, table by table."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from scenes.charging.errors import PartnerInputRefused
from scenes.charging.rules import codec
from scenes.charging.rules.fields import Fields, wrong
from scenes.charging.rules.messages import ChargeOrder, ChargeStatus, ConnectorStatus, StartResult, StopAck

Message = tuple[ConnectorStatus, ...] | StartResult | ChargeStatus | StopAck | ChargeOrder

READERS: Final[Mapping[str, Callable[[Fields], Message]]] = {
    "notification_stationStatus": codec.noticed_statuses,
    "notification_start_charge_result": codec.start_result,
    "notification_equip_charge_status": codec.charge_status,
    "notification_stop_charge_result": codec.stop_ack,
    "notification_charge_order_info": codec.charge_order,
}
SUCCESS: Final[Mapping[str, Any]] = {"SuccStat": 0, "FailReason": 0}
EXCERPTS: Final = ("StartChargeSeq", "ConnectorID", "StationID")
"""What of a message staff may see: codes, never secrets, names or phones."""


def read(call: str, fields: Fields, *, latest: datetime) -> Message:
    """Read a notification; refuses times that have not come yet."""
    message = READERS[call](fields)
    if any(at > latest for at in _times(message)):
        raise wrong("time", "a time that has not come yet")
    return message


def _times(message: Message) -> Iterable[datetime]:
    match message:
        case ChargeStatus(at=at):
            return [at]
        case ChargeOrder(ended_at=ended):
            return [ended]
        case StartResult(started_at=datetime() as started):
            return [started]
        case _:
            return []


def thanks(message: Message) -> Mapping[str, Any]:
    """Make the plain body that answers a notification that was taken."""
    match message:
        case ChargeOrder():
            return {
                "StartChargeSeq": message.start_seq,
                "ConnectorID": message.connector_code,
                "ConfirmResult": 0,
            }
        case StartResult() | StopAck() | ChargeStatus():
            return {"StartChargeSeq": message.start_seq, **SUCCESS}
        case _:
            return {"Status": 0}


def excerpt(fields: Fields | None) -> str:
    """Say what a message was about, as far as its codes are codes."""
    if fields is None:
        return ""
    found = [(name, _code(fields, name)) for name in EXCERPTS]
    return " ".join(f"{name}={code}" for name, code in found if code)


def _code(fields: Fields, name: str) -> str:
    try:
        return fields.code(name, most=codec.SEQ)
    except PartnerInputRefused:
        return ""


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """A call as the web hands it over: what stood between /evcs/ and the call, its name, token and body."""

    prefix: str
    name: str
    authorization: str
    body: bytes
