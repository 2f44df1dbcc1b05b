"""The demo district: made-up people and timetables inside Putuo's real outlines, flagged synthetic."""
