"""What the eldercare room does: load, decide by a rule, change."""
