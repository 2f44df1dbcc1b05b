"""What the breakfast room keeps: points and what they sell, days' stock, carts, repeats, batches, history."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from scenes.common.kit.database import TIMESTAMPTZ, Row


class BreakfastRuleRow(Row, table=True):
    """The breakfast rule of the district or of one point, valid from day to day."""

    __table_args__ = (
        UniqueConstraint(
            "place_id", "since", name="uq_breakfast_rule_since", postgresql_nulls_not_distinct=True
        ),
    )

    id: UUID = Field(primary_key=True)
    place_id: UUID | None = None
    since: date
    until: date | None = None
    values: dict[str, Any] = Field(sa_type=JSONB)


class BreakfastPointRow(Row, table=True):
    """A shop, an unmanned cart or a locker (网订柜取); its id is its place's.

    Pick-up runs from `opens` to `closes` (Shanghai wall-clock) in slots of so many minutes and orders.
    """

    __table_args__ = (CheckConstraint("kind IN ('shop', 'cart', 'locker')", name="kind"),)

    place_id: UUID = Field(primary_key=True)
    kind: str
    opens: time
    closes: time
    slot_minutes: int
    slot_orders: int


class BreakfastItemRow(Row, table=True):
    """Something a point sells; `daily_stock` is how many it makes on an ordinary day."""

    __table_args__ = (CheckConstraint("price_fen >= 0 AND daily_stock >= 0", name="not_negative"),)

    id: UUID = Field(primary_key=True)
    place_id: UUID = Field(index=True)
    position: int
    name: str
    price_fen: int
    picture: str
    allergens: list[str] = Field(sa_type=JSONB)
    suits: list[str] = Field(sa_type=JSONB)
    daily_stock: int
    retired_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)


class BreakfastStockRow(Row, table=True):
    """An item of a day at a point: which window of the ledger its portions are, and their batch now.

    `cheaper_at` is when what was left began to be sold at the lower price; `recalled_batch` the batch that
    must not be handed out any more.
    """

    __table_args__ = (UniqueConstraint("place_id", "day", "item_id", name="uq_breakfast_stock_item"),)

    id: UUID = Field(primary_key=True)
    place_id: UUID
    day: date
    item_id: UUID = Field(foreign_key="breakfast_item.id")
    window_id: UUID = Field(unique=True)
    price_fen: int
    batch_no: str | None = None
    recalled_batch: str | None = None
    cheaper_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)


class BreakfastReleaseRow(Row, table=True):
    """That an uncollected order's portions went back on sale, so that they do so once."""

    booking_id: UUID = Field(primary_key=True)
    at: datetime = Field(sa_type=TIMESTAMPTZ)


class CartStopRow(Row, table=True):
    """Where an unmanned cart stands, on which weekdays (Monday 0) and from when to when; WGS-84."""

    id: UUID = Field(primary_key=True)
    place_id: UUID = Field(index=True)
    weekdays: list[int] = Field(sa_type=JSONB)
    begins: time
    ends: time
    name: str
    lat: float
    lng: float


class CartPositionRow(Row, table=True):
    """Where a cart last said it was (WGS-84), and whether it is out of order."""

    place_id: UUID = Field(primary_key=True)
    lat: float
    lng: float
    at: datetime = Field(sa_type=TIMESTAMPTZ)
    out_of_order_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    out_of_order_done_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    reason: str | None = None


class BreakfastRepeatRow(Row, table=True):
    """The same breakfast every week: whom for, where, on which weekday, when, and what.

    `items` is `[{"itemId": …, "quantity": …}]`, `skips` days left out, `placed_until` the last day done.
    """

    __table_args__ = (
        Index("ix_breakfast_repeat_weekday", "weekday", postgresql_where=text("ended_at IS NULL")),
        Index("ix_breakfast_repeat_booked_by", "booked_by"),
    )

    id: UUID = Field(primary_key=True)
    person_id: UUID
    booked_by: UUID
    place_id: UUID
    weekday: int
    at: time
    items: list[dict[str, Any]] = Field(sa_type=JSONB)
    note: str | None = None
    skips: list[str] = Field(sa_type=JSONB)
    placed_until: date | None = None
    created_at: datetime = Field(sa_type=TIMESTAMPTZ)
    ended_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)


class BreakfastBatchRow(Row, table=True):
    """A batch of an item: its number, and from when it was given out."""

    __table_args__ = (Index("ix_breakfast_batch_no", "batch_no"),)

    id: UUID = Field(primary_key=True)
    stock_id: UUID = Field(foreign_key="breakfast_stock.id", index=True)
    batch_no: str
    since: datetime = Field(sa_type=TIMESTAMPTZ)
    set_by: UUID


class BreakfastHandedRow(Row, table=True):
    """Who was handed which batch of what: what a recall asks."""

    __table_args__ = (Index("ix_breakfast_handed_batch", "batch_no"),)

    booking_id: UUID = Field(primary_key=True)
    stock_id: UUID = Field(primary_key=True)
    person_id: UUID
    booked_by: UUID
    batch_no: str | None = None
    units: int
    handed_by: UUID
    at: datetime = Field(sa_type=TIMESTAMPTZ)


class BreakfastDemandRow(Row, table=True):
    """How many portions of an item were wanted at a point on a day; where it sold out, when that was."""

    place_id: UUID = Field(primary_key=True)
    item_id: UUID = Field(primary_key=True)
    day: date = Field(primary_key=True)
    portions: int
    capacity: int
    sold_out: bool
    weather: str | None = None
