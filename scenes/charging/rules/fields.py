"""Reads a partner's JSON field by field: a value of the right kind and size, or a refusal with its path."""

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final, cast

import msgspec

from scenes.charging.errors import PartnerInputRefused
from scenes.charging.rules.dialect import Dialect
from scenes.charging.rules.envelope import BAD_PARAMETERS, MOST_BYTES

DEEPEST: Final = 12
"""Levels of objects and arrays; the standard's deepest body has seven."""

MOST_MEMBERS: Final = 5_000
_NUMBER: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,10})?", re.ASCII)
_CODE: Final = re.compile(r"[0-9A-Za-z_.:#/+-]+", re.ASCII)
_decoder: Final = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal)


def parsed(text: bytes) -> dict[str, Any]:
    """Read a plain text as one JSON object; refuses half ones, NaN, too deep and too long ones."""
    if len(text) > MOST_BYTES:
        raise wrong("json", "the text is too long")
    try:
        value = _decoder.decode(text)
    except (msgspec.MsgspecError, ValueError, ArithmeticError) as broken:
        raise wrong("json", "not one whole JSON object") from broken
    except RecursionError as deep:
        raise wrong("json", "nested too deep") from deep
    if _deeper(value, DEEPEST):
        raise wrong("json", "nested too deep")
    return value


def _deeper(value: object, left: int) -> bool:
    """Tell whether a value nests deeper than allowed."""
    if isinstance(value, Mapping):
        members = list(cast("Mapping[str, object]", value).values())
    elif isinstance(value, list):
        members = cast("list[object]", value)
    else:
        return False
    return left == 0 or any(_deeper(each, left - 1) for each in members)


def wrong(kind: str, why: str) -> PartnerInputRefused:
    """Make the refusal of a business parameter (4004)."""
    return PartnerInputRefused(BAD_PARAMETERS, kind, why=why)


class Fields:
    """One object of a partner's body, read by the standard's names through its dialect."""

    def __init__(self, raw: Mapping[str, Any], dialect: Dialect, *, path: str = "") -> None:
        self._raw = raw
        self._dialect = dialect
        self._path = path

    def _named(self, name: str) -> str:
        return f"{self._path}{name}"

    def _get(self, name: str) -> object:
        return self._raw.get(self._dialect.spelling.get(name, name))

    def has(self, name: str) -> bool:
        """Tell whether a field is there with something in it."""
        return not _is_empty(self._get(name))

    def refusal(self, name: str, why: str, *, kind: str = "field") -> PartnerInputRefused:
        """Make the refusal of one field, with its path."""
        return wrong(kind, f"{self._named(name)}: {why}")

    def code(self, name: str, *, most: int) -> str:
        """Read a code: 1 to `most` letters, digits and joints."""
        value = self._get(name)
        if not isinstance(value, str) or not 1 <= len(value) <= most or not _CODE.fullmatch(value):
            raise self.refusal(name, f"not a code of 1 to {most} characters")
        return value

    def text(self, name: str, *, most: int = 255) -> str:
        """Read free text that may be missing, without control characters."""
        value = self._get(name)
        if value is None:
            return ""
        if not isinstance(value, str) or len(value) > most or "\x00" in value:
            raise self.refusal(name, f"not a text of at most {most} characters")
        return " ".join(value.split())

    def readable(self, name: str) -> str:
        """Read what is kept for people only: text, or a number as text."""
        value = self._get(name)
        return str(self.whole(name, most=1_000_000)) if isinstance(value, int) else self.text(name)

    def texts(self, name: str, *, most: int) -> list[str]:
        """Read an array of codes."""
        value = self._get(name)
        if not isinstance(value, list) or len(cast("list[object]", value)) > MOST_MEMBERS:
            raise self.refusal(name, "not an array")
        found = [each for each in cast("list[object]", value) if isinstance(each, str) and len(each) <= most]
        if len(found) != len(cast("list[object]", value)):
            raise self.refusal(name, f"not codes of at most {most} characters")
        return found

    def amount(self, name: str, *, most: int, least: int = 0, missing: int | None = None) -> Decimal:
        """Read an exact number from `least` to `most`; as text only where the dialect writes so."""
        value = self._get(name)
        if missing is not None and _is_empty(value):
            return Decimal(missing)
        number = self._number(name, value)
        if not least <= number <= most:
            raise self.refusal(name, f"not within {least} and {most}", kind="range")
        return number

    def _number(self, name: str, value: object) -> Decimal:
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            return Decimal(value)
        texts = self._dialect.numbers == "text"
        if texts and isinstance(value, str) and _NUMBER.fullmatch(value):
            return Decimal(value)
        raise self.refusal(name, "not a number")

    def whole(self, name: str, *, most: int, least: int = 0, missing: int | None = None) -> int:
        """Read a whole number from `least` to `most`."""
        number = self.amount(name, most=most, least=least, missing=missing)
        if number != int(number):
            raise self.refusal(name, "not a whole number")
        return int(number)

    def one_of(self, name: str, known: AbstractSet[int], *, missing: int | None = None) -> int:
        """Read a value of an enumeration of the standard."""
        value = self.whole(name, most=max(known), least=min(known), missing=missing)
        if value not in known:
            raise self.refusal(name, "no value of the standard", kind="enumeration")
        return value

    def fen(self, name: str, *, missing: int | None = None) -> int:
        """Read yuan as whole fen, half up."""
        return scaled(self.amount(name, most=100_000, missing=missing), 100)

    def watt_hours(self, name: str, *, missing: int | None = None) -> int:
        """Read kilowatt-hours as whole watt-hours, half up; a negative energy is refused."""
        return scaled(self.amount(name, most=10_000, missing=missing), 1000)

    def moment(self, name: str) -> datetime:
        """Read a time of the partner's dialect as an instant."""
        value = self._get(name)
        if not isinstance(value, str):
            raise self.refusal(name, "not a time", kind="time")
        try:
            return self._dialect.time_read(value)
        except (ValueError, OverflowError) as broken:
            raise self.refusal(name, "not a time", kind="time") from broken

    def moment_or_none(self, name: str) -> datetime | None:
        """Read a time that may be missing."""
        return self.moment(name) if self.has(name) else None

    def children(self, name: str, *, either: bool = False) -> list["Fields"]:
        """Read an array of objects; one bare object where the dialect (or the standard) writes so."""
        value = self._get(name)
        if value is None:
            return []
        if isinstance(value, dict) and (either or self._dialect.single == "object"):
            return [self._child(name, 0, cast("object", value))]
        if not isinstance(value, list) or len(cast("list[object]", value)) > MOST_MEMBERS:
            raise self.refusal(name, "not an array")
        return [self._child(name, at, each) for at, each in enumerate(cast("list[object]", value))]

    def _child(self, name: str, at: int, value: object) -> "Fields":
        if not isinstance(value, dict):
            raise self.refusal(f"{name}[{at}]", "not an object")
        return Fields(cast("dict[str, Any]", value), self._dialect, path=f"{self._named(name)}[{at}].")


def _is_empty(value: object) -> bool:
    """Tell whether a partner left a field out or blank."""
    return value is None or value == ""


def scaled(number: Decimal, by: int) -> int:
    """Bring a number to whole parts of a unit, half up."""
    return int((number * by).quantize(Decimal(1), rounding=ROUND_HALF_UP))
