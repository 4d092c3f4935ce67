"""Statements on rights in mailboxes."""

from .mailboxes import COLUMNS

_ROW = ", ".join(f"b.{name}" for name in COLUMNS.split(", "))

OWNER = "SELECT id FROM account WHERE email = %s AND role <> 'submit'"
GRANTEE = "SELECT id, email FROM account WHERE email = %s AND role = 'user'"
OWNER_ADDRESS = "SELECT email FROM account WHERE id = %s"
PERSON_ADDRESS = "SELECT email FROM account WHERE id = %s AND role = 'user'"

RIGHTS = (
    "SELECT negative, rights FROM mailbox_access WHERE mailbox_id = %s AND account_id IN (%s, 0)"
)
ENTRIES = (
    "SELECT a.account_id, o.email, a.negative, a.rights FROM mailbox_access a"
    " LEFT JOIN account o ON o.id = a.account_id WHERE a.mailbox_id = %s"
)
ONE = (
    "SELECT rights FROM mailbox_access WHERE mailbox_id = %s AND account_id = %s AND negative = %s"
)
SET = (
    "INSERT INTO mailbox_access (mailbox_id, account_id, negative, rights)"
    " VALUES (%s, %s, %s, %s)"
    " ON CONFLICT (mailbox_id, account_id, negative) DO UPDATE SET rights = excluded.rights"
)
REMOVE = "DELETE FROM mailbox_access WHERE mailbox_id = %s AND account_id = %s AND negative = %s"
COUNT = "SELECT COUNT(*) FROM mailbox_access WHERE mailbox_id = %s"
INHERIT = (
    "INSERT INTO mailbox_access (mailbox_id, account_id, negative, rights)"
    " SELECT CAST(%s AS BIGINT), a.account_id, a.negative, a.rights FROM mailbox_access a"
    " JOIN mailbox b ON b.id = a.mailbox_id WHERE b.account_id = %s AND b.name = %s"
)
FORGET = "DELETE FROM mailbox_access WHERE mailbox_id = %s"

SHARED_WITH = (
    f"SELECT o.email, a.negative, a.rights, {_ROW} FROM mailbox_access a"
    " JOIN mailbox b ON b.id = a.mailbox_id JOIN account o ON o.id = b.account_id"
    " WHERE a.account_id IN (%s, 0) AND b.account_id <> %s ORDER BY b.id"
)
