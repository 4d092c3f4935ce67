"""Figures: how fast the mail server is and what it moves. ``python -m bench --help``."""
