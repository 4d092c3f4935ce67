"""Statements on the places that mail goes to."""

RETRY_AT = "SELECT failures, retry_at FROM destination WHERE place = %s"
FAILED = (
    "INSERT INTO destination (place, failures, retry_at, reason) VALUES (%s, %s, %s, %s)"
    " ON CONFLICT (place) DO UPDATE SET failures = excluded.failures,"
    " retry_at = excluded.retry_at, reason = excluded.reason"
)
REACHED = "DELETE FROM destination WHERE place = %s"
TRY_NOW = "UPDATE destination SET retry_at = 0 WHERE place = %s"
FORGET = "DELETE FROM destination WHERE retry_at < %s"

AT_WORK = "SELECT COUNT(*) FROM courier WHERE place = %s AND until > %s"
ENTER = "INSERT INTO courier (owner, place, until) VALUES (%s, %s, %s)"
RENEW = "UPDATE courier SET until = %s WHERE owner = %s"
LEAVE = "DELETE FROM courier WHERE owner = %s"
BURY = "DELETE FROM courier WHERE until < %s"

# After the clock was set back.
RETRY_AHEAD = "UPDATE destination SET retry_at = %s WHERE retry_at > %s"
AT_WORK_AHEAD = "DELETE FROM courier WHERE until > %s"

POLICY = "SELECT policy_id, mode, hosts, fetched_at, expires_at FROM sts_policy WHERE domain = %s"
KEEP_POLICY = (
    "INSERT INTO sts_policy (domain, policy_id, mode, hosts, fetched_at, expires_at)"
    " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (domain) DO UPDATE SET"
    " policy_id = excluded.policy_id, mode = excluded.mode, hosts = excluded.hosts,"
    " fetched_at = excluded.fetched_at, expires_at = excluded.expires_at"
)
DROP_POLICIES = "DELETE FROM sts_policy WHERE expires_at < %s"
