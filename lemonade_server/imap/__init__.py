"""IMAP4rev1 and its extensions: a session, a registry, and one file per extension in ``ext``."""
