"""Keys of mailboxes, and the tickets that were made with them."""

KEY = "SELECT id, key FROM urlauth_key WHERE account_id = %s AND mailbox_id = %s AND mechanism = %s"
ADD_KEY = (
    'INSERT INTO urlauth_key (account_id, mailbox_id, mechanism, "key", created_at)'
    " VALUES (%s, %s, %s, %s, %s)"
)
NEED_KEY = f"{ADD_KEY} ON CONFLICT (account_id, mailbox_id, mechanism) DO NOTHING"
MAILBOXES_WITH_KEYS = "SELECT mailbox_id FROM urlauth_key WHERE account_id = %s"

_OF_MAILBOX = "account_id = %s AND mailbox_id = %s"
_VOID = (
    "UPDATE urlauth_ticket SET key_id = NULL WHERE key_id IN (SELECT id FROM urlauth_key WHERE {})"
)
VOID_TICKETS = _VOID.format("account_id = %s")
VOID_TICKETS_OF_MAILBOX = _VOID.format(_OF_MAILBOX)
DELETE_KEYS = "DELETE FROM urlauth_key WHERE account_id = %s"
DELETE_KEY = f"DELETE FROM urlauth_key WHERE {_OF_MAILBOX}"

TICKET = "SELECT id, key_id, revoked_at FROM urlauth_ticket WHERE rump_hash = %s"
TICKET_OF_KEY = "SELECT id, revoked_at FROM urlauth_ticket WHERE rump_hash = %s AND key_id = %s"
COUNT_TICKETS = "SELECT count(*) FROM urlauth_ticket WHERE account_id = %s"
ADD_TICKET = (
    "INSERT INTO urlauth_ticket (account_id, mailbox_id, key_id, rump, rump_hash, access, uid,"
    " section, expires_at, issued_at, uses, octets, last_used_by)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 0, 0, '')"
)
DELETE_TICKET = "DELETE FROM urlauth_ticket WHERE id = %s"
COUNT_USE = (
    "UPDATE urlauth_ticket SET uses = uses + 1, octets = octets + %s, last_used_at = %s,"
    " last_used_by = %s WHERE id = %s"
)
PURGE = (
    "DELETE FROM urlauth_ticket WHERE expires_at < %s"
    " OR (key_id IS NULL AND issued_at < %s) OR revoked_at < %s"
)
REVOKE = "UPDATE urlauth_ticket SET revoked_at = %s WHERE revoked_at IS NULL AND id = ANY(%s)"
