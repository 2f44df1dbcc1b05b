"""Pure questions of the charging room: the partners' protocol, tariffs, guidance, reservations."""
