"""The people desk: residents and their patients, staff, signing in, preferences, the audit log."""
