"""What the breakfast room does, one concern a module."""
