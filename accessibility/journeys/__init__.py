"""The ways through the rooms that the elder home offers; `accessibility/flows` says how to write one."""

from accessibility.flows.flow import Flows

FLOWS = Flows(())
"""In the order of the elder home."""
