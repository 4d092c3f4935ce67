"""Statements on messages that no mailbox shows."""

OF_MAILBOX = "SELECT id FROM hidden_messages WHERE mailbox_id = %s"
HIDE = (
    "INSERT INTO hidden_messages (mailbox_id, uid_first, uid_last, until)"
    " VALUES (%s, %s, %s, %s) RETURNING id"
)
RENEW = "UPDATE hidden_messages SET until = %s WHERE id = %s AND until > 0"
ABANDON = "UPDATE hidden_messages SET until = 0 WHERE id = %s AND until > 0"
SHOW_CLAIMED = "DELETE FROM hidden_messages WHERE id = %s AND until > 0"
SHOW = "DELETE FROM hidden_messages WHERE id = %s"
SHOW_ALL = "DELETE FROM hidden_messages WHERE mailbox_id = %s"
PUBLISH = (
    "UPDATE mailbox SET modseq = %s, uidnext = %s, messages = messages + %s,"
    " unseen = unseen + %s, octets = octets + %s WHERE id = %s"
)
_ABANDONED = "SELECT id, mailbox_id, uid_first, uid_last FROM hidden_messages WHERE until < %s"
ABANDONED = f"{_ABANDONED} ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED"
ABANDONED_OF = f"{_ABANDONED} AND mailbox_id = %s ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED"
SOME_UIDS = (
    "SELECT uid FROM message WHERE mailbox_id = %s AND uid BETWEEN %s AND %s ORDER BY uid LIMIT %s"
)
