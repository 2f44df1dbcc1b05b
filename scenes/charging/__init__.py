"""The charging room: find, reserve, use and pay for a charger."""
