"""Who has what within a quarter of an hour on foot, and where one more place would help most."""
