"""Statements on the conversations of a mailbox: its messages of one thread.

All are bounded by a UID: what is above it is not told of yet.
"""

_WITHIN = " FROM message WHERE mailbox_id = %s AND uid <= %s"
_OF_THREADS = " FROM message WHERE mailbox_id = %s AND thread = ANY(%s) AND +uid <= %s"
"""The bound offers itself for no index: that of UIDs would lead through all of the mailbox."""

ALL_UIDS = f"SELECT uid{_WITHIN} ORDER BY thread, internaldate, uid"
ALL_THREADS = f"SELECT thread{_WITHIN} ORDER BY thread, internaldate, uid"
"""Of all messages, in the same order, which is that of an index."""

UID_BITS = 32
LATEST = (1 << UID_BITS) - 2
"""Arrivals from second 1 to this one go beside a UID into a number of 64 bits."""

BEYOND = (1 << 63) - 1
"""What stands for an arrival that does not."""

_ARRIVAL = f"((internaldate - {1 << 31}) * {1 << UID_BITS} {{sign}} uid)"
_ARRIVAL_IN_BOUNDS = (
    f"CASE WHEN internaldate BETWEEN 1 AND {LATEST} THEN {_ARRIVAL} ELSE {{beyond}} END"
)
NEWEST_FIRSTS = (
    f"SELECT thread, MAX({_ARRIVAL_IN_BOUNDS.format(sign='-', beyond=BEYOND)}) AS arrival"
    f"{_WITHIN} GROUP BY thread ORDER BY arrival DESC"
)
OLDEST_FIRSTS = (
    f"SELECT thread, MIN({_ARRIVAL_IN_BOUNDS.format(sign='+', beyond=-BEYOND)}) AS arrival"
    f"{_WITHIN} GROUP BY thread ORDER BY arrival"
)
"""Each thread with when its newest message arrived, or its oldest one, and which that is. Of those
of one second it is that with the lowest UID. One pass over the index; where an arrival is beyond
all bounds, that comes first.
"""

THREADS = "SELECT uid, thread, modseq FROM message WHERE mailbox_id = %s AND uid = ANY(%s)"
"""With a column that the index of threads has not, or SQLite would go through all of that."""

MEMBERS = f"SELECT uid, thread{_OF_THREADS}"
COUNTS = f"SELECT thread, COUNT(*){_OF_THREADS} GROUP BY thread"
CHANGED = (
    "SELECT thread, modseq FROM message"
    " WHERE mailbox_id = %s AND modseq > %s AND uid <= %s LIMIT %s"
)
_TOTALS = (
    "thread, COUNT(*), SUM(CASE WHEN bits & 1 = 0 THEN 1 ELSE 0 END),"
    " MAX(bits & 2), MAX(bits & 4), MAX(bits & 16), SUM(CASE WHEN attached THEN 1 ELSE 0 END)"
)
TOTALS = (
    f"SELECT {_TOTALS},"
    " MAX(CASE WHEN keywords > '' AND STRPOS(' ' || keywords || ' ', %s) > 0 THEN 1 ELSE 0 END)"
    f"{_OF_THREADS} GROUP BY thread"
)
_OF_WANTED = " FROM message WHERE mailbox_id = %s AND thread = wanted.id AND +uid <= %s"
NEWEST = (
    "SELECT wanted.id, (SELECT STRING_AGG(CAST(uid AS TEXT), ',') FROM"
    f" (SELECT uid{_OF_WANTED} ORDER BY internaldate DESC, uid DESC LIMIT %s) newest),"
    f" (SELECT uid{_OF_WANTED} ORDER BY internaldate, uid LIMIT 1)"
    " FROM UNNEST(CAST(%s AS BIGINT[])) AS wanted(id)"
)
"""The newest ones of each, newest first, and the first one."""

NAMED = (
    "SELECT thread, internaldate, uid, content_id, zone FROM message"
    " WHERE mailbox_id = %s AND uid = ANY(%s)"
)
OTHER_MAILBOXES = (
    "SELECT id, modseq, uidnext FROM mailbox WHERE account_id = %s AND id <> %s AND messages > 0"
    " AND STRPOS(special_use, %s) = 0 AND STRPOS(special_use, %s) = 0"
    " ORDER BY CASE WHEN special_use > '' OR name = 'INBOX' THEN 0 ELSE 1 END, messages DESC, id"
    " LIMIT %s"
)
ELSEWHERE = (
    f"SELECT mailbox_id, {_TOTALS} FROM message"
    " JOIN mailbox b ON b.id = message.mailbox_id AND +uid < b.uidnext"
    " WHERE mailbox_id = ANY(%s) AND thread = ANY(%s) GROUP BY mailbox_id, thread"
)

ENVELOPES = "SELECT id, SUBSTR(envelope, 1, %s) FROM content WHERE id = ANY(%s)"
