"""What is counted or kept back for a while."""

LIMITS = (
    "SELECT (SELECT hourly_limit FROM account WHERE id = %s),"
    " (SELECT hourly_limit FROM domain WHERE name = %s)"
)
LOCK_SENT = (
    "INSERT INTO sent (who, last_at, spans) VALUES (%s, %s, '')"
    " ON CONFLICT (who) DO UPDATE SET who = excluded.who RETURNING spans"
)
COUNT_SENT = "UPDATE sent SET last_at = %s, spans = %s WHERE who = %s"
FORGET_SENT = "DELETE FROM sent WHERE last_at <= %s"

SEEN = (
    "INSERT INTO greylisted (triplet, first_at, last_at, passed) VALUES (%s, %s, %s, %s)"
    " ON CONFLICT (triplet) DO UPDATE SET last_at = excluded.last_at,"
    # First seen ahead of now: before the clock was set back, and nobody knows how long ago.
    " passed = greylisted.passed OR greylisted.first_at <= %s OR greylisted.first_at > %s"
    " RETURNING passed"
)
FORGET_UNKNOWN = "DELETE FROM greylisted WHERE last_at <= %s AND NOT passed"
FORGET_KNOWN = "DELETE FROM greylisted WHERE last_at <= %s"
