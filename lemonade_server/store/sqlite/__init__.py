"""The embedded database as Django uses it, with writers that take turns."""
