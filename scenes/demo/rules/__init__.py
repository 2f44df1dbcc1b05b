"""How the demo district is drawn: numbers in, people and places out; no I/O, no clock."""
