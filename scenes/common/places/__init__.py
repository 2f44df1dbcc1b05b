"""The places desk: where things are, when they are open, how long the walk is."""
