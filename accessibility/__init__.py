"""Elder mode: guided flows, one sentence that books, wording and speech, the page checker."""
