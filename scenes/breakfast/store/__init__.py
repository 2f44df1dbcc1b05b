"""The breakfast room's statements, one a function."""
