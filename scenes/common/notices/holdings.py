"""What the notices desk holds about a person: all of it goes."""

from scenes.common.kit.holdings import Holding, Sealed
from scenes.common.notices.tables import call_phone_context, openid_context

_MESSAGES = "SELECT id FROM inbox_message WHERE person_id = :person"

HOLDINGS = (
    Holding(
        name="messages",
        query="SELECT * FROM inbox_message WHERE person_id = :person ORDER BY id",
        hidden=frozenset({"dedupe"}),
        forget=(
            f"DELETE FROM notice_delivery WHERE message_id IN ({_MESSAGES})",  # noqa: S608 - a constant
            "DELETE FROM inbox_message WHERE person_id = :person",
        ),
    ),
    Holding(
        name="deliveries",
        query=f"SELECT * FROM notice_delivery WHERE message_id IN ({_MESSAGES}) ORDER BY id",  # noqa: S608 - a constant
    ),
    Holding(
        name="wechat",
        query="SELECT * FROM wechat_grant WHERE person_id = :person",
        sealed=(Sealed("openid_sealed", lambda row: openid_context(row["person_id"])),),
        forget=("DELETE FROM wechat_grant WHERE person_id = :person",),
    ),
    Holding(
        name="noticePreferences",
        query="SELECT * FROM notice_preference WHERE person_id = :person",
        sealed=(Sealed("call_phone_sealed", lambda row: call_phone_context(row["person_id"])),),
        forget=("DELETE FROM notice_preference WHERE person_id = :person",),
    ),
)
