"""Places to test with."""

from typing import Any

from scenes.common.kit.ids import new_id
from scenes.common.places.service import PlaceFacts

OFFICE_HOURS = {day: ["08:00-11:30", "13:00-16:30"] for day in ("mon", "tue", "wed", "thu", "fri")}
CAOYANG = (31.2418, 121.4004)


def a_place(**differently: Any) -> PlaceFacts:
    """Make a clinic in Caoyang with office hours, different in what is named."""
    facts: dict[str, Any] = {
        "id": new_id(),
        "scene": "clinic",
        "kind": "health_centre",
        "name": "曹杨社区卫生服务中心",
        "address": "普陀区枫桥路2号",
        "phone": "021-62549000",
        "lat": CAOYANG[0],
        "lng": CAOYANG[1],
        "subdistrict": "曹杨新村街道",
        "step_free": True,
        "weekly_hours": OFFICE_HOURS,
        "hours_source": "demo",
        "synthetic": True,
    }
    return PlaceFacts(**(facts | differently))
