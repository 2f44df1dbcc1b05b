"""Why the breakfast room refuses."""
