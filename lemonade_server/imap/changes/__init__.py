"""What changed since a client was last told."""
