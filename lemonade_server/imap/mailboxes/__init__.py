"""Mailbox names as LIST and NOTIFY match and show them."""
