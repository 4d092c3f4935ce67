"""Statements on messages.

What is hidden (``store/staging.py``) is in the table too, above UIDNEXT and HIGHESTMODSEQ: a
statement that is not given UIDs, or bounds of them, says so itself.
"""

SHOWN = " AND uid < (SELECT uidnext FROM mailbox WHERE id = %s)"
"""What the mailbox shows; its id, once more."""

LONGEST_ID = 1_000
"""Characters of References that hold its first identifier (``wire.thread_keys``)."""

_TAKE_UIDS = (
    "UPDATE mailbox SET modseq = modseq + 1, uidnext = uidnext + %s, messages = messages + %s,"
    " unseen = unseen + %s, octets = octets + %s"
)
_TAKEN = (
    " RETURNING id, modseq, uidnext, account_id, keywords,"
    " (SELECT a.quota FROM account a WHERE a.id = account_id),"
    " (SELECT a.message_quota FROM account a WHERE a.id = account_id),"
    " (SELECT MIN(h.uid_first) FROM hidden_messages h WHERE h.mailbox_id = mailbox.id)"
)
TAKE_UIDS = f"{_TAKE_UIDS} WHERE id = %s AND NOT noselect{_TAKEN}"
TAKE_UIDS_OF_INBOX = (
    f"{_TAKE_UIDS} WHERE account_id = %s AND name = 'INBOX' AND NOT noselect{_TAKEN}"
)
INSERT = (
    "INSERT INTO message (mailbox_id, uid, modseq, created_modseq, bits, keywords, size,"
    " internaldate, zone, savedate, content_id, thread, attached)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
REPEATED = (
    f"SELECT id, size, message_id, SUBSTR(refs_ids, 1, {LONGEST_ID}), parts FROM content"
    " WHERE id = ANY(%s)"
)
"""What the row of a message repeats of its content is made of these."""

COPIED = (
    "SELECT COUNT(*), CAST(COALESCE(SUM(size), 0) AS BIGINT),"
    " COALESCE(SUM(CASE WHEN bits & 1 = 0 THEN 1 ELSE 0 END), 0)"
    " FROM message WHERE mailbox_id = %s AND uid = ANY(%s)"
)
COPIED_UIDS = "SELECT uid FROM message WHERE mailbox_id = %s AND uid = ANY(%s) ORDER BY uid"
COPIED_KEYWORDS = "SELECT DISTINCT keywords FROM message WHERE mailbox_id = %s AND uid = ANY(%s)"
COPIED_BY_KEYWORDS = (
    "SELECT keywords, COUNT(*), CAST(SUM(size) AS BIGINT),"
    " CAST(SUM(CASE WHEN bits & 1 = 0 THEN 1 ELSE 0 END) AS BIGINT)"
    " FROM message WHERE mailbox_id = %s AND uid = ANY(%s) GROUP BY keywords"
)
COPY = (
    "INSERT INTO message (mailbox_id, uid, modseq, created_modseq, bits, keywords, size,"
    " internaldate, zone, savedate, content_id, thread, attached)"
    " SELECT CAST(%s AS BIGINT), %s + ROW_NUMBER() OVER (ORDER BY uid), CAST(%s AS BIGINT),"
    " CAST(%s AS BIGINT), bits & %s, keywords, size, internaldate, zone, CAST(%s AS BIGINT),"
    " content_id, thread, attached FROM message WHERE mailbox_id = %s AND uid = ANY(%s)"
)
COPY_BARE = COPY.replace("bits & %s, keywords", "bits & %s, ''")
RENAME_KEYWORDS = (
    "UPDATE message SET keywords = %s"
    " WHERE mailbox_id = %s AND uid BETWEEN %s AND %s AND keywords = %s"
)

ALL_FLAGS = f"SELECT bits, keywords FROM message WHERE mailbox_id = %s{SHOWN} ORDER BY uid"
FLAGS = (
    "SELECT uid, bits, keywords, modseq FROM message"
    " WHERE mailbox_id = %s AND uid = ANY(%s) ORDER BY uid"
)
SET_FLAGS = (
    "UPDATE message SET bits = %s, keywords = %s, modseq = %s"
    " WHERE mailbox_id = %s AND uid = ANY(%s)"
)
COUNT_UNSEEN = "UPDATE mailbox SET unseen = unseen + %s WHERE id = %s"

_ALL_COLUMNS = (  # as in ``rows.MESSAGE_COLUMNS``
    "SELECT uid, modseq, created_modseq, bits, keywords, size, internaldate, zone, savedate,"
    " content_id, id FROM message WHERE mailbox_id = %s"
)
GOING = f"{_ALL_COLUMNS} AND uid = ANY(%s) ORDER BY uid"
GOING_DELETED = f"{_ALL_COLUMNS} AND uid = ANY(%s) AND bits & 8 <> 0 ORDER BY uid"
ALL_DELETED = f"{_ALL_COLUMNS}{SHOWN} AND bits & 8 = 8 ORDER BY uid"
SOME_DELETED = f"{ALL_DELETED} LIMIT %s"
DELETED_UIDS = f"SELECT uid FROM message WHERE mailbox_id = %s{SHOWN} AND bits & 8 = 8 ORDER BY uid"
DELETED = (
    "SELECT COUNT(*), CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM message"
    f" WHERE mailbox_id = %s{SHOWN} AND bits & 8 = 8"
)
ALL_GOING = f"{_ALL_COLUMNS}{SHOWN} ORDER BY uid"
DELETE = "DELETE FROM message WHERE mailbox_id = %s AND uid = ANY(%s)"
DELETE_ALL = "DELETE FROM message WHERE mailbox_id = %s"
COUNT_GONE = (
    "UPDATE mailbox SET messages = messages - %s, unseen = unseen - %s, octets = octets - %s"
    " WHERE id = %s"
)

UIDS = f"SELECT uid FROM message WHERE mailbox_id = %s{SHOWN} ORDER BY uid"
UIDS_ABOVE = f"SELECT uid FROM message WHERE mailbox_id = %s AND uid > %s{SHOWN} ORDER BY uid"
LIVING = "SELECT uid FROM message WHERE mailbox_id = %s AND uid BETWEEN %s AND %s ORDER BY uid"
CHANGED = (
    "SELECT uid, modseq, bits, keywords, created_modseq FROM message"
    " WHERE mailbox_id = %s AND modseq > %s AND modseq <= %s AND uid < %s ORDER BY uid"
)
COUNT_FROM = f"SELECT COUNT(*) FROM message WHERE mailbox_id = %s AND uid >= %s{SHOWN}"
FIRST_UNSEEN = (
    "SELECT m.uid FROM mailbox b JOIN message m ON m.mailbox_id = b.id"
    " WHERE b.id = %s AND b.unseen > 0 AND m.uid < b.uidnext AND m.bits & 1 = 0"
    " ORDER BY m.uid LIMIT 1"
)

KEPT = (
    "SELECT kept FROM vanished"
    " WHERE mailbox_id = %s AND kept_at > %s AND uid_last >= %s AND uid_first <= %s"
)
GHOSTS = (
    "WITH m ({names}) AS (VALUES {rows})"
    " SELECT {chosen} FROM m JOIN content c ON c.id = m.content_id ORDER BY m.uid"
)
FORGET_KEPT = (
    "UPDATE vanished SET kept = NULL, kept_at = NULL WHERE id IN"
    " (SELECT id FROM vanished WHERE kept_at <= %s ORDER BY kept_at LIMIT %s)"
)

CONTENT_OF = f"SELECT content_id FROM message WHERE mailbox_id = %s AND uid = %s{SHOWN}"
SIZES_AND_CONTENTS = (
    "SELECT c.size, m.content_id FROM message m JOIN content c ON c.id = m.content_id"
    f" WHERE m.mailbox_id = %s{SHOWN}"
)

COLUMNS = (
    "SELECT {columns} FROM message m{content}"
    " WHERE m.mailbox_id = %s AND m.uid {condition} ORDER BY m.uid"
)
JOIN_CONTENT = " JOIN content c ON c.id = m.content_id"
