"""How many wait behind the console's entries: read once for everybody, shown in the menu, followed live."""
