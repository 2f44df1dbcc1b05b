"""The notices desk: what a resident is told, in words that can be read and heard."""
