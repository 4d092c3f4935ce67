"""Folders as their owner arranges them: made, renamed, moved, emptied, thrown away."""
