"""What a session with the mail server can do, by subject; ``mail_session.py`` is its face."""
