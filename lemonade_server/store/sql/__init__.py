"""The named statements, in PostgreSQL's words; ``store/vendor.py`` turns them for SQLite."""
