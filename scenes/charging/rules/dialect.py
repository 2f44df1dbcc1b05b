"""How a partner's T/CEC 102 differs from the standard, as data; the default is the standard itself."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, cast

import msgspec

from scenes.common.kit.clock import SHANGHAI

CALLS_TO_US: Final = frozenset({
    "query_token",
    "notification_stationStatus",
    "notification_start_charge_result",
    "notification_equip_charge_status",
    "notification_stop_charge_result",
    "notification_charge_order_info",
})  # fmt: skip
LISTS: Final = frozenset({
    "StationInfos",
    "EquipmentInfos",
    "ConnectorInfos",
    "StationStatusInfos",
    "ConnectorStatusInfos",
    "ConnectorStatusInfo",
    "PolicyInfos",
    "ChargeDetails",
    "ChargeOrders",
    "DisputeOrders",
})  # fmt: skip
"""What the standard writes as an array (ConnectorStatusInfo of a notification: as one object)."""

TIME_FORMATS: Final = {
    "plain": "%Y-%m-%d %H:%M:%S",
    "iso": "%Y-%m-%dT%H:%M:%S%z",
    "compact": "%Y%m%d%H%M%S",
}


class Dialect(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A partner's way of writing; `platform_code` is the OperatorID by which it knows us.

    `path` goes between its address and the call; `inbound` lists what may stand between our /evcs/ and the
    call. `spelling` and `calls` map the standard's names to the partner's. `numbers` as text and `single`
    as object say how it writes; with the standard's way anything else is a wrong type. `times` is the form
    of its business times; `z_is_local` forgives a partner that writes Shanghai's time with a Z behind.
    """

    platform_code: str
    path: str = "/evcs/v1"
    inbound: tuple[str, ...] = ("v1",)
    spelling: dict[str, str] = {}
    calls: dict[str, str] = {}
    numbers: Literal["number", "text"] = "number"
    single: Literal["array", "object"] = "array"
    status_notice: Literal["array", "object"] = "object"
    times: Literal["plain", "iso", "compact"] = "plain"
    z_is_local: bool = False
    datum: Literal["gcj02", "wgs84"] = "gcj02"
    ret: Literal["number", "text"] = "number"
    page_size: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 50
    replay_minutes: Annotated[int, msgspec.Meta(ge=1, le=720)] = 10
    silent_seconds: Annotated[int, msgspec.Meta(ge=5)] = 120

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Dialect":
        """Read a dialect as it is stored; raises msgspec.ValidationError for one that is not."""
        return msgspec.convert(dict(stored), cls)

    def call_to_send(self, call: str) -> str:
        """Return the partner's name of a call of the standard."""
        return self.calls.get(call, call)

    def call_received(self, name: str) -> str | None:
        """Return the standard's name of a call that came in; None if there is no such call."""
        own = {theirs: ours for ours, theirs in self.calls.items()}
        call = own.get(name, name)
        return call if call in CALLS_TO_US else None

    def time_text(self, at: datetime) -> str:
        """Write an instant as this partner does."""
        local = at.astimezone(SHANGHAI)
        if self.times != "iso":
            return local.strftime(TIME_FORMATS[self.times])
        return local.strftime("%Y-%m-%dT%H:%M:%SZ") if self.z_is_local else local.isoformat("T", "seconds")

    def time_read(self, text: str) -> datetime:
        """Read a partner's time to UTC; raises ValueError for what is none."""
        at = datetime.strptime(text, TIME_FORMATS[self.times])  # noqa: DTZ007 - the zone is settled below
        if at.tzinfo is None or (self.z_is_local and text.endswith("Z")):
            at = at.replace(tzinfo=SHANGHAI)
        return at.astimezone(UTC)


def spoken(value: Mapping[str, Any], dialect: Dialect) -> bytes:
    """Write a body of the standard's names and plain values as this partner writes it."""
    return msgspec.json.encode(_spoken(value, dialect))


def _spoken(value: object, dialect: Dialect) -> object:
    if isinstance(value, Mapping):
        fields = cast("Mapping[str, object]", value)
        return {
            dialect.spelling.get(name, name): _field(name, each, dialect) for name, each in fields.items()
        }
    if isinstance(value, list | tuple):
        return [_spoken(each, dialect) for each in cast("Sequence[object]", value)]
    if isinstance(value, datetime):
        return dialect.time_text(value)
    return _number(value, dialect) if isinstance(value, int | float | Decimal) else value


def _number(value: float | Decimal, dialect: Dialect) -> float | str:
    if dialect.numbers == "text" and not isinstance(value, bool):
        return str(value)
    return float(value) if isinstance(value, Decimal) else value


def _field(name: str, value: object, dialect: Dialect) -> object:
    """Write one field; a partner of objects writes a list of one as its only member."""
    written = _spoken(value, dialect)
    if not (name in LISTS and isinstance(written, list)):
        return written
    several = cast("list[object]", written)
    way = dialect.status_notice if name == "ConnectorStatusInfo" else dialect.single
    return several[0] if way == "object" and len(several) == 1 else several
