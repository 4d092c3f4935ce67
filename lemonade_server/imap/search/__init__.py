"""Search programs."""
