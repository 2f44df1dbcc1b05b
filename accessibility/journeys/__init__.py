"""The ways through the rooms that the elder home offers; `accessibility/flows` says how to write one."""

from accessibility.flows.flow import Flows
from accessibility.journeys.clinic import CLINIC
from accessibility.journeys.my_bookings import MY_BOOKINGS

FLOWS = Flows((CLINIC, MY_BOOKINGS))
"""In the order of the elder home."""
