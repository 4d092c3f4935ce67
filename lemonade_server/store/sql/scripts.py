"""Statements on mail filters. ``Account.sieve_script`` is the active one's number, 0 for none."""

from .mailboxes import COLUMNS

INBOX = (
    "SELECT a.sieve_script, "
    + ", ".join(f"m.{name.strip()}" for name in COLUMNS.split(","))
    + " FROM mailbox m JOIN account a ON a.id = m.account_id"
    " WHERE m.account_id = %s AND m.name = 'INBOX'"
)
OF_ACCOUNT = (
    "SELECT s.id, s.name, LENGTH(s.text), s.id = a.sieve_script FROM sieve_script s"
    " JOIN account a ON a.id = s.account_id WHERE s.account_id = %s ORDER BY s.name"
)
ACTIVE = "SELECT id, name, text FROM sieve_script WHERE id = %s AND account_id = %s"
BY_NAME = "SELECT id, text FROM sieve_script WHERE account_id = %s AND name = %s"
SHARED = "SELECT text FROM sieve_script WHERE account_id IS NULL AND name = %s"
PUT = (
    "INSERT INTO sieve_script (account_id, name, text, changed_at, last_error, told_at)"
    " VALUES (%s, %s, %s, %s, '', 0) ON CONFLICT (account_id, name) DO UPDATE"
    " SET text = excluded.text, changed_at = excluded.changed_at, last_error = '',"
    " last_error_at = NULL"
)
RENAME = "UPDATE sieve_script SET name = %s WHERE id = %s"
DELETE = "DELETE FROM sieve_script WHERE id = %s"
ACTIVATE = "UPDATE account SET sieve_script = %s WHERE id = %s"
FAILED = (
    "UPDATE sieve_script SET last_error = %s, last_error_at = %s WHERE id = %s RETURNING told_at"
)
TOLD = "UPDATE sieve_script SET told_at = %s WHERE id = %s"

ANSWERED = "SELECT 1 FROM vacation_reply WHERE account_id = %s AND whom = %s AND until > %s"
ANSWER = (
    "INSERT INTO vacation_reply (account_id, whom, until) VALUES (%s, %s, %s)"
    " ON CONFLICT (account_id, whom) DO UPDATE SET until = excluded.until"
)
FORGET = "DELETE FROM vacation_reply WHERE account_id = %s AND until <= %s"
