"""How statements reach PostgreSQL; ``store/vendor.py`` is all that knows of it."""
