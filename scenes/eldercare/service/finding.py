"""What of eldercare can be searched: the catalogue."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.findable import Findable
from scenes.eldercare.store import requests as store

_CALLED: Final[dict[str, tuple[str, ...]]] = {
    "meal": ("送饭", "送餐"),
    "bath": ("洗澡",),
    "clean": ("打扫", "保洁", "擦窗"),
    "escort": ("陪我看病", "陪诊", "叫车去医院"),
    "nursing": ("护士上门", "打针", "换药"),
}
"""What people say for a service, by its code."""


async def findables(session: AsyncSession) -> list[Findable]:
    """Tell every service of the catalogue."""
    return [
        Findable(
            kind="care",
            title=row.name,
            href=f"/eldercare/services/{row.id}",
            scene="eldercare",
            about=row.summary,
            words=_CALLED.get(row.code, ()),
        )
        for row in await store.services(session)
    ]
