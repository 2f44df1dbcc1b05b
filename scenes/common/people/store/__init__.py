"""The people desk's statements, one a function."""
