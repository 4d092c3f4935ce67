"""Final delivery to accounts of this server, with their filters (RFC 5321 §2.3.10)."""
