"""Counts of failed logins. An empty login or address stands for any."""

_OVER = "(login_attempts.failures = 0 OR login_attempts.since <= %s OR login_attempts.since > %s)"

COUNT = (
    "INSERT INTO login_attempts (login, address, failures, since, known_until)"
    " VALUES (%s, %s, 1, %s, 0)"
    " ON CONFLICT (login, address) DO UPDATE SET"
    f" failures = CASE WHEN {_OVER} THEN 1 ELSE login_attempts.failures + 1 END,"
    f" since = CASE WHEN {_OVER} THEN excluded.since ELSE login_attempts.since END"
    f" WHERE {_OVER} OR login_attempts.failures < %s"
    " RETURNING failures, since, known_until"
)
"""No row comes back, and none is changed, where the number of failures is reached already."""

TAKE_BACK = (
    "UPDATE login_attempts SET failures = failures - 1"
    " WHERE login = %s AND address = %s AND failures > 0"
)
PASSED = (
    "UPDATE login_attempts SET failures = 0, known_until = %s WHERE login = %s AND address = %s"
)
OF_LOGIN = (
    "SELECT login, address, failures, since, known_until FROM login_attempts"
    " WHERE (login = %s AND address = %s) OR (login = %s AND address = '')"
    " OR (login = '' AND address = %s)"
)
LIFT = "UPDATE login_attempts SET failures = 0 WHERE id = ANY(%s) AND failures > 0"
FORGET = "DELETE FROM login_attempts WHERE known_until <= %s AND since <= %s"
