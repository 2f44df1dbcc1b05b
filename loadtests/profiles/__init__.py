"""The profiles: one Locust file each."""
