"""Statements on annotations of messages. Account 0 is everybody; no value was one, and is gone."""

SIZE = "64 + LENGTH(entry) + COALESCE(LENGTH(value), 0)"
"""What one counts for: about the room that it takes."""

_OF = "FROM message_annotation WHERE mailbox_id = %s AND uid = ANY(%s)"
_SEEN = f"{_OF} AND account_id IN (%s, 0)"

SEEN = f"SELECT uid, entry, account_id, value {_SEEN} AND value IS NOT NULL ORDER BY uid, entry"
CHANGED = f"SELECT uid, entry, modseq {_SEEN} AND modseq > %s ORDER BY uid, entry"
MODSEQS = "SELECT uid, modseq FROM message WHERE mailbox_id = %s AND uid = ANY(%s) ORDER BY uid"
SET_MODSEQ = "UPDATE message SET modseq = %s WHERE mailbox_id = %s AND uid = ANY(%s)"
SET = (
    "INSERT INTO message_annotation (mailbox_id, uid, account_id, entry, value, modseq)"
    " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (mailbox_id, uid, account_id, entry)"
    " DO UPDATE SET value = excluded.value, modseq = excluded.modseq"
)
OCTETS = f"SELECT CAST(COALESCE(SUM({SIZE}), 0) AS BIGINT) {_OF}"
COUNT_OCTETS = "UPDATE mailbox SET annotation_octets = annotation_octets + %s WHERE id = %s"
CROWDED = (
    f"SELECT uid, account_id {_OF} AND value IS NOT NULL"
    " GROUP BY uid, account_id HAVING COUNT(*) > %s LIMIT 1"
)
LITTERED = (
    f"SELECT uid, account_id {_OF} AND value IS NULL GROUP BY uid, account_id HAVING COUNT(*) > %s"
)
TIDY = (
    "DELETE FROM message_annotation WHERE mailbox_id = %s AND uid = %s AND account_id = %s"
    " AND value IS NULL AND modseq < %s"
)
OF_GUEST = (
    f"SELECT CAST(COALESCE(SUM({SIZE}), 0) AS BIGINT) FROM message_annotation"
    " WHERE account_id = %s AND mailbox_id = %s"
)
CARRIED = f"SELECT uid, account_id, entry, value {_OF} AND value IS NOT NULL"
CARRIED_OF = f"{CARRIED} AND account_id = ANY(%s)"
FORGET = f"DELETE {_OF}"
FORGET_MAILBOX = "DELETE FROM message_annotation WHERE mailbox_id = %s"
ANNOTATED_BY = "SELECT DISTINCT mailbox_id FROM message_annotation WHERE account_id = %s"
FORGET_ACCOUNT = "DELETE FROM message_annotation WHERE account_id = %s AND mailbox_id = %s"

FIND = (
    "SELECT uid, entry, value FROM message_annotation WHERE mailbox_id = %s AND uid > %s"
    " AND account_id = ANY(%s) AND value IS NOT NULL{few} ORDER BY uid LIMIT %s"
)
FEW = " AND uid = ANY(%s)"
SORTED_BY = (
    "SELECT uid, SUBSTR(value, 1, 1000) FROM message_annotation"
    " WHERE account_id = %s AND mailbox_id = %s AND entry = %s AND value IS NOT NULL"
)
