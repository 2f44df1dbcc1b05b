"""The notices desk's statements, one each."""
