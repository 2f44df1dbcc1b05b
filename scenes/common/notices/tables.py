"""What the notices desk keeps: inboxes, deliveries by other channels, grants, preferences, rules."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from scenes.common.kit.database import TIMESTAMPTZ, Row


class InboxMessageRow(Row, table=True):
    """One thing a person was told; `dedupe` makes the same news reach the same person once.

    `text` is for the eye, `speak` the same for the ear.
    """

    __table_args__ = (
        UniqueConstraint("person_id", "dedupe", name="uq_inbox_message_dedupe"),
        Index("ix_inbox_message_person", "person_id", "id"),
        Index("ix_inbox_message_dedupe", "dedupe", postgresql_ops={"dedupe": "text_pattern_ops"}),
    )

    id: UUID = Field(primary_key=True)
    person_id: UUID
    dedupe: str
    title: str
    text: str
    speak: str
    at: datetime = Field(sa_type=TIMESTAMPTZ)
    read_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)


class NoticeDeliveryRow(Row, table=True):
    """A message on its way by one channel; `id` is our number for it at the provider.

    `next_try_at` is when something is due: a try, the end of a try's lease, the last moment for a receipt,
    the next call; none once nothing is. `useless_after` is when the news is stale. `taken_by` is the member
    of staff who calls. `why` is a code, never words of a person.
    """

    __table_args__ = (
        UniqueConstraint("message_id", "channel", name="uq_notice_delivery_channel"),
        CheckConstraint("channel IN ('wechat', 'sms', 'call')", name="channel"),
        CheckConstraint(
            "state IN ('waiting', 'sending', 'sent', 'delivered', 'failed', 'listed', 'done')", name="state"
        ),
        CheckConstraint(
            "(channel = 'call') = (state IN ('listed', 'done')) OR state = 'failed'", name="calls"
        ),
        CheckConstraint("(taken_by IS NULL) = (taken_at IS NULL)", name="taken"),
        Index(
            "ix_notice_delivery_due",
            "next_try_at",
            postgresql_where=text("state IN ('waiting', 'sending', 'sent')"),
        ),
        Index("ix_notice_delivery_failed", "created_at", postgresql_where=text("state = 'failed'")),
        Index("ix_notice_delivery_listed", "created_at", postgresql_where=text("state = 'listed'")),
        {"postgresql_with": {"fillfactor": "80"}},
    )

    id: UUID = Field(primary_key=True)
    message_id: UUID = Field(foreign_key="inbox_message.id")
    person_id: UUID
    channel: str
    state: str
    urgent: bool
    tries: int = 0
    next_try_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    useless_after: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    provider_id: str | None = None
    why: str | None = None
    created_at: datetime = Field(sa_type=TIMESTAMPTZ)
    changed_at: datetime = Field(sa_type=TIMESTAMPTZ)
    taken_by: UUID | None = None
    taken_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)


class WechatGrantRow(Row, table=True):
    """How many one-off messages a person allowed by WeChat, and how many were used; the openid is sealed."""

    __table_args__ = (CheckConstraint("used >= 0 AND used <= granted", name="used_within_granted"),)

    person_id: UUID = Field(primary_key=True)
    openid_sealed: bytes
    granted: int
    used: int
    updated_at: datetime = Field(sa_type=TIMESTAMPTZ)


class NoticePreferenceRow(Row, table=True):
    """How a person likes to be told; no row means that the desk chooses.

    `quiet_from` and `quiet_until` are Shanghai wall-clock, none for the district's own; `call_phone_sealed`
    is the number to call instead of the account's; without `reminders` they stay in the inbox.
    """

    __table_args__ = (
        CheckConstraint("prefer IN ('auto', 'sms', 'call', 'inbox')", name="prefer"),
        CheckConstraint("(quiet_from IS NULL) = (quiet_until IS NULL)", name="quiet"),
    )

    person_id: UUID = Field(primary_key=True)
    prefer: str = "auto"
    quiet_from: time | None = None
    quiet_until: time | None = None
    reminders: bool = Field(default=True, sa_column_kwargs={"server_default": text("true")})
    call_phone_sealed: bytes | None = None
    updated_at: datetime = Field(sa_type=TIMESTAMPTZ)


class NoticeRuleRow(Row, table=True):
    """Values of the rule for notices from one day to before another; what it leaves out is the default."""

    __table_args__ = (CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="valid"),)

    id: UUID = Field(primary_key=True)
    valid_from: date
    valid_until: date | None = None
    rule: dict[str, Any] = Field(sa_type=JSONB)


def call_phone_context(person_id: UUID) -> str:
    """Name what a sealed number to call is bound to."""
    return f"notices.call_phone:{person_id}"


def openid_context(person_id: UUID) -> str:
    """Name what a sealed openid is bound to."""
    return f"notices.openid:{person_id}"
