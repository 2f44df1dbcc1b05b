"""The ways through the rooms that the elder home offers; `accessibility/flows` says how to write one."""

from accessibility.flows.flow import Flows
from accessibility.journeys.breakfast import BREAKFAST
from accessibility.journeys.charging import CHARGING
from accessibility.journeys.clinic import CLINIC
from accessibility.journeys.eldercare import ELDERCARE
from accessibility.journeys.my_bookings import MY_BOOKINGS

FLOWS = Flows((CLINIC, BREAKFAST, ELDERCARE, CHARGING, MY_BOOKINGS))
"""In the order of the elder home."""
