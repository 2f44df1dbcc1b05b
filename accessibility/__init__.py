"""Elder mode: guided flows, wording, preferences, and the page checker."""
