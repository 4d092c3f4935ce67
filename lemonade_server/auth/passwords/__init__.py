"""Passwords: what is kept of them, how they are checked, and how many at a time."""
