"""The clinic room: from a department to a number in hand, and what staff do on their side."""
