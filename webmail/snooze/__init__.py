"""Snooze: mail goes out of sight, and is back on top of where it was at a time."""
