"""Statements on the queue of accepted mail."""

RECIPIENT = (
    "id, address, orcpt, notify, state, status, diagnostic, remote, attempts, last_attempt_at"
)
ADD_SUBMISSION = (
    "INSERT INTO submission (account_id, sender, content_id, size, message_id, envid, ret,"
    " body, smtputf8, source, arrived_at)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id"
)
ADD_RECIPIENT = (
    "INSERT INTO recipient (submission_id, address, orcpt, notify, state, attempts,"
    " next_attempt_at, lease_until, lease_owner, status, diagnostic, remote,"
    " last_attempt_at, finished_at)"
    " VALUES (%s, %s, %s, %s, %s, 0, %s, 0, '', %s, %s, %s, %s, %s) RETURNING id"
)
CONTENT_FACTS = "SELECT size, message_id FROM content WHERE id = %s"
DUE = (
    "SELECT submission_id, MIN(next_attempt_at) FROM recipient"
    " WHERE state = 'queued' AND next_attempt_at <= %s AND lease_until <= %s"
    " GROUP BY submission_id ORDER BY 2 LIMIT %s"
)
CLAIM = (
    "UPDATE recipient SET lease_owner = %s, lease_until = %s, attempts = attempts + 1,"
    " last_attempt_at = %s"
    " WHERE submission_id = %s AND state = 'queued' AND next_attempt_at <= %s"
    f" AND lease_until <= %s RETURNING {RECIPIENT}"
)
RENEW = (
    "UPDATE recipient SET lease_until = %s WHERE submission_id = %s AND lease_owner = %s"
    " AND state = 'queued' AND lease_until > %s RETURNING id"
)
FINISH = (
    "UPDATE recipient SET state = %s, status = %s, diagnostic = %s, remote = %s,"
    " finished_at = %s, lease_until = 0, lease_owner = ''"
    " WHERE id = %s AND state = 'queued' AND lease_owner = %s"
)
RETRY = (
    "UPDATE recipient SET status = %s, diagnostic = %s, remote = %s, next_attempt_at = %s,"
    " lease_until = 0, lease_owner = ''"
    " WHERE id = %s AND state = 'queued' AND lease_owner = %s"
)
REOPEN = (
    "UPDATE recipient SET state = 'queued', next_attempt_at = %s, finished_at = NULL"
    " WHERE id = %s AND state IN ('queued', 'failed', 'cancelled') AND lease_until <= %s"
    " RETURNING submission_id"
)
CANCEL = (
    "UPDATE recipient SET state = 'cancelled', finished_at = %s"
    " WHERE id = %s AND state = 'queued' AND lease_until <= %s"
)
FINISHED = (
    "SELECT id, content_id FROM submission s WHERE arrived_at < %s AND NOT EXISTS ("
    "SELECT 1 FROM recipient r WHERE r.submission_id = s.id AND r.state = 'queued')"
    " ORDER BY id LIMIT %s"
)
DROP_RECIPIENTS = "DELETE FROM recipient WHERE submission_id = %s"
DROP_SUBMISSION = "DELETE FROM submission WHERE id = %s"
SUBMISSION = (
    "SELECT account_id, sender, envid, ret, body, smtputf8, source, message_id, arrived_at,"
    " id, content_id, size FROM submission WHERE id = %s"
)
RECIPIENTS = f"SELECT {RECIPIENT} FROM recipient WHERE submission_id = %s ORDER BY id"
