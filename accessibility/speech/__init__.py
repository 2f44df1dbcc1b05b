"""Hear anything: how words are put for the ear, and the sound of them, made on this server."""
