"""DKIM signatures on outgoing mail, and the keys that make them (RFC 6376, RFC 8463)."""
