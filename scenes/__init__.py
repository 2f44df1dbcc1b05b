"""Rooms residents come for, and the desks they share."""
