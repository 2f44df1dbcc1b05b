"""The web process: composes desks and rooms, never decides."""
