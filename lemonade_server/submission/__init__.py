"""Message submission: SMTP for those who have an account here (RFC 6409)."""
