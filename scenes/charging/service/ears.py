"""Who in this room takes what operators tell of sessions."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.errors import UnknownCharge
from scenes.charging.service.partners import Ears


async def _nobodys(_session: AsyncSession, _message: Any, **_: Any) -> None:
    """Refuse news of a session nobody asked for."""
    raise UnknownCharge


EARS = Ears(start=_nobodys, meter=_nobodys, stop=_nobodys, order=_nobodys)
