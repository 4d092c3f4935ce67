"""Statements on annotations."""

OF = "SELECT name, value FROM annotation WHERE account_id = %s AND mailbox_id = %s ORDER BY name"
OF_SERVER = (
    "SELECT n.name, n.value FROM annotation n JOIN account a ON a.id = n.account_id"
    " WHERE a.email = %s AND n.mailbox_id = 0 ORDER BY n.name"
)
IS_OPERATOR = "SELECT COUNT(*) FROM account WHERE id = %s AND is_staff"
OF_MANY = (
    "SELECT mailbox_id, name, value FROM annotation WHERE account_id = %s AND mailbox_id = ANY(%s)"
)
SET = (
    "INSERT INTO annotation (account_id, mailbox_id, name, value) VALUES (%s, %s, %s, %s)"
    " ON CONFLICT (account_id, mailbox_id, name) DO UPDATE SET value = excluded.value"
)
REMOVE = "DELETE FROM annotation WHERE account_id = %s AND mailbox_id = %s AND name = %s"
COUNT = "SELECT COUNT(*) FROM annotation WHERE account_id = %s AND mailbox_id = %s"
MOVE = "UPDATE annotation SET mailbox_id = %s WHERE mailbox_id = %s"
COPY = (
    "INSERT INTO annotation (account_id, mailbox_id, name, value)"
    " SELECT account_id, CAST(%s AS BIGINT), name, value FROM annotation WHERE mailbox_id = %s"
)
FORGET = "DELETE FROM annotation WHERE mailbox_id = %s"
