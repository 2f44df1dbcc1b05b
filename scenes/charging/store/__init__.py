"""The charging room's statements, one a function."""
