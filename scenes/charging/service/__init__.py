"""What the charging room does, one concern a module."""
