"""The IMAP client: connection, commands, pool."""
