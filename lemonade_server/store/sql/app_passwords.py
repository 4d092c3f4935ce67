"""Passwords of single programs."""

FIND = (
    "SELECT id, scopes, last_used_at FROM app_password"
    " WHERE digest = %s AND account_id = %s AND (expires_at IS NULL OR expires_at > %s)"
)
LIVING = (
    "SELECT id FROM app_password WHERE id = ANY(%s) AND (expires_at IS NULL OR expires_at > %s)"
)
NOTE_USE = (
    "UPDATE app_password SET last_used_at = %s, last_used_from = %s, last_used_for = %s"
    " WHERE id = %s"
)
