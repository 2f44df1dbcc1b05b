"""The clinic room's verbs; each runs in the caller's transaction and never commits."""
