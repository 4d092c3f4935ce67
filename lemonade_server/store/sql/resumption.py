"""Statements on resumable IMAP sessions."""

STATE = "mailbox_id, name, read_only, enabled, told, notify"

LOCK_ACCOUNT = "SELECT id FROM account WHERE id = %s FOR UPDATE"
OF_ACCOUNT = (
    f"SELECT id, sid_hash, login_epoch, connection, seen_at, {STATE}"
    " FROM imap_session WHERE account_id = %s ORDER BY seen_at, id"
)
ADD = (
    "INSERT INTO imap_session (account_id, login_epoch, sid_hash, connection, created_at, seen_at,"
    " mailbox_id, name, read_only, enabled, told, notify)"
    " VALUES (%s, %s, %s, %s, %s, %s, NULL, '', %s, '', '', '') RETURNING id"
)
TAKE = "UPDATE imap_session SET connection = %s, seen_at = %s WHERE id = %s"
SAVE = (
    "UPDATE imap_session SET mailbox_id = %s, name = %s, read_only = %s, enabled = %s, told = %s,"
    " notify = %s, seen_at = %s WHERE id = %s AND connection = %s"
)
LEAVE = "UPDATE imap_session SET connection = '', seen_at = %s WHERE id = %s AND connection = %s"
BEAT = "UPDATE imap_session SET seen_at = %s WHERE connection = ANY(%s)"
HOLDERS = "SELECT id, connection FROM imap_session WHERE id = ANY(%s)"
END_OWN = "DELETE FROM imap_session WHERE id = %s AND connection = %s"
END = "DELETE FROM imap_session WHERE id = ANY(%s)"
END_ALL = "DELETE FROM imap_session"
PURGE = "DELETE FROM imap_session WHERE seen_at < %s"
