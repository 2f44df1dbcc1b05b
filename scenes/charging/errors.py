"""Why the charging room refuses."""
