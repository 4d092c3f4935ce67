"""What is counted or kept back for a while."""

LIMITS = (
    "SELECT (SELECT hourly_limit FROM account WHERE id = %s),"
    " (SELECT hourly_limit FROM domain WHERE name = %s)"
)
COUNT_SENT = (
    "INSERT INTO sent (who, began_at, recipients) VALUES (%s, %s, %s)"
    " ON CONFLICT (who) DO UPDATE SET"
    " recipients = excluded.recipients"
    " + CASE WHEN sent.began_at > %s THEN sent.recipients ELSE 0 END,"
    " began_at = CASE WHEN sent.began_at > %s THEN sent.began_at ELSE excluded.began_at END"
    " RETURNING began_at, recipients"
)
FORGET_SENT = "DELETE FROM sent WHERE began_at <= %s"

SEEN = (
    "INSERT INTO greylisted (triplet, first_at, last_at, passed) VALUES (%s, %s, %s, %s)"
    " ON CONFLICT (triplet) DO UPDATE SET last_at = excluded.last_at,"
    " passed = greylisted.passed OR greylisted.first_at <= %s"
    " RETURNING passed"
)
FORGET_UNKNOWN = "DELETE FROM greylisted WHERE last_at <= %s AND NOT passed"
FORGET_KNOWN = "DELETE FROM greylisted WHERE last_at <= %s"
