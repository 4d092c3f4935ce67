"""Statements on the queue of accepted mail."""

RECIPIENT = (
    "id, address, orcpt, notify, state, status, diagnostic, remote, attempts, last_attempt_at,"
    " place, told"
)
ENVELOPE = (
    "account_id, sender, content_id, size, message_id, envid, ret, body, smtputf8, source,"
    " arrived_at, release_at, hold, by_at, by_mode, priority, tls"
)
ADD_SUBMISSION = (
    f"INSERT INTO submission ({ENVELOPE})"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id"
)
ADD_RECIPIENT = (
    "INSERT INTO recipient (submission_id, address, orcpt, notify, place, state, attempts,"
    " next_attempt_at, lease_until, lease_owner, status, diagnostic, remote, told,"
    " last_attempt_at, finished_at)"
    " VALUES (%s, %s, %s, %s, %s, %s, 0, %s, 0, '', %s, %s, %s, '', %s, %s) RETURNING id"
)
CONTENT_FACTS = "SELECT size, message_id FROM content WHERE id = %s"
SUBMISSION = f"SELECT id, {ENVELOPE} FROM submission WHERE id = %s"
RECIPIENTS = f"SELECT {RECIPIENT} FROM recipient WHERE submission_id = %s ORDER BY id"
HELD_OCTETS = (
    "SELECT COALESCE(SUM(size), 0) FROM submission s WHERE account_id = %s AND release_at > %s"
    " AND EXISTS (SELECT 1 FROM recipient r WHERE r.submission_id = s.id"
    " AND r.state IN ('queued', 'held'))"
)

# Work. A place that could not be reached of late is passed over until its time.
_DUE = "r.state = 'queued' AND r.next_attempt_at <= %s AND r.lease_until <= %s"
DUE_PLACES = (
    "SELECT r.place, MIN(r.next_attempt_at), COUNT(*) FROM recipient r"
    " LEFT JOIN destination d ON d.place = r.place"
    f" WHERE {_DUE} AND COALESCE(d.retry_at, 0) <= %s"
    " GROUP BY r.place ORDER BY 2 LIMIT %s"
)
DUE_SUBMISSIONS = (
    "SELECT r.submission_id FROM recipient r JOIN submission s ON s.id = r.submission_id"
    f" WHERE r.place = %s AND {_DUE} AND s.priority >= 0"
    " ORDER BY r.next_attempt_at, r.id LIMIT %s"
)
DUE_BEHIND = DUE_SUBMISSIONS.replace("s.priority >= 0", "s.priority < 0")
CLAIM = (
    "UPDATE recipient SET lease_owner = %s, lease_until = %s, attempts = attempts + 1,"
    " last_attempt_at = %s"
    " WHERE submission_id = %s AND place = %s AND state = 'queued' AND next_attempt_at <= %s"
    f" AND lease_until <= %s RETURNING {RECIPIENT}"
)
LOCK_LEASED = (
    "SELECT id FROM recipient WHERE submission_id = ANY(%s) AND lease_owner = %s"
    " AND state = 'queued' ORDER BY id FOR UPDATE"
)
RENEW = (
    "UPDATE recipient SET lease_until = %s WHERE submission_id = ANY(%s) AND lease_owner = %s"
    " AND state = 'queued' AND lease_until > %s RETURNING id"
)
OWNED = (
    "SELECT id FROM recipient WHERE submission_id = %s AND lease_owner = %s"
    " AND state = 'queued' AND lease_until > %s"
)
FINISH = (
    "UPDATE recipient SET state = %s, status = %s, diagnostic = %s, remote = %s,"
    " finished_at = %s, lease_until = 0, lease_owner = ''"
    " WHERE id = %s AND state = 'queued' AND lease_owner = %s"
)
RETRY = (
    "UPDATE recipient SET status = %s, diagnostic = %s, remote = %s, next_attempt_at = %s,"
    " told = %s, lease_until = 0, lease_owner = ''"
    " WHERE id = %s AND state = 'queued' AND lease_owner = %s"
)
MOVE = (
    "UPDATE recipient SET place = %s, attempts = attempts - 1, lease_until = 0, lease_owner = ''"
    " WHERE id = %s AND state = 'queued' AND lease_owner = %s"
)

# After the clock was set back. A hold for so many seconds begins anew; one until a time stands.
HOLDS_AHEAD = (
    "UPDATE recipient SET next_attempt_at = %s + (SELECT release_at - arrived_at FROM submission s"
    " WHERE s.id = submission_id) WHERE state = 'queued' AND next_attempt_at > %s"
    " AND submission_id IN (SELECT id FROM submission WHERE arrived_at > %s AND release_at > %s"
    " AND hold LIKE 'for;%%')"
)
RELEASES_AHEAD = (
    "UPDATE submission SET release_at = %s + release_at - arrived_at, arrived_at = %s"
    " WHERE arrived_at > %s AND release_at > %s AND hold LIKE 'for;%%'"
)
RETRIES_AHEAD = (
    "UPDATE recipient SET next_attempt_at = %s WHERE state = 'queued' AND next_attempt_at > %s"
    " AND (SELECT release_at FROM submission s WHERE s.id = submission_id) <= %s"
)
LEASES_AHEAD = "UPDATE recipient SET lease_until = %s WHERE state = 'queued' AND lease_until > %s"

# Steering by hand. What a worker holds is left alone.
_DUE_NOW = (
    "next_attempt_at = CASE"
    " WHEN (SELECT release_at FROM submission s WHERE s.id = submission_id) > %s"
    " THEN (SELECT release_at FROM submission s WHERE s.id = submission_id) ELSE %s END"
)
# Several recipients may have become one address: it gets the message once.
_ONLY_ONE = (
    "NOT EXISTS (SELECT 1 FROM recipient other WHERE other.submission_id = recipient.submission_id"
    " AND other.address = recipient.address AND other.id <> recipient.id"
    " AND other.state IN ('queued', 'held', 'relayed', 'delivered'))"
)
REOPEN = (
    f"UPDATE recipient SET state = 'queued', finished_at = NULL, {_DUE_NOW}"
    " WHERE id = %s AND state IN ('queued', 'held', 'failed', 'cancelled') AND lease_until <= %s"
    f" AND (state IN ('queued', 'held') OR {_ONLY_ONE})"
    " RETURNING submission_id, place"
)
RELEASE = REOPEN.replace("'queued', 'held', 'failed', 'cancelled'", "'held'")
# Not in anybody's hands: a worker that lost its lease may be sending all the same, until another
# one has taken over and given the recipient back.
FREE = "lease_owner = '' AND lease_until <= %s"

HOLD = (
    f"UPDATE recipient SET state = 'held' WHERE id = %s AND state = 'queued' AND {FREE}"
    " RETURNING submission_id, place"
)
CANCEL = (
    "UPDATE recipient SET state = 'cancelled', finished_at = %s"
    f" WHERE id = %s AND state IN ('queued', 'held') AND {FREE}"
    " RETURNING submission_id, place"
)
REROUTE = (
    f"UPDATE recipient SET place = %s, {_DUE_NOW}"
    f" WHERE id = %s AND state IN ('queued', 'held') AND {FREE}"
    " RETURNING submission_id, place"
)
HOLD_ALL = (
    "UPDATE recipient SET state = 'held', lease_until = 0, lease_owner = '' WHERE state = 'queued'"
)

FINISHED = (
    "SELECT id, content_id FROM submission s WHERE arrived_at < %s AND NOT EXISTS ("
    "SELECT 1 FROM recipient r WHERE r.submission_id = s.id AND r.state IN ('queued', 'held'))"
    " ORDER BY id LIMIT %s"
)
DROP_EVENTS = "DELETE FROM delivery_event WHERE submission_id = %s"
DROP_RECIPIENTS = "DELETE FROM recipient WHERE submission_id = %s"
DROP_SUBMISSION = "DELETE FROM submission WHERE id = %s"

ADD_EVENT = (
    "INSERT INTO delivery_event"
    " (submission_id, recipient_id, at, kind, action, status, host, words)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
)
COUNT_EVENTS = "SELECT COUNT(*) FROM delivery_event WHERE submission_id = %s"
BY_ENVID = "SELECT id FROM submission WHERE envid = %s AND account_id = %s ORDER BY id DESC"
BY_MESSAGE_ID = (
    "SELECT id FROM submission WHERE account_id = %s AND message_id = %s ORDER BY id DESC"
)

PLACE = "SELECT place FROM recipient WHERE id = %s"
