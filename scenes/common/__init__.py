"""Desks the rooms share, and the kit under them."""
