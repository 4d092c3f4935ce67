"""Statements on mailboxes, subscriptions and tombstones."""

COLUMNS = (
    "id, account_id, name, uidvalidity, uidnext, modseq, tombstone_floor, messages, unseen,"
    " octets, recent_from, keywords, special_use, noselect, annotation_octets"
)

BY_NAME = f"SELECT {COLUMNS} FROM mailbox WHERE account_id = %s AND name = %s"
BY_ID = f"SELECT {COLUMNS} FROM mailbox WHERE id = %s"
OF_ACCOUNT = f"SELECT {COLUMNS} FROM mailbox WHERE account_id = %s ORDER BY name"
MODSEQS = "SELECT id, modseq FROM mailbox WHERE id = ANY(%s)"

COUNT = "SELECT COUNT(*) FROM mailbox WHERE account_id = %s"

INSERT = (
    "INSERT INTO mailbox (account_id, name, uidvalidity, uidnext, modseq, tombstone_floor,"
    " messages, unseen, octets, recent_from, keywords, special_use, noselect, created_at,"
    " annotation_octets) VALUES (%s, %s, %s, 1, 1, 0, 0, 0, 0, 1, '', %s, %s, %s, 0)"
    " ON CONFLICT (account_id, name) DO NOTHING RETURNING id"
)
NEXT_UIDVALIDITY = (
    "UPDATE account SET last_uidvalidity ="
    " CASE WHEN last_uidvalidity >= %s THEN last_uidvalidity + 1 ELSE %s END"
    " WHERE id = %s RETURNING last_uidvalidity"
)
ACCOUNTS = "SELECT DISTINCT account_id FROM mailbox ORDER BY account_id"
IDS_OF_ACCOUNT = "SELECT id FROM mailbox WHERE account_id = %s ORDER BY id"
SET_UIDVALIDITY = "UPDATE mailbox SET uidvalidity = %s WHERE id = %s"
LOCK_ACCOUNT = "SELECT id FROM account WHERE id = %s FOR UPDATE"
LOCK = f"SELECT {COLUMNS} FROM mailbox WHERE id = %s FOR UPDATE"
NEXT_MODSEQ = "UPDATE mailbox SET modseq = modseq + 1 WHERE id = %s RETURNING modseq, uidnext"
SET_NAME = "UPDATE mailbox SET name = %s WHERE id = %s"
SET_KEYWORDS = "UPDATE mailbox SET keywords = %s WHERE id = %s"
DELETE = "DELETE FROM mailbox WHERE id = %s"
FORGET_KEYS = "DELETE FROM urlauth_key WHERE mailbox_id = %s"
FORGET_TICKETS = "UPDATE urlauth_ticket SET key_id = NULL, mailbox_id = NULL WHERE mailbox_id = %s"
FORGET_VANISHED = "DELETE FROM vanished WHERE mailbox_id = %s"

GET_RECENT = "SELECT recent_from, uidnext FROM mailbox WHERE id = %s FOR UPDATE"
SET_RECENT = "UPDATE mailbox SET recent_from = %s WHERE id = %s AND recent_from < %s"

SUBSCRIPTIONS = "SELECT name FROM subscription WHERE account_id = %s"
COUNT_SUBSCRIBED = "SELECT COUNT(*) FROM subscription WHERE account_id = %s AND name <> %s"
SUBSCRIBE = (
    "INSERT INTO subscription (account_id, name) VALUES (%s, %s)"
    " ON CONFLICT (account_id, name) DO NOTHING"
)
UNSUBSCRIBE = "DELETE FROM subscription WHERE account_id = %s AND name = %s"

USED = (
    "SELECT CAST(COALESCE(SUM(octets + annotation_octets), 0) AS BIGINT),"
    " CAST(COALESCE(SUM(messages), 0) AS BIGINT) FROM mailbox WHERE account_id = %s"
)
LIMITS = "SELECT email, quota, message_quota FROM account WHERE id = %s"

ADD_VANISHED = (
    "INSERT INTO vanished (mailbox_id, modseq, uid_first, uid_last, kept, kept_at)"
    " VALUES (%s, %s, %s, %s, %s, %s)"
)
VANISHED_SINCE = (
    "SELECT uid_first, uid_last FROM vanished WHERE mailbox_id = %s AND modseq > %s"
    " ORDER BY uid_first"
)
CROWDED = "SELECT mailbox_id FROM vanished GROUP BY mailbox_id HAVING COUNT(*) > %s"
VANISHED_CUT = (
    "SELECT modseq FROM vanished WHERE mailbox_id = %s ORDER BY modseq DESC LIMIT 1 OFFSET %s"
)
DROP_VANISHED = "DELETE FROM vanished WHERE mailbox_id = %s AND modseq <= %s"
SET_FLOOR = "UPDATE mailbox SET tombstone_floor = %s WHERE id = %s"

SELECTABLE = "SELECT id, name FROM mailbox WHERE account_id = %s AND noselect = %s"
WITH_USE = (
    "SELECT id FROM mailbox WHERE account_id = %s AND special_use LIKE %s ORDER BY id LIMIT 1"
)
