"""Help at home for the old: services, alarms, the daily sign, readings."""
