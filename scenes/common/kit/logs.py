"""Logs for operators: one line an event, with ids and never with names, phones or national ids.

Personal data is taken out by the name of its key, by the look of phones and national ids inside any
text, and by never writing out whole objects.
"""

import logging
import re
import sys
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import msgspec
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from scenes.common.kit.clock import SHANGHAI
from scenes.common.kit.masking import mask_phone, mask_resident_id

HIDDEN = "***"

NAMES = {"name", "fullname", "realname", "displayname", "personname", "patientname", "eldername"}
REACH = {"phone", "phonenumber", "phoneno", "mobile", "mobilephone", "tel", "telephone"}
CONTACTS = {"contact", "contactname", "contactphone", "residentname", "address", "homeaddress"}
IDENTITY = {"idnumber", "idno", "idcard", "idcardnumber", "residentid", "nationalid", "birthdate", "birthday"}
SECRETS = {"password", "secret", "token", "accesstoken", "refreshtoken", "sessiontoken", "otp", "smscode"}
CARRIERS = {"authorization", "cookie", "setcookie", "fieldkey", "indexkey"}

PERSONAL_KEYS = frozenset(NAMES | REACH | CONTACTS | IDENTITY | SECRETS | CARRIERS)
"""Keys whose values are hidden whole, written without case, `_` and `-`."""

PHONE = re.compile(r"(?<!\d)((?:\+?86[ -]?)?)(1[3-9]\d[ -]?\d{4}[ -]?\d{4})(?!\d)")
RESIDENT_ID = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")

WRITTEN_OUT = (UUID, date, datetime, time, timedelta, Decimal, Enum, Path, BaseException, bytes)
"""Types whose text is safe to write once masked; of anything else only the type is named."""

TALKATIVE = ("httpx", "httpcore", "asyncio")
"""Libraries whose chatter below a warning is left out; httpx writes whole URLs."""


def configure_logging(level: str | int, *, json: bool) -> None:
    """Send this process's logs to standard output, as JSON lines or for a person at a terminal.

    Logs of libraries take the same way, so that they are masked too.
    """
    number = logging.getLevelNamesMapping()[level.upper()] if isinstance(level, str) else level
    renderer = (
        _json_renderer()
        if json
        else structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    )
    structlog.configure(
        processors=[*_shared(), hide_personal_data, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(),
        cache_logger_on_first_use=False,  # a second configuration must reach loggers made before it
    )
    _configure_libraries(number, renderer)


def hide_personal_data(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Mask personal data in every value of an event, however deep."""
    return {key: _clean(key, value) for key, value in event.items()}


def mask_text(text: str) -> str:
    """Mask what looks like a mobile number or a national id inside any text."""
    text = RESIDENT_ID.sub(lambda found: mask_resident_id(found[0]), text)
    return PHONE.sub(lambda found: found[1] + mask_phone(re.sub("[ -]", "", found[2])), text)


def add_shanghai_time(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Stamp an event with Shanghai's time, to the millisecond, with its +08:00."""
    event["timestamp"] = datetime.now(SHANGHAI).isoformat(timespec="milliseconds")
    return event


def _clean(key: object, value: Any) -> Any:
    if isinstance(key, str) and re.sub("[_-]", "", key).lower() in PERSONAL_KEYS:
        return HIDDEN
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, int):
        return value if (text := str(value)) == (masked := mask_text(text)) else masked
    return _clean_inside(value)


def _clean_inside(value: Any) -> Any:
    """Clean a collection's parts; name only the type of an object, whose text could hold anything."""
    if isinstance(value, Mapping):
        parts = cast("Mapping[object, Any]", value)
        return {mask_text(str(key)): _clean(key, part) for key, part in parts.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(None, part) for part in cast("list[Any]", value)]
    if isinstance(value, WRITTEN_OUT):
        return mask_text(str(value))
    return f"<{type(value).__name__}>"


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        add_shanghai_time,
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
    ]


def _json_renderer() -> Processor:
    encoder = msgspec.json.Encoder()

    def serialize(event: EventDict, **_options: object) -> str:
        return encoder.encode(event).decode()

    return structlog.processors.JSONRenderer(serializer=serialize)


def _configure_libraries(number: int, renderer: Processor) -> None:
    """Give the standard library's root logger one handler that masks as ours do."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*_shared(), structlog.stdlib.ExtraAdder(), structlog.stdlib.add_logger_name],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                hide_personal_data,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(number)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(max(number, logging.WARNING))
