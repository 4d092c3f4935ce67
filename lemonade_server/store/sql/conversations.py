"""Statements on the conversations of a mailbox: its messages of one thread.

All are bounded by a UID: what is above it is not told of yet.
"""

_WITHIN = " FROM message WHERE mailbox_id = %s AND uid <= %s"
_OF_THREADS = " FROM message WHERE mailbox_id = %s AND thread = ANY(%s) AND uid <= %s"

ALL_UIDS = f"SELECT uid{_WITHIN} ORDER BY thread, uid"
ALL_THREADS = f"SELECT thread{_WITHIN} ORDER BY thread, uid"
"""Of all messages, in the same order, which is that of an index."""

THREADS = "SELECT uid, thread, modseq FROM message WHERE mailbox_id = %s AND uid = ANY(%s)"
"""With a column that the index of threads has not, or SQLite would go through all of that."""

MEMBERS = f"SELECT uid, thread{_OF_THREADS}"
COUNTS = f"SELECT thread, COUNT(*){_OF_THREADS} GROUP BY thread"
CHANGED = (
    "SELECT thread, modseq FROM message"
    " WHERE mailbox_id = %s AND modseq > %s AND uid <= %s LIMIT %s"
)
TOTALS = (
    "SELECT thread, COUNT(*), SUM(CASE WHEN bits & 1 = 0 THEN 1 ELSE 0 END),"
    " MAX(bits & 2), MAX(bits & 4), MAX(bits & 16), SUM(CASE WHEN attached THEN 1 ELSE 0 END),"
    " MAX(CASE WHEN keywords > '' AND STRPOS(' ' || keywords || ' ', %s) > 0 THEN 1 ELSE 0 END)"
    f"{_OF_THREADS} GROUP BY thread"
)
NEWEST = (
    "SELECT thread, uid, content_id, internaldate, zone FROM"
    " (SELECT thread, uid, content_id, internaldate, zone,"
    " ROW_NUMBER() OVER (PARTITION BY thread ORDER BY internaldate DESC, uid DESC) AS place,"
    f" COUNT(*) OVER (PARTITION BY thread) AS total{_OF_THREADS}) ranked"
    " WHERE place <= %s OR place = total ORDER BY thread, place"
)
"""The newest ones of each, newest first, and at last the first one."""

ENVELOPES = "SELECT id, SUBSTR(envelope, 1, %s) FROM content WHERE id = ANY(%s)"
