"""Who in this room takes what operators tell of sessions."""

from scenes.charging.service import hearing
from scenes.charging.service.partners import Ears

EARS = Ears(
    start=hearing.hear_start,
    meter=hearing.hear_meter,
    stop=hearing.hear_stop,
    order=hearing.hear_order,
)
