"""Plumbing with I/O: database, cache, partners, outbox, crypto, clock, money."""
