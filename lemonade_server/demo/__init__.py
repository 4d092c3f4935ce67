"""A mailbox to look at: people, conversations and files that were made up for ``--demo``."""
